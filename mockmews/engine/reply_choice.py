"""Which reply rule answers a guest's message, and why each other one does not: a decision without I/O."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from mockmews import durations
from mockmews.durations import Duration
from mockmews.engine.templates import fill
from mockmews.model.replies import Choice, MessageFacts, ReplyRule, TextPattern
from mockmews.wire.patterns import compile_pattern

# The most that a pattern may cost: its instructions times the text's characters. Measured: RE2 at its very
# slowest does about 200 million such steps in a second, and thousands of times more on usual patterns.
_MOST_STEPS = 100_000_000

_compiled = lru_cache(maxsize=512)(compile_pattern)


def choose(rules: Sequence[ReplyRule], facts: MessageFacts, used: frozenset[int], fraction: float) -> Choice:
    """The first rule that matches decides. `used` are the numbers (from 1) of once-rules that have served.

    `fraction` (0 <= fraction < 1) picks the delay inside the rule's range; it comes from the world's seed.
    """
    reasons: list[str] = []
    for number, rule in enumerate(rules, 1):
        matched = _match(rule, facts, is_used=number in used)
        if isinstance(matched, str):
            reasons.append(f"rule {number}: {matched}")
            continue
        texts, troubles = _texts(rule, facts, matched)
        after = rule.after.pick(fraction)
        reasons.append(f"rule {number} answers: {_decision(rule, texts, after)}")
        reasons += (f"rule {number}: {trouble}" for trouble in troubles)
        if number < len(rules):
            reasons.append(_untried(number + 1, len(rules)))
        return Choice(number, texts, after, rule.then, number if rule.once else None, tuple(reasons))
    reasons.append("no rule matches: silent" if rules else "there are no reply rules: silent")
    return Choice(reasons=tuple(reasons))


def _match(rule: ReplyRule, facts: MessageFacts, *, is_used: bool) -> dict[str, str] | str:
    """The named groups where the rule applies, else why it does not."""
    if rule.once and is_used:
        return "has served once already"
    if rule.thread_is_new and facts.nth != 1:
        return f"wants a new thread, and this is the guest's message no. {facts.nth} in it"
    if rule.nth is not None and rule.nth != facts.nth:
        return f"wants the guest's message no. {rule.nth} in the thread, and this is no. {facts.nth}"
    groups: dict[str, str] = {}
    for name, pattern, text in (
        ("sender", rule.sender, facts.sender),
        ("subject", rule.subject, facts.subject),
        ("text", rule.text, facts.text),
    ):
        if pattern is None:
            continue
        found = _find(pattern, text)
        if isinstance(found, str):
            return f"{name} {found}"
        groups |= found
    return groups


def _find(pattern: TextPattern, text: str) -> dict[str, str] | str:
    """The named groups where the pattern holds (a group that took no part is empty), else why it does not."""
    if pattern.flags is None:
        return {} if text == pattern.text else f"is not {_shortened(repr(pattern.text))}"
    compiled = _compiled(pattern)
    if len(text) * compiled.programsize > _MOST_STEPS:
        return f"is too long ({len(text):,} characters) for {_shortened(pattern.written)}"
    found = compiled.search(text)
    if found is None:
        return f"does not match {_shortened(pattern.written)}"
    return {name: value or "" for name, value in found.groupdict().items()}


def _texts(rule: ReplyRule, facts: MessageFacts, groups: dict[str, str]) -> tuple[tuple[str, ...], list[str]]:
    """The rule's texts filled in, and what is wrong with those that had to be left out."""
    values = {"sender": facts.sender, "subject": facts.subject, "text": facts.text, **groups}
    texts: list[str] = []
    troubles: list[str] = []
    for position, template in enumerate(rule.texts, 1):
        try:
            texts.append(fill(template, values))
        except ValueError as error:
            troubles.append(f"text {position} is left out: it {error}")
    return tuple(texts), troubles


def _decision(rule: ReplyRule, texts: tuple[str, ...], after: Duration) -> str:
    words = []
    if texts:
        words.append("1 text" if len(texts) == 1 else f"{len(texts)} texts")
    if rule.then is not None:
        words.append(rule.then)
    return f"{', '.join(words)}, after {durations.render(after)}" if words else "silent"


def _untried(first: int, last: int) -> str:
    which = f"rule {first}" if first == last else f"rules {first} to {last}"
    return f"{which}: not tried, since the first match wins"


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
