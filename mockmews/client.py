"""ControlClient: the control API as Python methods, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockmews.control_methods import PREFIX, ControlMethods, Json
from mockmews.errors import ControlError, ServerError
from mockmews.wire.responses import encode

if TYPE_CHECKING:
    import httpx

_STOPPING = 503
_WAITS = frozenset({"wait", "settle", "advance", "deliver", "resend"})
_LONGEST_WAIT = 600.0  # seconds that the server may take for these, which wait for what the app does


class ControlClient(ControlMethods):
    """The control API of a running mockmews, over HTTP.

    `url` is the platform address (`http://127.0.0.1:8000`) or the control address below it.
    """

    def __init__(self, url: str, *, admin_token: str | None = None, timeout: float = 30) -> None:
        import httpx

        super().__init__(url.rstrip("/").removesuffix(PREFIX))
        headers = {"Content-Type": "application/json"}
        if admin_token:
            headers["Authorization"] = f"Bearer {admin_token}"
        self._http: httpx.Client = httpx.Client(timeout=timeout, headers=headers, trust_env=False)
        self._patient = httpx.Timeout(timeout, read=timeout + _LONGEST_WAIT)

    def call(self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> Json:
        import httpx

        url = f"{self._base}{PREFIX}{path}"
        content = None if body is None else json_bytes(body)
        timeout = self._patient if path.rpartition("/")[2] in _WAITS else self._http.timeout
        try:
            response = self._http.request(method, url, params=query, content=content, timeout=timeout)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise ServerError(
                f"{self._base!r} is no address of a fake; write it like http://127.0.0.1:8000."
            ) from None
        except httpx.HTTPError as error:
            raise ServerError(f"No answer from {self._base}: {error}. Is mockmews running there?") from None
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise ServerError(
                f"{self._base} answered {response.status_code} without the JSON of a control API. "
                "Is it mockmews?"
            )
        return checked(response.status_code, answer)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def json_bytes(body: Any) -> bytes:
    """A body as JSON. Raises ControlError 400 where it holds what JSON cannot say."""
    try:
        return encode(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise ControlError(400, "bad_json", f"The body cannot be written as JSON: {error}") from None


def checked(status: int, answer: Json) -> Json:
    """The answer, unless it is an error of the control API. Raises ControlError."""
    if status < 400:
        return answer
    error = answer.get("error")
    if status == _STOPPING and isinstance(error, dict):
        raise ServerError(error["message"])
    if not isinstance(error, dict):
        raise ServerError(f"The server answered {status} without an error of the control API.")
    raise ControlError(status, error["code"], error["message"], error["hint"])
