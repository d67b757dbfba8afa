"""Publishes a run: `python -m bench.page RESULT.json ...` writes docs/performance.md and its plot.

Of several results, parts of one measurement, the last that has a row counts. What is published is kept beside
this file, so that `make docs` and a test make the same page again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.plan import Finding
from bench.plot import plot
from bench.report import verdict
from bench.samples import Samples
from bench.targets import TARGETS, Target

Facts = dict[str, Any]

PUBLISHED = Path(__file__).with_name("published.json")
DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
PLOT = DOCS / "images" / "performance.svg"

_HEAD = """\
# Performance

This page is made from runs of `make bench` by `make docs`; a test fails where the two differ.

A test kit lives in the inner loop of its users, so its cost is measured, not guessed. CPU time comes from the
scheduler's own accounting; each row is a **ratio measured side by side in one run**, for a machine's neighbours
change both sides alike. The *floor* is the least that answers: a bare ASGI function under uvicorn with uvloop and
httptools. A gate must hold, or `make bench` fails; the ambition is where we want to be.

![Each row's median beside its gate](images/performance.svg)
"""

_TAIL = """\
## Measure it yourself

`make bench` takes some ten minutes, `make bench-quick` one. Both print this table, say where the machine was not
quiet, and keep JSON and a plot under `bench/results/`; `make bench-compare A=... B=...` puts two of them side by
side. `make bench-peers` installs the servers that stand beside ours, for the rows with their names.
"""


def merged(results: Iterable[Facts]) -> Facts:
    """One set of facts of several: the last that has a row counts; all their warnings."""
    whole: Facts = {"findings": {}, "warnings": []}
    for facts in results:
        whole |= {name: value for name, value in facts.items() if name not in ("findings", "warnings")}
        whole["findings"] |= facts["findings"]
        whole["warnings"] += facts["warnings"]
    return whole


def findings(facts: Facts) -> list[Finding]:
    """The rows that were measured, in the order of the targets."""
    kept = facts["findings"]
    return [
        Finding(each.key, Samples(tuple(kept[each.key]["values"])), kept[each.key]["costs"])
        for each in TARGETS
        if each.key in kept
    ]


def page(facts: Facts) -> str:
    """docs/performance.md."""
    where = f"Python {facts['python']}, {facts['cores']} cores, {facts['system']}, {facts['began'][:10]}."
    return "\n".join([_HEAD, *_table(findings(facts)), "", where, *_warnings(facts["warnings"]), "", _TAIL])


def summary(facts: Facts, keys: Sequence[str]) -> list[str]:
    """Rows of the table for a page that shows some: what is compared, and the median."""
    targets = {each.key: each for each in TARGETS}
    return [
        f"| {targets[each.key].what} | {_value(targets[each.key], each.samples.median)} |"
        for each in findings(facts)
        if each.key in keys
    ]


def drawing(facts: Facts) -> str:
    """The plot of the page."""
    return plot(findings(facts), f"mockmews, run of {facts['began'][:10]}")


def _table(rows: Sequence[Finding]) -> Iterator[str]:
    targets = {each.key: each for each in TARGETS}
    far = [targets[each.key] for each in rows if verdict(targets[each.key], each) == "out of reach"]
    yield "| What | Median | Middle half | Gate | Ambition | |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for each in rows:
        target = targets[each.key]
        low, high = each.samples.quartiles
        cells = (
            target.what,
            _value(target, each.samples.median),
            f"{low:.3g} - {high:.3g}",
            _goal(target.gate),
            _goal(target.ambition),
            verdict(target, each),
        )
        yield f"| {' | '.join(cells)} |"
    for target in far:
        yield f"\nOut of reach is `{target.what}`: {target.out_of_reach}."


def _value(target: Target, median: float) -> str:
    return f"{median:.3g} {target.unit}".strip()


def _goal(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _warnings(warnings: Sequence[str]) -> list[str]:
    return ["", "The run itself warned:", "", *(f"- {each}" for each in warnings)] if warnings else []


def main() -> int:
    if len(sys.argv) < 2:
        print("usage: python -m bench.page RESULT.json ...", file=sys.stderr)
        return 2
    try:
        facts = merged(json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
    except (OSError, ValueError) as error:
        print(f"Cannot publish: {error}. Name files of bench/results/.", file=sys.stderr)
        return 2
    PUBLISHED.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(facts), encoding="utf-8")
    PLOT.write_text(drawing(facts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
