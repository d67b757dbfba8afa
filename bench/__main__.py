"""Runs the benchmarks: `python -m bench`, `python -m bench --quick`, `python -m bench --only calls`.

Exits with 1 where a gate is missed, so that a regression does not go unseen.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bench import calls, conversations, deliveries, fixtures, growth, histories, peers, plugin, starts
from bench.plan import LONG, QUICK, Finding, Plan
from bench.processes import LOAD_CORE, new_loop, pin
from bench.quiet import disturbance
from bench.report import Report, unsteady

Measure = Callable[[Plan], Awaitable[list[Finding]]]

# Fixtures first: they are not kept to one core, as the load is from then on.
SECTIONS: dict[str, Measure] = {
    "fixtures": fixtures.measure,
    "plugin": plugin.measure,
    "conversations": conversations.measure,
    "calls": calls.measure,
    "peers": peers.measure,
    "histories": histories.measure,
    "growth": growth.measure,
    "deliveries": deliveries.measure,
    "starts": starts.measure,
}


async def _measured(plan: Plan, names: list[str]) -> list[Finding]:
    findings: list[Finding] = []
    for name, measure in SECTIONS.items():
        if name in names:
            print(f"{name} ...", file=sys.stderr, flush=True)
            pin(None if measure is fixtures.measure else LOAD_CORE)
            findings += await measure(plan)
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, without the long history")
    parser.add_argument("--only", choices=list(SECTIONS), action="append", help="this section; repeatable")
    options = parser.parse_args()
    plan = QUICK if options.quick else LONG
    began = datetime.now(UTC)
    disturbed = disturbance()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        findings = runner.run(_measured(plan, options.only or list(SECTIONS)))
    warnings = [*([disturbed] if disturbed else []), *unsteady(findings)]
    report = Report(plan.name, began, findings, warnings)
    print(report.table())
    print(f"Kept in {report.keep()}")
    if report.misses:
        print(f"Gates missed: {', '.join(report.misses)}")
    return 1 if report.misses else 0


if __name__ == "__main__":
    sys.exit(main())
