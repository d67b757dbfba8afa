"""What to tell Mews: what its certification of an app asks about, as the journals of the probes show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockmews_testkit.checks.happenings import as_list, as_map
from mockmews_testkit.checks.record import Json
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.replay.plays import Played
from mockmews_testkit.scenario.events import Happened


@dataclass(frozen=True, slots=True)
class ForMews:
    """Seen in the journals; tokens are masked there, and the address of a test is not that of production."""

    webhook_urls: tuple[str, ...] = ()
    has_secret: bool = False
    events: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Names and values."""
        return [
            ("Webhook URL", ", ".join(self.webhook_urls) or "none was called"),
            ("Secret in the URL", "yes" if self.has_secret else "no: put a token there that only Mews knows"),
            ("Events", ", ".join(self.events) or "none was sent"),
            ("Operations", ", ".join(self.operations) or "none was called"),
            ("Client", ", ".join(self.clients) or "none was sent"),
        ]


def for_mews(app_file: AppFile, played: Iterable[Played]) -> ForMews:
    """What to tell Mews of an app, as far as these plays show it."""
    stories = [[event.entry for event in each.events if isinstance(event, Happened)] for each in played]
    entries = [entry for story in stories for entry in story]
    attempts = [each for each in entries if each["kind"] == "attempt"]
    requests = [each for each in entries if each["kind"] == "request" and each.get("operation")]
    clients = (as_map(as_map(each.get("request")).get("json")).get("Client") for each in requests)
    return ForMews(
        webhook_urls=_distinct(_path(url) for story in stories for url in _webhook_urls(story)[:1]),
        has_secret="webhook_token" in app_file.webhook.names or any(_had_token(each) for each in entries),
        events=("MessageAdded",) if any(_tells_of_messages(each) for each in attempts) else (),
        operations=tuple(sorted(_distinct(each["operation"] for each in requests))),
        clients=_distinct(each for each in clients if isinstance(each, str)),
    )


def _webhook_urls(story: Iterable[Json]) -> list[str]:
    """Where the webhooks of a story went, but those that a fault sent with a wrong token."""
    entries = list(story)
    spoilt = {each.get("delivery") for each in entries if _had_token(each)}
    attempts = (each for each in entries if each["kind"] == "attempt")
    return [str(each.get("url", "")) for each in attempts if each.get("delivery") not in spoilt]


def _path(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"https://YOUR-HOST{parts.path}{query}"


def _had_token(entry: Json) -> bool:
    """Whether a fault put another token in the place of one, which must have been there."""
    return entry["kind"] == "fault" and bool(as_map(entry.get("injects")).get("wrong_token"))


def _tells_of_messages(attempt: Json) -> bool:
    body = as_map(as_map(attempt.get("request_body")).get("json"))
    return any(as_map(each).get("Discriminator") == "MessageAdded" for each in as_list(body.get("Events")))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
