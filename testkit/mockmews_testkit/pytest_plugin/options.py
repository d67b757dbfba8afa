"""What a run was asked for: options, environment, ini and markers, and which of them goes before which."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PAYLOADS = ("entities", "ids_only")
_CHOICES: dict[str, tuple[str, ...]] = {
    "payload": (*PAYLOADS, "both"),
    "checks": ("critical", "strict", "report", "off"),
    "transcript": ("failed", "all", "off"),
}
_OPTIONS = (
    ("app", "FILE", "the app file of your app [the nearest mews-app.yaml]; `sample` is the bundled app"),
    ("url", "URL", "a fake that runs already [one of our own]"),
    ("payload", None, "what webhooks carry [entities; scenarios: both]"),
    ("checks", None, "which broken checks fail a test [critical]"),
    ("public-url", "URL", "the fake's address as your app reaches it"),
    ("admin-token", "TOKEN", "what the control API of the fake at --mews-url asks for"),
    ("transcript", None, "whose conversation is shown [failed]"),
    ("seed", "N", "makes identifiers, delays and dice repeat"),
    (
        "save-failures",
        "DIR",
        "write the conversation of each failed test into this folder, as a scenario file",
    ),
    ("report", "html=F", "write a report of all conversations"),
)
_CHOOSING = ("app", "url", "payload", "checks", "public-url")
SAVED = "MOCKMEWS_SAVE_FAILURES"
_ENVIRONMENT = {"url": "MOCKMEWS_MEWS_URL"}

MARKER = (
    "mews(webhooks='held', payload='ids_only', own_messages=True, rate_limit='5/30s', seed=7, checks='critical', "
    "settings={...}): the fake Mews of this test"
)


def add_options(parser: pytest.Parser) -> None:
    """The group of options, and the ini value."""
    group = parser.getgroup("mockmews", "mockmews: conversations of guests and a hotel")
    for name, takes, about in _OPTIONS:
        choices = _CHOICES.get(name)
        more: dict[str, Any] = {"choices": choices} if choices else {"metavar": takes}
        group.addoption(f"--mews-{name}", dest=_dest(name), default=None, help=about, **more)
    parser.addini(
        "mews_scenarios",
        "scenario files that are collected as tests, as globs below the root folder",
        type="args",
    )


def share_folder(config: pytest.Config) -> None:
    """Tell ConversationMachine of `--mews-save-failures`; it knows nothing of pytest and reads the environment."""
    folder = config.getoption(_dest("save-failures"), default=None)
    if folder is None:
        return
    before = os.environ.get(SAVED)
    os.environ[SAVED] = str(config.invocation_params.dir / folder)

    def back() -> None:
        if before is None:
            os.environ.pop(SAVED, None)
        else:
            os.environ[SAVED] = before

    config.add_cleanup(back)


def asked(config: pytest.Config, name: str) -> str | None:
    """An option: the flag, else the environment. Raises pytest.UsageError where it is none of its choices."""
    given: str | None = config.getoption(_dest(name), default=None)
    if given is not None:
        return given
    variable = _ENVIRONMENT.get(name) or f"MOCKMEWS_{name.replace('-', '_').upper()}"
    value = os.environ.get(variable) or None
    choices = _CHOICES.get(name)
    if value is not None and choices and value not in choices:
        raise pytest.UsageError(f"{variable}={value}: write one of {', '.join(choices)}")
    return value


def chosen(config: pytest.Config) -> dict[str, str]:
    """The flags by which this run chose app, fake and judgement; no secret among them."""
    given = {name: config.getoption(_dest(name), default=None) for name in _CHOOSING}
    return {name: value for name, value in given.items() if value is not None}


def asked_seed(config: pytest.Config) -> int | None:
    """`--mews-seed`. Raises pytest.UsageError where it is no whole number."""
    seed = asked(config, "seed")
    if seed is None:
        return None
    if not seed.isascii() or not seed.isdigit():
        raise pytest.UsageError(f"the seed {seed} is none: write a whole number")
    return int(seed)


def asked_report(config: pytest.Config) -> Path | None:
    """`--mews-report html=F`. Raises pytest.UsageError where it is none."""
    wanted = asked(config, "report")
    if wanted is None:
        return None
    kind, _, name = wanted.partition("=")
    if kind != "html" or not name:
        raise pytest.UsageError(f"--mews-report {wanted}: write html=FILE")
    return config.invocation_params.dir / name


def check_options(config: pytest.Config) -> None:
    """Flags that say nothing are refused before the first test. Raises pytest.UsageError.

    The environment is read only where it is needed: a project that does not use us is none of our business.
    """
    for name, read in (("seed", asked_seed), ("report", asked_report)):
        if config.getoption(_dest(name), default=None) is not None:
            read(config)


def marked(item: pytest.Item) -> dict[str, Any]:
    """What the markers of a test say together; the nearest counts. Raises pytest.UsageError."""
    found: dict[str, Any] = {}
    for mark in item.iter_markers("mews"):
        if mark.args:
            raise pytest.UsageError(
                f"{item.nodeid}: @pytest.mark.mews takes names, not {mark.args[0]!r}: write mews(webhooks='held')"
            )
        found = {**mark.kwargs, **found}
    return checked(found, f"{item.nodeid}: @pytest.mark.mews")


def checked(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Fields of a world and `checks`, all of them known. Raises pytest.UsageError, with the nearest name."""
    import difflib

    from mockmews_testkit.testing.verdict import LEVELS

    known = (*world_fields(), "checks")
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise pytest.UsageError(f"{where} has no {name!r}; {hint}")
    if given.get("checks", LEVELS[0]) not in LEVELS:
        raise pytest.UsageError(f"{where}: checks={given['checks']!r} is none of {', '.join(LEVELS)}")
    return dict(given)


def world_fields() -> tuple[str, ...]:
    """What the control API takes when a world is made."""
    from mockmews_testkit.scenario.world_forms import WORLD

    return (*WORLD, "enterprises", "webhook_url", "webhook_token", "integration_webhook_url")


def _dest(name: str) -> str:
    return f"mews_{name.replace('-', '_')}"
