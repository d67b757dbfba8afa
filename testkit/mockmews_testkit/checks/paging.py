"""Laws of pages and intervals: PAGE-01 and PAGE-02."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from mockmews_testkit.checks.happenings import LOOK_UPS, Call, Message, as_map
from mockmews_testkit.checks.results import Proof, Verdict, judged, not_exercised
from mockmews_testkit.checks.story import Reply, Story

_MONTHS = {"messages/getAll": 1, "messageThreads/getAll": 3}
_TOLERANCE = timedelta(days=1)  # contract.md 5: an effective cap of a day more was observed
_NO_LOOK_UPS = "the app called no getAll"


def follows_cursor(story: Story) -> Verdict:
    """PAGE-01: a message that is not on the first page is found on a later one."""
    pages = [each for each in story.calls if each.operation == "messages/getAll" and each.status == 200]
    if not pages:
        return not_exercised(_NO_LOOK_UPS)
    proofs: list[Proof] = []
    exercised = False
    for reply in story.replies:
        told, guest = story.told(reply.id), story.guest(reply.guest)
        first = _page_without(story, pages, reply)
        if told is None or guest is None or first is None:
            continue
        if story.times_shown(guest, reply.text):
            exercised = True
        elif story.overdue(max(told.ended, first.ended)) and not _met_trouble(story, told.begun):
            exercised = True
            problem = (
                f'"{reply.text}" stood behind the first {_count(first)} messages of messages/getAll '
                f"and was not shown to {guest.name}"
            )
            proofs.append(story.proof(problem, first.number, told.number, message=reply.id))
    add = "let the front desk write more replies than the Count of the app's getAll, and deliver the oldest"
    return judged(proofs, exercised=exercised, otherwise=f"everything stood on one page; {add}")


def behind_a_page(story: Story, reply: Reply) -> bool:
    """Whether a reply stood behind the first page of a messages/getAll about it."""
    pages = [each for each in story.calls if each.operation == "messages/getAll" and each.status == 200]
    return _page_without(story, pages, reply) is not None


def _page_without(story: Story, pages: list[Call], reply: Reply) -> Call | None:
    """A first page that was asked for because of a reply, and on which it could not stand."""
    told = story.told(reply.id)
    for page in pages:
        if told is None or page.begun < told.begun or page.cursor is not None or "CreatedUtc" in page.body:
            continue
        if reply.message.thread in page.threads and _newer(story, page, reply.message) >= _count(page):
            return page
    return None


def _newer(story: Story, page: Call, message: Message) -> int:
    """How many messages stood before this one when the page was asked for."""
    numbers = story.numbers_by_thread
    return sum(
        max(0, bisect_left(numbers[thread], page.number) - bisect_right(numbers[thread], message.number))
        for thread in set(page.threads)
        if thread in numbers
    )


def _count(page: Call) -> int:
    count = as_map(page.body.get("Limitation")).get("Count")
    return int(count) if isinstance(count, int | float) and count >= 1 else 1000


def _met_trouble(story: Story, since: float) -> bool:
    return any(each.ended >= since for each in story.troubled)


def intervals_fit(story: Story) -> Verdict:
    """PAGE-02: one month at most for messages, three for threads."""
    calls = [each for each in story.calls if each.operation in LOOK_UPS]
    proofs = [
        story.proof(
            f"{call.operation} asked for {name} from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}; "
            f"the longest is {_MONTHS[call.operation]} months",
            call.number,
        )
        for call in calls
        for name, start, end in too_long(call)
    ]
    return judged(proofs, exercised=bool(calls), otherwise=_NO_LOOK_UPS)


def too_long(call: Call) -> list[tuple[str, datetime, datetime]]:
    """The intervals of a call that are longer than the contract allows: name, start and end."""
    found = []
    for name in ("CreatedUtc", "UpdatedUtc"):
        interval = as_map(call.body.get(name))
        start, end = instant(interval.get("StartUtc")), instant(interval.get("EndUtc"))
        months = _MONTHS.get(call.operation)
        if start is None or end is None or months is None:
            continue
        if end - start > _months_after(start, months) - start + _TOLERANCE:
            found.append((name, start, end))
    return found


def instant(value: object) -> datetime | None:
    """An instant as Mews writes it; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _months_after(start: datetime, months: int) -> datetime:
    place = start.month - 1 + months
    year, month = start.year + place // 12, place % 12 + 1
    if year > datetime.max.year:
        return datetime.max.replace(tzinfo=UTC)
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
