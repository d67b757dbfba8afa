"""The ready file: tells programs that wait for the server where it is, from the first request to the stop."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from mockmews.errors import ConfigurationError


class ReadyFile:
    """A file that is either absent or whole, and there only while requests are served."""

    def __init__(self, path: str) -> None:
        """Remove what an earlier server left, and make sure that the file can be written.

        Raises ConfigurationError where it cannot.
        """
        self._path = Path(path)
        try:
            # What else stands there is not ours to replace: a folder, a pipe, a device such as /dev/null.
            if self._path.exists() and not self._path.is_file():
                raise OSError(0, "a folder" if self._path.is_dir() else "no ordinary file")
            descriptor, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
            os.close(descriptor)
            self._draft = Path(name)
            self._path.unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            raise _unwritable(self._path, error) from None

    def write(self, facts: dict[str, Any]) -> None:
        """Make the file appear, whole. Raises ConfigurationError where it cannot be written any more."""
        try:
            self._draft.write_text(f"{json.dumps(facts)}\n", encoding="ascii")
            self._draft.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from None

    def remove(self) -> None:
        """Make it disappear, whether or not it was written."""
        for path in (self._draft, self._path):
            with contextlib.suppress(OSError):
                path.unlink()


def _unwritable(path: Path, error: OSError | ValueError) -> ConfigurationError:
    reason = getattr(error, "strerror", None) or str(error)
    return ConfigurationError(
        f"--ready-file {path}: cannot be written ({reason}); name a file in a folder that exists."
    )
