"""The table `[tool.mockmews.app]` of a pyproject.toml, as the same tree that YAML is read into."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from mockmews_testkit.reading.findings import Source, refused
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node, Text

TABLE = ("tool", "mockmews", "app")

_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r'\s*(?:([\w-]+)|"([^"\\]+)")\s*=\s*')
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")

Path = tuple[str, ...]


def read_table(text: str, file: str) -> Node | None:
    """The table; None where the file has none. Raises RefusedError where it is no TOML."""
    try:
        data: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        source = Source(file, int(found[1]), int(found[2])) if found else Source(file, 1, 1)
        problem = f"TOML cannot be read here ({_PLACE.sub('', str(error)).strip()})"
        raise refused(source, problem, "Correct it, or use a mews-app.yaml instead.") from None
    for key in TABLE:
        data = data.get(key) if isinstance(data, dict) else None
    return None if data is None else _Reading(text, file).node(data, TABLE)


class _Reading:
    """The standard library tells no places, so keys are looked up where they begin a line."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._keys: dict[Path, Source] = {}
        self._values: dict[Path, Source] = {}
        self._scan(text)

    def node(self, data: Any, path: Path) -> Node:
        source = self._nearest(self._values, path)
        if isinstance(data, dict):
            return Entries(
                source=source,
                entries=tuple(
                    (
                        Text(source=self._nearest(self._keys, (*path, key)), value=key),
                        self.node(value, (*path, key)),
                    )
                    for key, value in data.items()
                ),
            )
        if isinstance(data, list):
            return Items(source=source, items=tuple(self.node(each, path) for each in data))
        if isinstance(data, str):
            return Text(source=source, value=data)
        value = str(data).lower() if isinstance(data, bool) else str(data)
        return Text(source=source, value=value, plain=True)

    def _nearest(self, places: dict[Path, Source], path: Path) -> Source:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, Source(self._file, 1, 1))

    def _scan(self, text: str) -> None:
        table: Path = ()
        for number, line in enumerate(text.splitlines(), 1):
            header = _HEADER.match(line)
            key = _KEY.match(line)
            if header:
                table = tuple(header[1].split("."))
                self._set(table, Source(self._file, number, header.start(1) + 1))
            elif key:
                group = 1 if key[1] else 2
                path = (*table, key[group])
                self._keys.setdefault(path, Source(self._file, number, key.start(group) + 1))
                self._values.setdefault(path, Source(self._file, number, key.end() + 1))

    def _set(self, path: Path, source: Source) -> None:
        self._keys.setdefault(path, source)
        self._values.setdefault(path, source)
