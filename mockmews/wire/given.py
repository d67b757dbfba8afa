"""A value that a user gave, in a file or in JSON, together with the place where it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec import Struct

from mockmews.errors import ConfigurationError
from mockmews.settings import suggestion

Path = tuple[str | int, ...]
"""The keys and list positions (from 0) that lead to a value."""

Where = Callable[[Path], str]
"""Says where a path stands, as users find it: `hotel.yaml:12`, or `reply_rules[1].when.text`."""


def in_json(root: str) -> Where:
    """Places in JSON: the root's name, then keys and positions."""

    def where(path: Path) -> str:
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        return f"{root}{steps}"

    return where


class Given(Struct, frozen=True):
    """One value, its path, and how to say where that is. Its methods raise ConfigurationError."""

    value: object
    where: Where
    path: Path = ()

    @classmethod
    def of(cls, data: object, where: str | Where) -> Given:
        """The root of data that was decoded; `where` may be the root's name, for JSON."""
        return cls(data, in_json(where) if isinstance(where, str) else where)

    @property
    def name(self) -> str:
        """What messages call this value: its key, or its list's key and its number from 1."""
        for length in range(len(self.path), 0, -1):
            step = self.path[length - 1]
            if isinstance(step, str):
                return " ".join([step, *(str(int(each) + 1) for each in self.path[length:])])
        return "item " + " ".join(str(int(each) + 1) for each in self.path) if self.path else "this"

    @property
    def seen(self) -> str:
        """The value as messages show it, cut where it is long."""
        if isinstance(self.value, dict | list):
            return "a map" if isinstance(self.value, dict) else "a list"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return str(self.value).lower()
        text = repr(self.value)
        return text if len(text) <= 60 else f"{text[:57]}..."

    def refused(self, what: str) -> ConfigurationError:
        """The error that says where, and what."""
        return ConfigurationError(f"{self.where(self.path)}: {what}")

    def below(self, step: str | int, value: object) -> Given:
        """A value inside this one."""
        return Given(value, self.where, (*self.path, step))

    def text(self) -> str:
        """This value as a text that is not blank."""
        if not isinstance(self.value, str):
            advice = "" if isinstance(self.value, dict | list) or self.value is None else "; put it in quotes"
            raise self.refused(f"{self.name} takes a text, not {self.seen}{advice}")
        if not self.value.strip():
            raise self.refused(f"{self.name} is blank; write a text, or leave {self.name} out")
        return self.value

    def flag(self) -> bool:
        """This value as true or false."""
        if not isinstance(self.value, bool):
            raise self.refused(f"{self.name} takes true or false, not {self.seen}")
        return self.value

    def count(self) -> int:
        """This value as a whole number from 1."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            raise self.refused(f"{self.name} takes a whole number from 1, not {self.seen}")
        return self.value

    def items(self) -> list[Given]:
        """The values of this list."""
        if not isinstance(self.value, list | tuple):
            raise self.refused(f"{self.name} takes a list, not {self.seen}")
        return [self.below(position, each) for position, each in enumerate(self.value)]

    def fields(self, known: Collection[str]) -> dict[str, Given]:
        """The values of this map, whose keys must be among `known`."""
        if not isinstance(self.value, dict):
            raise self.refused(f"{self.name} takes a map of {', '.join(known)}; not {self.seen}")
        for key in self.value:
            if key not in known:
                near = suggestion(str(key), dict.fromkeys(known))
                raise self.below(str(key), None).refused(
                    f"there is no {str(key)[:60]!r} here.{near} Known are {', '.join(known)}"
                )
        return {key: self.below(key, value) for key, value in self.value.items()}
