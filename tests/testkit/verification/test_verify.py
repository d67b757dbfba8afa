"""`mockmews verify`: nothing against our own fake, and each planted difference, and no other, against others."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from mockmews import MockMewsServer
from mockmews_testkit.verification.catalogue import NEEDS, VECTORS
from mockmews_testkit.verification.exchange import OWN
from mockmews_testkit.verification.scene import Scene
from mockmews_testkit.verification.target import Rate, Target, Tokens
from mockmews_testkit.verification.verifying import Judged, verify
from tests.testkit.verification.planted import TEN, dying, planted

RUN = [sys.executable, "-c", "from mockmews_testkit.cli import main; main()", "verify"]
BIG = ("16", "17", "33")

# Each setting that a caller can see, with the vectors that name it.
GROUPS: tuple[dict[str, tuple[str, list[str]]], ...] = (
    {
        "sender": ("string", ["7"]),
        "is_resolved": ("omitted_in_get_all", ["63"]),
        "null_cursor": ("omitted", ["45"]),
        "thread_add_cursor": ("present", ["1"]),
        "error_details": ("text", ["D17"]),
        "error_full_stop": ("true", ["7.1"]),
        "interval_bounds": ("optional", ["57"]),
        "missing_limitation": ("newest_1000", ["35"]),
        "count_out_of_range": ("clamped", ["31", "32"]),
        "messages_over_limit": ("accepted", ["17"]),
        "content_type": ("lenient", ["85"]),
    },
    {
        "thread_id_alias": ("accept", ["25"]),
        "datetime_fraction": ("milliseconds", ["D18"]),
        "empty_id_lists": ("absent", ["D25"]),
        "empty_messages": ("accepted", ["18"]),
        "blank_text": ("accepted", ["5"]),
        "text_limit": ("9000", ["6"]),
        "property_case": ("insensitive", ["S20"]),
        "wrong_method": ("405", ["83"]),
        "datetime_without_zone": ("utc", ["60", "S34.1"]),
        "month_tolerance": ("one_day", ["S33"]),
        "interval_ends": ("inclusive", ["51"]),
    },
    {
        "unknown_fields": ("refused", ["86"]),
        "unknown_cursor": ("empty_page", ["36", "D13"]),
        "unknown_thread_ids": ("refused", ["S5"]),
        "add_to_unknown_thread": ("403", ["13"]),
        "message_updates_thread": ("false", ["65"]),
        "stored_precision": ("ticks", ["52"]),
        "read_lag": ("100ms", []),  # all others wait so long; who asks for it, S42, is asked alone
    },
)


def tokens(world: Mapping[str, Any]) -> Tokens:
    return Tokens(world["client_token"], world["access_token"])


def judged(
    url: str,
    roles: Mapping[str, Tokens],
    *,
    enterprise: str = "",
    also: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> list[Judged]:
    vectors = [each for each in VECTORS if each.id not in without and (not only or each.id in only)]
    with Target(url, roles, Rate(0)) as target:
        return list(verify(target, vectors, Scene(enterprise=enterprise), given={*roles, *also}))


def differing(found: list[Judged]) -> list[str]:
    return [each.vector.id for each in found if each.difference]


def test_vectors_find_no_difference_in_our_own_fake(server: MockMewsServer) -> None:
    own: dict[str, Any] = server.control.create_integration(enterprises=["North", "South"], portfolio=True)
    north, _, whole = own["access_tokens"]
    roles = {
        OWN: Tokens(own["client_token"], north["access_token"]),
        "portfolio": Tokens(own["client_token"], whole["access_token"]),
        "second": tokens(server.control.create_integration()),
        "disabled": tokens(server.control.create_integration(enabled=False)),
        "unpermitted": tokens(server.control.create_integration(permissions=["messages/getAll"])),
    }
    found = judged(server.url, roles, enterprise=own["enterprise_ids"][0], also=("load",))
    assert [(each.vector.id, each.difference) for each in found if each.difference] == []
    assert {each.vector.id for each in found if each.reason} == {"67", "90", "91", "93"}


def test_vectors_do_not_mind_a_front_desk_that_answers(server: MockMewsServer) -> None:
    rule = {"when": {"thread": "any"}, "say": "Hello!", "after": "10ms"}
    world = server.control.create_integration(reply_rules=[rule])
    found = judged(server.url, {OWN: tokens(world)}, without=BIG)
    assert [(each.vector.id, each.difference) for each in found if each.difference] == []


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: next(iter(group)))
def test_vectors_name_each_setting_that_differs(
    server: MockMewsServer, group: dict[str, tuple[str, list[str]]]
) -> None:
    world = server.control.create_integration(
        settings={name: value for name, (value, _) in group.items()}, rate_limit=None
    )
    without = () if "messages_over_limit" in group else BIG
    found = judged(server.url, {OWN: tokens(world)}, without=("S42", *without))
    named = {
        name: [each.vector.id for each in found if each.difference and name in _settings(each)]
        for name in group
    }
    wanted = {name: sorted(ids) for name, (_, ids) in group.items()}
    assert {name: sorted(ids) for name, ids in named.items()} == wanted
    assert sorted(differing(found)) == sorted(each for ids in wanted.values() for each in ids)


def test_a_lag_of_reading_is_named(server: MockMewsServer) -> None:
    world = server.control.create_integration(settings={"read_lag": "1h"})
    (found,) = judged(server.url, {OWN: tokens(world)}, only=("S42",))
    assert found.difference is not None
    assert (found.vector.id, _settings(found)) == ("S42", {"read_lag"})


def _settings(each: Judged) -> set[str]:
    assert each.difference is not None
    return {point.setting for point in each.difference.points}


def test_command_names_ten_planted_differences_and_nothing_else(server: MockMewsServer) -> None:
    world = server.control.create_integration(rate_limit=None)
    with planted(server.url, TEN) as url:
        ran = verified(url, tokens(world), "--json", "--rate", "off")
    assert ran.returncode == 1, ran.stderr
    report = json.loads(ran.stdout)
    assert report["verdict"] == "differs"
    assert [each["vector"] for each in report["differences"]] == list(TEN)
    for each in report["differences"]:
        assert each["sent"].startswith("POST ")
        assert each["came"] != each["expected"]
        assert each["basis"] in {"documented", "assumed"}
    assert world["access_token"] not in ran.stdout


def test_command_ends_with_0_where_nothing_differs(server: MockMewsServer) -> None:
    world = server.control.create_integration()
    ran = verified(server.url, tokens(world), "--vector", "27", "--vector", "14", "--rate", "60/1s")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "not exercised  14: needs a second application: add --with second=CLIENT" in ran.stdout
    assert "SAME  2 vectors: 1 as our contract says, 0 differ, 1 not exercised" in ran.stdout


def test_command_tells_a_difference_in_full(server: MockMewsServer) -> None:
    world = server.control.create_integration(settings={"sender": "string"})
    ran = verified(server.url, tokens(world), "--vector", "7", "--quiet")
    assert ran.returncode == 1
    head, sent, came, expected, summary = ran.stdout.splitlines()
    assert head.startswith("DIFFERS  vector 7  A message is added")
    assert head.endswith("(documented, D3 sender)")
    assert "POST messages/add {" in sent
    assert came == '  came      Sender "Application"'
    assert expected == '  expected  Sender {"Discriminator": "Application", "Value": null}'
    assert summary.startswith("DIFFERS  1 vectors: 0 as our contract says, 1 differ")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"access_token": "wrong"}, "refuses the tokens (401 Invalid AccessToken)", id="token"),
        pytest.param({"url": "/elsewhere"}, "answers 404 to messages/getAll", id="address"),
        pytest.param({"url": None}, "cannot be reached", id="unreachable"),
        pytest.param({"more": ["--vector", "200"]}, "There is no vector '200'", id="vector"),
        pytest.param({"more": ["--with", "other=1"]}, "--with takes second", id="with"),
        pytest.param({"more": ["--with", "second=1"]}, "takes CLIENTTOKEN:ACCESSTOKEN", id="second"),
        pytest.param({"more": ["--rate", "0"]}, "--rate takes", id="rate"),
        pytest.param({"url": "/api/connector/v1"}, "the part of the address before", id="whole_address"),
    ],
)
def test_command_refuses_in_one_line_with_2(
    server: MockMewsServer, change: dict[str, Any], told: str
) -> None:
    world = server.control.create_integration()
    at = f"http://127.0.0.1:{free_port()}" if "url" in change and change["url"] is None else server.url
    given = Tokens(world["client_token"], change.get("access_token") or world["access_token"])
    ran = verified(at + (change.get("url") or ""), given, *change.get("more", ()))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_command_tells_what_it_saw_of_a_platform_that_dies(server: MockMewsServer) -> None:
    world = server.control.create_integration()
    with planted(server.url, {"dying": dying(20)}) as url:
        ran = verified(url, tokens(world))
    assert ran.returncode == 2
    assert "came      no answer: Server disconnected without sending a response." in ran.stdout
    assert re.search(r"DIFFERS  \d+ vectors: 1\d as our contract says, 3 differ", ran.stdout)
    assert f"mockmews: {url} has stopped answering" in ran.stderr


def test_command_leaves_production_alone() -> None:
    ran = verified("https://api.mews.com", Tokens("client", "access"))
    assert ran.returncode == 2
    assert "say --production" in ran.stderr


def test_a_429_is_waited_for(server: MockMewsServer) -> None:
    world = server.control.create_integration(rate_limit="3/1s")
    vectors = [each for each in VECTORS if each.id in ("8", "45", "54")]
    with Target(server.url, {OWN: tokens(world)}, Rate(0)) as target:
        found = list(verify(target, vectors, Scene(enterprise=""), given={OWN}))
        assert target.waited >= 1
    assert [each.difference or each.reason for each in found] == [""] * 3


def test_vectors_without_a_flow_need_what_nobody_can_give() -> None:
    assert {each.needs for each in VECTORS if each.flow is None} == {"staff", "time", "faults"}
    assert {each.needs for each in VECTORS if each.needs} <= set(NEEDS)


def verified(url: str, given: Tokens, *more: str) -> subprocess.CompletedProcess[str]:
    line = [*RUN, "--target", url, "--client-token", given.client_token, "--access-token", given.access_token]
    return subprocess.run([*line, *more], capture_output=True, text=True, check=False, timeout=120)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
