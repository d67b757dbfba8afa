"""Who sees what: the public demo pairs, portfolios, and worlds beside each other (contract.md 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from mockmews import MockMewsServer
from tests.conftest import MakeApp
from tests.connector.caller import NOON, App, Json, between, item
from tests.connector.portfolio import Portfolio

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "spec" / "contract.md"
TODAY = between("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")
GROSS, NET = "851df8c8-90f2-4c4a-8e01-a4fc46b25178", "c65ea6e9-2340-42f4-9136-ab3a00b6da22"
# ClientToken, and AccessToken of the gross and of the net hotel, as the page on environments has them.
DEMO = (
    (
        "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
        "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
        "4D6C7ABE0E6A4681B0AFB16900AE5D86-DF50CBC89E1D4FF5859DDF021649ED5",
    ),
    (
        "E916C341431C4D28A866AD200152DBD3-A046EB5583FFBE94DE1172237763712",
        "CC150C355D6A4048A220AD20015483AB-B6D09C0C84B09538077CB8FFBB907B4",
        "1AEFA58C55E74D65BDC7AD2001564C12-66633E0B736F523379B9E5966165A55",
    ),
    (
        "2CC71B0660F345019882AD200155B4FE-4A1FC9080A4DD2A404734003674F77E",
        "5F56B9903A834F199E28AD20015E58CA-5C6A1A00550634911534AD6A098E8B7",
        "682C235379B64D909941AD2001577525-BFC60A026081F1350FAA99CAB9F7510",
    ),
    (
        "07AB1F14B55C49B8BDD6AD200158423B-273A4497AFF5E20566D7199DB3DC2BA",
        "39E301DD5A1C4A569087AD20015F60DD-50DC28896E9090CCA0995C9BBD90351",
        "BFD4298010F54B069F3DAD20015D53EA-D5561FADFBA4EFC8EA4C179C6BC461F",
    ),
)
PAIRS = [
    (client, token, hotel)
    for client, *tokens in DEMO
    for token, hotel in zip(tokens, (GROSS, NET), strict=True)
]
RETIRED = "7059D2C25BF64EA681ACAB3A00B859CC-D91BFF2B1E3047A3E0DEC1D57BE1382"


@pytest.fixture
def demo() -> Iterator[list[App]]:
    """An application for each demo pair, on a server of its own."""
    with MockMewsServer() as server:
        worlds: list[Json] = [{"client_token": client, "access_token": token} for client, token, _ in PAIRS]
        apps = [App(server.url, world, server.control) for world in worlds]
        yield apps
        for app in apps:
            app.close()


def test_demo_pairs_each_have_a_world_of_their_own(demo: list[App]) -> None:
    threads = {app.access_token: app.open_thread(f"Guest {number}") for number, app in enumerate(demo)}
    for number, app in enumerate(demo):
        app.write(threads[app.access_token], f"Hi {number}")
    for number, app in enumerate(demo):
        (message,) = app.find(*threads.values()).messages
        assert message["Text"] == f"Hi {number}"
        (thread,) = app.find_threads(MessageThreadIds=list(threads.values())).threads
        assert thread["OriginalSender"] == f"Guest {number}"


def test_demo_pairs_name_the_documented_hotels(demo: list[App]) -> None:
    for app, (client, token, hotel) in zip(demo, PAIRS, strict=True):
        world = app.control.integration(token)
        assert (world["client_token"], world["enterprise_ids"]) == (client, [hotel])
        assert world["integration_id"].replace("-", "").upper() == token[:32]
        thread = app.open_thread()
        assert app.find(thread, EnterpriseIds=[hotel]).status == 200
        other = NET if hotel == GROSS else GROSS
        assert app.find(thread, EnterpriseIds=[other]).refusal == (400, "Invalid EnterpriseIds")


def test_demo_tokens_of_different_clients_do_not_mix(demo: list[App]) -> None:
    for (client, _, _), (_, token, _) in permutations(PAIRS, 2):
        same = (client, token) in {(known, each) for known, each, _ in PAIRS}
        status = demo[0].find(ClientToken=client, AccessToken=token).status
        assert status == (400 if same else 401), "400: the tokens are good, the fields are not"


def test_demo_environment_refuses_the_retired_token(demo: list[App]) -> None:
    assert demo[1].find(AccessToken=RETIRED).refusal == (401, "Invalid AccessToken")


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the contract's facts lie beside the repository")
def test_demo_pairs_are_those_of_the_contract() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| [^|]+ \| ([0-9A-F-]{64}) \| ([0-9A-F-]{64}) \| ([0-9A-F-]{64}) \|$", text, re.MULTILINE
    )
    assert tuple(rows) == DEMO


def test_portfolio_reads_what_each_hotel_has(portfolio: Portfolio) -> None:
    north, south = portfolio.apps
    whole = portfolio.whole
    threads = [each.open_thread() for each in (north, south)]
    ids = [app.write(thread, "Hi")[0] for app, thread in zip((north, south), threads, strict=True)]
    reply = whole.reply(threads[0], "Hello")
    assert whole.find(*threads).ids == [reply, *ids[::-1]]
    assert whole.find(*threads, EnterpriseIds=[portfolio.north]).ids == [reply, ids[0]]
    assert whole.find(*threads, EnterpriseIds=[portfolio.south, portfolio.north]).ids == [reply, *ids[::-1]]
    assert whole.find(*threads, count=1, cursor=reply).ids == [ids[1]]


def test_hotels_of_a_portfolio_do_not_see_each_other(portfolio: Portfolio) -> None:
    north, south = portfolio.apps
    thread = north.open_thread()
    (message,) = north.write(thread, "Hi")
    assert south.find(thread).messages == []
    assert south.find_threads(MessageThreadIds=[thread]).threads == []
    assert south.find_threads(CreatedUtc=TODAY).threads == []
    assert south.add(item(thread)).refusal == (400, "Invalid MessageThreadId")
    assert south.find(south.open_thread(), cursor=message).refusal == (400, "Invalid Cursor")
    assert south.find_threads(CreatedUtc=TODAY, cursor=thread).refusal == (400, "Invalid Cursor")
    assert south.find(thread, EnterpriseIds=[portfolio.north]).refusal == (400, "Invalid EnterpriseIds")


def test_portfolio_threads_do_not_tell_their_enterprise(portfolio: Portfolio) -> None:
    portfolio.apps[0].open_thread()
    (thread,) = portfolio.whole.find_threads(CreatedUtc=TODAY).threads
    assert list(thread) == ["Id", "OriginalSender", "Subject", "CreatedUtc", "UpdatedUtc", "IsResolved"]


def test_disabled_world_refuses_all_its_tokens(portfolio: Portfolio) -> None:
    portfolio.whole.control.change_integration(portfolio.whole.access_token, enabled=False)
    for app in (*portfolio.apps, portfolio.whole):
        assert app.find_threads(CreatedUtc=TODAY).refusal == (401, "Invalid AccessToken")


def test_deleted_world_is_unknown(make_app: MakeApp) -> None:
    app, other = make_app(), make_app()
    thread = app.open_thread()
    world = app.control.create_integration(clock={"rate": 0, "at": NOON})
    gone = App(app.url, world, app.control)
    gone.open_thread()
    app.control.delete_integration(gone.access_token)
    assert gone.find(thread).refusal == (401, "Invalid ClientToken")
    assert gone.find(thread, ClientToken=app.client_token).refusal == (401, "Invalid AccessToken")
    assert other.find(thread).messages == []
    gone.close()


def test_reset_world_forgets_threads_and_keeps_tokens(app: App) -> None:
    thread = app.open_thread()
    (message,) = app.write(thread, "Hi")
    app.advance("1h")
    app.control.reset_integration(app.access_token)
    assert app.find(thread).messages == []
    again = app.open_thread()
    assert app.find(again, cursor=message).refusal == (400, "Invalid Cursor")
    # product.md 3: the same seed, start and order give the same ids.
    assert (again, app.write(again, "Hi")) == (thread, [message])
    assert app.find(thread).messages[0]["CreatedUtc"] == NOON


def test_same_seed_gives_the_same_answers(make_app: MakeApp) -> None:
    answers = []
    for app in (make_app(seed=7), make_app(seed=7), make_app(seed=8)):
        thread = app.open_thread()
        added = app.add(item(thread), item(thread, "There"))
        answers.append((thread, added.body, added.request_id, app.find(thread).body))
    assert answers[0] == answers[1]
    assert not set(answers[0]) & set(answers[2])


def test_ids_are_combs_of_their_instant(app: App) -> None:
    # contract.md 6: days since 1900 and 1/300 seconds of the day; ids of one second differ.
    app.advance("500ms")
    thread = app.open_thread()
    ids = [thread, *app.write(thread, *["Hi"] * 10)]
    assert len(set(ids)) == 11
    for each in ids:
        days, ticks = int(each[-12:-8], 16), int(each[-8:], 16)
        assert (days - 25567 - 20522, ticks) == (0, (12 * 3600) * 300 + 150), "2026-03-10T12:00:00.5Z"
