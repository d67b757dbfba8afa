"""What became of each reply: told by a webhook, shown or not, and which check answers for one that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mockmews_testkit.checks.happenings import Call, as_map
from mockmews_testkit.checks.paging import behind_a_page, instant
from mockmews_testkit.checks.record import Guest
from mockmews_testkit.checks.story import Reply, Story
from mockmews_testkit.checks.texts import nearest
from mockmews_testkit.checks.troubles import came_early, reading_troubled

MANY = 100
"""So many events in one body are HOOK-06's."""


def told_replies(story: Story) -> Iterator[tuple[Guest, Reply]]:
    """The replies that the app must know of, with the guest who shall see them.

    Webhooks that were held, dropped, refused by the app or sent with a wrong token prove nothing.
    """
    for reply in story.replies:
        guest = story.guest(reply.guest)
        if guest is not None and story.told(reply.id) is not None:
            yield guest, reply


def is_missing(story: Story, guest: Guest, reply: Reply) -> bool:
    """Whether a reply of which the app knows was not shown in all the time it may take."""
    told = story.told(reply.id)
    if told is None or story.times_shown(guest, reply.text):
        return False
    if not story.record.splits and story.channel.too_long(reply.text):
        return False  # the channel refuses it
    return story.overdue(told.ended)


def is_anothers(story: Story, reply: Reply) -> bool:
    """Whether a missing reply is for another check than SHOW-01: something special was in its way."""
    told = story.told(reply.id)
    return (
        told is None
        or reading_troubled(story, reply)
        or any(not each.taken for each in story.attempts_of(reply.id))
        or came_early(story, reply)
        or len(told.messages) >= MANY
        or behind_a_page(story, reply)
        or lost_with_its_hotel(story, reply)
        or ended_in_running_second(story, reply) is not None
        or (story.record.payload == "ids_only" and not shows_any(story))
    )


def lost_with_its_hotel(story: Story, reply: Reply) -> bool:
    """Whether nothing of the reply's hotel was shown, though replies of another hotel were: THREAD-05's."""
    hotel, shown = story.hotels.get(reply.message.thread), story.hotels_shown
    return story.record.several_hotels and bool(shown) and hotel not in shown


def shows_any(story: Story) -> bool:
    """Whether any reply was shown to anyone."""
    return any(story.times_shown(guest, reply.text) for guest, reply in told_replies(story))


def was_shown_otherwise(story: Story, guest: Guest, reply: Reply) -> bool:
    """Whether the guest was shown something near to a reply, so that it was found and then changed."""
    strange = [guest.shown[place].text for place in story.strangers(guest)]
    return nearest(reply.text, strange) is not None or any(each and each in reply.text for each in strange)


def was_shown_to_another(story: Story, guest: Guest, reply: Reply) -> bool:
    """Whether somebody else was shown a reply, to whom the front desk had not written it."""
    return any(
        each.key != guest.key and story.times_shown(each, reply.text) > story.times_written(each, reply.text)
        for each in story.guests
    )


def ended_in_running_second(story: Story, reply: Reply) -> Call | None:
    """A getAll about a reply whose interval ended in the second that was running, and so left it out."""
    told, written = story.told(reply.id), instant(reply.message.at)
    if told is None or written is None:
        return None
    for call in story.calls:
        end = instant(as_map(call.body.get("CreatedUtc")).get("EndUtc"))
        asked = instant(call.entry.get("at"))
        if call.begun < told.begun or end is None or asked is None:
            continue
        if end <= written and abs(asked - end) <= timedelta(seconds=1.5):
            return call
    return None


def delivered_again(story: Story, reply: Reply) -> bool:
    """Whether the app was told of a reply once more after it had taken the webhook, or started anew since."""
    told = story.told(reply.id)
    if told is None:
        return False
    again = any(
        each is not told and each.begun >= told.begun and not each.wrong_token
        for each in story.attempts_of(reply.id)
    )
    return again or any(outage.began >= told.begun for outage in story.record.outages)


def failed_first(story: Story, reply: Reply) -> bool:
    """Whether a webhook about a reply failed before one was taken, or reading it did before it was shown."""
    told, guest = story.told(reply.id), story.guest(reply.guest)
    if told is None:
        return False
    before = [each for each in story.attempts_of(reply.id) if not each.taken and not each.wrong_token]
    place = story.first_shown(guest, reply.text) if guest is not None else None
    seen = guest.shown[place].seen if guest is not None and place is not None else 0
    return bool(before) or any(
        call.failed
        and call.begun >= told.begun - 0.001
        and (not seen or call.number <= seen)
        and reply.message.thread in call.threads
        for call in story.calls
    )
