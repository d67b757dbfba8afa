"""What surrounds a failure: the story with an arrow on the line that failed, and the app's last words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mockmews_testkit.errors import Evidence, Failure
from mockmews_testkit.scenario.document import Step
from mockmews_testkit.scenario.stage import Stage

_BEFORE, _AFTER = 8, 3
_WIDEST = 160


def with_surroundings(failure: Failure, stage: Stage, step: Step | None) -> Failure:
    """The same failure with these further parts. `step` is the one that failed; None: all of them held."""
    have = {each.title for each in failure.evidence}
    more = [each for each in _parts(failure, stage, step) if each.title not in have]
    return Failure(
        failure.summary,
        evidence=[*failure.evidence, *more],
        source=failure.source,
        check=failure.check,
        remedy=failure.remedy,
    )


def _parts(failure: Failure, stage: Stage, step: Step | None) -> Iterator[Evidence]:
    story = _story(failure, stage, step)
    if story:
        yield Evidence("The story", story)
    if stage.bench.app.notes:
        yield Evidence("What the app said that could not be read", "\n".join(stage.bench.app.notes[-3:]))
    output = stage.bench.app.output_tail(8)
    if output:
        yield Evidence("Its last output", output)


def _story(failure: Failure, stage: Stage, step: Step | None) -> str:
    """The lines of the file around the one that failed."""
    source = stage.scenario.source if step is None else step.source
    file, _, place = failure.source.rpartition(f"{source.file}:")
    wanted = source.line
    if not file and place.partition(":")[0].isdigit():
        wanted = int(place.partition(":")[0])
    try:
        lines = Path(source.file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError):
        return ""
    first = max(1, stage.scenario.source.line, wanted - _BEFORE)
    last = min(len(lines), wanted + _AFTER)
    width = len(str(last))
    return "\n".join(
        f"{'->' if number == wanted else '  '} {number:>{width}} | {lines[number - 1][:_WIDEST]}"
        for number in range(first, last + 1)
    )
