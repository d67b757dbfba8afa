"""Judging a finished run: every check's law, and what comes of it for one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockmews_testkit.checks import (
    arrival,
    conversation,
    limits,
    order,
    pace,
    paging,
    requests,
    secrets,
    sending,
    threads,
    webhooks,
)
from mockmews_testkit.checks.record import Record
from mockmews_testkit.checks.registry import CHECKS
from mockmews_testkit.checks.results import Outcome, Result, Verdict, not_exercised
from mockmews_testkit.checks.story import Story

Law = Callable[[Story], Verdict]

LAWS: Mapping[str, Law] = {
    "REQ-01": requests.exact_calls,
    "REQ-02": requests.tokens_and_client,
    "REQ-03": requests.bodies_fit,
    "REQ-04": requests.survives_unknown_fields,
    "THREAD-01": threads.reuses_thread,
    "THREAD-02": threads.own_threads,
    "THREAD-03": threads.no_empty_thread,
    "THREAD-04": threads.reaches_mews_after_resolving,
    "THREAD-05": threads.hotels_apart,
    "SEND-01": sending.once_in_mews,
    "SEND-02": sending.keeps_order,
    "SEND-03": sending.no_double_after_lost_answer,
    "HOOK-01": webhooks.answered_in_time,
    "HOOK-02": webhooks.answers_before_mews,
    "HOOK-03": webhooks.refuses_wrong_token,
    "HOOK-04": arrival.resolves_bare_ids,
    "HOOK-05": webhooks.ignores_foreign_events,
    "HOOK-06": arrival.handles_many_events,
    "HOOK-07": webhooks.bears_unknown_ids,
    "HOOK-08": arrival.shown_once_after_failing,
    "SHOW-01": conversation.shown_once,
    "SHOW-02": conversation.right_guest,
    "SHOW-03": conversation.not_shown_again,
    "SHOW-04": conversation.equal_texts_shown,
    "ORDER-01": order.order_though_reversed,
    "ORDER-02": order.order_within_a_second,
    "LOOP-01": conversation.own_messages_not_shown,
    "LOOP-02": pace.comes_to_rest,
    "RATE-01": limits.waits_for_retry_after,
    "RATE-02": limits.loses_nothing,
    "RATE-03": pace.within_the_limit,
    "RATE-04": limits.pauses_grow,
    "ERR-01": sending.never_silent,
    "ERR-02": limits.no_loop_of_refusals,
    "ERR-03": arrival.recovers_what_was_given_up,
    "PAGE-01": paging.follows_cursor,
    "PAGE-02": paging.intervals_fit,
    "SEC-01": secrets.tokens_stay_secret,
}
"""One law a check."""


def judge_all(record: Record) -> list[Result]:
    """What came of every check, in the order of the score card."""
    story = Story(record)
    return [_result(each.id, story) for each in CHECKS]


def judge(record: Record, *check_ids: str) -> list[Result]:
    """What came of these checks."""
    story = Story(record)
    return [_result(each, story) for each in check_ids]


def _result(check_id: str, story: Story) -> Result:
    record = story.record
    if record.dropped:
        gone = f"{record.dropped} entries of the journal were gone before they were read; raise journal_limit"
        verdict = not_exercised(gone)
    else:
        verdict = LAWS[check_id](story)
    if check_id in record.waivers:
        return Result(check_id, Outcome.WAIVED, record.waivers[check_id], verdict.proofs, verdict.applies)
    return Result(check_id, verdict.outcome, verdict.reason, verdict.proofs, verdict.applies)
