"""Faults of operations on real sockets: what an app gets, and what was done all the same."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockmews import MockMewsServer
from mockmews.clock import SystemTime
from mockmews.instants import TICKS_PER_SECOND
from tests.webhooks.hotel import Hotel, HotelOf, Json

ADD = "messages/add"
UNKNOWN = "MockmewsUnknownField"


def raw_post(hotel: Hotel, operation: str, *, timeout: float = 10, **fields: Any) -> socket.socket:
    """A socket on which one call was sent."""
    body = json.dumps(
        {"ClientToken": hotel.made["client_token"], "AccessToken": hotel.key, "Client": "Test 1.0", **fields}
    ).encode()
    parts = urlsplit(hotel.url)
    assert parts.hostname is not None
    connection = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
    head = (
        f"POST /api/connector/v1/{operation} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def response_to(hotel: Hotel, operation: str, **fields: Any) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(hotel.url).netloc, timeout=10)
    with contextlib.closing(connection):
        body = {
            "ClientToken": hotel.made["client_token"],
            "AccessToken": hotel.key,
            "Client": "Test",
            **fields,
        }
        headers = {"Content-Type": "application/json", "Prefer": "return=minimal"}
        connection.request("POST", f"/api/connector/v1/{operation}", json.dumps(body), headers)
        response = connection.getresponse()
        return response, response.read()


def message(thread: str, text: str = "Hi") -> Json:
    return {"Messages": [{"MessageThreadId": thread, "Text": text}]}


def texts(hotel: Hotel) -> list[str]:
    """What Mews has stored, oldest first."""
    return [each["text"] for each in hotel.control.messages(hotel.key)]


def sets(hotel: Hotel, **fault: Any) -> Json:
    return hotel.control.add_fault(hotel.key, {"operation": ADD, **fault})


def hits(hotel: Hotel) -> list[int]:
    return [each["hits"] for each in hotel.control.faults(hotel.key)]


@pytest.fixture
def hotel(hotel_of: HotelOf) -> Hotel:
    return hotel_of()


# An answer in place of Mews's


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 418, 429, 499, 500, 502, 503, 599])
def test_vector_93_an_injected_error_has_the_body_of_every_error(hotel: Hotel, status: int) -> None:
    thread = hotel.opens()
    sets(hotel, status=status, times=1)
    response, content = response_to(hotel, ADD, **message(thread))
    body = json.loads(content)
    assert response.status == status
    assert list(body) == ["Message", "RequestId", "Details"]
    assert body["Message"]
    assert response.headers["Request-Id"] == body["RequestId"]
    assert response.headers["Content-Type"] == "application/json"
    assert "fault-1" in response.headers["X-Mockmews-Hint"]
    assert texts(hotel) == []
    hotel.writes(thread, "Hi again")
    assert hits(hotel) == [1]


def test_vector_91_a_429_has_a_retry_after_only_where_one_was_given(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, status=429, times=1)
    sets(hotel, status=429, retry_after="1500ms", times=1)
    sets(hotel, status=503, retry_after="0s", times=1)
    answers = [response_to(hotel, ADD, **message(thread))[0] for _ in range(3)]
    assert [each.status for each in answers] == [429, 429, 503]
    assert [each.headers["Retry-After"] for each in answers] == [None, "2", "0"]


def test_retry_after_is_in_real_seconds_on_a_fast_clock(hotel_of: HotelOf) -> None:
    hotel = hotel_of(clock={"rate": 60})
    sets(hotel, operation="any", status=429, retry_after="2m")
    answer, _ = response_to(hotel, "messages/getAll")
    assert answer.headers["Retry-After"] == "2"


def test_a_fault_stands_between_the_tokens_and_everything_after_them(hotel_of: HotelOf) -> None:
    hotel = hotel_of(permissions=["messages/getAll"])
    sets(hotel, operation="any", status=503)
    assert hotel.ask(ADD, token="0" * 32)[0] == 401
    assert hotel.ask("messages/nothing")[0] == 404
    assert hits(hotel) == [0]
    # Without permission and without fields: the fault comes first.
    assert hotel.ask(ADD)[0] == 503
    assert [each["seen"] for each in hotel.control.faults(hotel.key)] == [1]


def test_an_injected_answer_spends_no_rate(hotel_of: HotelOf) -> None:
    hotel = hotel_of(rate_limit="3/30s")
    thread = hotel.opens()
    sets(hotel, status=429, times=5)
    sets(hotel, reset=True, times=2)
    assert [hotel.ask(ADD, **message(thread))[0] for _ in range(5)] == [429] * 5
    for _ in range(2):
        with raw_post(hotel, ADD, **message(thread)) as connection, pytest.raises(ConnectionResetError):
            connection.recv(1)
    # The thread spent one of three, so two are left.
    assert [hotel.ask(ADD, **message(thread))[0] for _ in range(3)] == [200, 200, 429]


def test_work_under_a_fault_spends_rate_and_may_itself_be_refused(hotel_of: HotelOf) -> None:
    hotel = hotel_of(rate_limit="2/30s")
    thread = hotel.opens()
    sets(hotel, unknown_field=True)
    first, second = (hotel.ask(ADD, **message(thread)) for _ in range(2))
    assert (first[0], second[0]) == (200, 429)
    assert UNKNOWN in second[1]


# Connections


def test_reset_is_a_rst_and_nothing_is_done(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, reset=True, times=1)
    with raw_post(hotel, ADD, **message(thread)) as connection, pytest.raises(ConnectionResetError):
        connection.recv(1)
    assert texts(hotel) == []
    assert hotel.writes(thread, "Hi")
    assert texts(hotel) == ["Hi"]


def test_lose_response_by_reset_has_stored_the_message(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, lose_response="reset", times=1)
    with raw_post(hotel, ADD, **message(thread, "Hi")) as connection, pytest.raises(ConnectionResetError):
        connection.recv(1)
    assert texts(hotel) == ["Hi"]


def test_lose_response_by_hanging_says_nothing_and_keeps_the_message(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, lose_response="hang", times=1)
    with raw_post(hotel, ADD, timeout=0.1, **message(thread, "Hi")) as connection:
        hotel.control.wait(hotel.key, {"kind": "message", "text": "Hi"})
        with pytest.raises(TimeoutError):
            connection.recv(1)
        # Nothing moves any more, and another connection is served.
        hotel.control.settle(hotel.key)
        assert texts(hotel) == ["Hi"]


def test_truncate_ends_the_body_before_its_length(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, truncate=True, times=1)
    with pytest.raises(IncompleteRead) as cut:
        response_to(hotel, ADD, **message(thread, "Hi"))
    assert cut.value.partial
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(cut.value.partial)
    assert texts(hotel) == ["Hi"]


def test_delay_holds_the_answer_in_real_time_though_the_clock_stands_still(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, delay="200ms", times=1)
    began = SystemTime().real()
    hotel.writes(thread, "Hi")
    assert SystemTime().real() - began >= 0.2 * TICKS_PER_SECOND
    (entry,) = [each for each in hotel.journal("request") if each["operation"] == ADD]
    assert entry["milliseconds"] >= 200


def test_a_delayed_answer_is_waited_for_where_one_settles(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, delay="300ms", times=1)
    with raw_post(hotel, ADD, **message(thread)) as connection:
        hotel.control.wait(hotel.key, {"kind": "message"})
        hotel.control.settle(hotel.key)
        connection.setblocking(False)
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_delays_add_up_and_one_answer_wins(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, delay="50ms")
    sets(hotel, delay="70ms", status=503)
    sets(hotel, status=500)
    began = SystemTime().real()
    assert hotel.ask(ADD, **message(thread))[0] == 503
    assert SystemTime().real() - began >= 0.12 * TICKS_PER_SECOND
    assert hits(hotel) == [1, 1, 0]


@pytest.mark.parametrize(
    "fault", [{"delay": "1m"}, {"lose_response": "hang"}, {"delay": "1m", "reset": True}]
)
def test_a_reset_of_the_world_ends_answers_that_wait(hotel: Hotel, fault: Json) -> None:
    thread = hotel.opens()
    sets(hotel, **fault)
    with raw_post(hotel, ADD, **message(thread)) as connection:
        hotel.control.wait(hotel.key, {"kind": "fault"})
        hotel.control.reset_integration(hotel.key)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_client_that_leaves_ends_the_wait_for_its_answer(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, delay="1m", times=1)
    with raw_post(hotel, ADD, **message(thread)):
        hotel.control.wait(hotel.key, {"kind": "message"})
    hotel.control.settle(hotel.key, within="5s")


def test_a_kept_connection_serves_on_after_a_delayed_and_a_refused_call(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, status=500, times=1)
    sets(hotel, delay="10ms", times=2)
    connection = HTTPConnection(urlsplit(hotel.url).netloc, timeout=10)
    body = {"ClientToken": hotel.made["client_token"], "AccessToken": hotel.key, "Client": "T"}
    statuses = []
    with contextlib.closing(connection):
        for _ in range(3):
            content = json.dumps({**body, **message(thread)})
            connection.request(
                "POST", f"/api/connector/v1/{ADD}", content, {"Content-Type": "application/json"}
            )
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
    assert statuses == [500, 200, 200]


def test_a_server_stops_at_once_although_an_answer_waits() -> None:
    with MockMewsServer() as fake:
        made = fake.control.create_integration(faults=[{"operation": "any", "delay": "1m"}])
        hotel = Hotel(fake.url, fake.control, made)
        connection = raw_post(hotel, "messages/getAll")
        fake.control.wait(hotel.key, {"kind": "fault"})
        began = SystemTime().real()
    assert SystemTime().real() - began < 2 * TICKS_PER_SECOND
    with connection, pytest.raises(ConnectionResetError):
        connection.recv(1)


# Bodies


def test_not_json_is_a_200_whose_body_no_parser_reads(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, not_json=True, times=1)
    response, content = response_to(hotel, ADD, **message(thread, "Hi"))
    assert response.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(content)
    assert texts(hotel) == ["Hi"]


def test_unknown_field_stands_in_every_object_beside_what_is_known(hotel: Hotel) -> None:
    thread = hotel.opens()
    hotel.writes(thread, "Hi")
    sets(hotel, operation="messages/getAll", unknown_field=True, times=1)
    page = {"MessageThreadIds": [thread], "Limitation": {"Count": 10}}
    strange = hotel.called("messages/getAll", **page)
    usual = hotel.called("messages/getAll", **page)
    assert UNKNOWN in strange
    assert all(UNKNOWN in each and UNKNOWN in each["Sender"] for each in strange["Messages"])

    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(each) for each in value]
        if isinstance(value, dict):
            return {name: without(each) for name, each in value.items() if name != UNKNOWN}
        return value

    assert without(strange) == usual


@pytest.mark.parametrize("fault", [{"not_json": True}, {"unknown_field": True}, {"truncate": True}])
def test_a_fault_of_the_body_gives_one_to_who_asked_for_none(hotel: Hotel, fault: Json) -> None:
    thread = hotel.opens()
    page = {"MessageThreadIds": [thread], "Limitation": {"Count": 10}}
    assert response_to(hotel, "messages/getAll", **page)[0].status == 204
    sets(hotel, operation="messages/getAll", **fault)
    if "truncate" in fault:
        with pytest.raises(IncompleteRead):
            response_to(hotel, "messages/getAll", **page)
    else:
        assert response_to(hotel, "messages/getAll", **page)[0].status == 200


def test_a_fault_that_does_not_strike_leaves_the_answer_as_it_is(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, operation="messages/getAll", nth=99, not_json=True)
    page = {"MessageThreadIds": [thread], "Limitation": {"Count": 10}}
    assert response_to(hotel, "messages/getAll", **page)[0].status == 204


# What the journal tells


def test_the_journal_tells_what_was_struck_by_which_fault(hotel: Hotel) -> None:
    thread = hotel.opens()
    fault = sets(hotel, lose_response="reset", nth=2)
    hotel.writes(thread, "one")
    with raw_post(hotel, ADD, **message(thread, "two")) as connection, pytest.raises(ConnectionResetError):
        connection.recv(1)
    (noted,) = hotel.journal("fault")
    requests = {each["number"]: each for each in hotel.journal("request")}
    struck = requests[noted["cause"]]
    assert noted["fault"] == fault["id"]
    assert (noted["hit"], noted["operation"]) == (1, ADD)
    assert noted["injects"] == {"operation": ADD, "lose_response": "reset", "nth": 2}
    assert "work done" in noted["what"]
    # What the app never saw is no status; the lost body is there to be read.
    assert struck["status"] is None
    assert struck["response"]["json"]["Messages"]
    (two,) = [each for each in hotel.journal("message") if each["text"] == "two"]
    assert two["cause"] == struck["number"]


def test_requests_at_once_are_each_counted_once(hotel: Hotel) -> None:
    thread = hotel.opens()
    sets(hotel, status=500, every=4)
    statuses: list[int] = []

    def call() -> None:
        statuses.extend(hotel.ask(ADD, **message(thread))[0] for _ in range(8))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [200] * 24 + [500] * 8
    assert [(each["seen"], each["hits"]) for each in hotel.control.faults(hotel.key)] == [(32, 8)]
