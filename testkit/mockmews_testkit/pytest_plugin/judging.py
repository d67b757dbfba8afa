"""Judging a test's conversation in its call phase, and what its report tells of it."""

from __future__ import annotations

import sys

import pytest

from mockmews import MockMewsError
from mockmews_testkit.checks.results import Result
from mockmews_testkit.errors import Failure, TestkitError
from mockmews_testkit.pytest_plugin.running import LEVEL, MEWS
from mockmews_testkit.testing.conversation import Conversation
from mockmews_testkit.testing.verdict import Verdict, verdict

VERDICT = pytest.StashKey[Verdict]()
_NOT_THEIRS = {"mockmews", "mockmews_testkit", *sys.stdlib_module_names}
"""Packages whose lines tell a user nothing about a mistake: ours, and the threads between them."""


def show_the_users_lines(config: pytest.Config, raised: pytest.ExceptionInfo[BaseException]) -> None:
    """What a user did wrong, or an app, is shown at the user's own line, without the lines of ours below it."""
    if not isinstance(raised.value, (Failure, TestkitError, MockMewsError)) or config.getoption(
        "fulltrace", default=False
    ):
        return
    theirs, each = None, raised.value.__traceback__
    while each is not None:
        if str(each.tb_frame.f_globals.get("__name__", "")).partition(".")[0] not in _NOT_THEIRS:
            theirs = each
        each = each.tb_next
    if theirs is not None:
        theirs.tb_next = None


def judged(item: pytest.Item, conversation: Conversation) -> tuple[Result, ...]:
    """What came of every check in a test, however it ended."""
    if VERDICT not in item.stash:
        item.stash[VERDICT] = verdict(conversation, item.stash[LEVEL], passed=False)
    return item.stash[VERDICT].results


def failure_of(item: pytest.Item, error: BaseException | None) -> BaseException | None:
    """Why a test failed: a check that broke, else what it raised."""
    found = item.stash.get(VERDICT, None)
    return error if found is None or found.failure is None else found.failure


def judge_passed(item: pytest.Item) -> None:
    """Fails the test where a check broke that must not."""
    __tracebackhide__ = True
    mews = item.stash.get(MEWS, None)
    conversation = mews.conversation if mews is not None else None
    if conversation is None:
        return
    found = verdict(conversation, item.stash[LEVEL], passed=True)
    item.stash[VERDICT] = found
    if found.failure is not None:
        raise pytest.fail.Exception(str(found.failure), pytrace=False)  # no line of code broke it
