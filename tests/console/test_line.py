"""The line in which the page reads, in a real browser: no answer that comes late undoes a newer one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.console.conftest import visit
from tests.webhooks.hotel import HotelOf

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Said = Callable[[str], list[str]]

# A line whose works write down when they begin and end; `end(name)` lets one end.
LINE = """async () => {
    const { Line } = await import("/_mockmews/console/line.js");
    const line = new Line(), said = [], ends = {};
    const work = (name) => new Promise((end, fail) => {
        said.push(`${name} begins`);
        ends[name] = (error) => (said.push(`${name} ends`), error ? fail(error) : end(name));
    });
    const settled = () => new Promise((done) => setTimeout(done));
    %s
    return said;
}"""


@pytest.fixture
def said(page: Page, hotel_of: HotelOf) -> Said:
    """What the works of a line wrote down while this script ran."""
    visit(page, hotel_of(), "start")

    def run(script: str) -> list[str]:
        written: list[str] = page.evaluate(LINE % script)
        return written

    return run


def test_a_work_begins_when_those_before_it_have_ended(said: Said) -> None:
    script = """
    const read = line.inTurn(work);
    const one = read("one"), two = read("two");
    await settled();
    ends.one();
    said.push(`${await one} is done`);
    await settled();
    ends.two();
    said.push(`${await two} is done`);
    """
    assert said(script) == [
        "one begins", "one ends", "one is done", "two begins", "two ends", "two is done",
    ]  # fmt: skip


def test_a_work_that_fails_tells_who_asked_and_stops_nobody(said: Said) -> None:
    script = """
    const read = line.inTurn(work);
    const one = read("one").catch((error) => said.push(error.message));
    const two = read("two");
    await settled();
    ends.one(new Error("one failed"));
    await one;
    await settled();
    ends.two();
    await two;
    """
    assert said(script) == ["one begins", "one ends", "one failed", "two begins", "two ends"]


def test_requests_are_gathered_until_their_work_begins(said: Said) -> None:
    script = """
    let count = 0;
    const read = line.gathered(() => work(`read ${(count += 1)}`), 0);
    read(); read(); read();
    await settled();
    read(); read(); // while the first is under way: one more, when it has ended
    await settled();
    said.push("asked again");
    ends["read 1"]();
    await settled();
    ends["read 2"]();
    await settled();
    """
    assert said(script) == [
        "read 1 begins", "asked again", "read 1 ends", "read 2 begins", "read 2 ends",
    ]  # fmt: skip
