"""Tokens: on the wire as they are (contract.md 14, vector 104), and masked wherever the mock shows itself."""

from __future__ import annotations

import json
import logging

import pytest

from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver, answer

SECRET = "s3cret-of-the-user"


def everything_shown(world: Hotel) -> str:
    """All that the control API tells of a world, but what is asked for to be used: its own tokens."""
    control = world.control
    made = control.integration(world.key)
    own = ("client_token", "access_token", "access_tokens", "webhook_token")
    return json.dumps(
        [
            {name: value for name, value in made.items() if name not in own},
            control.journal(world.key),
            control.server_journal(),
            control.deliveries(world.key),
            control.threads(world.key),
            control.messages(world.key),
            control.clock(world.key),
        ]
    )


@pytest.mark.parametrize(
    "place",
    [f"?Token={SECRET}", f"?hotel=7&secret={SECRET}&x=1", f"?{SECRET}", f"/{SECRET}", f"/{SECRET}/mews?x"],
)
def test_vector_104_the_token_of_the_url_is_kept_on_every_attempt_and_masked_elsewhere(
    hotel_of: HotelOf, receiver: Receiver, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    caplog.set_level(logging.DEBUG)
    world = hotel_of(webhook_url=receiver.url + place)
    receiver.answer_with(500, 302, 204)
    world.writes(world.opens(), "Hi!")
    world.runs("1h")
    assert [request.target for request in receiver.received] == [f"/hooks{place}"] * 3
    assert [each["status"] for each in world.delivery()["attempts"]] == [500, 302, 204]
    assert SECRET not in everything_shown(world)
    assert SECRET not in caplog.text


def test_the_worlds_own_webhook_token_is_filled_in(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhook_url=receiver.url + "?Token=${webhook_token}")
    token = world.made["webhook_token"]
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert receiver.received[0].target == f"/hooks?Token={token}"
    assert token not in everything_shown(world)


def test_a_chosen_webhook_token_of_plain_words_is_masked_in_a_path(
    hotel_of: HotelOf, receiver: Receiver
) -> None:
    world = hotel_of(
        webhook_url=f"{receiver.url}/${{webhook_token}}/mews",
        webhook_token="correct-horse",
        retry={"attempts": 1},
    )
    receiver.answer_with(answer(307, Location="/other/correct-horse"), 404)
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert [each.target for each in receiver.received] == [
        "/hooks/correct-horse/mews",
        "/other/correct-horse",
    ]
    assert world.delivery()["attempts"][0]["url"].endswith("/other/***")
    assert "correct-horse" not in everything_shown(world)


def test_a_chosen_webhook_token_is_percent_encoded(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhook_url=receiver.url + "?Token=${webhook_token}&x=1", webhook_token="a b&c/ü")
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert receiver.received[0].target == "/hooks?Token=a%20b%26c%2F%C3%BC&x=1"


def test_a_redirect_keeps_no_token_in_sight(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of()
    receiver.answer_with(answer(307, Location=f"/moved?Token={SECRET}"))
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert receiver.received[1].target == f"/moved?Token={SECRET}"
    assert world.delivery()["attempts"][0]["url"].endswith("/moved?Token=***")
    assert SECRET not in everything_shown(world)


def test_a_receiver_that_repeats_its_url_gives_no_token_away(hotel_of: HotelOf, receiver: Receiver) -> None:
    world = hotel_of(webhook_url=f"{receiver.url}?Token={SECRET}", retry={"attempts": 1})
    receiver.answer_with(answer(404, f"<pre>Cannot POST /hooks?Token={SECRET}</pre>"))
    world.writes(world.opens(), "Hi!")
    world.runs()
    assert world.delivery()["attempts"][0]["response"] == "<pre>Cannot POST /hooks?Token=***</pre>"
    assert SECRET not in everything_shown(world)


def test_an_unreachable_receiver_gives_no_token_away(hotel_of: HotelOf) -> None:
    world = hotel_of(webhook_url=f"http://127.0.0.1:1/hooks?Token={SECRET}", retry={"attempts": 1})
    world.writes(world.opens(), "Hi!")
    world.runs()
    (attempt,) = world.delivery()["attempts"]
    assert attempt["status"] is None
    assert "refused" in attempt["error"]
    assert SECRET not in everything_shown(world)
