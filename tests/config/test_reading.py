"""Reading the hotel's file: what is good is taken, and a mistake is told with its line."""

from __future__ import annotations

import pytest

from mockmews.durations import parse_range
from mockmews.engine.responders import load_responder
from mockmews.engine.transport import validate_url
from mockmews.errors import ConfigurationError
from mockmews.model.config import Config, OtherOperation
from mockmews.wire.config import Checks, read_config
from mockmews.wire.yaml_files import parse_yaml
from tests.config.corpus import BAD, GOOD, Bad

CHECKS = Checks(validate_url, load_responder)


def read(text: str) -> Config:
    return read_config(parse_yaml(text, name="hotel.yaml"), CHECKS)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_file_is_taken(text: str) -> None:
    assert read(text) is not None


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.words[:40])
def test_a_mistake_is_told_with_its_line(bad: Bad) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(bad.text)
    message = str(caught.value)
    assert message.startswith(f"hotel.yaml:{bad.line}: "), message
    assert bad.words in message
    assert "\n" not in message


def test_every_part_of_a_file_reaches_the_server() -> None:
    config = read(GOOD["everything"])
    assert config.settings["payload"] == "ids_only"
    assert config.settings["own_messages"] == "false"
    assert config.reply_rules is not None
    assert len(config.reply_rules) == 4
    assert config.faults is not None
    assert config.faults[0].status == 429
    assert config.other_operations == (
        OtherOperation("configuration/get", 200, {"Enterprise": {"Id": 1}}),
        OtherOperation("reservations/getAll/2023-06-06", 503, {}),
    )
    grand, everyone = config.worlds
    assert grand.client_token == "CONCIERGE-1"
    assert grand.access_token == "GRAND-ACCESS-1"
    assert grand.enterprises is not None
    assert [each.name for each in grand.enterprises] == ["Grand"]
    assert grand.settings["retry_attempts"] == "5"
    assert parse_range(grand.settings["lag"]) == parse_range("2m..5m")
    assert grand.faults is not None
    assert everyone.portfolio
    assert everyone.enterprises is not None
    assert [each.name for each in everyone.enterprises] == ["Grand", "Petit"]
    assert everyone.fields["webhook_url"] is None


def test_a_responder_is_loaded_by_its_name() -> None:
    config = read(
        "version: 1\nresponder: os.path:basename\nintegrations: [{name: A, responder: os:getcwd}]\n"
    )
    assert config.responder is not None
    assert config.responder.name == "os.path:basename"
    assert config.worlds[0].responder is not None
    assert config.worlds[0].responder.name == "os:getcwd"


def test_a_secret_in_a_bad_url_is_not_repeated() -> None:
    bad = "version: 1\nintegrations: [{name: A, webhook_url: 'ftp://app.test/?Token=hush-hush'}]\n"
    with pytest.raises(ConfigurationError) as caught:
        read(bad)
    assert "hush" not in str(caught.value)
