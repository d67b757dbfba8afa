"""The banner: where the server is, how to reach it, and what is not as usual."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from mockmews.control_methods import PREFIX
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
    if told.authority is not None:
        lines.append(
            ("authority", f"{told.authority}  (let your app trust it: NODE_EXTRA_CA_CERTS, SSL_CERT_FILE)")
        )
    if told.admin_token is not None:
        lines.append(("admin token", f"{told.admin_token}  (the control API wants it as Bearer)"))
    if told.hotel_file is not None:
        lines.append(
            (
                "hotel file",
                f"{told.hotel_file}, with {told.hotels} integration{'' if told.hotels == 1 else 's'}",
            )
        )
    if told.database is not None:
        lines.append(("database", told.database))
    if told.clock_rate != 1:
        speed = f"x{told.clock_rate:g}" if told.clock_rate else "frozen"
        lines.append(("clock", f"{speed} (demo hotels; set it by the control API)"))
    if told.seed is not None:
        lines.append(("seed", f"{told.seed} (demo hotels)"))
    if told.record is not None:
        lines.append(("record", f"{told.record}, written after each message"))
    if told.insecure_webhooks:
        lines.append(("certificates", "any is accepted of a webhook's receiver"))
    if told.faults:
        where = ", ".join(f"{count} in {name}" for name, count in told.faults[:_MOST_NAMED])
        more = len(told.faults) - _MOST_NAMED
        rest = f" and {more} more integrations" if more > 0 else ""
        lines.append(("faults", f"{where}{rest} (GET faults of the control API lists them)"))
    lines += [(f"set {name}", text) for name, text in _differences(told.settings).items()]
    return lines


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
