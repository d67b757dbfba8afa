"""The hotel of a test: its front desk replies, resolves and reopens, and its replies' webhooks are sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import Any

from mockmews import ControlError
from mockmews_testkit.durations import render
from mockmews_testkit.errors import Failure, UsageError
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.lines import Line
from mockmews_testkit.scenario.stage import Stage, failed
from mockmews_testkit.scenario.waiting_room import until
from mockmews_testkit.scenario.watch import APPLICATION
from mockmews_testkit.testing.conversation import Conversation
from mockmews_testkit.testing.guest import MewsGuest, guest_named
from mockmews_testkit.testing.nouns import Delivery, Message, Thread, delivery_of, message_of
from mockmews_testkit.testing.waiters import (
    Span,
    Within,
    here,
    in_a_thread,
    refuse_in_coroutine,
    ticks,
    ticks_within,
    worded,
)

Whom = MewsGuest | Thread | str | None
"""A guest, a guest's name, a thread; None: who wrote last."""


class Reply:
    """A reply of the front desk. `id` is None while it is planned for later.

    `aio` has the same waiters for coroutines.
    """

    def __init__(self, talk: Callable[[], Conversation], text: str, thread_id: str, id: str | None) -> None:  # noqa: A002 - Mews's word
        self._talk = talk
        self.text = text
        self.thread_id = thread_id
        self.id = id
        self.name = ""
        self.aio = AioReply(self)

    def deliver(self, times: int = 1) -> Delivery:
        """Sends its webhook so many times, one after the other; returns once the last one was answered.

        A held webhook goes out; one that went out already goes once more, as Mews does after a failure.
        """
        __tracebackhide__ = True
        refuse_in_coroutine("reply.deliver()", "reply.aio.deliver(...)")
        return self._deliver(times, here())

    @property
    def deliveries(self) -> list[Delivery]:
        """The webhooks that told of it so far."""
        bench = self._talk().bench
        found = [delivery_of(each) for each in bench.control.deliveries(bench.id)]
        return [each for each in found if any(event.id == self.id for event in each.events)]

    def __repr__(self) -> str:
        return f"<reply {self.text!r}>"

    def _deliver(self, times: int, source: Source) -> Delivery:
        __tracebackhide__ = True
        conversation = self._talk()
        bodies = ((self.name,),) * times
        step = doc.Deliver(bodies=bodies, source=source)
        return conversation.perform(step, _delivering(conversation, [[self]] * times))


class AioReply:
    """What a reply does that takes time, for coroutines."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def deliver(self, times: int = 1) -> Coroutine[Any, Any, Delivery]:
        """See Reply.deliver."""
        return in_a_thread(self._reply._deliver, times, here())  # noqa: SLF001 - its other half


class Hotel:
    """The front desk. `aio` has the same waiters for coroutines."""

    def __init__(self, talk: Callable[[], Conversation]) -> None:
        self._talk = talk
        self.aio = AioHotel(self)

    def replies(self, text: str, to: Whom = None, *, after: Span | None = None) -> Reply:
        """The front desk replies at once, or `after` a duration of the hotel's clock. Does not wait for the app.

        `to` may be left out: the guest who wrote last. Raises UsageError where nobody has written yet.
        """
        __tracebackhide__ = True
        if not worded(text, "mews.hotel.replies()").strip():
            raise UsageError("mews.hotel.replies(): the text is blank, and Mews takes no blank ones.")
        conversation = self._talk()
        stage, source = conversation.stage, here()
        cast, thread = self._addressee(stage, to)
        name = f"reply-{sum(isinstance(each, doc.HotelReplies) for each in conversation.steps) + 1}"
        delay = None if after is None else ticks(after, "after")
        key = None if cast is None else cast.guest.key
        step = doc.HotelReplies(text=text, to=key, after=delay, named=name, source=source)

        def replying() -> Generator[Event, None, Reply]:
            answer = conversation.bench.control.reply(
                conversation.bench.id, text, thread_id=thread, after=None if delay is None else render(delay)
            )
            reply = Reply(self._talk, text, answer.get("message_thread_id", thread), answer.get("id"))
            reply.name = name
            if cast is not None:
                shown = conversation.bench.app_file.to_guest(text, cast.person)
                line = Line("hotel", cast.guest.key, shown, source, reply.id)
                stage.named[name] = line
                stage.lines.append(line)
            yield from ()
            return reply

        return conversation.perform(step, replying())

    def resolves(self, whom: Whom = None) -> None:
        """The front desk closes the conversation."""
        self._close(whom, doc.Resolve)

    def reopens(self, whom: Whom = None) -> None:
        """The front desk opens a resolved conversation again."""
        self._close(whom, doc.Reopen)

    def receives(self, text: str, within: Within = None) -> Message:
        """Waits until Mews has a message of the app with this text, and returns it. Raises Failure.

        For tests that write by the app's own screen, where no guest of ours speaks.
        """
        __tracebackhide__ = True
        refuse_in_coroutine("mews.hotel.receives()", "mews.hotel.aio.receives(...)")
        return self._receives(text, within, here())

    @property
    def reply_rules(self) -> list[dict[str, Any]]:
        """What the front desk answers by itself; may be set to other rules."""
        bench = self._talk().bench
        return bench.control.reply_rules(bench.id)

    @reply_rules.setter
    def reply_rules(self, rules: list[dict[str, Any]]) -> None:
        bench = self._talk().bench
        bench.control.set_reply_rules(bench.id, rules)

    def _addressee(self, stage: Stage, whom: Whom) -> tuple[Any, str]:
        if isinstance(whom, Thread):
            return stage.owner_of(whom.id), whom.id
        cast = guest_named(whom, stage)
        if cast is None:
            return None, "latest"
        if cast.thread is None:
            raise UsageError(
                f"The hotel cannot reply: {cast.guest.name} has no thread in Mews yet. Let the guest write first."
            )
        return cast, cast.thread

    def _close(self, whom: Whom, kind: type[doc.Resolve | doc.Reopen]) -> None:
        __tracebackhide__ = True
        conversation = self._talk()
        cast, thread = self._addressee(conversation.stage, whom)
        bench = conversation.bench
        call = bench.control.resolve if kind is doc.Resolve else bench.control.reopen
        step = kind(by=None if cast is None else cast.guest.key, source=here())

        def closing() -> Generator[Event, None, None]:
            call(bench.id, thread)
            yield from ()

        conversation.perform(step, closing())

    def _receives(self, text: str, within: Within, source: Source) -> Message:
        __tracebackhide__ = True
        worded(text, "mews.hotel.receives()")
        conversation = self._talk()
        stage, bench = conversation.stage, conversation.bench

        def arrived() -> Any:
            return next((each for each in stage.watch.messages(APPLICATION) if each["text"] == text), None)

        def explain() -> Failure:
            return failed(
                f'Mews did not receive "{text}" within {stage.within(ticks_within(within)):g} s', source
            )

        entry = conversation.drive(until(stage, arrived, stage.within(ticks_within(within)), explain))
        found = bench.control.messages(bench.id, thread_id=entry["thread_id"])
        return next(message_of(each) for each in found if each["id"] == entry["message_id"])


class AioHotel:
    """What the front desk does that takes time, for coroutines."""

    def __init__(self, hotel: Hotel) -> None:
        self._hotel = hotel

    def receives(self, text: str, within: Within = None) -> Coroutine[Any, Any, Message]:
        """See Hotel.receives."""
        return in_a_thread(self._hotel._receives, text, within, here())  # noqa: SLF001 - its other half


def _delivering(conversation: Conversation, bodies: list[list[Reply]]) -> Generator[Event, None, Delivery]:
    """Send bodies one after the other; the last one's delivery."""
    bench = conversation.bench
    last: Delivery | None = None
    for body in bodies:
        ids = [each.id for each in body if each.id is not None]
        if len(ids) < len(body):
            raise UsageError("A reply that is planned for later has no webhook yet: advance the clock first.")
        try:
            last = delivery_of(bench.control.deliver_messages(bench.id, ids)[-1])
        except ControlError as error:
            raise UsageError(f"The webhook cannot be sent: {error}") from None
    yield from ()
    if last is None:
        raise UsageError("There is nothing to deliver: name at least one reply.")
    return last


def deliver(conversation: Conversation, bodies: list[list[Reply]], source: Source) -> None:
    """Send the webhooks of replies in a certain order, several in one body where they stand in one list."""
    __tracebackhide__ = True
    for each in [each for body in bodies for each in body]:
        if not isinstance(each, Reply):
            raise UsageError(f"mews.deliver() takes what mews.hotel.replies(...) returned, not {each!r}.")
    step = doc.Deliver(bodies=tuple(tuple(each.name for each in body) for body in bodies), source=source)
    conversation.perform(step, _delivering(conversation, bodies))
