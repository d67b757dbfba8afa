"""The terminal: shows a transcript as it happens, in colour where that is wanted."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

import click

from mockmews_testkit.scenario.events import Event
from mockmews_testkit.scenario.transcript import Transcript, printable

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "guest": {"fg": "cyan"},
    "hotel": {"fg": "yellow"},
    "wire": {"dim": True},
    "shown": {"fg": "cyan", "dim": True},
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
}


class Terminal:
    """Writes events to a stream. NO_COLOR and streams that are no terminal get plain text."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._colours = self._stream.isatty() and not os.environ.get("NO_COLOR")
        self._transcript = Transcript()

    def tell(self, event: Event) -> None:
        """Write what an event is worth."""
        for style, text in self._transcript.lines(event):
            self.line(text, style)

    def line(self, text: str, style: str = "") -> None:
        """Write a line, or several; control characters in it cannot reach the terminal."""
        text = "\n".join(printable(each) for each in text.split("\n"))
        styled = click.style(text, **_STYLES[style]) if self._colours and style else text
        print(styled, file=self._stream, flush=True)
