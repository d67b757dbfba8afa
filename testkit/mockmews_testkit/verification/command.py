"""`mockmews verify`: where a platform address differs from our contract."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import urlsplit

import click

from mockmews_testkit.errors import UsageError
from mockmews_testkit.verification.catalogue import ENTERPRISE, GIVEN, LOAD, VECTORS
from mockmews_testkit.verification.exchange import OWN
from mockmews_testkit.verification.scene import Scene
from mockmews_testkit.verification.target import PRODUCTION, Rate, Target, Tokens, platform_address
from mockmews_testkit.verification.telling import Telling, as_json
from mockmews_testkit.verification.vectors import Vector
from mockmews_testkit.verification.verifying import Judged, TargetLost, reach, verify
from mockmews_testkit.waiting import Stopwatch

_DEMO_ENTERPRISE = "851df8c8-90f2-4c4a-8e01-a4fc46b25178"  # contract.md 2: "Connector API Hotel"


@click.command("verify")
@click.option(
    "--target", required=True, metavar="URL", envvar="MOCKMEWS_TARGET", help="The platform address to try."
)
@click.option(
    "--client-token", required=True, metavar="TOKEN", envvar="MOCKMEWS_CLIENT_TOKEN", help="Its app."
)
@click.option(
    "--access-token", required=True, metavar="TOKEN", envvar="MOCKMEWS_ACCESS_TOKEN", help="Its integration."
)
@click.option(
    "--with",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="What further vectors need: second, portfolio, disabled or unpermitted=CLIENTTOKEN:ACCESSTOKEN, "
    "enterprise=UUID; may be repeated.",
)
@click.option("--vector", "chosen", multiple=True, metavar="ID", help="Only this vector; may be repeated.")
@click.option(
    "--rate", default="180/30s", show_default=True, metavar="N/30s", help="At most so many calls; or off."
)
@click.option("--load", is_flag=True, help="Also fill its rate limit and send 31 MB.")
@click.option(
    "--production", is_flag=True, help="Allow Mews's production, where real staff would be disturbed."
)
@click.option("--json", "as_one", is_flag=True, help="One JSON object at the end, and nothing else.")
@click.option("--quiet", is_flag=True, help="Only the differences, and the sum.")
@click.pass_context
def command(
    context: click.Context, /, target: str, client_token: str, access_token: str, given: Sequence[str],
    chosen: Sequence[str], rate: str, load: bool, production: bool, as_one: bool, quiet: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Try another fake, or Mews's public demo environment, and print where it differs from our contract.

    Opens threads and adds messages, which the hotel behind the tokens sees. Ends with 0 where nothing
    differs, with 1 where something does, with 2 where the platform cannot be reached or refuses the tokens.
    """
    url = platform_address(target)
    if urlsplit(url).hostname == PRODUCTION and not production:
        raise UsageError(
            f"{PRODUCTION} is Mews's production: its staff would see some 25 threads and 1100 messages. "
            "Use the demo environment, https://api.mews-demo.com, or say --production"
        )
    tokens, enterprise = _read_given(given)
    tokens[OWN] = Tokens(client_token, access_token)
    vectors, calls = _chosen(chosen), _read_rate(rate)
    telling = Telling(quiet=quiet, colour=False if os.environ.get("NO_COLOR") else None)
    there = {*tokens, *([LOAD] if load else [])}
    watch, played, lost = Stopwatch(), list[Judged](), ""
    with Target(url, tokens, calls) as platform:
        reach(platform)
        if not as_one:
            telling.begins(url, len(vectors), str(calls))
        try:
            for judged in _told(platform, vectors, Scene(enterprise=enterprise), there, telling, mute=as_one):
                played.append(judged)
        except TargetLost as error:
            lost = str(error)
    if as_one:
        click.echo(
            json.dumps(as_json(url, played, watch.seconds, lost=lost), indent=2, ensure_ascii=False).encode()
        )
    else:
        telling.ends(played, watch.seconds)
    if lost:
        click.echo(f"mockmews: {lost}", err=True)
    context.exit(2 if lost else 1 if any(each.difference for each in played) else 0)


def _told(
    platform: Target,
    vectors: Sequence[Vector],
    scene: Scene,
    there: Collection[str],
    telling: Telling,
    *,
    mute: bool,
) -> Iterator[Judged]:
    judgements = verify(platform, vectors, scene, given=there)
    for number, vector in enumerate(vectors, 1):
        if not mute:
            telling.playing(number, len(vectors), vector.id)
        judged = next(judgements, None)
        if judged is None:
            return
        if not mute:
            telling.judged(judged)
        yield judged


def _read_given(given: Sequence[str]) -> tuple[dict[str, Tokens], str]:
    """Further tokens by role, and the enterprise. Raises UsageError."""
    tokens, enterprise = {}, _DEMO_ENTERPRISE
    for text in given:
        name, _, value = text.partition("=")
        client, colon, access = value.partition(":")
        if name not in GIVEN or not value:
            raise UsageError(
                f"--with takes {', '.join(GIVEN)} and a value, such as second=CLIENT:ACCESS, not {name!r}"
            )
        if name == ENTERPRISE:
            enterprise = value
        elif colon and client and access:
            tokens[name] = Tokens(client, access)
        else:
            raise UsageError(f"--with {name} takes CLIENTTOKEN:ACCESSTOKEN")
    return tokens, enterprise


def _chosen(ids: Sequence[str]) -> Sequence[Vector]:
    known = {each.id: each for each in VECTORS}
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise UsageError(f"There is no vector {unknown[0]!r}; there are {', '.join(known)}")
    return [each for each in VECTORS if not ids or each.id in ids]


def _read_rate(text: str) -> Rate:
    if text == "off":
        return Rate(0)
    calls, slash, seconds = text.removesuffix("s").partition("/")
    try:
        rate = Rate(int(calls), float(seconds if slash else 30))
    except ValueError:
        rate = Rate(0)
    if rate.calls < 1 or rate.seconds <= 0:
        raise UsageError(
            f"--rate takes a number of calls in some seconds, such as 180/30s, or off; not {text!r}"
        )
    return rate
