"""Where a key stands in an app file, so that advice names the very line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mockmews_testkit.integration import toml_reading
from mockmews_testkit.reading import yaml_problems, yaml_reading
from mockmews_testkit.reading.findings import RefusedError, Source
from mockmews_testkit.reading.yaml_reading import Entries, Items, Node


@dataclass(frozen=True, slots=True)
class Places:
    """An app file as a tree with places; without a tree nothing is found."""

    root: Node | None
    lines: tuple[str, ...]

    @classmethod
    def of(cls, path: Path) -> Places:
        """Read the file once more. One that is gone or broken by now has no places."""
        try:
            text = yaml_problems.decode(path.read_bytes(), str(path))
            root = (
                toml_reading.read_table(text, str(path))
                if path.suffix == ".toml"
                else next(iter(yaml_reading.read(text, str(path)).documents), None)
            )
        except (OSError, RefusedError):
            return cls(None, ())
        return cls(root, tuple(text.split("\n")))

    def find(self, key: tuple[str, ...]) -> Source | None:
        """Where a key stands, or the nearest above it; None where not even its first is there."""
        node, source = self.root, None
        for each in key:
            if isinstance(node, Items) and node.items:
                node = node.items[0]
            if not isinstance(node, Entries):
                break
            found = next((entry for entry in node.entries if entry[0].value == each), None)
            if found is None:
                break
            source, node = found[0].source, found[1]
        return source

    def line(self, source: Source | None) -> str:
        """The line of a place as it stands in the file."""
        if source is None or not 0 < source.line <= len(self.lines):
            return ""
        return self.lines[source.line - 1].strip()
