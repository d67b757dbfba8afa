"""Bad input of every kind is refused, never breaks the mock, and costs little (contract.md 13a)."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockmews.app import App as Fake
from mockmews.app import Options
from mockmews.connector.operation import Operation, Request
from mockmews.contract import OPERATIONS
from mockmews.model import demo
from mockmews.settings import Settings
from tests.conftest import MakeApp
from tests.connector.caller import NOON, PREFIX, UNKNOWN_ID, App, Json, item

JSON = [(b"content-type", b"application/json")]
PREFER = (b"prefer", b"return=minimal")
TEN_MEGABYTES = 10_000_000
LONGEST_HOLD = 0.050  # seconds of CPU; on a slow machine, as long as reading the bytes so many times
MOST_READINGS = 4
TRIES = 10
FEW = settings(
    derandomize=True, deadline=None, database=None, max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
MANY = settings(FEW, max_examples=250)
BODIES_AN_EXAMPLE = 10

# As lenient and as strict as settings can make it, so that every way through the code is taken.
LENIENT = Settings().changed(
    {
        "thread_id_alias": "both", "interval_bounds": "optional", "missing_limitation": "newest_1000",
        "count_out_of_range": "clamped", "messages_over_limit": "accepted", "empty_messages": "accepted",
        "empty_id_lists": "absent", "blank_text": "accepted", "property_case": "insensitive",
        "content_type": "lenient", "datetime_without_zone": "utc", "month_tolerance": "one_day",
        "interval_ends": "inclusive", "unknown_cursor": "empty_page", "stored_precision": "ticks",
    }
)  # fmt: skip
STRICT = Settings().changed(
    {
        "unknown_fields": "refused", "tokens_in_messages": "required", "text_limit": 5,
        "unknown_thread_ids": "refused", "add_to_unknown_thread": "403", "wrong_method": "405",
        "error_details": "text", "error_full_stop": True, "property_case": "insensitive",
    }
)  # fmt: skip


class Loop:
    """One fake without its network: what its loop does with a request."""

    def __init__(self, chosen: Settings) -> None:
        self.fake = Fake(Options(settings=chosen.changed({"rate_limit": "off"}), seed=1))
        self.operation = Operation(self.fake.mock)
        _, client_token, _, integration = demo.pairs()[0]
        self.base = {
            "ClientToken": client_token, "AccessToken": integration.access_token, "Client": "Concierge 1.0.0",
        }  # fmt: skip

    def perform(self, operation: str, body: bytes, *, minimal: bool = False) -> tuple[int, bytes]:
        headers = [*JSON, PREFER] if minimal else JSON
        begun = self.fake.mock.clock.real()
        answer = self.operation.perform(Request("POST", PREFIX + operation, b"", headers, body, begun))
        return answer.status, answer.body

    def judge(self, operation: str, body: bytes, *, minimal: bool = False) -> None:
        """No answer is the mock's fault, and every refusal has Mews's body."""
        status, content = self.perform(operation, body, minimal=minimal)
        assert status < 500, body[:500]
        if status >= 400:
            assert list(json.loads(content)) == ["Message", "RequestId", "Details"]


@pytest.fixture(scope="module")
def loops() -> Iterator[list[Loop]]:
    made = [Loop(Settings()), Loop(LENIENT), Loop(STRICT)]
    yield made
    for each in made:
        asyncio.run(each.fake.mock.close())


# Bodies made by Hypothesis: good ones with something wrong, and JSON of the right vocabulary

INSTANTS = st.sampled_from(
    [
        NOON, "2026-03-10T12:00:00.1234567Z", "2026-03-10", "2026-03-10T12:00:00", "9998-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z",
        "2026-03-10T24:00:00Z", "2026-03-10T12:00:00+99:99", "",
    ]
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-2, 1002), st.sampled_from([10**30, -(10**400), 2**63, 2**64, 1e308, -0.0, 1.5, 10.0]),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from([UNKNOWN_ID, UNKNOWN_ID.upper(), "\ud800", " ", "\u0000"])
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, INSTANTS, TEXTS)
NAMES = st.sampled_from(
    [
        "ClientToken", "AccessToken", "Client", "LanguageCode", "CultureCode", "EnterpriseIds", "CreatedUtc",
        "MessageThreadIds", "UpdatedUtc", "Limitation", "Count", "Cursor", "StartUtc", "EndUtc", "Messages",
        "MessageThreadId", "ThreadId", "Text", "Identifier", "OriginalSender", "Subject", "messages", "COUNT",
        "Extra", "",
    ]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)
GOOD: dict[str, Json] = {
    "messageThreads/getAll": {"MessageThreadIds": [UNKNOWN_ID], "Limitation": {"Count": 10}},
    "messageThreads/add": {"OriginalSender": "John Doe", "Subject": "Hi"},
    "messages/getAll": {"MessageThreadIds": [UNKNOWN_ID], "Limitation": {"Count": 10}},
    "messages/add": {"Messages": [item(UNKNOWN_ID, "Hi", Identifier="x")]},
}


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Json]:
    """An operation and its fields: the good ones, some of them changed, left out or joined by others."""
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    fields = {**GOOD[operation], **draw(st.dictionaries(NAMES, VALUES, max_size=3))}
    for name in draw(st.lists(NAMES, max_size=1)):
        fields.pop(name, None)
    if draw(st.booleans()) and isinstance(fields.get("Messages"), list):
        fields["Messages"] = [*fields["Messages"], draw(VALUES)]
    return operation, fields


BATCHES = st.lists(requests(), min_size=BODIES_AN_EXAMPLE, max_size=BODIES_AN_EXAMPLE)


def judge_all(loops: list[Loop], batch: list[tuple[str, Json]]) -> None:
    for place, (operation, fields) in enumerate(batch):
        loop = loops[place % len(loops)]
        loop.judge(operation, json.dumps({**loop.base, **fields}).encode(), minimal=place % 2 == 0)


@FEW
@given(batch=BATCHES)
def test_generated_bodies_are_answered(loops: list[Loop], batch: list[tuple[str, Json]]) -> None:
    judge_all(loops, batch)


@pytest.mark.soak(seconds=30)
@MANY
@given(batch=BATCHES)
def test_many_generated_bodies_are_answered(loops: list[Loop], batch: list[tuple[str, Json]]) -> None:
    judge_all(loops, batch)


# Bodies of raw bytes: good ones, damaged


def damaged(base: Json, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Bodies with bytes changed, cut out, doubled or moved."""
    dice = random.Random(seed)
    scraps = [
        b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\ud800", b"\x00", b"\xff", b"\xf0\x9f", b"1e999",
        b"null", b"-", b"9" * 400, b"\xef\xbb\xbf", b"[" * 2000, b'{"a":' * 500,
    ]  # fmt: skip
    for _ in range(count):
        operation = dice.choice(sorted(OPERATIONS))
        body = json.dumps({**base, **GOOD[operation]}).encode()
        for _ in range(dice.randint(1, 4)):
            start, end = sorted(dice.choices(range(len(body) + 1), k=2))
            change = dice.randrange(5)
            if change == 0:
                body = body[:start] + dice.choice(scraps) + body[start:]
            elif change == 1:
                body = body[:start] + body[min(end, start + 8) :]
            elif change == 2:
                body = body[:start] + body[start:end] * 2 + body[end:]
            elif change == 3:
                body = body[:start] + dice.randbytes(dice.randint(1, 6)) + body[start:]
            else:
                body = body[:start] + bytes([dice.randrange(256)]) + body[start + 1 :]
        yield operation, body


def judge_damaged(loops: list[Loop], count: int, seed: int) -> None:
    for number, (operation, body) in enumerate(damaged(loops[0].base, count, seed)):
        loops[number % len(loops)].judge(operation, body)


def test_damaged_bodies_are_answered(loops: list[Loop]) -> None:
    judge_damaged(loops, 1000, seed=1)


@pytest.mark.soak
def test_many_damaged_bodies_are_answered(loops: list[Loop]) -> None:
    judge_damaged(loops, 10_000, seed=2)


def test_damaged_bodies_are_answered_over_sockets(app: App) -> None:
    """`Answer` judges each: the connection, which is kept throughout, and the fake survive all of them."""
    statuses = {app.post(operation, body).status for operation, body in damaged(app.base, 500, seed=3)}
    assert statuses == {200, 400, 401}


# What it costs


@cache
def empty_objects() -> bytes:
    """An array of empty objects."""
    return b"[" + b",".join([b"{}"] * (TEN_MEGABYTES // 3)) + b"]"


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def reads_empty_objects() -> object:
    """What reading the bytes costs at least."""
    return msgspec.json.decode(empty_objects(), type=msgspec.Raw)


WHERE = {
    "at_the_root": b"%(array)s",
    "as_messages": b'{%(base)s,"Messages":%(array)s}',
    "as_ids": b'{%(base)s,"MessageThreadIds":%(array)s,"Limitation":{"Count":1}}',
    "as_limitation": b'{%(base)s,"MessageThreadIds":[],"Limitation":%(array)s}',
    "as_a_message": b'{%(base)s,"Messages":[%(array)s]}',
    "as_an_interval": b'{%(base)s,"CreatedUtc":{"StartUtc":%(array)s}}',
    "as_an_unknown_field": b'{%(base)s,"Extra":%(array)s}',
    "as_a_token": b'{"ClientToken":%(array)s,"AccessToken":1}',
    "without_tokens": b'{"Messages":%(array)s}',
    "unfinished": b'{%(base)s,"Messages":%(array)s',
}


@pytest.mark.parametrize("where", WHERE)
def test_millions_of_empty_objects_do_not_hold_the_loop(loops: list[Loop], where: str) -> None:
    loop = loops[0]
    base = json.dumps(loop.base).encode()[1:-1]
    body = WHERE[where] % {b"base": base, b"array": empty_objects()}
    assert len(body) >= TEN_MEGABYTES - 1

    def refused() -> None:
        status, _ = loop.perform("messages/add", body)
        assert status in (400, 401)

    # Other work on the machine can only make it longer, so the best of a few counts.
    for _ in range(TRIES):
        held = cpu_of(refused)
        if held < max(LONGEST_HOLD, MOST_READINGS * cpu_of(reads_empty_objects)):
            return
    raise AssertionError(f"the loop was held for {held:.3f} s of CPU")


def test_large_list_is_refused_for_its_first_error(loops: list[Loop]) -> None:
    """What is not read of a large body must not change the answer."""
    thread_id, many = {"MessageThreadId": UNKNOWN_ID}, 100_000
    cases: list[tuple[Any, str]] = [
        ([{}] * many, "Messages"),
        ([{**thread_id, "Text": "x" * 300}] * 1001, "Messages"),
        ([{**thread_id, "Text": "x" * 300}] * 1000, "MessageThreadId"),
        ([{**thread_id, "Text": "x" * 300}] * 999 + [{}], "MessageThreadId"),
        ([{**thread_id, "Text": "x" * 300}] * 999 + [thread_id], "Text"),
        ([{**thread_id, "Text": "]}," * many}], "MessageThreadId"),
        (["]}," * many], "Messages"),
        ([{**thread_id, "Text": "}" + "," * many}] * 9, "MessageThreadId"),
        (["," * many] * 9, "Messages"),
        ([{**thread_id, "Text": f"{'x' * 20_000}\\"}] * 20, "MessageThreadId"),
        ([{**thread_id, "Text": '\\"' * many}] * 2, "MessageThreadId"),
        ([{**thread_id, "Text": [{}] * many}], "Text"),
        ("x" * 1_000_000, "Messages"),
    ]
    for messages, field in cases:
        status, content = loops[0].perform(
            "messages/add", json.dumps({**loops[0].base, "Messages": messages}).encode()
        )
        assert (status, json.loads(content)["Message"]) == (400, f"Invalid {field}")


def test_large_texts_round_trip(app: App) -> None:
    thread = app.open_thread()
    texts = ["]},[{" * 100_000, '\\"' * 100_000, "🛎\n" * 100_000, '{"a": [1, 2]},' * 30_000]
    ids = app.write(thread, *texts)
    assert [each["Text"] for each in app.find(thread, count=4).messages] == texts[::-1]
    assert app.find(thread, count=4).ids == ids[::-1]


def test_large_batch_over_a_thousand_is_whole_where_that_is_allowed(make_app: MakeApp) -> None:
    app = make_app(settings={"messages_over_limit": "accepted"})
    thread = app.open_thread()
    texts = [f"{number} {'x' * 300}" for number in range(2500)]
    assert len(app.write(thread, *texts)) == 2500
    found = [each["Text"] for page in app.pages(thread, count=1000) for each in page.messages]
    assert found == texts[::-1]
