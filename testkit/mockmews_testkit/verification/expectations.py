"""What vectors expect of answers: each function returns where it holds, and raises Differs where not."""

from __future__ import annotations

import json
import re
from typing import Any

from mockmews_testkit.verification.exchange import ABSENT, Answer, Basis, Call, Differs, Flow, Point
from mockmews_testkit.verification.vectors import Vector

_WIDEST = 240
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def expect(
    answer: Answer, what: str, came: Any, wanted: Any, *points: Point, basis: Basis | None = None
) -> None:
    """That a part of an answer is as wanted; `what` names the part."""
    if _canonical(came) != _canonical(wanted):
        raise Differs(
            answer,
            came=f"{what} {shown(came)}",
            wanted=f"{what} {shown(wanted)}",
            points=points,
            basis=basis,
        )


def expect_that(
    answer: Answer, holds: bool, *, came: str, wanted: str, points: tuple[Point, ...] = (),  # noqa: FBT001
    basis: Basis | None = None,
) -> None:  # fmt: skip
    """That something holds of an answer, which two texts put into words."""
    if not holds:
        raise Differs(answer, came=came, wanted=wanted, points=points, basis=basis)


def expect_status(answer: Answer, *wanted: int, points: tuple[Point, ...] = ()) -> None:
    """That its status is one of these."""
    if answer.status not in wanted:
        came = f"{answer.status} {_cut(answer.body.decode(errors='replace'))}".strip()
        raise Differs(answer, came=came, wanted=" or ".join(map(str, wanted)), points=points)


def expect_refusal(answer: Answer, status: int, text: str = "") -> None:
    """That it refuses with this status, an error body, and a Message that begins with `text`.

    Observed texts of Mews go on behind the documented words, so only their beginning is compared.
    """
    expect_status(answer, status)
    message = answer.at("Message")
    if not isinstance(message, str) or not message.startswith(text):
        wanted = f"Message that begins with {shown(text)}" if text else "Message"
        raise Differs(answer, came=f"Message {shown(message)}", wanted=wanted, basis="assumed")


def expect_identifier(answer: Answer, what: str, came: Any, *points: Point) -> None:
    """That it is a UUID in lower case with hyphens."""
    if not isinstance(came, str) or not _UUID.fullmatch(came):
        raise Differs(
            answer, came=f"{what} {shown(came)}", wanted=f"{what}, a lower-case UUID", points=points
        )


def expect_keys(answer: Answer, what: str, came: Any, *wanted: str, points: tuple[Point, ...] = ()) -> None:
    """That an object has these fields and no others, in any order."""
    names = sorted(came) if isinstance(came, dict) else came
    expect(answer, f"fields of {what}", names, sorted(wanted), *points)


def refusal(
    vector: str, says: str, basis: Basis, call: Call, text: str, *points: Point, status: int = 400
) -> Vector:
    """A vector of one call that is refused."""

    def flow(_: object) -> Flow[None]:
        expect_refusal((yield call), status, text)

    return Vector(vector, says, basis, flow, points)


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    return repr(value) if value is ABSENT else _cut(json.dumps(value, ensure_ascii=False, default=repr))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 20]}... ({len(text)} characters)"


def _canonical(value: Any) -> str:
    # As text, so that true is not 1 and ABSENT is nothing else.
    return json.dumps(value, sort_keys=True, default=repr)
