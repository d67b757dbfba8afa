"""From Mews to the guest: each reply once, in order, to the right guest, whatever the webhooks do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.testkit.sample_app.guest_app import WEBHOOK_TOKEN, GuestApp, eventually
from tests.testkit.sample_app.stub_mews import Fault, StubMews

StartApp = Callable[..., GuestApp]
NOBODY = "ffffffff-0000-4000-8000-000000000000"


def open_chat(app: GuestApp, mews: StubMews, guest: str = "g1", name: str = "Penelope") -> str:
    """The guest's thread, once the app has nothing more to do about it."""
    before = len(mews.texts())
    app.say(guest, "Hi!", name=name)
    eventually(lambda: len(mews.texts()) > before and mews.operations()[-1] == "messages/getAll")
    return mews.thread_of(name)


def sees(app: GuestApp, texts: list[str], guest: str = "g1") -> None:
    eventually(lambda: len(app.chat(guest, "hotel")) >= len(texts), saying=lambda: app.chat(guest, "hotel"))
    assert app.chat(guest, "hotel") == texts


def quiet(app: GuestApp, mews: StubMews) -> None:
    """The app has nothing more to do: a text said now is in Mews and all was read after it."""
    open_chat(app, mews, "quiet", "Quentin")
    eventually(lambda: app.open_events() == 0)


def test_reversed_and_repeated_webhooks_show_each_reply_once_in_order(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    first, second = mews.reply(thread, "one"), mews.reply(thread, "two")
    assert [app.hook(second), app.hook(first), app.hook(second, first), app.hook(first)] == [200] * 4
    sees(app, ["one", "two"])
    before = len(mews.calls)
    assert app.hook(first.upper(), second) == 200
    assert len(mews.calls) == before
    quiet(app, mews)
    sees(app, ["one", "two"])


def test_equal_replies_are_both_shown(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    app.hook(mews.reply(thread, "Yes."), mews.reply(thread, "Yes."))
    sees(app, ["Yes.", "Yes."])


def test_replies_reach_their_own_guests(app: GuestApp, mews: StubMews) -> None:
    one, two = open_chat(app, mews, "g1", "Max"), open_chat(app, mews, "g2", "Eva")
    app.hook(mews.reply(two, "to Eva"), mews.reply(one, "to Max"))
    sees(app, ["to Max"], "g1")
    sees(app, ["to Eva"], "g2")


def test_own_message_is_not_shown_and_costs_nothing(app: GuestApp, mews: StubMews) -> None:
    open_chat(app, mews)
    before = len(mews.calls)
    assert app.hook(mews.messages[0]["Id"]) == 200
    assert (len(mews.calls), app.open_events()) == (before, 0)
    assert app.chat("g1", "hotel", "notice") == []


def test_own_message_read_before_its_answer_came_is_neither_shown_nor_doubled(
    start_app: StartApp, mews: StubMews
) -> None:
    app = start_app(MEWS_TIMEOUT="1")
    mews.fail("messages/add", Fault(hang=True, work_done=True))
    app.say("g1", "one")
    app.say("g1", "two")
    eventually(lambda: mews.texts() == ["one"])
    app.hook(mews.messages[0]["Id"], mews.reply(mews.thread_of("Penelope"), "hello"))
    sees(app, ["hello"])
    assert mews.texts() == ["one"]
    eventually(lambda: len(mews.texts()) > 1)
    assert mews.texts() == ["one", "two"]
    sees(app, ["hello"])


def test_many_replies_are_paged_to_the_end(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    replies = [mews.reply(thread, f"reply {number}") for number in range(250)]
    app.hook(replies[0])
    sees(app, [f"reply {number}" for number in range(250)])


def test_body_with_hundreds_of_events_is_handled_whole(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    before = len(mews.calls)
    assert app.hook(*[mews.reply(thread, f"reply {number}") for number in range(150)]) == 200
    sees(app, [f"reply {number}" for number in range(150)])
    assert len(mews.calls) - before == 2


def test_reading_stops_where_it_stopped_before(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    app.hook(*[mews.reply(thread, f"reply {number}") for number in range(150)])
    sees(app, [f"reply {number}" for number in range(150)])
    before = len(mews.calls)
    app.hook(mews.reply(thread, "and one"))
    eventually(lambda: app.chat("g1", "hotel")[-1] == "and one")
    assert len(mews.calls) - before == 1


@pytest.mark.parametrize(
    "tokens", [(), ("wrong",), (WEBHOOK_TOKEN, "wrong"), ("wrong", WEBHOOK_TOKEN), ("",)]
)
def test_wrong_token_is_refused_and_nothing_done(
    app: GuestApp, mews: StubMews, tokens: tuple[str, ...]
) -> None:
    thread = open_chat(app, mews)
    before = len(mews.calls)
    assert app.hook(mews.reply(thread, "one"), tokens=tokens) == 401
    assert (len(mews.calls), app.open_events()) == (before, 0)


def test_foreign_discriminators_are_taken_and_ignored(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    before = len(mews.calls)
    assert app.hook(mews.reply(thread, "one"), name="ServiceOrderUpdated") == 200
    assert (len(mews.calls), app.open_events()) == (before, 0)


def test_unknown_message_ends_quietly_after_few_calls(app: GuestApp, mews: StubMews) -> None:
    open_chat(app, mews)
    before = len(mews.calls)
    assert app.hook(NOBODY, "not an id") == 200
    eventually(lambda: app.open_events() == 0)
    assert len(mews.calls) - before == 5
    assert app.chat("g1", "hotel", "notice") == []


def test_message_that_cannot_be_read_yet_is_shown_once_later(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(BACKOFF_BASE="0.1")
    thread = open_chat(app, mews)
    before = len(mews.calls)
    app.hook(mews.reply(thread, "late", hidden=True), mews.reply(thread, "on time"))
    eventually(lambda: len(mews.calls) > before)
    mews.hidden.clear()
    sees(app, ["on time", "late"])
    assert app.open_events() == 0


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(cut=True), Fault(status=429), Fault(body="{")], ids=str
)
def test_failed_reading_is_tried_again(app: GuestApp, mews: StubMews, fault: Fault) -> None:
    thread = open_chat(app, mews)
    mews.fail("messages/getAll", fault, fault)
    app.hook(mews.reply(thread, "one"))
    sees(app, ["one"])


def test_refused_reading_is_not_repeated_in_a_loop(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    before = len(mews.calls)
    mews.fail("messages/getAll", *[Fault(status=401)] * 100)
    app.hook(mews.reply(thread, "one"))
    eventually(lambda: app.open_events() == 0)
    assert len(mews.calls) - before == 5


def test_discarded_webhook_is_recovered_by_the_next_text(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    mews.reply(thread, "missed")
    app.say("g1", "Are you there?")
    sees(app, ["missed"])


def test_discarded_webhook_is_recovered_though_reading_fails_first(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    mews.reply(thread, "missed")
    mews.fail("messages/getAll", Fault(status=500))
    app.say("g1", "Are you there?")
    sees(app, ["missed"])


def test_restart_shows_what_was_missed_and_nothing_again(app: GuestApp, mews: StubMews) -> None:
    thread = open_chat(app, mews)
    first = mews.reply(thread, "one")
    app.hook(first)
    sees(app, ["one"])
    app.kill()
    second = mews.reply(thread, "two")
    app.start()
    sees(app, ["one", "two"])
    app.hook(first, second)
    quiet(app, mews)
    sees(app, ["one", "two"])


def test_webhook_taken_before_a_kill_is_not_lost(start_app: StartApp, mews: StubMews) -> None:
    app = start_app()
    thread = open_chat(app, mews)
    mews.fail("messages/getAll", Fault(hang=True))
    before = len(mews.calls)
    assert app.hook(mews.reply(thread, "one")) == 200
    eventually(lambda: len(mews.calls) > before)
    app.kill()
    assert app.open_events() == 1
    app.start()
    sees(app, ["one"])
    assert app.open_events() == 0


def test_callback_gets_each_reply_in_order_until_it_takes_it(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(CHAT_CALLBACK=f"{mews.url}/sink")
    thread = open_chat(app, mews)
    mews.fail("sink", Fault(status=500), Fault(status=503))
    first, second = mews.reply(thread, "one"), mews.reply(thread, "two")
    app.hook(second, first)
    eventually(lambda: len(mews.sunk) == 2)
    quiet(app, mews)
    assert mews.sunk == [
        {"to": "g1", "message": {"id": first, "text": "one"}},
        {"to": "g1", "message": {"id": second, "text": "two"}},
    ]


def test_callback_gets_the_notice_too(start_app: StartApp, mews: StubMews) -> None:
    app = start_app(CHAT_CALLBACK=f"{mews.url}/sink")
    mews.fail("messageThreads/add", Fault(status=403))
    app.say("g1", "one")
    eventually(lambda: len(mews.sunk) == 1)
    assert [mews.sunk[0]["message"]["text"]] == app.chat("g1", "notice")
