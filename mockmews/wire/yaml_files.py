"""YAML files that people write: plain data, and the line on which each value stands.

Scalars are read as in YAML 1.2, so that `No`, `off` and `11:30` stay the texts that were written; only
true, false, null and numbers are more than text. Duplicate keys, tags and endless aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as FilePath

import yaml
from msgspec import Struct, field

from mockmews.errors import ConfigurationError
from mockmews.wire.given import Path

_MOST_VALUES = 100_000
_DEEPEST = 50
_TAG = "tag:yaml.org,2002:"


class YamlFile(Struct, frozen=True):
    """A file's data and its lines. `place` is the `where` of every reader in this room."""

    name: str
    data: object
    lines: Mapping[Path, int]

    def place(self, path: Path) -> str:
        """`file:line` of a path; of the nearest value around it where there is none."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read_yaml(path: str | FilePath) -> YamlFile:
    """Read a file in UTF-8. ConfigurationError says why it cannot be read, with its line."""
    try:
        content = FilePath(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ConfigurationError(f"{path}: cannot be read ({reason}); check the path") from None
    return parse_yaml(content, name=str(path))


def parse_yaml(content: str | bytes, *, name: str) -> YamlFile:
    """Read the content of the file called `name`. ConfigurationError is `file:line: what`."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{name}:{line}: is not UTF-8; save the file as UTF-8") from None
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigurationError(f"{name}:{line}: is not YAML: {_advised(error)}") from None
    except yaml.YAMLError as error:  # a character that YAML does not know; it has a position, no line
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        raise ConfigurationError(f"{name}:{line}: holds a character that YAML does not allow") from None
    except RecursionError:
        raise ConfigurationError(f"{name}:1: is nested too deeply") from None
    reading = _Reading(name)
    data = None if node is None else reading.value(node, ())
    return YamlFile(name, data, reading.lines)


class _Loader(yaml.SafeLoader):
    """The safe loader with the scalars of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own form


for _kind, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", r"[-+]?[0-9]{1,4000}", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_form})\Z"), [*_first, ""])


def _advised(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "it cannot be read"
    if "escape character" in problem:
        return f"{problem}; put patterns in single quotes"
    if "mapping values are not allowed" in problem:
        return f"{problem}; put texts that hold a colon in quotes"
    if "<block end>" in problem or "cannot start any token" in problem:
        return f"{problem}; check the indentation (by spaces) and the quotes"
    if "could not find expected ':'" in problem or "expected ',' or" in problem:
        return f"{problem}; put texts and patterns that hold any of , : # {{ }} [ ] in quotes"
    return problem


class _Reading(Struct):
    """The walk from YAML's nodes to plain data."""

    name: str
    lines: dict[Path, int] = field(default_factory=dict)

    def value(self, node: yaml.Node, path: Path) -> object:
        line = node.start_mark.line + 1
        # An entry of a map whose value begins below stands where its key is; that was filed before.
        self.lines.setdefault(path, line)
        if len(path) > _DEEPEST or len(self.lines) > _MOST_VALUES:
            raise self._refused(line, "is nested too deeply, or its aliases never end")
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._map(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.value(each, (*path, position)) for position, each in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        raise self._refused(line, f"the tag {node.tag.replace(_TAG, '!!')} is not understood; leave it out")

    def _map(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refused(line, "a key must be a word; put texts that hold { } or [ ] in quotes")
            key = key_node.value
            if key in found:
                first = self.lines[(*path, key)]
                raise self._refused(line, f"{key!r} stands here twice (first on line {first}); keep one")
            if not isinstance(value_node, yaml.ScalarNode):
                self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.ScalarNode, line: int) -> object:
        match node.tag.removeprefix(_TAG):
            case "str":
                return node.value
            case "bool":
                return node.value.lower() == "true"
            case "null":
                return None
            case "int" | "float" as kind:
                try:
                    return int(node.value) if kind == "int" else float(node.value)
                except ValueError:
                    raise self._refused(line, f"{node.value[:40]!r} is not a number") from None
            case other:
                raise self._refused(line, f"the tag !!{other} is not understood; put the value in quotes")

    def _refused(self, line: int, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.name}:{line}: {what}")
