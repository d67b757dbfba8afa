"""No token and no secret of a run appears in what is shown, logged, answered by mistake, or exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import Serving
from tests.config.test_serving import FILE, call, serving
from tests.webhooks.receiver import Receiver

IN_PATH = "own-secret-7f3a9c21b4d8"
IN_QUERY = "other-secret-55e1d0aa93b7"
ADMIN = "admin-token-1c9e77ab20f4"
HEADERS = {"Authorization": f"Bearer {ADMIN}"}


def wander(fake: Serving, world: dict[str, Any]) -> None:
    """An app makes every kind of call, and every kind of mistake, with its tokens in all sorts of places."""
    made = call(fake, world, "messageThreads/add", OriginalSender="Ann", Subject="Stay")
    thread = made["MessageThreads"][0]["Id"]
    call(fake, world, "messages/add", Messages=[{"MessageThreadId": thread, "Text": "Hi"}])
    call(fake, world, "messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 10})
    client, access = world["client_token"], world["access_token"]
    path = "/api/connector/v1/messages/add"
    tokens = {"ClientToken": client, "AccessToken": access, "Client": "T 1.0"}
    for sent in (
        {**tokens, "Messages": []},
        {"ClientToken": access, "AccessToken": client},
        {**tokens, "Messages": [{"MessageThreadId": thread, "Text": " ", **tokens}]},
        {**tokens, "ClientToken": f"{client}x"},
    ):
        fake.send("POST", path, sent)
    fake.send("POST", f"{path}?AccessToken={access}&token={client}", tokens)
    if len(access) > 60:  # a token of another shape than Mews has is not known in a path
        fake.send("POST", f"/api/connector/v1/{access}", tokens)
    fake.send("GET", path, headers={**HEADERS, "Cookie": f"ClientToken={client}"})
    broken = fake.connect()
    broken.request("POST", path, json.dumps(tokens)[:-1], {"Content-Type": "application/json"})
    broken.getresponse().read()
    broken.close()


def shown(fake: Serving, world: dict[str, Any]) -> dict[str, str]:
    """Everything that a server tells of a world but the world itself, which is told with its tokens."""
    place = f"/integrations/{world['integration_id']}"
    wait = {"match": {"kind": "request", "status": 299}, "timeout": "1ms"}
    told = {
        "journal": fake.control("GET", f"{place}/journal", **HEADERS),
        "server's journal": fake.control("GET", "/journal", **HEADERS),
        "har": fake.control("GET", f"{place}/har", **HEADERS),
        "scenario": fake.control("POST", f"{place}/scenario", {}, **HEADERS),
        "deliveries": fake.control("GET", f"{place}/deliveries", **HEADERS),
        "near misses": fake.control("POST", f"{place}/journal/wait", wait, **HEADERS),
        "no admin token": fake.control("GET", "/integrations"),
    }
    return {name: json.dumps(answer) for name, answer in told.items()}


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_secret_of_a_run_is_shown(tmp_path: Path, log_format: str) -> None:
    with Receiver() as receiver:
        receiver.answer_with(200, 500, 307)
        own = f"{receiver.base}/hooks/{IN_PATH}?Token=${{webhook_token}}&other={IN_QUERY}"
        line = "    access_token: GRAND-ACCESS-TOKEN\n"
        text = FILE.replace("{lag: 7s", "{lag: 0s").replace(line, f"{line}    webhook_url: {own}\n")
        record = tmp_path / "talk.yaml"
        options = ("--log-format", log_format, "--admin-token", ADMIN, "--record", str(record))
        with serving(tmp_path, *options, text=text) as fake:
            worlds = fake.control("GET", "/integrations", **HEADERS)[1]["integrations"]
            (grand,) = [each for each in worlds if each["name"] == "Grand chat"]
            made = fake.control("POST", "/integrations", {"webhook_url": own}, **HEADERS)[1]
            found: dict[str, str] = {}
            for world in (grand, worlds[0], made):
                wander(fake, world)
                place = f"/integrations/{world['integration_id']}"
                fake.control("POST", f"{place}/messages", {"text": "Hello"}, **HEADERS)
                if world is not worlds[0]:
                    told = {"action": "IntegrationCreated"}
                    fake.control("POST", f"{place}/integration_webhooks", told, **HEADERS)
                    fake.control("POST", f"{place}/deliveries/latest/resend", {}, **HEADERS)
                    fake.control("POST", f"{place}/settle", {}, **HEADERS)
                found |= {f"{name} of {world['name']}": each for name, each in shown(fake, world).items()}
            fake.stop()
            found["log"] = "\n".join(fake.rest(fake.log))
            found["recording"] = record.read_text()
        names = ("client_token", "access_token", "webhook_token")
        secrets = {IN_PATH, IN_QUERY, ADMIN, *(each[n] for each in (grand, worlds[0], made) for n in names)}
        leaks = [
            f"{name}: {secret} in ...{told[max(0, at - 90) : at + 60]}"
            for name, told in found.items()
            for secret in secrets
            if (at := told.find(secret)) >= 0
        ]
        assert not leaks, "\n".join(leaks)
