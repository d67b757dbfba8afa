"""The recording of `--record`: what guests and staff wrote, as a scenario file that is always whole."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path

from mockmews.engine.mock_mews import MockMews
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ConfigurationError
from mockmews.model.journal import JournalEntry
from mockmews.wire.scenarios import TOLD, render_scenario

_log = logging.getLogger(__name__)

_NAP = 0.1  # seconds in which messages gather, so that a busy server does not write for each

Conversation = tuple[int, int]
"""A world's key, and its generation: after a reset the guests begin anew."""


class Recording:
    """One scenario for each world in which somebody wrote, one after another in one file.

    It keeps what it heard of the journals, so that it is whole where a journal had to drop its beginning.
    """

    def __init__(self, path: str, mock: MockMews) -> None:
        """Listen to every world. Raises ConfigurationError where the file cannot be written."""
        self._path = Path(path)
        self._told: dict[Conversation, list[JournalEntry]] = {}
        self._names: dict[Conversation, str] = {}
        self._timer: asyncio.Handle | None = None
        if self._path.exists() and not self._path.is_file():
            raise _unwritable(self._path, "no ordinary file stands there")
        try:
            # What an earlier run recorded stays until somebody writes.
            Path(self._draft("")).unlink()
        except (OSError, ValueError) as error:
            raise _unwritable(self._path, getattr(error, "strerror", None) or str(error)) from None
        mock.worlds.watch(self._listen)

    def close(self) -> None:
        """Write what was heard last."""
        if self._timer is not None:
            self._timer.cancel()
            self._write()

    def _listen(self, world: LiveWorld) -> None:
        def hear(entry: JournalEntry) -> None:
            if entry.kind in TOLD:
                place = (world.noun.key, entry.generation)
                self._names[place] = world.noun.name
                self._told.setdefault(place, []).append(entry)
                if self._timer is None:
                    self._timer = asyncio.get_running_loop().call_later(_NAP, self._write)

        world.journal.subscribe(hear)

    def _write(self) -> None:
        self._timer = None
        documents = [
            render_scenario(f"Recorded in {self._names[place]}", entries)
            for place, entries in self._told.items()
            if any(each.kind == "message" for each in entries)
        ]
        try:
            # Who reads it meanwhile sees the old one or the new one.
            Path(self._draft("---\n".join(documents))).replace(self._path)
        except OSError as error:
            _log.warning("--record %s cannot be written: %s", self._path, error.strerror or error)

    def _draft(self, text: str) -> str:
        """The path of a new file beside the recording that holds this text."""
        folder = self._path.parent
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=folder, prefix=f".{self._path.name}.", delete=False
        ) as draft:
            draft.write(text)
        return draft.name


def _unwritable(path: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"--record {path}: cannot be written ({reason}); name a file in a folder that exists."
    )
