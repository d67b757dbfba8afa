"""What an app did about what it was told: how long a world may still move on its account."""

from __future__ import annotations

import json
from typing import Any

from mockmews.clock import Clock
from mockmews.engine.journal import Journal
from mockmews.engine.reactions import PATIENCE, Reactions
from mockmews.instants import TICKS_PER_SECOND
from tests.engine.manual import ManualTime

QUIET = 150 * TICKS_PER_SECOND // 1000
HELLO = "4bfe4675-5c44-4a1e-8d0b-ae5300dbaa93"
TRAVEL = "5cfe4675-5c44-4a1e-8d0b-ae5300dbaa94"


class Story:
    """A journal in which an app is told of replies and reacts to them."""

    def __init__(self) -> None:
        self.time = ManualTime()
        self.journal = Journal(Clock(self.time), limit=1000)

    def replied(self, message_id: str, text: str = "Hello!") -> None:
        self.journal.note("message", sender="Enterprise", message_id=message_id, text=text)

    def told(self, *message_ids: str, status: int = 200) -> int:
        events = [{"Discriminator": "MessageAdded", "Value": {"Id": each}} for each in message_ids]
        body = json.dumps({"Events": events}).encode()
        self.journal.note("attempt", status=status, request_body={"body": body})
        return self.journal.elapsed

    def read(self, *message_ids: str) -> None:
        number = self.journal.note("request", operation="messages/getAll")
        body = json.dumps({"Messages": [{"Id": each} for each in message_ids]}).encode()
        self.journal.complete(number, status=200, response={"body": body})

    def showed(self, content: Any) -> None:
        self.journal.note("sink", content=content)

    def awaited(self, *, trusting: bool = True) -> int:
        return Reactions(self.journal).awaited_until(QUIET, trusting=trusting)


def test_an_app_that_was_told_of_a_reply_is_given_time_to_react() -> None:
    story = Story()
    story.replied(HELLO)
    assert story.awaited() == 0
    told = story.told(HELLO)
    assert story.awaited() == told + PATIENCE
    story.time.passes(1)
    story.read(HELLO)
    assert story.awaited() == max(story.journal.elapsed + QUIET, told + PATIENCE)  # so late it may be again


def test_a_refused_webhook_tells_nothing() -> None:
    story = Story()
    story.replied(HELLO)
    story.told(HELLO, status=500)
    assert story.awaited() == 0


def test_the_apps_own_messages_ask_for_no_reaction() -> None:
    story = Story()
    story.told(TRAVEL)
    assert story.awaited() == 0


def test_an_app_that_reacts_at_once_is_given_no_more_than_quiet() -> None:
    story = Story()
    story.replied(HELLO)
    told = story.told(HELLO)
    story.time.passes(0.01)
    story.read(HELLO)
    assert story.awaited() == story.journal.elapsed + QUIET
    assert story.awaited() < told + PATIENCE


def test_an_app_that_was_late_once_is_given_that_time_again() -> None:
    story = Story()
    story.replied(HELLO)
    story.told(HELLO)
    story.time.passes(0.5)
    story.read(HELLO)
    story.time.passes(10)
    again = story.told(HELLO)
    assert story.awaited() == again + TICKS_PER_SECOND


def test_something_shown_is_a_reaction_as_well() -> None:
    story = Story()
    story.replied(HELLO, "Hello, Penelope!")
    story.told(HELLO)
    story.showed({"to": "penelope", "messages": ["Another one"]})
    assert story.awaited() == PATIENCE
    story.showed({"to": "penelope", "messages": ["Hello, Penelope!"]})
    assert story.awaited() == QUIET


def test_of_two_replies_each_is_waited_for() -> None:
    story = Story()
    story.replied(HELLO)
    story.replied(TRAVEL)
    told = story.told(HELLO, TRAVEL)
    story.read(HELLO)
    assert story.awaited() == told + PATIENCE
    story.read(TRAVEL)
    assert story.awaited() == QUIET


def test_a_reply_that_somebody_saw_on_the_screen_is_waited_for_no_more() -> None:
    story = Story()
    story.replied(HELLO)
    story.told(HELLO)
    reactions = Reactions(story.journal)
    reactions.saw([HELLO, TRAVEL])
    assert reactions.awaited_until(QUIET, trusting=True) == QUIET


def test_who_never_reacts_is_waited_for_once() -> None:
    story = Story()
    story.replied(HELLO)
    first = story.told(HELLO)
    assert story.awaited(trusting=False) == 0
    story.time.passes(30)
    story.replied(TRAVEL)
    story.told(TRAVEL)
    assert story.awaited() == first + PATIENCE  # long ago: nothing holds the world up


def test_a_body_that_was_cut_names_nothing() -> None:
    story = Story()
    story.replied(HELLO)
    story.journal.note("attempt", status=200, request_body={"body": b'{"Events": [{"Dis'})
    assert story.awaited() == 0


def test_all_is_shown_when_each_reply_that_the_app_was_told_of_was() -> None:
    story = Story()
    reactions = Reactions(story.journal)
    assert reactions.has_shown_all
    story.replied(HELLO)
    story.replied(TRAVEL, "Travel safely!")
    assert reactions.has_shown_all  # it was told of nothing so far
    story.told(HELLO, TRAVEL)
    story.read(HELLO, TRAVEL)
    assert not reactions.has_shown_all
    story.showed({"text": "Hello!"})
    assert not reactions.has_shown_all
    story.showed({"text": "Travel safely!"})
    assert reactions.has_shown_all
    story.told(TRAVEL)  # once more
    assert reactions.has_shown_all


def test_what_was_shown_before_the_webhook_was_answered_is_shown() -> None:
    story = Story()
    story.replied(HELLO)
    story.showed("Hello!")
    story.told(HELLO)
    assert Reactions(story.journal).has_shown_all


def test_an_event_that_is_no_reply_is_never_shown() -> None:
    story = Story()
    story.told(TRAVEL)
    assert not Reactions(story.journal).has_shown_all


def test_the_apps_own_messages_need_not_be_shown() -> None:
    story = Story()
    story.journal.note("message", sender="Application", message_id=TRAVEL, text="Hi!")
    story.told(TRAVEL)
    assert Reactions(story.journal).has_shown_all
