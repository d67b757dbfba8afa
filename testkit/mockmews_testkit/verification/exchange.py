"""What vectors yield and are sent: calls, answers, and how what came differs from what our contract says. No I/O."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

Basis = Literal["documented", "assumed"]

OWN, SECOND, PORTFOLIO, DISABLED, UNPERMITTED = "own", "second", "portfolio", "disabled", "unpermitted"
"""Whose tokens a call carries."""

PREFIX = "/api/connector/v1/"


class _Absent:
    """Stands where an answer has nothing."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()
LEFT_OUT: Any = ...
"""The value of a field that is not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, before tokens and address are known.

    `fields` are sent beside the three that every body has; `raw` is sent in place of all, with `$client` and
    `$access` filled in. `client` and `access` say whose tokens they are. It is sent `after` so many seconds.
    One that is not `patient` is sent at once, and its 429 is an answer like any other.
    """

    path: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    client: str = OWN
    access: str = OWN
    after: float = 0.0
    patient: bool = True

    def body(self, base: Mapping[str, Any]) -> bytes:
        """The bytes to send, given the fields that every body has."""
        if self.raw is not None:
            tokens = [str(base.get(name, "")).encode() for name in ("ClientToken", "AccessToken")]
            return self.raw.replace(b"$client", tokens[0]).replace(b"$access", tokens[1])
        whole = {name: value for name, value in {**base, **self.fields}.items() if value is not LEFT_OUT}
        return json.dumps(whole, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for a call. Header names are in lower case; `reason` is empty where HTTP/2 has none."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str = ""

    def at(self, *path: str | int) -> Any:
        """What stands there in its JSON, or ABSENT."""
        try:
            return _within(json.loads(self.body), path)
        except ValueError:
            return ABSENT

    def each(self, name: str, *path: str | int) -> list[Any]:
        """What stands at `path` of each item of a list; none where there is no list."""
        items = self.at(name)
        return [_within(each, path) for each in items] if isinstance(items, list) else []

    def own(self, *path: str | int) -> list[Any]:
        """That of each message which no front desk wrote: one that answers meanwhile is no difference."""
        items = self.at("Messages")
        if not isinstance(items, list):
            return []
        return [_within(each, path) for each in items if not _is_of_staff(each)]


def _is_of_staff(message: Any) -> bool:
    # A bare text is what the documents of 2025 say (D3).
    return "Enterprise" in (_within(message, ("Sender",)), _within(message, ("Sender", "Discriminator")))


def _within(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


Found = TypeVar("Found")
Flow = Generator[Call, Answer, Found]
"""Yields calls, is sent their answers, and returns what it found out. Raises Differs or Unprepared."""


@dataclass(frozen=True, slots=True)
class Point:
    """A question on which platforms may differ: its row of DRIFT or SILENCE, and the setting that answers it."""

    row: str
    setting: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.row, self.setting) if part)


class Differs(Exception):  # noqa: N818 - a finding, not an error
    """An answer is not what our contract says.

    `points` and `basis` are those of this part, where it has its own.
    """

    def __init__(
        self,
        answer: Answer,
        *,
        came: str,
        wanted: str,
        points: tuple[Point, ...] = (),
        basis: Basis | None = None,
    ) -> None:
        super().__init__(f"{wanted} was expected, {came} came")
        self.answer = answer
        self.came = came
        self.wanted = wanted
        self.points = points
        self.basis = basis


class Unprepared(Exception):  # noqa: N818 - a reason, not an error
    """What a vector stands on could not be made, so that it says nothing."""
