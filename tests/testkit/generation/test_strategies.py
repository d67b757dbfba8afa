"""The strategies: what they make fits the contract and the fake, and shrinks to what a person would write."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, find, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockmews import ControlError, MockMewsServer
from mockmews.contract import schema
from mockmews.contract.formats import format_checker
from mockmews_testkit import strategies
from mockmews_testkit.errors import ScenarioError
from mockmews_testkit.scenario.loading import load_text
from mockmews_testkit.strategies import (
    Turn,
    conversations,
    delivery_plans,
    fault_plans,
    guest_names,
    message_texts,
    webhook_bodies,
)

# The same examples in every run, however slow the machine.
STEADY = profile(deadline=None, derandomize=True, suppress_health_check=[*HealthCheck], max_examples=60)
FOUND = profile(
    deadline=None, derandomize=True, database=None, max_examples=50, phases=[Phase.generate, Phase.shrink]
)


def _accepts(name: str, value: object) -> bool:
    return Draft202012Validator(schema(name), format_checker=format_checker()).is_valid(value)


def _text_of(text: str) -> dict[str, str]:
    return {"MessageThreadId": "7f9325f6-ef44-4911-89a8-ae51010a5aa4", "Text": text}


class Hotel:
    """A fake with one world that takes calls as an app makes them."""

    def __init__(self, server: MockMewsServer) -> None:
        self.control = server.control
        self.world = server.control.create_integration(rate_limit=None, webhook_url="http://127.0.0.1:9/")
        self.http = httpx.Client(base_url=f"{server.url}/api/connector/v1", trust_env=False, verify=False)

    def close(self) -> None:
        self.http.close()
        self.control.delete_integration(self.world["integration_id"])

    def call(self, operation: str, **fields: Any) -> httpx.Response:
        tokens = {name: self.world[key] for name, key in _TOKENS.items()}
        return self.http.post(f"/{operation}", json={**tokens, "Client": "Test 1.0", **fields})


_TOKENS = {"ClientToken": "client_token", "AccessToken": "access_token"}


@pytest.fixture(scope="module")
def hotel(server: MockMewsServer) -> Iterator[Hotel]:
    made = Hotel(server)
    yield made
    made.close()


@given(text=message_texts(), name=guest_names())
@STEADY
def test_valid_texts_and_names_are_taken_and_come_back_unchanged(hotel: Hotel, text: str, name: str) -> None:
    assert _accepts("MessageAddParameters", _text_of(text))
    opened = hotel.call("messageThreads/add", OriginalSender=name, Subject=text)
    assert opened.status_code == 200
    thread = opened.json()["MessageThreads"][0]["Id"]
    assert hotel.call("messages/add", Messages=[{"MessageThreadId": thread, "Text": text}]).is_success
    found = hotel.call("messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 10}).json()
    assert [each["Text"] for each in found["Messages"]] == [text]


@given(text=message_texts(valid=False), name=guest_names(valid=False))
@STEADY
def test_invalid_texts_and_names_are_refused(hotel: Hotel, text: str, name: str) -> None:
    assert not _accepts("MessageAddParameters", _text_of(text))
    assert hotel.call("messageThreads/add", OriginalSender=name, Subject="Chat").status_code == 400


@given(payload=st.sampled_from(["entities", "ids_only"]), data=st.data())
@STEADY
def test_valid_webhook_bodies_fit_the_contract(payload: Any, data: st.DataObject) -> None:
    body = data.draw(webhook_bodies(payload=payload))
    assert _accepts("GeneralWebhookWithEntities" if payload == "entities" else "GeneralWebhook", body)
    assert ("Entities" in body) == (payload == "entities")
    told = [each["Value"]["Id"] for each in body["Events"] if each["Discriminator"] == "MessageAdded"]
    if payload == "entities":
        assert [each["Id"] for each in body["Entities"]["Messages"]] == told


@given(webhook_bodies(valid=False))
@STEADY
def test_invalid_webhook_bodies_do_not_fit_the_contract(body: dict[str, Any]) -> None:
    assert not _accepts("GeneralWebhook", body)


@given(n=st.integers(0, 6), data=st.data())
@STEADY
def test_valid_delivery_plans_tell_of_every_message_and_of_no_other(n: int, data: st.DataObject) -> None:
    plan = data.draw(delivery_plans(n))
    assert {message for body in plan for message in body} == set(range(n))
    assert all(body and len(set(body)) == len(body) for body in plan)


@given(n=st.integers(0, 6), data=st.data())
@STEADY
def test_invalid_delivery_plans_have_an_empty_body_or_a_message_that_there_is_not(
    n: int, data: st.DataObject
) -> None:
    plan = data.draw(delivery_plans(n, valid=False))
    assert any(not body or max(body) >= n for body in plan)


@given(fault_plans())
@STEADY
def test_valid_fault_plans_are_taken_by_the_fake_and_by_scenario_files(
    hotel: Hotel, plan: list[dict[str, Any]]
) -> None:
    world = hotel.world["integration_id"]
    assert len(hotel.control.add_fault(world, plan)["faults"]) == len(plan)
    hotel.control.clear_faults(world)
    steps = "".join(f"  - fault: {fault}\n" for fault in plan)
    load_text(f'scenario: faults\nsteps:\n  - guest: "Hi!"\n{steps}', "faults.mews.yaml")


@given(fault_plans(valid=False))
@STEADY
def test_invalid_fault_plans_are_refused(hotel: Hotel, plan: list[dict[str, Any]]) -> None:
    with pytest.raises(ControlError):
        hotel.control.add_fault(hotel.world["integration_id"], plan)
    with pytest.raises(ScenarioError):
        load_text(f'scenario: s\nsteps:\n  - guest: "Hi!"\n  - fault: {plan[0]}\n', "faults.mews.yaml")


@given(most=st.integers(1, 8), guests=st.integers(1, 3), data=st.data())
@STEADY
def test_valid_conversations_begin_with_the_guest(most: int, guests: int, data: st.DataObject) -> None:
    turns = data.draw(conversations(most, guests=guests))
    assert 1 <= len(turns) <= most
    assert len({turn.guest for turn in turns}) <= guests
    wrote: set[str] = set()
    for turn in turns:
        assert turn.speaker == "guest" or turn.guest in wrote
        assert not turn.text.isspace()
        wrote.add(turn.guest)


@given(conversations(5, valid=False))
@STEADY
def test_invalid_conversations_hold_what_mews_forbids(turns: tuple[Turn, ...]) -> None:
    blank = any(not turn.text or turn.text.isspace() for turn in turns)
    assert blank or turns[0].speaker == "hotel"


@pytest.mark.parametrize(
    ("made", "smallest"),
    [
        (message_texts(), "Hi!"),
        (guest_names(), "Penelope"),
        (delivery_plans(3), [(0,), (1,), (2,)]),
        (fault_plans(), [{"operation": "messages/add", "status": 429, "times": 1}]),
        (conversations(4, guests=2), (Turn("guest", "Penelope", "Hi!"),)),
        (webhook_bodies().map(lambda body: body["Events"][0]["Discriminator"]), "MessageAdded"),
    ],
)
def test_strategies_shrink_to_the_simplest(made: st.SearchStrategy[Any], smallest: object) -> None:
    assert find(made, lambda _: True, settings=FOUND) == smallest


def test_delivery_plans_shrink_to_the_smallest_reordering() -> None:
    def reorders(plan: list[tuple[int, ...]]) -> bool:
        return plan.index(next(each for each in plan if 1 in each)) < plan.index(
            next(each for each in plan if 0 in each)
        )

    found = find(delivery_plans(3), reorders, settings=profile(FOUND, max_examples=200))
    assert sorted(found) == [(0,), (1,), (2,)]


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: delivery_plans(-1), "n is -1"),
        (lambda: conversations(0), "max_turns is 0"),
        (lambda: conversations(1, guests=0), "guests is 0"),
        (lambda: webhook_bodies(payload="whole"), "payload is 'whole'"),  # type: ignore[arg-type]
    ],
)
def test_strategies_refuse_what_they_cannot_make(call: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        call()


def test_every_public_name_is_there_and_sorted() -> None:
    names = list(strategies.__all__)
    assert names == sorted(names) == dir(strategies)
    assert all(hasattr(strategies, each) for each in names)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = strategies.nothing


def test_without_hypothesis_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import importlib.util as util; util.find_spec = lambda name, find=util.find_spec: "
        "None if name == 'hypothesis' else find(name)\n"
        "import mockmews_testkit.strategies as found\n"
        "try:\n    from mockmews_testkit.strategies import message_texts\n"
        "except ImportError as error:\n    print(error)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert "message_texts needs Hypothesis" in told.stdout
    assert "pip install 'mockmews[hypothesis]'" in told.stdout
