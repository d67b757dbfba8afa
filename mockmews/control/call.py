"""One call of the control API, whichever way it came: over HTTP or from the same process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct, field

from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ControlError

Json = dict[str, Any]

_LONGEST_NUMBER = 18


class Call(Struct, frozen=True):
    """What is asked: the path's parameters, the query, and the decoded JSON body."""

    mock: MockMews
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def world(self) -> LiveWorld:
        """The world that the path names. Raises ControlError 404."""
        return self.mock.worlds.named(self.path["id"])

    @property
    def given(self) -> Any:
        """The body, an empty object where there is none."""
        return {} if self.body is None else self.body

    def number(self, name: str, default: int) -> int:
        """A whole number of the query. Raises ControlError 422."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
            raise ControlError(422, "bad_query", f"{name}={text[:40]} is not a whole number from 0.")
        return int(text)

    def flag(self, name: str) -> bool:
        """`true` or `false` of the query; false where it is absent. Raises ControlError 422."""
        text = self.query.get(name, "false")
        if text not in ("true", "false"):
            raise ControlError(422, "bad_query", f"{name}={text[:40]} is neither true nor false.")
        return text == "true"


Handle = Callable[[Call], Json | Awaitable[Json]]


class Endpoint(Struct, frozen=True):
    """One route: method and path template, what answers it, and what it says of itself."""

    method: str
    path: str
    handle: Handle
    summary: str
    takes: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    takes_anything: bool = False
