"""A server with a hotel's file: its integrations, how strong it is, and what a restart keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockmews import ControlError, MockMewsServer
from mockmews.model.replies import MessageFacts
from tests.cli.process import Serving, mockmews
from tests.webhooks.hotel import Hotel

GRAND = "GRAND-ACCESS-TOKEN"
FILE = """\
version: 1
clients:
  concierge: {client_token: CONCIERGE-TOKEN}
enterprises:
  Grand: {id: 11111111-1111-4111-8111-111111111111}
  Petit:
settings: {lag: 7s, null_cursor: omitted}
other_operations:
  configuration/get: {status: 203, json: {Enterprise: {Name: Grand}}}
integrations:
  - name: Grand chat
    client: concierge
    enterprise: Grand
    access_token: GRAND-ACCESS-TOKEN
  - name: Petit chat
    client: concierge
    enterprise: Petit
    lag: 1m
"""


def serving(folder: Path, *options: str, text: str = FILE, **more: Any) -> Serving:
    """A server in a folder that holds this file."""
    (folder / "mockmews.yaml").write_text(text)
    return Serving(folder, *options, cwd=folder, **more)


def world_called(fake: Serving, name: str) -> dict[str, Any]:
    worlds = fake.control("GET", "/integrations")[1]["integrations"]
    (found,) = [each for each in worlds if each["name"] == name]
    return dict(found)


def call(fake: Serving, world: dict[str, Any], operation: str, **fields: Any) -> Any:
    """The answer of one call with a world's tokens, which must succeed."""
    tokens = {
        name: world[key] for name, key in (("ClientToken", "client_token"), ("AccessToken", "access_token"))
    }
    status, answer = fake.send(
        "POST", f"/api/connector/v1/{operation}", {**tokens, "Client": "T 1.0", **fields}
    )
    assert status == 200, answer
    return answer


def say(fake: Serving, world: dict[str, Any], text: str) -> str:
    """A guest opens a thread and writes; the thread's id."""
    (thread,) = call(fake, world, "messageThreads/add", OriginalSender="Ann", Subject="Stay")[
        "MessageThreads"
    ]
    call(fake, world, "messages/add", Messages=[{"MessageThreadId": thread["Id"], "Text": text}])
    return str(thread["Id"])


def answer_of(fake: Serving, key: str) -> str:
    """What the front desk said first."""
    wanted = {"match": {"kind": "message", "sender": "Enterprise"}, "timeout": "10s"}
    status, found = fake.control("POST", f"/integrations/{key}/journal/wait", wanted)
    assert status == 200, found
    return str(found["entries"][0]["text"])


def test_the_file_of_this_folder_is_read_and_told(tmp_path: Path) -> None:
    with serving(tmp_path) as fake:
        while "hotel file" not in fake.told:
            fake.banner.append(fake.next(fake.out) or "")
        assert fake.told["hotel file"] == "mockmews.yaml, with 2 integrations"
        grand = world_called(fake, "Grand chat")
        assert grand["client_token"] == "CONCIERGE-TOKEN"
        assert grand["access_token"] == GRAND
        assert grand["enterprise_ids"] == ["11111111-1111-4111-8111-111111111111"]
        assert grand["settings"]["lag"] == "7s"
        petit = world_called(fake, "Petit chat")
        assert petit["settings"]["lag"] == "1m"
        assert petit["client_token"] == "CONCIERGE-TOKEN"
        say(fake, grand, "Hi")
        say(fake, petit, "Hi")
        assert len(fake.control("GET", "/integrations")[1]["integrations"]) == 10


def test_another_file_is_read_where_it_is_named(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("version: 1\nintegrations: [{name: Elsewhere}]\nreply_rules: [{say: Hi}]\n")
    with serving(tmp_path, "--config", str(other)) as fake:
        while "front desk" not in fake.told:
            fake.banner.append(fake.next(fake.out) or "")
        assert fake.told["front desk"] == f"answers by 1 rule of {other}"
        assert world_called(fake, "Elsewhere")
        assert "/Grand" not in str(fake.control("GET", "/integrations"))


def test_other_operations_answer_what_the_file_says(tmp_path: Path) -> None:
    with serving(tmp_path) as fake:
        path = "/api/connector/v1/configuration/get"
        assert fake.send("POST", path, {"Client": "T 1.0"}) == (203, {"Enterprise": {"Name": "Grand"}})
        assert fake.send("GET", path)[0] == 404
        assert fake.send("POST", "/api/connector/v1/customers/getAll", {})[0] == 404


@pytest.mark.parametrize(
    ("env", "options", "lag"),
    [
        ({}, (), "7s"),
        ({}, ("--profile", "mews"), "7s"),  # a profile is a set of defaults
        ({"MOCKMEWS_LAG": "8s"}, (), "8s"),
        ({"MOCKMEWS_LAG": "8s"}, ("--lag", "9s"), "9s"),
        ({"MOCKMEWS_SET": "lag=8s"}, ("--set", "lag=9s"), "9s"),
    ],
    ids=["file", "profile", "environment", "flag", "set"],
)
def test_flags_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, env: dict[str, str], options: tuple[str, ...], lag: str
) -> None:
    with serving(tmp_path, *options, env=env) as fake:
        assert world_called(fake, "Grand chat")["settings"]["lag"] == lag
        assert world_called(fake, "Grand chat")["settings"]["null_cursor"] == "omitted"
        assert world_called(fake, "Petit chat")["settings"]["lag"] == "1m", (
            "what is an integration's own stays"
        )


def test_a_restart_keeps_tokens_and_threads_and_takes_over_what_changed(tmp_path: Path) -> None:
    database = ("--db", str(tmp_path / "hotel.db"))
    with serving(tmp_path, *database) as fake:
        first = [world_called(fake, name) for name in ("Grand chat", "Petit chat")]
        threads = [say(fake, world, "Hi") for world in first]
    text = FILE.replace("lag: 1m", "lag: 2m").replace("CONCIERGE-TOKEN", "RENEWED-TOKEN")
    hours = text.replace("  Petit:", "  Petit: {opening_hours: '08:00-09:00'}")
    with serving(tmp_path, *database, text=hours) as fake:
        for before, thread in zip(first, threads, strict=True):
            now = world_called(fake, before["name"])
            for field in ("access_token", "integration_id", "enterprise_ids", "webhook_token", "seed"):
                assert now[field] == before[field], field
            assert now["client_token"] == "RENEWED-TOKEN"
            page = call(fake, now, "messages/getAll", MessageThreadIds=[thread], Limitation={"Count": 5})
            assert [each["Text"] for each in page["Messages"]] == ["Hi"]
        assert world_called(fake, "Petit chat")["settings"]["lag"] == "2m"
        assert world_called(fake, "Petit chat")["enterprises"][0]["opening_hours"] == "08:00-09:00"
        assert len(fake.control("GET", "/integrations")[1]["integrations"]) == 10


def test_an_older_integration_does_not_get_other_enterprises(tmp_path: Path) -> None:
    database = ("--db", str(tmp_path / "hotel.db"))
    with serving(tmp_path, *database):
        pass
    changed = tmp_path / "changed.yaml"
    changed.write_text(FILE.replace("enterprise: Petit", "enterprise: Grand"))
    ended = mockmews("serve", "--port", "0", "--config", str(changed), *database)
    assert ended.returncode == 2
    assert "The integration 'Petit chat' has the enterprises Petit, which cannot be changed." in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_an_integration_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mockmews.yaml"
    taken = "c66ef7b2-39d2-4632-943d-115ede9cb810"
    file.write_text(f"version: 1\nintegrations: [{{name: A, integration_id: {taken}}}]\n")
    ended = mockmews("serve", "--port", "0", "--config", str(file))
    assert ended.returncode == 2
    assert (
        f"The integration_id {taken} is that of 'Are you ready to integrate with Mews? (gross)'"
        in ended.stderr
    )


def test_a_demo_hotel_may_be_changed_by_its_token(tmp_path: Path) -> None:
    token = "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D"
    text = f"version: 1\nintegrations: [{{name: Ours, access_token: {token}, lag: 3m}}]\n"
    with serving(tmp_path, text=text) as fake:
        ours = world_called(fake, "Ours")
        assert ours["client_token"] == fake.ready["client_token"]
        assert ours["settings"]["lag"] == "3m"
        assert len(fake.control("GET", "/integrations")[1]["integrations"]) == 8


def test_a_mistake_is_one_line_and_exit_2(tmp_path: Path) -> None:
    file = tmp_path / "hotel.yaml"
    file.write_text(FILE.replace("lag: 1m", "webhook_url: 127.0.0.1:3000"))
    ended = mockmews("serve", "--port", "0", "--config", str(file))
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"mockmews: {file}:18: webhook_url: ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = mockmews("serve", "--port", "0", "--config", str(tmp_path / "none.yaml"))
    assert ended.returncode == 2
    assert "cannot be read (no such file or directory); check the path" in ended.stderr


DESK = "def answer(facts):\n    return f'{facts.sender} said {facts.text}'\n"
ANSWERED = """\
version: 1
responder: desk_of_this_hotel:answer
integrations:
  - {name: Own, access_token: GRAND-ACCESS-TOKEN, responder: desk_of_this_hotel:answer}
  - {name: Ruled, reply_rules: [{say: By rule}]}
"""


def test_a_responder_answers_in_place_of_rules(tmp_path: Path) -> None:
    (tmp_path / "desk_of_this_hotel.py").write_text(DESK)
    with serving(tmp_path, text=ANSWERED) as fake:
        assert fake.told["front desk"] == "asks desk_of_this_hotel:answer"
        own, ruled = world_called(fake, "Own"), world_called(fake, "Ruled")
        demo = fake.control("GET", f"/integrations/{fake.ready['access_token']}")[1]
        for world, text in ((own, "Ann said Hi"), (ruled, "By rule"), (demo, "Ann said Hi")):
            say(fake, world, "Hi")
            assert answer_of(fake, world["access_token"]) == text


def test_rules_that_are_set_later_take_over_from_a_responder(tmp_path: Path) -> None:
    (tmp_path / "desk_of_this_hotel.py").write_text(DESK)
    with serving(tmp_path, text=ANSWERED) as fake:
        rules = {"reply_rules": [{"say": "By rule"}]}
        assert fake.control("PUT", f"/integrations/{GRAND}/reply_rules", rules)[0] == 200
        say(fake, world_called(fake, "Own"), "Hi")
        assert answer_of(fake, GRAND) == "By rule"


def test_replies_of_the_command_line_win_over_the_files_responder(tmp_path: Path) -> None:
    (tmp_path / "desk_of_this_hotel.py").write_text(DESK)
    with serving(tmp_path, "--replies", "none", text=ANSWERED) as fake:
        assert fake.told["front desk"].startswith("silent")


def test_a_file_of_replies_may_name_a_responder(tmp_path: Path) -> None:
    (tmp_path / "desk_of_this_hotel.py").write_text(DESK)
    replies = tmp_path / "replies.yaml"
    replies.write_text("version: 1\nresponder: desk_of_this_hotel:answer\n")
    with serving(tmp_path, "--replies", str(replies), text="version: 1\nreply_rules: [{say: No}]\n") as fake:
        assert fake.told["front desk"] == "asks desk_of_this_hotel:answer"
        demo = fake.control("GET", f"/integrations/{fake.ready['access_token']}")[1]
        say(fake, demo, "Hi")
        assert answer_of(fake, demo["access_token"]) == "Ann said Hi"


def test_the_control_api_takes_no_responder() -> None:
    with MockMewsServer() as fake, pytest.raises(ControlError, match="there is no 'responder' here"):
        fake.control.create_integration(responder="os:getcwd")


def test_a_server_in_python_takes_a_function() -> None:
    seen: list[MessageFacts] = []

    def desk(facts: MessageFacts) -> object:
        seen.append(facts)
        return {"say": ["Hello", facts.sender], "then": "resolve"}

    with MockMewsServer(responder=desk) as fake:
        hotel = Hotel(fake.url, fake.control, fake.control.integrations()[0])
        thread = hotel.opens("Penelope")
        hotel.writes(thread, "Hi")
        fake.control.wait(hotel.key, {"kind": "resolved"})
        assert [each["Text"] for each in hotel.reads(thread)] == ["Penelope", "Hello", "Hi"]
        assert [(each.sender, each.text, each.nth) for each in seen] == [("Penelope", "Hi", 1)]
        (choice,) = hotel.journal("choice")
        assert "desk answers: 2 texts, resolve" in choice["reasons"][0]


FAULTY = "version: 1\nfaults: [{operation: messageThreads/getAll, status: 503, nth: 2}]\n"


def test_faults_of_the_file_strike_in_the_demo_hotels_and_go_on_counting(tmp_path: Path) -> None:
    database = ("--db", str(tmp_path / "hotel.db"))

    def look(fake: Serving) -> int:
        interval = {"StartUtc": "2026-01-01T00:00:00Z", "EndUtc": "2026-02-01T00:00:00Z"}
        return fake.call("messageThreads/getAll", CreatedUtc=interval, Limitation={"Count": 1})[0]

    with serving(tmp_path, *database, text=FAULTY) as fake:
        while "faults" not in fake.told:
            fake.banner.append(fake.next(fake.out) or "")
        assert fake.told["faults"].startswith("1 in Are you ready to integrate with Mews? (gross), 1 in")
        assert " and 5 more integrations " in fake.told["faults"]
        assert look(fake) == 200
    with serving(tmp_path, *database, text=FAULTY) as fake:
        assert look(fake) == 503
    with serving(tmp_path, *database, text="version: 1\nfaults: []\n") as fake:
        assert fake.control("GET", f"/integrations/{fake.ready['access_token']}/faults")[1]["faults"] == []
