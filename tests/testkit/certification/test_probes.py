"""Which probes are played for which checks, and for which apps."""

from __future__ import annotations

import pytest

from mockmews_testkit.certification.probes import FIRST_LOOK, beyond_a_page, probes
from mockmews_testkit.checks.registry import CHECKS
from mockmews_testkit.scenario.document import (
    ClearFaults,
    GuestWrites,
    HotelReplies,
    Resolve,
    RestartApp,
    SetFault,
)


@pytest.mark.parametrize("check", [each.id for each in CHECKS])
def test_every_check_has_a_probe(check: str) -> None:
    assert any(check in each.checks for each in probes([check]))


def test_an_app_of_one_hotel_is_not_asked_for_several() -> None:
    assert any(each.wants_hotels for each in probes())
    assert not any(each.wants_hotels for each in probes(hotels=False))
    (looked,) = probes(["THREAD-05"], hotels=False)
    assert FIRST_LOOK in looked.checks


def test_an_app_that_knows_guests_by_name_meets_no_namesakes() -> None:
    assert any(each.has_namesakes for each in probes(["THREAD-02"]))
    assert not any(each.has_namesakes for each in probes(["THREAD-02"], namesakes=False))


def test_a_webhook_comes_again_until_a_slow_app_is_up_again() -> None:
    (down,) = probes(["HOOK-08"])
    retry = down.scenario.mews["retry"]
    assert (retry["attempts"] >= 100, retry["delay"]) == (True, "1s")


def test_who_is_limited_without_being_told_is_limited_in_every_operation() -> None:
    (untold,) = probes(["RATE-04"])
    (step,) = [each for each in untold.scenario.steps if isinstance(each, SetFault)]
    assert step.fault.operation == "any"  # a success between is a reason to begin with short pauses again


def test_the_front_desk_writes_into_the_thread_that_is_resolved() -> None:
    (resolved,) = probes(["THREAD-04"])
    assert "SHOW-01" in resolved.checks
    steps = [type(each) for each in resolved.scenario.steps]
    assert steps.index(Resolve) + 1 == steps.index(HotelReplies, steps.index(Resolve))


def test_who_reads_again_at_once_after_a_429_is_limited_again() -> None:
    (limited,) = [each for each in probes(["RATE-01"]) if "RATE-02" in each.checks]
    faults = [each.fault for each in limited.scenario.steps if isinstance(each, SetFault)]
    (reading,) = [each for each in faults if each.operation == "messages/getAll"]
    assert (reading.times, reading.until) == (None, reading.retry_after)


def test_an_app_is_restarted_while_a_text_waits_and_its_guest_gives_no_reason_to_look_again() -> None:
    (fails,) = probes(["ERR-01"])
    last = fails.scenario.steps[-4:]
    assert [type(each) for each in last] == [SetFault, GuestWrites, RestartApp, ClearFaults]
    assert isinstance(last[0], SetFault)
    assert last[0].fault.times is None  # Mews fails until the app is up again, however long that takes
    assert isinstance(last[1], GuestWrites)
    assert last[1].at_once


@pytest.mark.parametrize(("length", "newer"), [(50, 100), (100, 200), (1000, 1000)])
def test_two_pages_stand_before_the_reply_where_pages_are_short(length: int, newer: int) -> None:
    (paging,) = [each for each in probes(["PAGE-01"]) if each.is_paging]
    replies = [
        each for each in beyond_a_page(paging, length).scenario.steps if isinstance(each, HotelReplies)
    ]
    assert len(replies) == newer + 1
