"""Requests that Mews refused, as a failing test shows them: what was sent, why it was refused, and where to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockmews_testkit.checks.registry import DOCUMENTATION
from mockmews_testkit.scenario.stage import Stage

Json = Mapping[str, Any]

_MOST = 3
_LONGEST_BODY = 1200


def refused_requests(stage: Stage) -> str:
    """The last ones; empty where there are none."""
    found = [each for each in stage.watch.of("request") if 400 <= (each.get("status") or 0) < 500]
    shown = [_shown(each) for each in found[-_MOST:]]
    before = len(found) - len(shown)
    return "\n".join([f"... {before} before ...", *shown] if before else shown)


def _shown(entry: Json) -> str:
    name = entry.get("operation") or f"{entry.get('method')} {entry.get('path')}"
    answer = (entry.get("response") or {}).get("json")
    reason = answer.get("Message") if isinstance(answer, dict) else None
    lines = [f"{name} {entry['status']}: {reason or 'no reason given'}"]
    if entry.get("hint"):
        lines.append(f"  hint: {entry['hint']}")
    lines.append(f"  page: {page_of(entry)}")
    lines += [f"  {line}" for line in _body(entry.get("request") or {}).splitlines()]
    return "\n".join(lines)


def page_of(entry: Json) -> str:
    """The page of Mews on an operation, or on requests as such."""
    operation = entry.get("operation")
    path = f"operations/{operation.partition('/')[0].lower()}" if operation else "guidelines/requests"
    return f"{DOCUMENTATION}{path}"


def _body(kept: Json) -> str:
    content = kept.get("json")
    text = kept.get("text") or "" if content is None else json.dumps(content, indent=2, ensure_ascii=False)
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]} ..."
