"""Options that several of the kit's commands take, most also read from the environment, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from mockmews_testkit.replay.fakes import Addresses
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


def jobs(about: str, **more: Any) -> Option:
    """`--jobs N`."""
    return option("--jobs", f"How many conversations at once{about}.", type=click.IntRange(1, 10_000), **more)


def reports(*kinds: str) -> Option:
    """`--report KIND=FILE`, once or more."""
    *most, last = (f"{each}=F" for each in kinds)
    about = f"{', '.join(most)} or {last}; may be repeated."
    return click.option("--report", "reports", multiple=True, metavar="KIND=FILE", help=about)


def quiet(about: str) -> Option:
    """`--quiet`."""
    return click.option("--quiet", is_flag=True, help=f"Only {about}.")


def as_json(instead_of: str) -> Option:
    """`--json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help=f"The report as JSON, instead of {instead_of}."
    )


def addresses(given: Mapping[str, Any]) -> Addresses:
    """Where the fake is, as MEWS_URL, PUBLIC_URL and ADMIN_TOKEN say."""
    return Addresses(
        mews_url=given["mews_url"], public_url=given["public_url"], admin_token=given["admin_token"]
    )


def payloads(given: Mapping[str, Any]) -> tuple[str, ...]:
    """What PAYLOAD asks for."""
    return PAYLOADS if given["payload"] == "both" else (given["payload"],)
