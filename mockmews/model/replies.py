"""Reply rules of the front desk, the message they are asked about, and what they decide.

Mews has no such rules: they stand in for the staff who answer guests in Mews.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from mockmews.durations import Duration, DurationRange
from mockmews.instants import Instant

Then = Literal["resolve", "reopen"]
"""What staff do with the thread after they answered."""

AT_ONCE = DurationRange(0, 0)

FACT_NAMES = ("sender", "subject", "text")
"""What every template may name; the named groups of a rule's own patterns come on top."""

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
"""All that a template understands: one name in double braces."""


class TextPattern(Struct, frozen=True):
    """What a text must be: equal to `text`, or, where `flags` is not None, found by the RE2 pattern `text`.

    `flags` holds any of `i` (case does not matter), `s` (a dot takes line breaks), `m` (^ and $ at lines).
    """

    text: str
    flags: str | None = None

    @property
    def written(self) -> str:
        """The form that users write and read: the text itself, or `/pattern/flags`."""
        return self.text if self.flags is None else f"/{self.text}/{self.flags}"


class ReplyRule(Struct, frozen=True):
    """One rule: when it applies (None: whatever it is), and what the front desk does then.

    `nth` counts the guest's messages of the thread from 1. `texts` are said one after another; none of
    them and no `then` means that the desk stays silent. `once` is once per world.
    """

    text: TextPattern | None = None
    sender: TextPattern | None = None
    subject: TextPattern | None = None
    thread_is_new: bool = False
    nth: int | None = None
    otherwise: bool = False
    texts: tuple[str, ...] = ()
    after: DurationRange = AT_ONCE
    then: Then | None = None
    once: bool = False


class MessageFacts(Struct, frozen=True):
    """What the front desk sees of a guest's message. This is also what a responder function is given.

    `sender` is the thread's OriginalSender, `nth` the message's number among the guest's messages of its
    thread, from 1, and `at` the instant it was created, in ticks of 100 ns since 1970.
    """

    sender: str
    subject: str
    text: str
    thread_id: str
    nth: int
    at: Instant


class Choice(Struct, frozen=True):
    """What the front desk does about one message.

    `rule` is the number (from 1) of the rule that answered, None where none did or a responder chose.
    `spent` is that number where the rule serves once, so that it must not be tried again. `reasons` say
    what was decided and why, without a word of the guest's.
    """

    rule: int | None = None
    texts: tuple[str, ...] = ()
    after: Duration = 0
    then: Then | None = None
    spent: int | None = None
    reasons: tuple[str, ...] = ()


class OwnResponder(Struct, frozen=True):
    """A user's own function that answers guests in place of reply rules, and what messages call it.

    It returns None (silent), a text, a list of texts, or a dict of `say`, `after` and `then`.
    """

    name: str
    answer: Callable[[MessageFacts], object]
