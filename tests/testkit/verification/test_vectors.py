"""The table of vectors: complete, true to the settings, and steady whatever a platform answers."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from mockmews.assumptions import ASSUMPTIONS
from mockmews.settings import SETTINGS
from mockmews_testkit.verification import points
from mockmews_testkit.verification.catalogue import VECTORS
from mockmews_testkit.verification.exchange import Answer, Call, Differs, Point, Unprepared
from mockmews_testkit.verification.scene import Scene

LONGEST = 600
ROWS = {each.name: set(each.rows) for each in SETTINGS}
ID = "0f9325f6-ef44-4911-89a8-ae51010a5aa4"


def test_vectors_are_those_of_the_contract() -> None:
    numbers = [int(each.id) for each in VECTORS if each.id.isdigit()]
    assert sorted(numbers) == list(range(1, 94))
    assert len({each.id for each in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize(
    "point", [each for each in vars(points).values() if isinstance(each, Point)], ids=str
)
def test_point_stands_in_the_table_of_settings(point: Point) -> None:
    if not point.setting:
        assert point.row in {each.row for each in ASSUMPTIONS} | set().union(*ROWS.values())
    elif point.row:
        assert point.row in ROWS[point.setting]
    else:
        assert ROWS[point.setting] == set()


def test_vectors_read_as_sentences() -> None:
    for each in VECTORS:
        assert re.fullmatch(r"\S.*\.", each.says), each.id


def nothing(_: Call, __: random.Random) -> tuple[int, Any]:
    return 200, {}


def plausible(_: Call, dice: random.Random) -> tuple[int, Any]:
    """Something that looks like an answer, in which anything may be wrong."""
    strange: list[Any] = [None, True, 7, "x", [], {}, ID, "2026-03-10T12:00:00Z"]
    message = {
        name: dice.choice([*strange, {"Discriminator": "Application"}])
        for name in ("Id", "MessageThreadId", "Text", "Sender", "CreatedUtc")
    }
    thread = {name: dice.choice(strange) for name in ("Id", "Subject", "CreatedUtc", "UpdatedUtc")}
    body = {
        "Messages": [dice.choice([message, {"Message": message, "Identifier": "x"}, *strange])]
        * dice.randint(0, 30),
        "MessageThreads": [dice.choice([thread, *strange])] * dice.randint(0, 3),
        "Cursor": dice.choice(strange),
        "Message": dice.choice(["Invalid JSON", *strange]),
    }
    return dice.choice([200, 200, 200, 204, 400, 401, 404, 429, 500]), dice.choice([body, body, *strange])


def good(_: Call, dice: random.Random) -> tuple[int, Any]:
    """Good enough that threads and messages can be made."""
    message = {"Id": ID, "MessageThreadId": ID, "Text": "m", "CreatedUtc": "2026-03-10T12:00:00.5Z"}
    return 200, {
        "Messages": [{**message, "Message": message}] * dice.choice([1, 2, 25]),
        "MessageThreads": [{"Id": ID}],
    }


@pytest.mark.parametrize("answering", [nothing, plausible, good], ids=lambda each: each.__name__)
def test_vectors_bear_any_answer(answering: Callable[[Call, random.Random], tuple[int, Any]]) -> None:
    for vector in VECTORS:
        if vector.flow is None:
            continue
        for seed in range(8):
            dice, calls = random.Random(f"{vector.id} {seed}"), 0
            flow = vector.flow(Scene(enterprise=ID))
            try:
                call = next(flow)
                while calls < LONGEST:
                    calls += 1
                    status, body = answering(call, dice)
                    call = flow.send(Answer(call, status, {"request-id": ID}, json.dumps(body).encode()))
                raise AssertionError(f"vector {vector.id} goes on for ever")
            except (StopIteration, Differs, Unprepared):
                pass
