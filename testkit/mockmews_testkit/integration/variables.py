"""Templates: texts with `${variables}`, filled into the tree that was parsed, never into its text."""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.reading.findings import NOWHERE, Source

ENVIRONMENT = "env."
ANYWHERE = ("uuid", "python", "env.NAME")
PLACE = (
    "app.port", "app.url", "run.dir", "mews.url", "mews.client_token", "mews.access_token", "mews.access_tokens",
    "mews.control_url", "webhook_token", "sink.url", *ANYWHERE,
)  # fmt: skip
GUEST = ("guest.id", "guest.name", "guest.number")
HOTEL = ("hotel.id", "hotel.name", "hotel.number")
MESSAGE = ("text", "message.id", "message.time", "message.unix")
NUMBERS = ("guest.number", "hotel.number", "message.unix", "app.port")
"""Unquoted and alone in a value of `json`, these become numbers, as they would without the variable."""

_VARIABLE = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Variable:
    """`${name}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text in which variables are filled. `plain`: it was written without quotes."""

    parts: tuple[str | Variable, ...]
    source: Source = field(default=NOWHERE, compare=False)
    plain: bool = False

    def fill(self, values: Values) -> str:
        """The text. Raises TestkitError where a variable has no value at this moment."""
        return "".join(self.texts(values))

    def texts(self, values: Values) -> list[str]:
        """Each part's text."""
        return [each if isinstance(each, str) else self._value(each.name, values) for each in self.parts]

    @property
    def names(self) -> list[str]:
        """The variables in it."""
        return [each.name for each in self.parts if isinstance(each, Variable)]

    def _value(self, name: str, values: Values) -> str:
        if name == "uuid" and name not in values:
            return new_uuid()
        if name not in values:
            raise TestkitError(f"{self.source}: ${{{name}}} has no value at this moment.{_WHY.get(name, '')}")
        return values[name]


_WHY = {
    "app.url": " The address is read from what the app prints once it is ready: use it in later keys only.",
}


def parse(text: str, source: Source = NOWHERE, *, plain: bool = False) -> Template:
    """A template. ValueError where a `${` is never closed."""
    parts: list[str | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        before = text[end : found.start()]
        end = found.end()
        if found.group() == "${":
            raise ValueError("a ${ is never closed")
        if found.group(1) is None:
            parts.append(f"{before}${{")
        else:
            parts += [before, Variable(found.group(1))]
    parts.append(text[end:])
    return Template(tuple(_joined(parts)), source, plain)


def _joined(parts: list[str | Variable]) -> Iterator[str | Variable]:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        else:
            yield from (text, part) if text else (part,)
            text = ""
    if text:
        yield text


def fill_tree(tree: Any, values: Values) -> Any:
    """JSON data of a tree whose texts are templates."""
    if isinstance(tree, Template):
        text = tree.fill(values)
        alone = tree.plain and len(tree.parts) == 1 and tree.names and tree.names[0] in NUMBERS
        return int(text) if alone else text
    if isinstance(tree, Mapping):
        return {key: fill_tree(value, values) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [fill_tree(each, values) for each in tree]
    return tree


def templates_in(value: Any) -> Iterator[Template]:
    """Every template in a noun, however deep."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from templates_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from templates_in(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from templates_in(getattr(value, each.name))


def new_uuid() -> str:
    """A fresh UUID; no seed plays a part, as an app may remember ids of earlier runs."""
    return str(UUID(bytes=secrets.token_bytes(16), version=4))
