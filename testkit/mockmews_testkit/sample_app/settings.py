"""What the app is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

REQUIRED = ("MEWS_URL", "MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "WEBHOOK_TOKEN")


class SettingsError(ValueError):
    """The environment lacks something, or holds something that cannot be read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One process serves one hotel: one pair of tokens. Secrets stay out of every repr (SEC-01)."""

    host: str
    port: int
    mews_url: str
    client_token: str = field(repr=False)
    access_token: str = field(repr=False)
    webhook_token: str = field(repr=False)
    database: str
    """A sqlite file; `:memory:` forgets everything at the end of the process."""
    chat_callback: str | None
    """Where every message shown to a guest is POSTed, if anywhere."""
    backoff_base: float
    """Seconds before the first retry; each further one waits twice as long."""
    timeout: float
    """Seconds to wait for an answer of Mews. Longer than a slow getAll may take, short enough for a chat."""
    calls_per_window: int
    """Calls in 30 s that we allow ourselves: less than the 200 a token that Mews allows (RATE-03)."""
    thread_pause: float
    """Seconds of silence after which we ask whether the hotel has resolved the thread (THREAD-04)."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read every setting; SettingsError names what is missing."""
        missing = [name for name in REQUIRED if not environment.get(name)]
        if missing:
            raise SettingsError(f"not set: {', '.join(missing)}; the app needs them to reach Mews")

        def number(name: str, default: float) -> float:
            text = environment.get(name) or str(default)
            try:
                return float(text)
            except ValueError:
                raise SettingsError(f"{name} is {text!r}; write a number") from None

        return cls(
            host=environment.get("HOST") or "127.0.0.1",
            port=int(number("PORT", 0)),
            mews_url=environment["MEWS_URL"].rstrip("/"),
            client_token=environment["MEWS_CLIENT_TOKEN"],
            access_token=environment["MEWS_ACCESS_TOKEN"],
            webhook_token=environment["WEBHOOK_TOKEN"],
            database=environment.get("DATABASE") or ":memory:",
            chat_callback=environment.get("CHAT_CALLBACK") or None,
            backoff_base=number("BACKOFF_BASE", 0.5),
            timeout=number("MEWS_TIMEOUT", 10),
            calls_per_window=int(number("CALLS_PER_WINDOW", 180)),
            thread_pause=number("THREAD_PAUSE", 600),
        )
