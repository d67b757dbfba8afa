"""Whatever an app does, and however odd, every check has a result: no law ever raises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockmews import ControlError, MockMewsServer
from mockmews_testkit.checks.judging import judge_all
from mockmews_testkit.checks.record import Guest, GuestText, Outage, Record, Showing
from mockmews_testkit.vocabulary import CHECKS, OPERATIONS

NOWHERE = "http://127.0.0.1:9/hooks?Token=${webhook_token}"
TEXTS = st.sampled_from(["Hi!", "Hello", "Yes.", "", " "])
THREAD = "THREAD"
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2000)
    | st.sampled_from([THREAD, "2026-03-10T12:00:00Z", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Id", "Text", "Cursor"]), inner)
    ),
    max_leaves=4,
)
FIELDS = (
    "Client", "OriginalSender", "Subject", "Messages", "MessageThreadIds", "Limitation", "CreatedUtc", "Odd",
)  # fmt: skip
ITEM = st.fixed_dictionaries({"MessageThreadId": st.just(THREAD) | JUNK, "Text": TEXTS | JUNK})
RIGHT = {
    "messageThreads/add": st.fixed_dictionaries({"OriginalSender": TEXTS, "Subject": TEXTS}),
    "messages/add": st.fixed_dictionaries({"Messages": st.lists(ITEM, max_size=2)}),
    "messages/getAll": st.fixed_dictionaries(
        {
            "MessageThreadIds": st.just([THREAD]),
            "Limitation": st.fixed_dictionaries({"Count": st.integers(0, 3)}),
        }
    ),
    "messageThreads/getAll": st.just({"MessageThreadIds": [THREAD], "Limitation": {"Count": 10}}),
}
CALLS = st.one_of(
    *[st.tuples(st.just(operation), body) for operation, body in RIGHT.items()],
    st.tuples(st.sampled_from(OPERATIONS), st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=4)),
)
FAULTS = st.sampled_from(
    [
        {"operation": "any", "status": 429, "times": 2},
        {"operation": "messages/add", "status": 500, "nth": 1},
        {"operation": "any", "unknown_field": True},
        {"operation": "any", "not_json": True, "times": 1},
        {"webhook": "any", "noise": ["SomethingNew"]},
        {"webhook": "any", "drop": True, "times": 1},
        {"webhook": "any", "wrong_token": "missing"},
        {"webhook": "any", "early": "1s"},
    ]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("call"), CALLS),
        st.tuples(st.just("raw"), st.sampled_from([b"", b"[", b"[1]", b'{"Client": "\xff"}'])),
        st.tuples(st.just("reply"), st.sampled_from(["Hi!", "Yes."])),
        st.tuples(st.just("fault"), FAULTS),
        st.tuples(st.just("resolve"), st.none()),
        st.tuples(st.just("event"), st.sampled_from(["MessageAdded", "CustomerAdded"])),
    ),
    max_size=12,
)
SHOWN = st.lists(
    st.builds(
        Showing, TEXTS, elapsed=st.none() | st.floats(0, 10), seen=st.integers(0, 40), own=st.booleans()
    ),
    max_size=4,
)
GUESTS = st.lists(
    st.tuples(st.sampled_from(["Hi!", "Max", "Max Hi!"]), SHOWN), max_size=2, unique_by=lambda g: g[0]
)
SPOKEN = st.lists(
    st.builds(
        GuestText,
        guest=st.sampled_from(["Hi!", "Max", "nobody"]),
        text=TEXTS,
        since=st.integers(0, 40),
        elapsed=st.floats(0, 10),
        taken=st.booleans(),
        forwarded=st.booleans(),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def server() -> Iterator[MockMewsServer]:
    with MockMewsServer() as running:
        yield running


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    steps=STEPS,
    guests=GUESTS,
    texts=SPOKEN,
    more=st.fixed_dictionaries(
        {
            "payload": st.sampled_from(["entities", "ids_only"]),
            "exact": st.booleans(),
            "splits": st.booleans(),
            "limit": st.none() | st.integers(1, 5),
            "alive": st.booleans(),
            "ended": st.floats(0, 60),
            "outages": st.sampled_from([(), (Outage(0.1, 0.2),), (Outage(0.1),)]),
        }
    ),
)
def test_every_check_has_a_result_for_any_journal(
    server: MockMewsServer, steps: Any, guests: Any, texts: Any, more: dict[str, Any]
) -> None:
    world = server.control.create_integration(
        webhook_url=NOWHERE, payload=more["payload"], retry={"attempts": 1}
    )
    with httpx.Client(base_url=f"{server.url}/api/connector/v1", trust_env=False) as http:
        for kind, what in steps:
            _play(server, world, http, kind, what)
    entries = server.control.journal(world["integration_id"])["entries"]
    server.control.delete_integration(world["integration_id"])
    results = judge_all(
        Record(
            entries=tuple(entries),
            strays=tuple(server.control.server_journal()["entries"]),
            guests=tuple(Guest(name, name, tuple(shown)) for name, shown in guests),
            texts=tuple(texts),
            **more,
        )
    )
    assert tuple(each.id for each in results) == CHECKS


def _play(server: MockMewsServer, world: dict[str, Any], http: httpx.Client, kind: str, what: Any) -> None:
    integration = world["integration_id"]
    tokens = {"ClientToken": world["client_token"], "AccessToken": world["access_token"], "Client": "Any 1"}
    threads = server.control.threads(integration)
    try:
        if kind == "call":
            operation, body = what
            http.post(f"/{operation}", json=_named({**tokens, **body}, threads))
        elif kind == "raw":
            http.post("/messages/add", content=what)
        elif kind == "reply":
            server.control.reply(integration, what, thread_id="latest")
        elif kind == "fault":
            server.control.add_fault(integration, what)
        elif kind == "resolve":
            server.control.resolve(integration)
        else:
            server.control.send_event(integration, what)
    except (ControlError, httpx.HTTPError):
        pass  # refused, or disturbed on purpose


def _named(value: Any, threads: list[dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return {name: _named(each, threads) for name, each in value.items()}
    if isinstance(value, list):
        return [_named(each, threads) for each in value]
    return threads[0]["id"] if value == THREAD and threads else value
