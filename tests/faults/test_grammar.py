"""The one grammar of faults: what it takes, and how it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from mockmews.errors import ConfigurationError
from mockmews.model.faults import Fault
from mockmews.wire.faults import FAULT_KEYS, MOST_FAULTS, read_faults, write_fault
from mockmews.wire.yaml_files import parse_yaml

SECOND = 10_000_000

TAKEN: list[dict[str, Any]] = [
    {"operation": "messages/add", "status": 429, "retry_after": "2s", "times": 2},
    {"operation": "messages/add", "status": 429},
    {"operation": "any", "delay": "1m30s", "nth": 3},
    {"operation": "messageThreads/getAll", "reset": True, "probability": 0.25},
    {"operation": "messages/getAll", "delay": "500ms", "truncate": True, "after": "5s", "until": "10s"},
    {"operation": "messageThreads/add", "not_json": True, "every": 2},
    {"operation": "messageThreads/add", "unknown_field": True, "nth": 6, "every": 3},
    {"operation": "any", "lose_response": "reset"},
    {"operation": "any", "lose_response": "hang"},
    {"webhook": "MessageAdded", "drop": True},
    {"webhook": "any", "duplicate": 2, "delay": "2s", "wrong_token": "other"},
    {"webhook": "any", "wrong_token": "missing"},
    {"webhook": "any", "reorder": 2},
    {"webhook": "any", "noise": ["ServiceOrderUpdated", "SomethingNew"]},
    {"webhook": "any", "split": 1},
    {"webhook": "any", "merge": 3},
    {"webhook": "any", "early": "1s"},
]


@pytest.mark.parametrize("written", TAKEN, ids=str)
def test_a_fault_reads_back_as_it_was_written(written: dict[str, Any]) -> None:
    (fault,) = read_faults(written, where="body")
    assert write_fault(fault) == written
    assert read_faults(write_fault(fault), where="body") == (fault,)


def test_durations_are_read_to_the_tick() -> None:
    (fault,) = read_faults({"operation": "any", "delay": "1.5s", "until": "1h"}, where="body")
    assert (fault.delay, fault.until) == (SECOND * 3 // 2, 3600 * SECOND)


def test_what_is_off_says_the_same_as_nothing() -> None:
    given = {"operation": "any", "status": 500, "reset": False, "retry_after": "none"}
    assert read_faults(given, where="body") == (Fault(operation="any", status=500),)


def test_one_discriminator_of_noise_needs_no_list() -> None:
    (fault,) = read_faults({"webhook": "any", "noise": "SomethingNew"}, where="body")
    assert fault.noise == ("SomethingNew",)


def test_every_key_is_explained() -> None:
    assert set(FAULT_KEYS) == set(Fault.__struct_fields__)


ANY = {"operation": "any"}
HOOK = {"webhook": "any"}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"operation": "any", "statsu": 429}, "body.statsu: there is no 'statsu' here. Did you mean 'status'?"),
    ({"operation": "messages/ad", "status": 429}, "Did you mean 'messages/add'"),
    ({"webhook": "MessageAded", "drop": True}, "Did you mean 'MessageAdded'"),
    ({"operation": ["any"], "status": 429}, "body.operation: operation takes"),
    ({"status": 429}, "does not say where"),
    ({**ANY, **HOOK, "delay": "1s"}, "body.webhook: a fault is about an operation or about webhooks"),
    (ANY, "does nothing"),
    ({**ANY, "times": 2}, "does nothing"),
    ({**ANY, "reset": False}, "does nothing"),
    ({**ANY, "drop": True}, "body.drop: drop goes with webhook:, not with operation:"),
    ({**ANY, "early": "1s"}, "body.early: early goes with webhook:"),
    ({**HOOK, "status": 500}, "body.status: status goes with operation:, not with webhook:"),
    ({**HOOK, "drop": True, "retry_after": "1s"}, "body.retry_after: retry_after goes with operation:"),
    ({**ANY, "status": 500, "reset": True}, "body.reset: status and reset cannot both be the answer"),
    ({**ANY, "delay": "1s", "retry_after": "2s"}, "body.retry_after: retry_after is a header"),
    ({**HOOK, "drop": True, "duplicate": 2}, "body.duplicate: duplicate does nothing to a webhook that is"),
    ({**HOOK, "early": "1s", "noise": ["X"]}, "body.noise: noise does nothing to an early event"),
    ({**HOOK, "merge": 2, "split": 1}, "undo each other"),
    ({**HOOK, "reorder": 2, "merge": 2}, "undo each other"),
    ({**ANY, "reset": True, "after": "2s", "until": "2s"}, "body.until: this fault ends before it begins"),
    ({**ANY, "reset": True, "nth": 3, "every": 2}, "body.nth: nth: 3 is no multiple of every: 2"),
    ({**ANY, "status": 200}, "body.status: status takes a whole number from 400 to 599, not 200"),
    ({**ANY, "status": "429"}, "body.status: status takes a whole number"),
    ({**ANY, "reset": True, "nth": 0}, "body.nth: nth takes a whole number from 1"),
    ({**ANY, "reset": True, "times": True}, "body.times: times takes a whole number from 1"),
    ({**ANY, "reset": True, "probability": 1.5}, "body.probability: probability takes a number from 0 to 1"),
    ({**ANY, "reset": True, "probability": float("nan")}, "probability takes a number"),
    ({**ANY, "delay": "soon"}, "body.delay: delay: 'soon' is not a duration"),
    ({**ANY, "delay": "0s"}, "body.delay: delay is no time at all"),
    ({**ANY, "reset": "yes"}, "body.reset: reset takes true or false"),
    ({**ANY, "lose_response": "hung"}, "Did you mean 'hang'"),
    ({**HOOK, "duplicate": 1}, "body.duplicate: duplicate takes a whole number from 2"),
    ({**HOOK, "wrong_token": "wrong"}, "wrong_token takes missing, other"),
    ({**HOOK, "noise": []}, "body.noise: noise takes 1 to"),
    ({**HOOK, "noise": [" "]}, "body.noise[0]: noise 1 is blank"),
]


@pytest.mark.parametrize(("given", "words"), REFUSED, ids=lambda each: str(each)[:60])
def test_a_mistake_is_refused_by_name(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_faults(given, where="body")
    assert words in str(refused.value)


def test_the_advice_for_the_wrong_place_names_what_fits() -> None:
    with pytest.raises(ConfigurationError, match="here you can use delay, drop, duplicate, wrong_token"):
        read_faults({"webhook": "any", "status": 500}, where="body")


def test_a_list_names_the_fault_that_is_wrong() -> None:
    good = {"operation": "any", "reset": True}
    with pytest.raises(ConfigurationError, match=r"body\[1\]\.times: times takes"):
        read_faults([good, {**good, "times": -1}], where="body")


def test_more_faults_than_are_allowed_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=f"{MOST_FAULTS + 1} faults are too many"):
        read_faults([{"operation": "any", "reset": True}] * (MOST_FAULTS + 1), where="body")


def test_a_file_names_its_line() -> None:
    file = parse_yaml("- {operation: any, reset: true}\n- webhook: any\n  drpo: true\n", name="faults.yaml")
    with pytest.raises(
        ConfigurationError, match=r"faults\.yaml:3: there is no 'drpo' here\. Did you mean 'drop'"
    ):
        read_faults(file.data, where=file.place)
