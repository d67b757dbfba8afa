"""The rules by which the front desk of the demo hotels answers: the two lines of the Mews use-case guide.

`mockmews.wire.reply_rules.write_rules(DEMO_RULES)` gives them as data, a starting point for one's own.
"""

from __future__ import annotations

from mockmews.durations import DurationRange
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model.replies import ReplyRule, TextPattern

_AFTER = DurationRange(2 * TICKS_PER_SECOND, 2 * TICKS_PER_SECOND)

# 11pm, 11:30 PM, 7.15am, 23:00
_TIME = r"\b(?P<time>\d{1,2}([:.][0-5]\d)?\s?[ap]m|([01]?\d|2[0-3]):[0-5]\d)\b"

_WELCOME = "Hello Ms {{ sender }}! Thank you for contacting us. What time do you expect to arrive?"
_ROOM_READY = (
    "Your room will be ready for you, travel safely and we look forward to welcoming you around {{ time }}."
)

DEMO_RULES: tuple[ReplyRule, ...] = (
    ReplyRule(thread_is_new=True, texts=(_WELCOME,), after=_AFTER),
    ReplyRule(text=TextPattern(_TIME, "i"), texts=(_ROOM_READY,), after=_AFTER),
    ReplyRule(otherwise=True),
)
