"""The one tree of errors: what Mews refuses, and what a user of the mock did wrong.

Exception
|- ConnectorError            Mews refuses a call: becomes the documented error body
`- MockMewsError             misuse of the mock
   |- SettingError           a setting that does not exist, or a value it does not take
   |- ConfigurationError     a file or option that cannot be used; names file and line
   |- StoreError             a database file that cannot be opened, locked or read
   |- ServerError            the server could not start or did not answer
   `- ControlError           the control API refuses: code, message, hint and HTTP status
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Mews refuses a call. `message` is Mews's own text; `hint` is what only a mock can know."""

    def __init__(
        self, status: int, message: str, *, hint: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint
        self.headers = headers


class MockMewsError(Exception):
    """Something that the user of the mock asked for cannot be done; the text says what to change."""


class SettingError(MockMewsError):
    """A setting that does not exist, or a value that it does not take."""


class ConfigurationError(MockMewsError):
    """A file or an option that cannot be used."""


class StoreError(MockMewsError):
    """A database file that cannot be opened, is locked by another server, or is of a newer version."""


class ServerError(MockMewsError):
    """The server could not start, or did not answer in time."""


class ControlError(MockMewsError):
    """The control API refuses a call.

    `code` is a short stable word, `message` says what was seen and wanted, `hint` what to do,
    `status` is the HTTP status: 400, 401, 403, 404, 408, 409, 413 or 422.
    """

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
