"""From the guest to Mews: exactly once, in order, in the right thread, through every failure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise

import pytest

from mockmews_testkit.sample_app.bot import ANSWERS
from tests.testkit.sample_app.guest_app import ACCESS_TOKEN, CLIENT_TOKEN, GuestApp, eventually
from tests.testkit.sample_app.stub_mews import Fault, StubMews

StartApp = Callable[..., GuestApp]
LOST = [
    Fault(cut=True, work_done=True),
    Fault(status=500, work_done=True),
    Fault(body='{"Messages": [{"Mess', work_done=True),
    Fault(body='{"Unexpected": 1}', work_done=True),
]
NOT_DONE = [Fault(cut=True), Fault(status=503), Fault(status=408), Fault(status=429)]


def sent(mews: StubMews, texts: list[str]) -> None:
    eventually(lambda: len(mews.texts()) >= len(texts), saying=mews.operations)
    assert mews.texts() == texts


def test_burst_before_the_first_thread_keeps_its_order_in_one_thread(app: GuestApp, mews: StubMews) -> None:
    texts = [f"line {number}" for number in range(20)]
    assert [app.say("g1", text) for text in texts] == [202] * 20
    sent(mews, texts)
    assert [thread["OriginalSender"] for thread in mews.threads] == ["Penelope"]
    body = mews.calls[0].body
    assert (body["ClientToken"], body["AccessToken"]) == (CLIENT_TOKEN, ACCESS_TOKEN)
    assert body["Client"] == "mockmews sample guest app 1.0"


def test_bot_answers_what_it_knows_and_leaves_the_rest_to_people(app: GuestApp, mews: StubMews) -> None:
    app.say("g1", " /Help")
    app.say("g1", "My key card does not open the door.")
    sent(mews, ["My key card does not open the door."])
    assert app.chat("g1", "bot") == list(ANSWERS.values())


def test_two_guests_at_once_have_a_thread_each(app: GuestApp, mews: StubMews) -> None:
    def write(guest: str) -> None:
        for number in range(5):
            app.say(guest, f"{guest} {number}", name="Max")

    writers = [threading.Thread(target=write, args=(guest,)) for guest in ("g1", "g2")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    eventually(lambda: len(mews.texts()) == 10)
    per_thread = sorted(mews.texts(thread["Id"]) for thread in mews.threads)
    assert per_thread == [[f"{guest} {number}" for number in range(5)] for guest in ("g1", "g2")]


@pytest.mark.parametrize(
    "text", ["Grüße 👩‍👩‍👧 \r\n\t 'q' \"q\" {x} <b>&amp;</b>", "x" * 12_000, " spaced ", "nul \0 byte"]
)
def test_text_arrives_unchanged(app: GuestApp, mews: StubMews, text: str) -> None:
    app.say("g/1 ü", text)
    sent(mews, [text])
    assert app.chat("g/1 ü", "guest") == [text]


def test_same_message_id_twice_is_one_text(app: GuestApp, mews: StubMews) -> None:
    assert [app.say("g1", "Hi", message="m1"), app.say("g1", "Hi", message="m1")] == [202, 202]
    app.say("g1", "Bye", message="m2")
    sent(mews, ["Hi", "Bye"])


@pytest.mark.parametrize("text", ["", "  \n", "\ud83d"])
def test_text_that_mews_cannot_take_is_refused_at_the_door(app: GuestApp, mews: StubMews, text: str) -> None:
    assert app.say("g1", text) == 400
    assert app.chat("g1", "guest") == []
    assert mews.calls == []


@pytest.mark.parametrize("fault", LOST + NOT_DONE, ids=str)
def test_failed_message_is_there_exactly_once_and_in_order(
    app: GuestApp, mews: StubMews, fault: Fault
) -> None:
    mews.fail("messages/add", fault)
    for text in ("one", "two", "three"):
        app.say("g1", text)
    sent(mews, ["one", "two", "three"])
    assert len(mews.threads) == 1


@pytest.mark.parametrize("fault", LOST + NOT_DONE, ids=str)
def test_failed_thread_is_there_exactly_once(app: GuestApp, mews: StubMews, fault: Fault) -> None:
    mews.fail("messageThreads/add", fault)
    app.say("g1", "one")
    sent(mews, ["one"])
    assert len(mews.threads) == 1


def test_lost_threads_of_guests_with_one_name_stay_apart(app: GuestApp, mews: StubMews) -> None:
    mews.fail("messageThreads/add", *[Fault(cut=True, work_done=True)] * 2)
    app.say("g1", "I am one", name="Max")
    app.say("g2", "I am two", name="Max")
    eventually(lambda: len(mews.texts()) == 2)
    assert sorted(mews.texts(thread["Id"]) for thread in mews.threads) == [["I am one"], ["I am two"]]


def test_equal_texts_all_arrive_though_answers_are_lost(app: GuestApp, mews: StubMews) -> None:
    app.say("g1", "yes")
    sent(mews, ["yes"])
    mews.fail("messages/add", Fault(cut=True), Fault(cut=True, work_done=True), Fault(cut=True))
    app.say("g1", "yes")
    app.say("g1", "yes")
    app.say("g1", "end")
    sent(mews, ["yes", "yes", "yes", "end"])


def test_hanging_answer_is_given_up_and_reconciled(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(MEWS_TIMEOUT="0.3")
    mews.fail("messages/add", Fault(hang=True, work_done=True))
    app.say("g1", "one")
    app.say("g1", "two")
    sent(mews, ["one", "two"])


def test_retry_after_is_waited_for_by_all_calls(app: GuestApp, mews: StubMews) -> None:
    app.say("g1", "zero")
    sent(mews, ["zero"])
    mews.fail("messages/add", Fault(status=429, headers={"Retry-After": "0.4"}))
    app.say("g1", "one")
    eventually(lambda: len(mews.times("messages/add")) == 2)
    app.say("g2", "other", name="Max")
    eventually(lambda: len(mews.texts()) == 3)
    refused = mews.times("messages/add")[1]
    # The new guest's thread may have been asked for before the app had read the refusal.
    later = [call.at - refused for call in mews.calls[-2:]]
    assert min(later) >= 0.4


def test_repeated_429_without_retry_after_is_asked_less_and_less(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(BACKOFF_BASE="0.05")
    mews.fail("messages/add", *[Fault(status=429)] * 4)
    app.say("g1", "one")
    sent(mews, ["one"])
    at = mews.times("messages/add")
    pauses = [after - before for before, after in pairwise(at)]
    assert len(pauses) == 4
    assert all(pause >= 0.05 * 2**number for number, pause in enumerate(pauses)), pauses


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_text_is_not_repeated_and_the_guest_is_told(
    app: GuestApp, mews: StubMews, status: int
) -> None:
    mews.fail("messages/add", Fault(status=status))
    app.say("g1", "one")
    eventually(lambda: len(app.chat("g1", "notice")) == 1)
    app.say("g1", "two")
    sent(mews, ["two"])
    assert len(mews.threads) == 1
    assert "RequestId R1" in app.log.read_text()


def test_text_that_fails_for_long_is_given_up_with_a_notice(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(BACKOFF_BASE="0.001")
    mews.fail("messages/add", *[Fault(status=500)] * 9)
    app.say("g1", "one")
    eventually(lambda: len(app.chat("g1", "notice")) == 1)
    app.say("g1", "two")
    sent(mews, ["two"])
    assert len(mews.calls) <= 40


def test_resolved_thread_that_refuses_is_followed_by_a_new_one(app: GuestApp, mews: StubMews) -> None:
    mews.refuse_resolved = True
    app.say("g1", "one")
    sent(mews, ["one"])
    mews.threads[0]["IsResolved"] = True
    app.say("g1", "two")
    app.say("g1", "three")
    sent(mews, ["one", "two", "three"])
    assert mews.texts(mews.threads[1]["Id"]) == ["two", "three"]
    assert app.chat("g1", "notice") == []


def test_after_a_pause_a_resolved_thread_is_noticed(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(THREAD_PAUSE="0")
    app.say("g1", "one")
    sent(mews, ["one"])
    app.say("g1", "two")
    sent(mews, ["one", "two"])
    mews.threads[0]["IsResolved"] = True
    app.say("g1", "three")
    sent(mews, ["one", "two", "three"])
    assert [mews.texts(thread["Id"]) for thread in mews.threads] == [["one", "two"], ["three"]]


def test_killed_between_answer_and_note_it_goes_on_without_doubling(app: GuestApp, mews: StubMews) -> None:
    mews.fail("messages/add", Fault(hang=True, work_done=True))
    for text in ("one", "two", "three"):
        app.say("g1", text)
    sent(mews, ["one"])
    app.kill()
    app.start()
    sent(mews, ["one", "two", "three"])
    assert len(mews.threads) == 1


def test_killed_while_a_thread_is_opened_it_finds_the_thread(app: GuestApp, mews: StubMews) -> None:
    mews.fail("messageThreads/add", Fault(hang=True, work_done=True))
    app.say("g1", "one")
    eventually(lambda: len(mews.threads) == 1)
    app.kill()
    app.start()
    sent(mews, ["one"])
    assert len(mews.threads) == 1
