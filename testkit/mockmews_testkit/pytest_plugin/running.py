"""What stands behind the fixtures: the fake of a run, worlds, and the app that an app file describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockmews import MockMewsError
from mockmews_testkit.bench import Fake
from mockmews_testkit.errors import TestkitError, UsageError
from mockmews_testkit.integration.app_file import NAME, AppFile
from mockmews_testkit.pytest_plugin.options import PAYLOADS, asked, asked_seed, checked, chosen, marked
from mockmews_testkit.reading.findings import Source
from mockmews_testkit.replay.fakes import Addresses, Fakes
from mockmews_testkit.testing.apps import AppUnderTest
from mockmews_testkit.testing.conversation import Wanted
from mockmews_testkit.testing.guest import MewsGuest
from mockmews_testkit.testing.mews import Mews
from mockmews_testkit.testing.retired import Late, Retired
from mockmews_testkit.testing.world import World

MEWS = pytest.StashKey[Mews]()
LEVEL = pytest.StashKey[str]()
RETIRED = pytest.StashKey[Retired]()
LATE = pytest.StashKey[list[Late]]()

Options = Mapping[str, Any]


@contextmanager
def plainly() -> Iterator[None]:
    """A mistake of the user's is told in its own words, without our lines of code."""
    try:
        yield
    except (TestkitError, MockMewsError, pytest.UsageError) as error:
        problem = pytest.fail.Exception(str(error), pytrace=False)
        raise problem.with_traceback(None) from None


@contextmanager
def served(config: pytest.Config, options: Options) -> Iterator[Fake]:
    """The fake that the options name, else the one that the app file names, else one of our own."""
    addresses = Addresses(
        mews_url=asked(config, "url"),
        public_url=asked(config, "public-url"),
        admin_token=asked(config, "admin-token"),
    )
    fakes = Fakes(addresses)
    try:
        with plainly():
            fake = fakes.of(found_app(config, options, config.invocation_params.dir))
        config.stash[RETIRED] = Retired(fake.control)
        yield fake
        config.stash[LATE] = config.stash[RETIRED].close()
    finally:
        fakes.close()


@contextmanager
def standing_world(config: pytest.Config, fake: Fake, options: Options) -> Iterator[World]:
    """A world for many tests. They are many in a short time, so it has no rate limit unless it is asked for."""
    with plainly():
        fields = {"rate_limit": None, **_fields(config, _own(options))}
        payload = str(fields.pop("payload", PAYLOADS[0]))
        app_file = found_app(config, options, config.invocation_params.dir)
        fixed = app_file if app_file is not None and _has_tokens(app_file) else None
        world = World(fake, payload=payload, fields=fields, app_file=fixed)
    try:
        yield world
    finally:
        world.close()


@contextmanager
def mews_of(request: pytest.FixtureRequest, payload: str | None, options: Options) -> Iterator[Mews]:
    """The `mews` of one test, and its end."""
    item: pytest.Item = request.node
    with plainly():
        wanted = _wanted(item, payload, options)
    stands = {"mews_world", "mews_app"} <= set(request.fixturenames)
    shared = request.getfixturevalue("mews_world") if stands else None
    made = Mews(lambda: request.getfixturevalue("mews_server"), wanted, shared=shared)
    item.stash[MEWS] = made
    try:
        yield made
    finally:
        left = made.end()
        if left is not None:
            request.config.stash[RETIRED].add(item.nodeid, left)


def _wanted(item: pytest.Item, payload: str | None, options: Options) -> Wanted:
    """What a test asks of its world: flag and environment go before its marker, that before mews_options."""
    said = {**_own(options), **marked(item)}
    level = said.pop("checks", None) or "critical"
    item.stash[LEVEL] = asked(item.config, "checks") or level
    fields = _fields(item.config, said)
    own = fields.pop("payload", None)
    path, line, _ = item.location
    return Wanted(
        name=item.nodeid,
        payload=payload or own or PAYLOADS[0],
        fields=fields,
        source=Source(path, (line or 0) + 1, 1),
        options=chosen(item.config),
    )


def app_of(request: pytest.FixtureRequest, mews: Mews, options: Options) -> AppUnderTest:
    """The app of the nearest app file, started where it is not up already."""
    with plainly():
        return _app_of(request, mews, options)


def seated_guest(mews: Mews, app: object) -> MewsGuest:
    """A guest of this app."""
    with plainly():
        mews.world.seat(app)
        return mews.guest()


def _app_of(request: pytest.FixtureRequest, mews: Mews, options: Options) -> AppUnderTest:
    described = found_app(request.config, options, Path(request.path).parent)
    if described is None:
        raise UsageError(
            f"No {NAME} says how to talk to your app: there is none beside {request.node.location[0]}, nor above. "
            "Write one with `mockmews init`, name one with --mews-app FILE, or override the fixture mews_app in "
            "your conftest.py."
        )
    shared = described.world == "shared" or _has_tokens(described)
    if not shared:
        app = AppUnderTest(described)
        mews.world.seat(app)
        return app
    world: World = request.getfixturevalue("mews_world")
    mews.stand_on(world)
    return world.shared_app(described)


def found_app(config: pytest.Config, options: Options, start: Path) -> AppFile | None:
    """The app file that was named, else the nearest."""
    named = asked(config, "app") or options.get("app")
    if named is not None:
        return AppFile.load(named)
    return AppFile.find(start) or AppFile.find(config.rootpath)


def _own(options: Options) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if name != "app"}
    return checked(given, "mews_options")


def _fields(config: pytest.Config, said: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in said.items() if name != "checks"}
    payload, seed = asked(config, "payload"), asked_seed(config)
    if payload in PAYLOADS:
        fields["payload"] = payload
    if seed is not None:
        fields["seed"] = seed
    return fields


def _has_tokens(described: AppFile) -> bool:
    return described.mews is not None and described.mews.access_token is not None
