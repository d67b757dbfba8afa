"""What sinks answer: 200 and ok, or whatever a world was told, with fresh ids."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockmews import ControlError
from tests.webhooks.hotel import Hotel, HotelOf


def posted(world: Hotel) -> httpx.Response:
    return httpx.post(f"{world.control.sink_url(world.key)}/v1", json={"text": "Hello"}, trust_env=False)


def test_a_sink_answers_that_all_is_well(hotel_of: HotelOf) -> None:
    answer = posted(hotel_of())
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_a_sink_answers_what_its_world_was_told(hotel_of: HotelOf) -> None:
    world, other = hotel_of(), hotel_of()
    told = {"status": 202, "headers": {"X-Channel": "a b"}, "json": {"id": "wamid.${uuid}", "of": "${uuid}"}}
    assert world.control.answer_sinks(world.key, told) == {"status": 202}
    first, second = posted(world), posted(world)
    assert (first.status_code, first.headers["x-channel"]) == (202, "a b")
    assert first.headers["content-type"] == "application/json"
    ids = {first.json()["id"], first.json()["of"], second.json()["id"], second.json()["of"]}
    assert len(ids) == 4
    assert [entry["status"] for entry in world.journal("sink")] == [202, 202]
    assert posted(other).json() == {"ok": True}


def test_a_sink_answers_text_or_nothing(hotel_of: HotelOf) -> None:
    world = hotel_of()
    world.control.answer_sinks(world.key, {"text": "Žádost přijata"})
    assert posted(world).text == "Žádost přijata"
    world.control.answer_sinks(world.key, {"status": 204})
    assert (posted(world).status_code, posted(world).content) == (204, b"")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"stauts": 200}, "there is no 'stauts'"),
        ({"status": 99}, "from 200 to 599"),
        ({"status": True}, "whole number"),
        ({"status": 204, "json": {}}, "has no body"),
        ({"json": 1, "text": "a"}, "exclude each other"),
        ({"text": 1}, "takes a text"),
        ({"headers": []}, "takes a map of texts"),
        ({"headers": {"Content-Length": "3"}}, "no header of one's own"),
        ({"headers": {"a b": "c"}}, "no header of one's own"),
        ({"headers": {"a": "b\r\nc: d"}}, "in one line"),
    ],
)
def test_an_answer_that_cannot_be_given_is_refused(
    hotel_of: HotelOf, answer: dict[str, Any], problem: str
) -> None:
    world = hotel_of()
    with pytest.raises(ControlError, match=problem) as caught:
        world.control.answer_sinks(world.key, answer)
    assert caught.value.status == 422
    assert posted(world).json() == {"ok": True}
