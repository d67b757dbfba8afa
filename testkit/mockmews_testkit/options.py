"""Options that several of the kit's commands take, each also read from the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from mockmews_testkit.replay.plays import PAYLOADS

Command = Callable[..., Any]
Option = Callable[[Command], Command]


def option(name: str, about: str, **more: Any) -> Option:
    """An option that is also read from MOCKMEWS_NAME."""
    variable = "MOCKMEWS_" + name.removeprefix("--").replace("-", "_").upper()
    return click.option(name, help=about, envvar=variable, **more)


APP = option(
    "--app", "The app file [the nearest mews-app.yaml]; `sample` is the bundled app.", metavar="FILE"
)
MEWS_URL = option("--mews-url", "A fake that runs already [one of our own].", metavar="URL")
PUBLIC_URL = option("--public-url", "The fake's address as the app reaches it.", metavar="URL")
ADMIN_TOKEN = option("--admin-token", "What the fake's control API asks for.", metavar="TOKEN")
SEED = option("--seed", "Makes identifiers, delays and dice repeat.", type=click.IntRange(0, 2**63 - 1))
PAYLOAD = option(
    "--payload",
    "What webhooks carry.",
    type=click.Choice([*PAYLOADS, "both"]),
    default="both",
    show_default=True,
)
