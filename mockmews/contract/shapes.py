"""A request's schema compiled: one fast check for the whole body, and the way to its first problem.

contract.md 13a: fields are checked in the order of the document, an array's length before its items, and
the first error ends it. So a refused body costs one walk to its first bad place, however much follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema_rs import Draft202012Validator
from msgspec import Struct

from mockmews.contract.document import schema as schema_named
from mockmews.contract.formats import FORMATS
from mockmews.contract.operations import page
from mockmews.contract.variants import Schema, Values, relevant_values, request_schema
from mockmews.settings import Settings

# What a single value can break, in the order in which it is looked for.
_RULES = ("type", "minLength", "maxLength", "minimum", "maximum", "format")
_NAMES_COMPARED = 32
_LONGEST_NAME = 64


class Problem(Struct, frozen=True):
    """The first thing wrong in a body.

    `field` is what `Invalid {field}` names, `path` leads to the value, `rule` is the keyword of `schema`
    that it breaks. `sent` and `known` are a pair of names that look alike, where a name was mistyped.
    """

    field: str
    path: str
    rule: str
    value: Any
    schema: Mapping[str, Any]
    page: str = ""
    sent: str = ""
    known: str = ""


class Shape(Struct, frozen=True):
    """One schema with its check, and the shapes of what lies within it."""

    schema: Schema
    is_valid: Callable[[Any], bool]
    page: str
    properties: Mapping[str, Shape]
    items: Shape | None
    renames: bool

    def renamed(self, value: Any) -> Any:
        """The value with its names as the document has them: any case, or an alias, where a setting allows.

        A name that is already right wins over one that has to be renamed.
        """
        if not self.renames:
            return value
        if self.items is not None and isinstance(value, list):
            return [self.items.renamed(each) for each in value]
        if not self.properties or not isinstance(value, dict):
            return value
        result: dict[str, Any] = {}
        for sent, each in value.items():
            name = sent if sent in self.properties else self._known_name(sent)
            if name == sent or name not in value:
                result[name] = self.properties[name].renamed(each) if name in self.properties else each
        return result

    def _known_name(self, sent: str) -> str:
        aliases: Mapping[str, str] = self.schema.get("x-aliases", {})
        if not self.schema.get("x-any-case"):
            return aliases.get(sent, sent)
        folded = {name.lower(): name for name in self.properties}
        folded |= {alias.lower(): name for alias, name in aliases.items()}
        return folded.get(sent.lower(), sent)

    def first_problem(self, value: Any, field: str = "", path: str = "") -> Problem | None:
        """What is wrong first, or None."""
        if self.is_valid(value):
            return None
        problem = None
        if self.items is not None and isinstance(value, list):
            problem = self._problem_of_items(self.items, value, field, path)
        elif self.properties and isinstance(value, dict):
            names = (self.problem_at(name, value, field, path) for name in self.properties)
            problem = next(filter(None, names), None) or self.unknown_name(value, field, path)
        return problem or Problem(field, path, self._broken_rule(value), value, self.schema, self.page)

    def _problem_of_items(self, items: Shape, value: list[Any], field: str, path: str) -> Problem | None:
        for rule, broken in (
            ("minItems", len(value) < self.schema.get("minItems", 0)),
            ("maxItems", len(value) > self.schema.get("maxItems", len(value))),
        ):
            if broken:
                return Problem(field, path, rule, value, self.schema, self.page)
        for index, each in enumerate(value):
            if not items.is_valid(each):
                return items.first_problem(each, field, f"{path}[{index}]")
        return None

    def problem_at(self, name: str, value: dict[str, Any], field: str = "", path: str = "") -> Problem | None:
        """What is wrong first with one property of an object, or None."""
        shape = self.properties[name]
        inner = f"{path}.{name}" if path else name
        named = self._named(field, name)
        if name in value:
            return shape.first_problem(value[name], named, inner)
        if name not in self.schema.get("required", ()):
            return None
        sent, known = self.mistyped(value, [name])
        return Problem(named, inner, "required", None, shape.schema, shape.page or self.page, sent, known)

    def unknown_name(self, value: dict[str, Any], field: str = "", path: str = "") -> Problem | None:
        """The first name that the document does not know, where such are refused (contract.md 12 row 6)."""
        if self.schema.get("additionalProperties", True):
            return None
        for name in value:
            if name not in self.properties:
                named = self._named(field, name[:_LONGEST_NAME])
                sent, known = self.mistyped({name: None}, self.properties)
                return Problem(named, path, "additionalProperties", name, self.schema, self.page, sent, known)
        return None

    def _named(self, field: str, name: str) -> str:
        # contract.md 13a: an interval is named itself, not what is wrong within.
        return field if "x-max-interval-in-months" in self.schema else name

    def mistyped(self, value: dict[str, Any], wanted: Iterable[str]) -> tuple[str, str]:
        """The name sent that looks most like one of those wanted, and that one; else two empty texts."""
        import difflib  # here: few bodies are refused

        unknown = (name for name in value if name not in self.properties and len(name) <= _LONGEST_NAME)
        folded = {name.lower(): name for name in islice(unknown, _NAMES_COMPARED)}
        for name in wanted:
            for near in difflib.get_close_matches(name.lower(), folded, n=1):
                return folded[near], name
        return "", ""

    def _broken_rule(self, value: Any) -> str:
        for rule in _RULES:
            if rule in self.schema and not _check({rule: self.schema[rule]}).is_valid(value):
                return rule
        raise AssertionError(f"{value!r:.80} breaks none of the rules {_RULES}; the document has a new one.")


def _check(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(schema, formats=dict(FORMATS), validate_formats=True)


def compiled(schema: Schema, inherited_page: str = "") -> Shape:
    """The shape of a schema and of all within it."""
    its_page = page(schema) or inherited_page
    properties = {name: compiled(each, its_page) for name, each in schema.get("properties", {}).items()}
    items = compiled(schema["items"], its_page) if "items" in schema else None
    within = [*properties.values(), *([items] if items else [])]
    renames = "x-any-case" in schema or "x-aliases" in schema or any(each.renames for each in within)
    return Shape(schema, _check(schema).is_valid, its_page, properties, items, renames)


def request_shape(operation: str, settings: Settings) -> Shape:
    """The shape of an operation's request under these settings; compiled once for each set of values."""
    return _request_shape(operation, relevant_values(settings))


@lru_cache(maxsize=256)
def _request_shape(operation: str, values: Values) -> Shape:
    return compiled(request_schema(operation, values))


@lru_cache(maxsize=64)
def checker(name: str) -> Draft202012Validator:
    """The check of one schema of the document, for instance `MessageResult` or `GeneralWebhook`."""
    return _check(schema_named(name))
