"""The table of settings, the control API and the contract's DRIFT and SILENCE rows agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockmews import MockMewsServer, Settings
from mockmews.assumptions import ASSUMPTIONS
from mockmews.settings import SETTINGS
from tests.conftest import MakeApp

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "spec" / "contract.md"
needs_the_contract = pytest.mark.skipif(
    not CONTRACT.is_file(), reason="the contract's facts lie beside the repository"
)
# Rows whose switch is told elsewhere: S19 says "drift 6", S47 names the two profiles.
TOLD_ELSEWHERE = {"S19", "S47"}
_SWITCH = re.compile(r"switch|configurable", re.IGNORECASE)


def table(heading: str) -> Iterator[tuple[str, list[str]]]:
    """The numbered rows of a section's table: number, and the cells after it."""
    section = CONTRACT.read_text(encoding="utf-8").partition(heading)[2].partition("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0].isdigit():
            yield cells[0], cells[1:]


def rows_with_a_switch() -> set[str]:
    drift = {f"D{number}" for number, cells in table("## 12. DRIFT") if cells[-1] != "-"}
    return drift | {
        f"S{number}" for number, cells in table("## 13. SILENCE") if _SWITCH.search(" ".join(cells))
    }


@needs_the_contract
def test_settings_cover_the_rows_that_have_a_switch() -> None:
    assert len(list(table("## 12. DRIFT"))) == 28
    assert len(list(table("## 13. SILENCE"))) == 50
    rows = {row for setting in SETTINGS for row in setting.rows}
    assert rows == rows_with_a_switch() | TOLD_ELSEWHERE


@needs_the_contract
def test_assumptions_are_the_rows_without_a_switch() -> None:
    numbered = {f"D{number}" for number, _ in table("## 12. DRIFT")}
    numbered |= {f"S{number}" for number, _ in table("## 13. SILENCE")}
    assert {each.row for each in ASSUMPTIONS} == numbered - rows_with_a_switch() - TOLD_ELSEWHERE


def test_control_api_lists_every_setting_and_assumption(server: MockMewsServer) -> None:
    answer = server.control.settings()
    listed = [
        (each["name"], each["default"], each["takes"], tuple(each["rows"]), each["why"], each["source"])
        for each in answer["settings"]
    ]
    assert listed == [
        (each.name, each.default, each.takes, each.rows, each.why, each.source) for each in SETTINGS
    ]
    assert [each["row"] for each in answer["assumed"]] == [each.row for each in ASSUMPTIONS]
    assert {each["name"]: each["value"] for each in answer["settings"]} == Settings().as_texts()


def test_control_api_shows_the_settings_in_force(make_app: MakeApp) -> None:
    with MockMewsServer(settings=Settings().changed({"sender": "string"})) as server:
        values = {each["name"]: each["value"] for each in server.control.settings()["settings"]}
        world = server.control.create_integration(settings={"is_resolved": "omitted_in_get_all"})
    assert values["sender"] == world["settings"]["sender"] == "string"
    assert values["is_resolved"] == "always"
    assert world["settings"]["is_resolved"] == "omitted_in_get_all"
    app = make_app(settings={setting.name: setting.line.partition("=")[2] for setting in SETTINGS})
    world = app.control.integration(app.access_token)
    for setting in SETTINGS:
        assert world["settings"][setting.name] == setting.line.partition("=")[2], setting.line


def test_settings_name_what_they_are_and_why() -> None:
    for setting in SETTINGS:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", setting.name)
        assert setting.why
        assert setting.source
        assert all(re.fullmatch(r"[DS]\d+", row) for row in setting.rows)
        assert setting.line == f"--set {setting.name}={setting.other}"
        assert Settings().changed({setting.name: setting.other}).differences() == {
            setting.name: setting.other
        }
