"""A real browser for the folder, a fake with one hotel of its own for each test, and a page that looks at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.testkit.sample_app.guest_app import eventually
from tests.webhooks.hotel import Hotel, HotelOf

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE = 40_000  # milliseconds; only a broken page needs them


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium, or name one in CHROMIUM")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def hotel_of(hotel_of: HotelOf) -> HotelOf:
    """Makes hotels whose clocks run."""

    def make(**fields: Any) -> Hotel:
        return hotel_of(**{"name": "The Seaside", "clock": {"rate": 1}, **fields})

    return make


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without memory, wide enough for all panes."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; a script that fails, or anything that the policy had to stop, fails the test."""
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    opened.on("console", lambda said: problems.extend([said.text] if "Refused" in said.text else []))
    yield opened
    assert problems == []


def address(hotel: Hotel, *steps: str) -> str:
    """Where the console shows this of the hotel."""
    return "/".join([f"{hotel.url}/_mockmews/#/w", hotel.made["integration_id"], *steps])


def visit(page: Page, hotel: Hotel, *steps: str) -> None:
    """Go there and wait until it is shown: what an earlier view shows is not found any more."""
    page.goto(address(hotel, *steps))
    shown = f'[data-view="{steps[0]}"]' if steps else "[data-view]"
    page.locator(f"#main{shown}").wait_for()


def answer(page: Page, text: str) -> None:
    """Say this from the front desk."""
    page.get_by_role("textbox", name="Your answer").fill(text)
    page.keyboard.press("Enter")


class Late:
    """The answers to reads of the page that are held on their way: what happens meanwhile is newer than they."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        self.held: list[tuple[Route, APIResponse]] = []
        self.is_over = False
        page.route(path, self._hold)

    def _hold(self, route: Route) -> None:
        if self.is_over:
            route.continue_()
        else:
            self.held.append((route, route.fetch()))

    def wait(self) -> None:
        """Until one is on its way."""
        eventually(lambda: self.page.evaluate("1") == len(self.held[:1]))

    def comes(self) -> None:
        """They arrive; later ones are not held."""
        self.is_over = True
        for route, response in self.held:
            route.fulfill(response=response)
