"""Faults that stand: set, listed and cleared, kept over restarts, and each world's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from mockmews import ControlClient, ControlError, MockMewsServer
from mockmews.control_methods import ControlMethods
from tests.webhooks.hotel import FROZEN, NOON, Hotel, HotelOf, Json
from tests.webhooks.receiver import Receiver

ADD = "messages/add"
REFUSE: Json = {"operation": "any", "status": 503}


@pytest.fixture(params=["local", "http"])
def control(request: pytest.FixtureRequest, fake: MockMewsServer) -> Iterator[ControlMethods]:
    if request.param == "local":
        yield fake.control
    else:
        with ControlClient(fake.url) as client:
            yield client


@pytest.fixture
def hotel(hotel_of: HotelOf) -> Hotel:
    return hotel_of()


def statuses(hotel: Hotel, count: int) -> list[int]:
    page: Json = {"Limitation": {"Count": 1}, "MessageThreadIds": ["0f9325f6-ef44-4911-89a8-ae51010a5aa4"]}
    return [hotel.ask("messageThreads/getAll", **page)[0] for _ in range(count)]


def counts(hotel: Hotel) -> list[tuple[str, int, int]]:
    return [(each["id"], each["seen"], each["hits"]) for each in hotel.control.faults(hotel.key)]


def refusal_of(control: ControlMethods, hotel: Hotel, fault: Any) -> ControlError:
    with pytest.raises(ControlError) as refused:
        control.add_fault(hotel.key, fault)
    return refused.value


def test_a_world_has_no_fault_unless_it_was_asked_for(control: ControlMethods, hotel: Hotel) -> None:
    assert control.faults(hotel.key) == []
    assert hotel.made["faults"] == []
    assert statuses(hotel, 1) == [200]


def test_a_fault_is_set_listed_with_its_hits_and_cleared(control: ControlMethods, hotel: Hotel) -> None:
    made = control.add_fault(hotel.key, {**REFUSE, "retry_after": "2s", "times": 2})
    assert made == {
        "id": "fault-1", **REFUSE, "retry_after": "2s", "times": 2, "set": NOON, "seen": 0, "hits": 0,
    }  # fmt: skip
    assert statuses(hotel, 3) == [503, 503, 200]
    assert control.faults(hotel.key) == [{**made, "seen": 2, "hits": 2}]
    assert control.clear_faults(hotel.key) == {"cleared": 1}
    assert control.clear_faults(hotel.key) == {"cleared": 0}
    assert control.faults(hotel.key) == []


def test_one_fault_of_several_is_cleared_by_its_id(control: ControlMethods, hotel: Hotel) -> None:
    both = control.add_fault(hotel.key, [{**REFUSE, "times": 1}, {"operation": "any", "status": 500}])
    assert [each["id"] for each in both["faults"]] == ["fault-1", "fault-2"]
    assert control.clear_fault(hotel.key, "fault-1") == {"cleared": 1}
    assert statuses(hotel, 1) == [500]
    with pytest.raises(ControlError) as refused:
        control.clear_fault(hotel.key, "fault-1")
    assert (refused.value.status, refused.value.code) == (404, "unknown_fault")
    assert "Did you mean 'fault-2'?" in refused.value.message
    # An id is never given twice.
    assert control.add_fault(hotel.key, REFUSE)["id"] == "fault-3"


def test_of_a_list_all_are_set_or_none(control: ControlMethods, hotel: Hotel) -> None:
    refused = refusal_of(control, hotel, [REFUSE, {**REFUSE, "time": 2}])
    assert refused.status == 422
    assert "body[1].time: there is no 'time' here. Did you mean 'times'?" in refused.message
    assert control.faults(hotel.key) == []


def test_a_mistake_in_a_fault_is_a_422_with_advice(control: ControlMethods, hotel: Hotel) -> None:
    refused = refusal_of(control, hotel, {"operation": ADD, "drop": True})
    assert refused.status == 422
    assert "drop goes with webhook:" in refused.message


def test_too_many_faults_are_refused(hotel: Hotel) -> None:
    hotel.control.add_fault(hotel.key, [REFUSE] * 100)
    refused = refusal_of(hotel.control, hotel, REFUSE)
    assert (refused.status, refused.code) == (409, "too_many_faults")


def test_a_world_is_made_with_faults_and_changed_to_others(hotel_of: HotelOf) -> None:
    hotel = hotel_of(faults=[{**REFUSE, "times": 1}])
    assert [each["id"] for each in hotel.made["faults"]] == ["fault-1"]
    assert statuses(hotel, 2) == [503, 200]
    hotel.changes(faults=[{"operation": "any", "status": 500}, {**REFUSE, "nth": 9}])
    assert statuses(hotel, 1) == [500]
    hotel.changes(name="Another name")
    assert len(counts(hotel)) == 2
    hotel.changes(faults=[])
    assert statuses(hotel, 1) == [200]
    with pytest.raises(ControlError, match=r"body\.faults\[0\]\.stats: there is no 'stats'"):
        hotel.changes(faults=[{"operation": "any", "stats": 500}])


# The clock


def test_after_and_until_are_on_the_worlds_clock_since_it_was_set(hotel: Hotel) -> None:
    hotel.runs("1h")
    hotel.control.add_fault(hotel.key, {**REFUSE, "after": "10s", "until": "20s"})
    seen = []
    for _ in range(4):
        seen += statuses(hotel, 1)
        hotel.runs("9s")
    assert seen == [200, 200, 503, 200]
    assert counts(hotel) == [("fault-1", 1, 1)]


# Dice


def test_dice_come_from_the_seed(hotel_of: HotelOf) -> None:
    def thrown(seed: int) -> list[int]:
        hotel = hotel_of(seed=seed, faults=[{**REFUSE, "probability": 0.4}])
        return statuses(hotel, 40)

    first, again, other = thrown(7), thrown(7), thrown(8)
    assert first == again
    assert first != other
    assert 4 < first.count(503) < 30


def test_two_faults_throw_dice_of_their_own(hotel_of: HotelOf) -> None:
    fault = {"operation": "any", "delay": "1ms", "probability": 0.5}
    hotel = hotel_of(seed=7, faults=[fault, fault])
    statuses(hotel, 30)
    struck = [each["fault"] for each in hotel.journal("fault")]
    causes = {
        name: [each["cause"] for each in hotel.journal("fault") if each["fault"] == name] for name in struck
    }
    assert set(causes) == {"fault-1", "fault-2"}
    assert causes["fault-1"] != causes["fault-2"]


def test_faults_move_no_identifier(hotel_of: HotelOf) -> None:
    plain, faulty = hotel_of(seed=7), hotel_of(seed=7)
    faulty.control.add_fault(faulty.key, {**REFUSE, "operation": ADD, "nth": 99})
    one, two = plain.opens(), faulty.opens()
    # The last twelve digits are the instant, which stands still in both.
    assert one == two


# Worlds


def test_a_fault_is_its_worlds_own(hotel_of: HotelOf) -> None:
    one, two = hotel_of(seed=1), hotel_of(seed=1)
    one.control.add_fault(one.key, REFUSE)
    assert (statuses(one, 2), statuses(two, 2)) == ([503, 503], [200, 200])
    assert two.control.clear_faults(two.key) == {"cleared": 0}
    assert counts(one) == [("fault-1", 2, 2)]
    assert two.journal("fault") == []


def test_every_token_of_a_portfolio_meets_the_faults_of_its_world(hotel_of: HotelOf) -> None:
    hotel = hotel_of(enterprises=["North", "South"], portfolio=True)
    hotel.control.add_fault(hotel.key, REFUSE)
    page: Json = {"Limitation": {"Count": 1}, "MessageThreadIds": ["0f9325f6-ef44-4911-89a8-ae51010a5aa4"]}
    tokens = [each["access_token"] for each in hotel.made["access_tokens"]]
    assert [hotel.ask("messageThreads/getAll", token=each, **page)[0] for each in tokens] == [503] * 3
    assert counts(hotel) == [("fault-1", 3, 3)]


# Reset


def test_a_reset_clears_faults(hotel: Hotel) -> None:
    hotel.control.add_fault(hotel.key, [REFUSE, REFUSE])
    assert hotel.control.reset_integration(hotel.key)["cancelled"]["faults"] == 2
    assert hotel.control.faults(hotel.key) == []
    assert statuses(hotel, 1) == [200]
    assert hotel.control.add_fault(hotel.key, REFUSE)["id"] == "fault-1"


def test_a_reset_that_keeps_faults_lets_them_stand_anew(hotel: Hotel) -> None:
    hotel.control.add_fault(hotel.key, {**REFUSE, "times": 1, "until": "1m"})
    assert statuses(hotel, 2) == [503, 200]
    hotel.runs("1h")
    assert hotel.control.reset_integration(hotel.key, keep=["faults"])["cancelled"]["faults"] == 0
    assert counts(hotel) == [("fault-1", 0, 0)]
    assert statuses(hotel, 2) == [503, 200]


def test_a_reset_forgets_what_faults_held_back(listening: Hotel, receiver: Receiver) -> None:
    listening.control.add_fault(listening.key, {"webhook": "any", "reorder": 3})
    listening.replies("before")
    listening.runs()
    listening.control.reset_integration(listening.key, keep=["faults"])
    listening.opens()
    after = []
    for text in "123":
        after.append(listening.replies(text))
        listening.runs()
    assert receiver.ids == after[::-1]


# Restart


def test_faults_and_their_counts_survive_a_restart(tmp_path: Path) -> None:
    db = str(tmp_path / "mews.db")
    with MockMewsServer(db=db) as fake:
        made = fake.control.create_integration(clock=FROZEN, seed=7)
        hotel = Hotel(fake.url, fake.control, made)
        dice = {**REFUSE, "operation": "messageThreads/getAll", "probability": 0.5}
        fake.control.add_fault(hotel.key, [{**REFUSE, "nth": 3}, dice, {**REFUSE, "until": "1m", "times": 1}])
        before = statuses(hotel, 2)
        fake.control.clear_fault(hotel.key, "fault-3")
        standing = fake.control.faults(hotel.key)
    with MockMewsServer(db=db) as fake:
        hotel = Hotel(fake.url, fake.control, made)
        assert fake.control.faults(hotel.key) == standing
        after = statuses(hotel, 18)
        assert counts(hotel)[0] == ("fault-1", 20, 1)
    with MockMewsServer() as fake:
        same = fake.control.create_integration(clock=FROZEN, seed=7)
        hotel = Hotel(fake.url, fake.control, same)
        fake.control.add_fault(hotel.key, [{**REFUSE, "nth": 3}, dice, {**REFUSE, "until": "1m", "times": 1}])
        assert statuses(hotel, 20) == before + after


def test_what_is_held_back_goes_out_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    db = str(tmp_path / "mews.db")
    with MockMewsServer(db=db) as fake:
        made = fake.control.create_integration(clock=FROZEN, webhook_url=receiver.url, own_messages=False)
        hotel = Hotel(fake.url, fake.control, made)
        hotel.opens()
        fake.control.add_fault(hotel.key, {"webhook": "any", "reorder": 2})
        one = hotel.replies("one")
        hotel.runs()
    assert receiver.received == []
    with MockMewsServer(db=db) as fake:
        hotel = Hotel(fake.url, fake.control, made)
        hotel.runs("5s")
        assert receiver.ids == [one]
        assert counts(hotel) == [("fault-1", 1, 1)]


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    db = tmp_path / "mews.db"
    first = resources.files("mockmews.store.migrations").joinpath("001_first.sql").read_text(encoding="utf-8")
    connection = sqlite3.connect(db)
    connection.executescript(f"{first} PRAGMA user_version = 1; PRAGMA application_id = {0x4D455753};")
    connection.close()
    with MockMewsServer(db=str(db)) as fake:
        made = fake.control.create_integration(faults=[REFUSE])
        assert statuses(Hotel(fake.url, fake.control, made), 1) == [503]


def test_a_deleted_world_leaves_no_fault_behind(tmp_path: Path) -> None:
    db = tmp_path / "mews.db"
    with MockMewsServer(db=str(db)) as fake:
        made = fake.control.create_integration(faults=[REFUSE])
        fake.control.delete_integration(made["access_token"])
    connection = sqlite3.connect(db)
    assert connection.execute("SELECT count(*) FROM faults").fetchone() == (0,)
    connection.close()
