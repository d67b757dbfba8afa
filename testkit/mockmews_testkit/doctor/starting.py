"""Why an app file could not be read, and why the app did not start."""

from __future__ import annotations

import re

from mockmews_testkit.doctor.findings import Seen
from mockmews_testkit.errors import AppStartError, TestkitError
from mockmews_testkit.integration.description import Description

_NO_PROGRAM = (126, 127, 9009)
"""How shells end where there is no such program: POSIX, and Windows."""
_UNRECOGNIZED = "is not recognized as an internal or external command"
_TAKEN = re.compile(r"EADDRINUSE|address already in use|only one usage of each socket address", re.IGNORECASE)
_PORT = re.compile(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1?\]?):([0-9]{2,5})\b|\bport[ =:]+([0-9]{2,5})\b",
    re.IGNORECASE,
)


def not_started(app_file: Description, error: TestkitError) -> Seen:
    """What kept the app from being opened."""
    text = str(error)
    if not isinstance(error, AppStartError):
        return Seen("not-opened", text)
    seen, output = text.partition(" Its last output")[0], error.output
    if error.is_unknown or error.exit_code in _NO_PROGRAM or _UNRECOGNIZED in output:
        return Seen("command-not-found", seen, output=output)
    if error.exit_code is not None:
        taken = _TAKEN.search(output) is not None
        return Seen("port-taken" if taken else "died-at-start", seen, output=output)
    if app_file.start is None:
        return Seen("app-not-running", seen, key=("ready",) if app_file.ready else ())
    if app_file.ready is not None and app_file.ready.log is not None:
        return Seen("ready-line-missing", seen, output=output)
    if error.status is not None:
        return Seen("ready-refused", seen, output=output)
    port = _other_port(output, seen)
    if port is not None:
        return Seen("other-port", seen, {"port": port}, output=output)
    return Seen("never-ready", seen, output=output)


def _other_port(output: str, seen: str) -> str | None:
    """The port that an app says it listens on, where the kit did not look there."""
    ports = [one or other for one, other in _PORT.findall(output)]
    return next((port for port in ports if f":{port}" not in seen), None)
