"""The file with everything that an app printed: its last lines, and what came since a moment."""

from __future__ import annotations

from pathlib import Path

_TAIL = 64 * 1024
_MOST = 1024 * 1024


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

    def since(self, start: int) -> str:
        """What was printed since it had `start` bytes, up to 1 MiB."""
        return self._read(start, _MOST)

    def tail(self, lines: int) -> str:
        """The last lines."""
        text = self._read(max(0, self.size - _TAIL), _TAIL)
        return "\n".join(text.splitlines()[-lines:])

    def _read(self, start: int, most: int) -> str:
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(most).decode("utf-8", "replace")
