"""Scenarios as YAML text that loads back equal: for stories that failed and are kept."""

from __future__ import annotations

from collections.abc import Iterator

from mockmews_testkit.reading.shapes import write_fields
from mockmews_testkit.scenario.document import Scenario, Step
from mockmews_testkit.scenario.document_forms import DOCUMENT
from mockmews_testkit.scenario.step_forms import STEPS, StepForm

_FORMS: dict[type, tuple[str, StepForm]] = {
    form.make: (word, form) for word, form in STEPS.items() if isinstance(form.make, type)
}
_HEAD = {key: field for key, field in DOCUMENT.items() if key not in ("version", "steps")}


def write(scenario: Scenario) -> str:
    """One document, every text quoted, one line for each key, ending in a line break."""
    head = [f"{key}: {text}" for key, text in write_fields(scenario, _HEAD)]
    steps = [line for step in scenario.steps for line in _step(step)]
    return "\n".join([*head, "steps:", *steps, ""])


def write_all(scenarios: list[Scenario]) -> str:
    """Several documents of one file."""
    return "---\n".join(write(each) for each in scenarios)


def _step(step: Step) -> Iterator[str]:
    word, form = _FORMS[type(step)]
    if form.bare and step == form.make():
        yield f"  - {word}"
        return
    yield f"  - {word}: {form.value.write(step)}"
    for key, text in write_fields(step, form.options):
        yield f"    {key}: {text}"


def line_of(step: Step) -> str:
    """A step in one line of a file, without its options: `guest: "Hi!"`."""
    return next(_step(step)).removeprefix("  - ")
