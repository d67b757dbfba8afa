"""Vectors 50 to 60: filters by time (contract.md 5)."""

from __future__ import annotations

from collections.abc import Callable

from mockmews_testkit.verification import points
from mockmews_testkit.verification.calls import between, find, find_threads
from mockmews_testkit.verification.exchange import LEFT_OUT, Basis, Flow, Point
from mockmews_testkit.verification.expectations import expect, expect_refusal, expect_status
from mockmews_testkit.verification.scene import Scene, Written
from mockmews_testkit.verification.vectors import Vector

_NOON, _LATER = "2026-03-10T12:00:00Z", "2026-03-10T13:00:00Z"
_HOUR = 3600


def _day(date: str) -> str:
    return f"{date}T00:00:00Z"


def _around(
    vector: str,
    says: str,
    interval: Callable[[Written], tuple[str, str]],
    *about: Point,
    found: bool,
    basis: Basis = "documented",
) -> Vector:
    """A vector that asks for an interval beside the only message of a thread."""

    def flow(scene: Scene) -> Flow[None]:
        message = yield from scene.single()
        page = yield find(message.thread, CreatedUtc=between(*interval(message)))
        expect_status(page, 200)
        expect(page, "ids", page.own("Id"), [message.id] if found else [])

    return Vector(vector, says, basis, flow, about)


def _of_messages(vector: str, says: str, basis: Basis, interval: object, *about: Point) -> Vector:
    """A vector of an interval that is refused."""

    def flow(scene: Scene) -> Flow[None]:
        thread = yield from scene.thread()
        expect_refusal((yield find(thread, CreatedUtc=interval)), 400, "Invalid CreatedUtc")

    return Vector(vector, says, basis, flow, about)


def _a_month(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    month = between(_day("2026-02-10"), _day("2026-03-10"))
    expect_status((yield find(thread, CreatedUtc=month)), 200)


def _three_months(scene: Scene) -> Flow[None]:
    thread = yield from scene.thread()
    three = between(_day("2025-12-10"), _day("2026-03-10"))
    four = between(_day("2025-11-10"), _day("2026-03-10"))
    for name in ("CreatedUtc", "UpdatedUtc"):
        expect_status((yield find_threads(thread, **{name: three})), 200)
        expect_refusal((yield find_threads(thread, **{name: four})), 400, f"Invalid {name}")


def _milliseconds(message: Written) -> tuple[str, str]:
    start = message.created if "." in message.created else f"{message.created.removesuffix('Z')}.000Z"
    return start, f"{message.shifted(_HOUR).removesuffix('Z')}.000Z"


def _with_offset(message: Written) -> tuple[str, str]:
    east = [f"{message.shifted(2 * _HOUR + seconds).removesuffix('Z')}+02:00" for seconds in (0, _HOUR)]
    return east[0], east[1]


VECTORS = (
    _around("50", "The start belongs to an interval.", lambda each: (each.created, each.shifted(_HOUR)),
            found=True),
    _around("51", "The end does not.", lambda each: (each.shifted(-_HOUR), each.created), points.INTERVAL_ENDS,
            found=False),
    _around("52", "Equal ends mean that instant.", lambda each: (each.created, each.created), points.EQUALITY,
            found=True),
    _around("53", "Equal ends at another instant find nothing.",
            lambda each: (each.shifted(1), each.shifted(1)), found=False),
    Vector("54", "messages/getAll takes an interval of a month.", "documented", _a_month),
    _of_messages("55", "It refuses a longer one.", "documented", between(_day("2026-02-01"), _day("2026-03-10"))),
    Vector("56", "messageThreads/getAll takes three months, and refuses four.", "documented", _three_months),
    _of_messages("57", "An interval without end is refused.", "documented", between(_NOON, LEFT_OUT),
                 points.INTERVAL_BOUNDS),
    _of_messages("58", "A start after the end is refused.", "assumed", between(_LATER, _NOON),
                 points.START_AFTER_END),
    _around("59", "Instants with milliseconds are taken.", _milliseconds, found=True, basis="assumed"),
    _of_messages("60", "A date alone is refused.", "assumed", between("2026-03-10", _LATER), points.ZONE),
    _of_messages("S33", "A month is a calendar month, not a day more.", "assumed",
                 between(_day("2026-02-10"), _day("2026-03-11")), points.MONTH),
    _of_messages("S34.1", "An instant without a zone is refused.", "assumed",
                 between("2026-03-10T12:00:00", _LATER), points.ZONE),
    _around("S34.2", "An instant with an offset is converted.", _with_offset, points.ZONE, found=True,
            basis="assumed"),
)  # fmt: skip
"""In the order of the contract's list, then the questions that it does not number."""
