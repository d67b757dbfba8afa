"""What stood in the way of a text or a reply: calls that failed, and what the guest was told about it."""

from __future__ import annotations

from mockmews_testkit.checks.happenings import ADDS, Call, Message
from mockmews_testkit.checks.record import Guest, GuestText
from mockmews_testkit.checks.story import Reply, Story

_AROUND_AN_OUTAGE = 1.0  # seconds before an outage in which the app may not have seen an answer


def in_the_way(story: Story, text: GuestText, message: Message | None) -> list[Call]:
    """Calls in trouble between the moment a guest wrote and the moment the text was in Mews, if it ever was."""
    others = {each.text for each in story.texts if each.guest != text.guest} - {text.text}
    until = story.record.ended if message is None else message.elapsed
    return [
        call
        for call in story.calls
        if call.number > text.since
        and call.begun <= until
        and (call.troubled or call.refused)
        and not (call.texts and set(call.texts) <= others)
    ]


def refused_for_good(story: Story, text: GuestText) -> bool:
    """Whether a fault refused the text with 400, 401 or 403, or Mews did for being blank or not allowed."""
    return any(
        call.refused and (call.injected or call.status != 400 or not text.text.strip())
        for call in in_the_way(story, text, None)
    )


def outcome_hidden(story: Story, text: str) -> list[Call]:
    """Calls that brought a text to Mews, of which the app may not know: the answer was lost, or the app ended."""
    return [
        call
        for call in story.calls
        if call.operation == ADDS[1]
        and (call.hidden or story.was_down(call.begun, call.ended + _AROUND_AN_OUTAGE))
        and text in call.texts
    ]


def doubled_for_a_reason(story: Story, text: str) -> bool:
    """Whether the app could not know that a text was in Mews when it added it once more."""
    brought = [call.number for call in story.calls if call.operation == ADDS[1] and text in call.texts]
    return any(call.number < brought[-1] for call in outcome_hidden(story, text))


def reading_troubled(story: Story, reply: Reply) -> bool:
    """Whether a call was in trouble since a webhook told of a reply: the app may not have been able to read it."""
    attempts = story.attempts_of(reply.id)
    return bool(attempts) and any(call.ended >= attempts[0].begun for call in story.troubled)


def came_early(story: Story, reply: Reply) -> bool:
    """Whether the event of a reply went out before the reply could be read."""
    early = any(hit.does("early") and hit.cause == reply.message.number for hit in story.hits)
    return early or story.record.settings.get("read_lag", "0s") != "0s"


def notices(story: Story, guest: Guest, since: Call) -> list[str]:
    """What the guest was shown since a call that neither the front desk nor the guest wrote."""
    strange = set(story.strangers(guest))
    own_words = {each.text for each in story.texts if each.guest == guest.key}
    return [
        each.text
        for place, each in enumerate(guest.shown)
        if (each.own or place in strange)
        and each.text not in own_words
        and (each.seen >= since.number or (each.elapsed is not None and each.elapsed >= since.begun))
    ]


def after_a_fault(story: Story, seen: int, elapsed: float | None) -> bool:
    """Whether something had gone wrong for the app by then, so that it may have a notice for its guests."""
    wrong = [call.number for call in story.calls if call.troubled or call.refused]
    wrong += [hit.number for hit in story.hits if not hit.is_short_wait]
    if elapsed is not None:
        return any(each["number"] in wrong and each["elapsed"] <= elapsed for each in story.record.entries)
    return any(number <= seen for number in wrong) or (seen == 0 and bool(wrong))
