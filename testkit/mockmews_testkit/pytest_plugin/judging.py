"""Judging a test's conversation in its call phase, and what its report tells of it."""

from __future__ import annotations

import pytest

from mockmews_testkit.pytest_plugin.running import LEVEL, MEWS
from mockmews_testkit.testing.verdict import Verdict, verdict

VERDICT = pytest.StashKey[Verdict]()


def judge_passed(item: pytest.Item) -> None:
    """Raises Failure where a check broke that fails a test."""
    __tracebackhide__ = True
    mews = item.stash.get(MEWS, None)
    conversation = mews.conversation if mews is not None else None
    if conversation is None:
        return
    found = verdict(conversation, item.stash[LEVEL], passed=True)
    item.stash[VERDICT] = found
    if found.failure is not None:
        raise found.failure.with_traceback(None)
