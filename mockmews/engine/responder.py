"""The responder: plans what the front desk answers to a guest's message, and gives it when it is due."""

from __future__ import annotations

from msgspec.structs import replace

from mockmews.engine.opening_hours import next_open
from mockmews.engine.reply_choice import choose
from mockmews.engine.responders import ask
from mockmews.engine.worlds import Due, LiveWorld, Schedule
from mockmews.instants import Instant, render
from mockmews.model.messages import Message, MessageThread, PlannedReply, Sender
from mockmews.model.replies import MessageFacts
from mockmews.store.rooms import Store

REPLY = "reply"


class Responder:
    """Asks a world's reply rules, or its user's own function, about each message of a guest."""

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store = store
        self._schedule = schedule

    def consider(
        self, world: LiveWorld, thread: MessageThread, message: Message, *, at: Instant, cause: int
    ) -> None:
        """Plan the reply that is chosen, in the transaction that stored the message."""
        if not world.rules and world.responder is None:
            return
        noun = world.noun
        nth = self._store.messages.count_from(noun.key, thread.sequence, Sender.APPLICATION)
        facts = MessageFacts(
            thread.original_sender, thread.subject, message.text, thread.id, nth, message.created
        )
        fraction = world.chance("reply", message.sequence)
        own = world.responder
        if own is not None:
            choice = ask(own.answer, facts, fraction, name=own.name)
        else:
            choice = choose(world.rules, facts, frozenset(noun.spent_rules), fraction)
        if choice.spent is not None:
            world.noun = replace(noun, spent_rules=(*noun.spent_rules, choice.spent))
            self._store.integrations.save(world.noun)
        answers, wished = bool(choice.texts or choice.then is not None), at + choice.after
        due = _when_open(world, thread.enterprise_id, wished) if answers else wished
        reasons = [*choice.reasons, *([] if due == wished else [f"the staff are away until {render(due)}"])]
        entry = world.journal.note(
            "choice", cause=cause, thread_id=thread.id, rule=choice.rule, reasons=reasons
        )
        if answers:
            self.plan(world, thread.id, choice.texts, due=due, then=choice.then, cause=entry)

    def plan(
        self,
        world: LiveWorld,
        thread_id: str,
        texts: tuple[str, ...],
        *,
        due: Instant,
        then: str | None = None,
        cause: int,
    ) -> PlannedReply:
        """Store a reply for later; inside a transaction."""
        reply = PlannedReply(world.next_sequence(), thread_id, texts, due, then, cause)
        self._store.replies.insert(world.noun.key, reply)
        self._schedule(world, Due(due, reply.sequence, REPLY))
        return reply


def _when_open(world: LiveWorld, enterprise_id: str, due: Instant) -> Instant:
    """`due`, or when the staff of the enterprise come back; a portfolio's dummy enterprise is always open."""
    hours = world.hours.get(enterprise_id)
    return due if hours is None or hours.shifts is None else next_open(due, hours.shifts, hours.time_zone)
