"""What a run says: a table and a plot for people, JSON for later comparison."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.plan import Finding
from bench.plot import plot
from bench.targets import TARGETS, Target

RESULTS = Path(__file__).with_name("results")

_TARGETS = {target.key: target for target in TARGETS}


@dataclass(frozen=True, slots=True)
class Report:
    """One run: the name of its plan, when it began, what it found, and what disturbed it."""

    plan: str
    began: datetime
    findings: Sequence[Finding]
    warnings: Sequence[str]

    @property
    def misses(self) -> list[str]:
        """The rows whose gate does not hold, though it could."""
        return [each.key for each in self.findings if verdict(_TARGETS[each.key], each) == "MISS"]

    def table(self) -> str:
        """A line for each row, with its costs below."""
        lines = [f"{'what':60} {'median':>8} {'middle half':>15} {'gate':>6} {'ambition':>8}"]
        for finding in self.findings:
            lines += _row(_TARGETS[finding.key], finding)
        return "\n".join([*lines, *(f"Warning: {each}." for each in self.warnings)])

    def keep(self) -> Path:
        """Write it under bench/results/, with its plot beside it; the file."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.began.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-{self.plan}.json"
        path.write_text(json.dumps(self._facts(), indent=2) + "\n", encoding="utf-8")
        title = f"mockmews, {self.plan} run of {self.began.astimezone(UTC):%Y-%m-%d}"
        path.with_suffix(".svg").write_text(plot(self.findings, title), encoding="utf-8")
        return path

    def _facts(self) -> dict[str, Any]:
        return {
            "plan": self.plan,
            "began": self.began.isoformat(),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "warnings": list(self.warnings),
            "findings": {
                each.key: {
                    "median": each.samples.median,
                    "values": list(each.samples.values),
                    "costs": each.costs,
                }
                for each in self.findings
            },
        }


def verdict(target: Target, finding: Finding) -> str:
    """How the median stands to gate and ambition."""
    if target.gate is None or target.ambition is None:
        return ""
    if finding.samples.median > target.gate:
        return "out of reach" if target.out_of_reach else "MISS"
    return "pass" if finding.samples.median > target.ambition else "pass, ambition too"


def unsteady(findings: Iterable[Finding]) -> list[str]:
    """A warning for each row whose rounds do not agree."""
    return [f"{each.key} is unsteady: repeat it" for each in findings if not each.samples.steady]


def _row(target: Target, finding: Finding) -> list[str]:
    low, high = finding.samples.quartiles
    what = f"{target.what}, {target.unit}" if target.unit else target.what
    gate, ambition = (f"{each:g}" if each is not None else "-" for each in (target.gate, target.ambition))
    half = f"{low:.3g} - {high:.3g}"
    line = f"{what:60} {finding.samples.median:8.3g} {half:>15} {gate:>6} {ambition:>8}"
    costs = "   ".join(f"{name}: {cost:.4g}" for name, cost in finding.costs.items())
    said = verdict(target, finding)
    why = [f"    {target.out_of_reach}"] if said == "out of reach" else []
    return [f"{line}  {said}".rstrip(), *why, *([f"    {costs}"] if costs else [])]
