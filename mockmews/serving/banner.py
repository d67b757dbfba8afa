"""The banner: where the server is, how to reach it, and what is not as usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from mockmews.control import PREFIX
from mockmews.settings import PROFILES, Settings
from mockmews.wire.masked_urls import mask_url

_CONSOLE = "/_mockmews/"
_MOST_NAMED = 3
_EXAMPLE = "http://127.0.0.1:3000/webhooks"
_TOKEN_PLACE = "${webhook_token}"  # noqa: S105 - the place where the fake fills one in

Line = tuple[str, str]


class Told(Struct, frozen=True):
    """What the banner tells: the server's addresses, its first demo pair, and its options in words.

    `faults` says of each integration that has any by how many it is struck.
    """

    version: str
    url: str
    client_token: str
    access_token: str
    webhook_token: str
    webhook_url: str | None
    front_desk: str
    settings: Settings
    clock_rate: float = 1
    database: str | None = None
    admin_token: str | None = None
    faults: tuple[tuple[str, int], ...] = ()
    hotel_file: str | None = None
    hotels: int = 0
    authority: Path | None = None
    insecure_webhooks: bool = False
    seed: int | None = None
    record: str | None = None


def banner(told: Told) -> list[Line]:
    """The lines as label and text, in order."""
    lines = [
        ("address", told.url),
        ("ClientToken", told.client_token),
        ("AccessToken", f"{told.access_token}  (all eight demo pairs of Mews work)"),
        ("webhooks", _webhooks(told.webhook_url)),
    ]
    if told.webhook_url is not None and _TOKEN_PLACE in told.webhook_url:
        lines.append(("webhook token", f"{told.webhook_token}  (of this pair)"))
    lines += [
        ("front desk", told.front_desk),
        ("console", f"{told.url}{_CONSOLE}  (open it in a browser: you are the front desk)"),
        ("control API", told.url + PREFIX),
        ("OpenAPI", f"{told.url}/Swagger/connector/swagger.yaml"),
    ]
    lines += _unusual(told)
    return lines + [(f"set {name}", text) for name, text in _differences(told.settings).items()]


def _unusual(told: Told) -> list[Line]:
    """What was asked for beside settings, and what goes wrong on purpose."""
    speed = f"x{told.clock_rate:g}" if told.clock_rate else "frozen"
    lines = {
        "authority": told.authority
        and f"{told.authority}  (let your app trust it: NODE_EXTRA_CA_CERTS, SSL_CERT_FILE)",
        "admin token": told.admin_token and f"{told.admin_token}  (the control API wants it as Bearer)",
        "hotel file": told.hotel_file
        and f"{told.hotel_file}, with {told.hotels} integration{'' if told.hotels == 1 else 's'}",
        "database": told.database,
        "clock": told.clock_rate != 1 and f"{speed} (demo hotels; set it by the control API)",
        "seed": told.seed is not None and f"{told.seed} (demo hotels)",
        "record": told.record and f"{told.record}, written after each message",
        "certificates": told.insecure_webhooks and "any is accepted of a webhook's receiver",
        "faults": told.faults and _faults(told.faults),
    }
    return [(label, text) for label, text in lines.items() if text]


def _faults(faults: Sequence[tuple[str, int]]) -> str:
    where = ", ".join(f"{count} in {name}" for name, count in faults[:_MOST_NAMED])
    more = len(faults) - _MOST_NAMED
    rest = f" and {more} more integrations" if more > 0 else ""
    return f"{where}{rest} (GET faults of the control API lists them)"


def _webhooks(url: str | None) -> str:
    if url is None:
        return f"go nowhere; to receive them: mockmews serve --webhook-url {_EXAMPLE}"
    return f"to {mask_url(url)}"  # a token of the user's own may stand anywhere in it


def _differences(settings: Settings) -> Mapping[str, str]:
    """What differs from a server that was started without options."""
    usual = Settings().changed(PROFILES["default"]).as_texts()
    return {
        name: f"{text}  (usually {usual[name]})"
        for name, text in settings.as_texts().items()
        if text != usual[name]
    }
