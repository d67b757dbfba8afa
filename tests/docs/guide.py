"""A guide for users as tests read it: its fenced blocks, each by what stands behind its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it is, its text, and the line it begins on."""

    kind: str
    text: str
    line: int


def blocks(document: str) -> list[Block]:
    """The blocks of a document, named from the project's root."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.finditer(r"^```(.+)\n((?:.*\n)*?)```$", text, re.MULTILINE)
    return [Block(each[1], each[2], text.count("\n", 0, each.start()) + 1) for each in found]
