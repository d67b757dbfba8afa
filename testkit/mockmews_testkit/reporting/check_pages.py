"""The checks explained in a terminal: the list of all, and one of them in full."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from mockmews_testkit.certification.probes import probes
from mockmews_testkit.checks.explanations import explanation
from mockmews_testkit.checks.registry import CHECKS, Check, check


def listed() -> Iterator[str]:
    """One line a check."""
    for each in CHECKS:
        yield f"{each.id:<9}  {_severity(each):<16}  {'probe' if each.probe else '':<5}  {each.observed}"


def explained(check_id: str) -> Iterator[str]:
    """What a check asks for, why, what to do, and where it is put to the test."""
    row, told = check(check_id), explanation(check_id)
    yield f"{row.id}  {_severity(row)}"
    yield row.observed
    yield ""
    yield f"Symptom  {told.symptom}"
    yield f"Cause    {told.cause}"
    yield f"Why      {row.why}"
    yield f"Remedy   {row.remedy}"
    yield f"Page     {row.url}"
    where = [each.scenario for each in probes() if check_id in each.checks]
    for scenario in where:
        yield f"Probe    {scenario.name} ({scenario.source.file})"
    if not row.probe:
        yield "Judged   in every scenario, test and conversation"
    for title, code in (("Wrong", told.wrong), ("Right", told.right)):
        yield ""
        yield f"{title}:"
        yield textwrap.indent(code, "    ")


def _severity(row: Check) -> str:
    return f"{row.severity}, advice" if row.advice else row.severity
