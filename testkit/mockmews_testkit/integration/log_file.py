"""The file with everything that an app printed: its last lines, and the search for one of them."""

from __future__ import annotations

from pathlib import Path

from mockmews_testkit.reading.matchers import Matches

_TAIL = 64 * 1024
_CHUNK = 1024 * 1024
_WIDEST_LINE = 500


class LogFile:
    """Grows while the app runs; survives its restarts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.path.stat().st_size

    def read(self, start: int, most: int) -> bytes:
        """What was printed from a byte on, up to so many bytes."""
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(most)

    def tail(self, lines: int) -> str:
        """The last lines, each cut where it is very long."""
        text = self.read(max(0, self.size - _TAIL), _TAIL).decode("utf-8", "replace")
        return "\n".join(
            line if len(line) <= _WIDEST_LINE else f"{line[:_WIDEST_LINE]}..."
            for line in text.splitlines()[-lines:]
        )


class LogSearch:
    """Looks for a pattern in what is printed from now on, in bounded memory however much that is."""

    def __init__(self, log: LogFile) -> None:
        self._log = log
        self._read = log.size
        self._kept = b""

    def groups(self, pattern: Matches) -> tuple[str, ...] | None:
        """The groups of its first match; None where it was not printed so far."""
        grown = False
        while chunk := self._log.read(self._read, _CHUNK):
            grown = True
            self._read += len(chunk)
            text = self._kept + chunk
            # A line that is still being written is not judged yet: its address may be half of one.
            found = _groups(pattern, text[: text.rfind(b"\n") + 1])
            if found is not None:
                return found
            # What was searched may be the beginning of what matches; it is kept from the start of a line.
            self._kept = text[-_TAIL:].partition(b"\n")[2] if len(text) > _TAIL else text
        return None if grown else _groups(pattern, self._kept)


def _groups(pattern: Matches, text: bytes) -> tuple[str, ...] | None:
    return pattern.groups(text.decode("utf-8", "replace"))
