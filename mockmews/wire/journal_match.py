"""Reading what somebody waits for: `{match, count, since, timeout}` of the control API."""

from __future__ import annotations

from collections.abc import Sequence

from mockmews import durations
from mockmews.instants import TICKS_PER_SECOND
from mockmews.model.journal import KINDS
from mockmews.model.messages import Sender
from mockmews.model.replies import TextPattern
from mockmews.model.waits import Condition, Wait
from mockmews.settings import suggestion
from mockmews.wire.given import Given
from mockmews.wire.patterns import compile_pattern

FACTS = ("kind", "operation", "sender", "text", "guest", "thread_id", "status")
_WORDS: dict[str, tuple[str, ...]] = {"kind": KINDS, "sender": tuple(Sender)}
_MATCHERS = ("contains", "matches")
_LONGEST = 600 * TICKS_PER_SECOND
_USUAL = 5 * TICKS_PER_SECOND


def read_wait(data: object) -> Wait:
    """A wait from decoded JSON. Raises ConfigurationError, naming the field."""
    given = Given.of(data, "body").fields(("match", "count", "since", "timeout"))
    conditions: tuple[Condition, ...] = ()
    if "match" in given:
        conditions = tuple(_condition(name, each) for name, each in given["match"].fields(FACTS).items())
    return Wait(
        conditions,
        given["count"].count() if "count" in given else 1,
        _since(given["since"]) if "since" in given else 0,
        _timeout(given["timeout"]) if "timeout" in given else _USUAL,
        {each.fact: each.value for each in conditions},
    )


def _condition(fact: str, given: Given) -> Condition:
    if isinstance(given.value, dict):
        matchers = given.fields(_MATCHERS)
        if len(matchers) != 1:
            raise given.refused("a matcher is one of {contains: text} and {matches: pattern}")
        ((how, value),) = matchers.items()
        text = value.text()
        if how == "matches":
            _check(value, text)
            return Condition(fact, "matches", text)
        return Condition(fact, "contains", text)
    if not isinstance(given.value, str | int) or isinstance(given.value, bool):
        raise given.refused(
            f"{fact} takes a text, a number, or a map of contains or matches; not {given.seen}"
        )
    words = _WORDS.get(fact)
    if words is not None and given.value not in words:
        raise given.refused(unknown_word(f"{fact}: {given.seen}", str(given.value), words))
    return Condition(fact, "equals", given.value)


def unknown_word(seen: str, word: str, words: Sequence[str]) -> str:
    """What is said of a word that no entry of a journal has."""
    return f"{seen} is in no journal.{suggestion(word, dict.fromkeys(words))} Known are {', '.join(words)}."


def _check(given: Given, pattern: str) -> None:
    try:
        compile_pattern(TextPattern(pattern, ""))
    except Exception as error:
        raise given.refused(f"matches takes an RE2 pattern: {error}") from None


def _since(given: Given) -> int:
    if not isinstance(given.value, int) or isinstance(given.value, bool) or given.value < 0:
        raise given.refused(f"since takes the number of an entry, not {given.seen}")
    return given.value


def _timeout(given: Given) -> int:
    try:
        timeout = durations.parse(str(given.value))
    except ValueError as error:
        raise given.refused(f"timeout: {error}") from None
    if timeout > _LONGEST:
        raise given.refused("timeout is at most 10m")
    return timeout
