"""The platform under test: its address and tokens, asked over HTTP and within its rate limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from mockmews import __version__
from mockmews_testkit.errors import UsageError
from mockmews_testkit.verification.exchange import OWN, PREFIX, Answer, Call
from mockmews_testkit.waiting import Stopwatch, sleep

PRODUCTION = "api.mews.com"
_CLIENT = f"mockmews verify {__version__}"
_TIMEOUT = 30.0
_MOST_REFUSALS = 6


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an application sends with every call."""

    client_token: str
    access_token: str


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many calls in any so many seconds; `calls` 0 is no bound."""

    calls: int = 180
    seconds: float = 30.0

    def __str__(self) -> str:
        return f"at most {self.calls} calls in {self.seconds:g} s" if self.calls else "as fast as it answers"


class NoAnswer(Exception):  # noqa: N818 - it may be what a platform does
    """A call that was not answered; the text says how."""


def platform_address(text: str) -> str:
    """The address without a slash at its end. Raises UsageError where it is none."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"--target takes a platform address such as https://api.mews-demo.com, not {text!r}")
    if PREFIX.strip("/") in parts.path:
        raise UsageError(f"--target is the part of the address before {PREFIX}, not {text!r}")
    return text.rstrip("/")


class Target:
    """Calls the platform. At most `rate` calls go out; a 429 is waited for as Retry-After says.

    `tokens` are those of each application by its role, OWN among them.
    """

    def __init__(self, url: str, tokens: Mapping[str, Tokens], rate: Rate) -> None:
        self.url = url
        self.waited = 0.0
        self._tokens = tokens
        self._rate = rate
        self._watch = Stopwatch()
        self._sent: deque[float] = deque()
        self._client = httpx.Client(timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, call: Call) -> Answer:
        """The answer to a call. Raises NoAnswer."""
        self._wait(call.after)
        if not call.patient:
            return self._send(call)
        for refusals in range(_MOST_REFUSALS):
            self._keep_to_rate()
            answer = self._send(call)
            if answer.status != 429:
                return answer
            self._wait(_pause(answer.headers.get("retry-after", ""), refusals))
        return answer

    def _send(self, call: Call) -> Answer:
        base = {
            "ClientToken": self._tokens.get(call.client, self._tokens[OWN]).client_token,
            "AccessToken": self._tokens.get(call.access, self._tokens[OWN]).access_token,
            "Client": _CLIENT,
        }
        headers = {"Content-Type": "application/json", **call.headers}
        try:
            got = self._client.request(
                call.method, self.url + call.path, content=call.body(base), headers=headers
            )
        except httpx.TimeoutException:
            raise NoAnswer(f"no answer within {_TIMEOUT:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer(f"no answer: {error or type(error).__name__}") from None
        return Answer(call, got.status_code, dict(got.headers), got.content, got.reason_phrase)

    def _keep_to_rate(self) -> None:
        if not self._rate.calls:
            return
        if len(self._sent) >= self._rate.calls:
            self._wait(self._sent.popleft() + self._rate.seconds - self._watch.seconds)
        self._sent.append(self._watch.seconds)

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.waited += seconds
            sleep(seconds)


def _pause(retry_after: str, refusals: int) -> float:
    """Seconds to wait after a 429; without a number in Retry-After they double each time."""
    try:
        return min(float(retry_after), 120.0)
    except ValueError:
        return float(2 ** (refusals + 1))
