"""The front desk in a real browser: the first run, the whole guide, answers now, later and in a burst."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockmews_testkit.scenario.loading import load_text
from tests.console.conftest import answer, visit
from tests.testkit.sample_app.guest_app import GuestApp, eventually
from tests.webhooks.hotel import HotelOf
from tests.webhooks.receiver import Receiver

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HI = "Hi! I just wanted to let you know I will be arriving late tonight"
HELLO = "Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?"
AROUND = "Around 11pm. Please hold my room, thank you."
READY = "Your room will be ready for you, travel safely and we look forward to welcoming you around 11pm."

PROGRAMS = {"curl": ["bash", "-c"], "Python": [sys.executable, "-c"], "Node": ["node", "-e"]}


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_new_user_comes_from_the_page_to_the_first_answered_guest(
    page: Page, hotel_of: HotelOf, language: str
) -> None:
    program = PROGRAMS[language]
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not there")
    hotel = hotel_of()
    visit(page, hotel)
    page.get_by_role("heading", name="Your hotel is open").wait_for()
    page.get_by_role("button", name=language, exact=True).click()
    typed = page.get_by_role("region", name=language, exact=True).inner_text()
    subprocess.run([*program, typed], check=True, timeout=60, capture_output=True)
    page.get_by_text("A guest has written").wait_for()
    page.get_by_role("link", name="Answer").click()
    page.get_by_text(HI).last.wait_for()
    answer(page, HELLO)
    page.locator(".turn.hotel", has_text=HELLO).wait_for()
    page.get_by_text("app not told: no webhook URL").wait_for()
    assert [each["text"] for each in hotel.control.messages(hotel.key)] == [HI, HELLO]


def test_the_guide_is_played_through_the_page_with_a_real_app(
    page: Page, hotel_of: HotelOf, tmp_path: Path
) -> None:
    hotel = hotel_of(payload="ids_only")
    made = hotel.made
    app = GuestApp(
        hotel.url,
        tmp_path,
        MEWS_CLIENT_TOKEN=made["client_token"],
        MEWS_ACCESS_TOKEN=made["access_token"],
        WEBHOOK_TOKEN=made["webhook_token"],
    )
    try:
        visit(page, hotel, "start")
        page.get_by_label("Webhook URL").fill(f"{app.url}/hooks/mews?Token=${{webhook_token}}")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Webhooks go to").wait_for()
        page.get_by_role("button", name="Send a test event").click()
        page.get_by_text("Your app answered 200").wait_for()
        # 1 and 2: the customer writes in the app, which creates a thread in Mews.
        app.say("penelope", HI)
        page.get_by_role("link", name="Answer").click()
        page.get_by_role("heading", name="Penelope").wait_for()
        # 3: the app listens for MessageAdded.
        answer(page, HELLO)
        page.locator(".turn.hotel").get_by_text("fetched by the app", exact=True).wait_for()
        eventually(lambda: app.chat("penelope", "hotel") == [HELLO])
        # 4: the conversation goes on, until it is resolved.
        app.say("penelope", AROUND)
        page.locator(".turn.guest", has_text=AROUND).wait_for()
        answer(page, READY)
        eventually(lambda: app.chat("penelope", "hotel") == [HELLO, READY])
        page.locator(".turn.hotel", has_text=READY).get_by_text("fetched by the app", exact=True).wait_for()
        page.get_by_role("button", name="Resolve", exact=True).click()
        page.get_by_role("button", name="Reopen").wait_for()
        assert hotel.control.threads(hotel.key)[0]["is_resolved"]
        # And what was played is kept as a test.
        page.get_by_role("button", name="Save as scenario").click()
        page.get_by_role("textbox", name="Name").fill("Played by hand")
        page.get_by_text('scenario: "Played by hand"').wait_for()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download").click()
        assert saved.value.suggested_filename == "played-by-hand.mews.yaml"
        text = Path(saved.value.path()).read_text(encoding="utf-8")
        (story,) = load_text(text, "played-by-hand.mews.yaml")
        assert story.name == "Played by hand"
        assert len(story.steps) == 5
    finally:
        app.close()


def test_an_answer_can_come_later_or_as_a_burst(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of(clock={"rate": 0, "at": "2026-03-10T12:00:00Z"})
    thread = hotel.opens()
    hotel.writes(thread, "Hi")
    visit(page, hotel, "inbox", thread)
    page.get_by_label("When to say it").select_option("2m")
    answer(page, "Later")
    page.get_by_text("will be said in 2 min").wait_for()
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("will be said").wait_for(state="hidden")
    page.get_by_label("When to say it").select_option("5m")
    answer(page, "Later still")
    page.get_by_text("will be said in 5 min").wait_for()
    page.get_by_role("link", name="Clock", exact=True).click()
    page.get_by_role("button", name="Run up to this").click()
    page.get_by_text("Done: 1 thing fell due (reply).").wait_for()
    page.get_by_role("link", name="Inbox").click()
    page.locator(".thread").click()
    page.locator(".turn.hotel", has_text="Later still").wait_for()
    page.get_by_label("Each line a message").check()
    page.get_by_role("textbox", name="Your answer").fill("One\nTwo\n\nThree")
    page.get_by_role("button", name="Send").click()
    page.locator(".turn.hotel", has_text="Three").wait_for()
    texts = [each["text"] for each in hotel.control.messages(hotel.key)]
    assert texts == ["Hi", "Later still", "One", "Two", "Three"]


def test_the_inbox_tells_who_waits_and_what_is_new(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    first, second = hotel.opens("Penelope"), hotel.opens("Max")
    hotel.writes(first, "Hi", "Anybody there?")
    hotel.writes(second, "Breakfast?")
    visit(page, hotel, "inbox")
    row = page.locator(".thread", has_text="Penelope")
    row.get_by_text(re.compile(r"waits \d+ s")).wait_for()
    assert row.get_by_label("2 unread").inner_text() == "2"
    eventually(lambda: page.title().startswith("(3) "))
    row.click()
    eventually(lambda: page.title().startswith("(1) "))
    page.get_by_role("button", name="Resolve", exact=True).click()
    row.wait_for(state="hidden")
    page.get_by_role("button", name="Resolved", exact=True).click()
    row.wait_for()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_label("Search guests and texts").fill("breakfast")
    row.wait_for(state="hidden")
    assert page.locator(".thread").count() == 1


def test_a_notification_tells_of_a_guest_who_writes(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    page.add_init_script(
        "window.told = []; window.Notification = class { static permission = 'granted';"
        "constructor(title, options) { window.told.push([title, options.body]); } };"
    )
    visit(page, hotel, "inbox")
    page.get_by_text("No guest is waiting").wait_for()
    hotel.writes(hotel.opens("Penelope"), HI)
    eventually(lambda: page.evaluate("window.told.length") == 1)
    assert page.evaluate("window.told") == [["Penelope", HI]]


def test_the_trail_of_a_reply_tells_each_attempt(page: Page, hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(
        webhook_url=receiver.url, own_messages=False, retry={"attempts": 3, "delay": "1m"},
        clock={"rate": 0, "at": "2026-03-10T12:00:00Z"}, lag="10s",
    )  # fmt: skip
    thread = hotel.opens()
    hotel.writes(thread, "Hi")
    visit(page, hotel, "inbox", thread)
    answer(page, "Hello")
    trail = page.locator(".turn.hotel .trail")
    trail.get_by_text("queued · due in 10 s").wait_for()
    receiver.answer_with(500)
    hotel.runs("10s")
    trail.get_by_text(re.compile(r"500 in .* · retry in 1 min")).wait_for()
    hotel.runs("1m")
    trail.get_by_text(re.compile(r"delivered · 200 in")).wait_for()
    trail.locator("summary").click()
    trail.get_by_text("Attempt 1: 500").wait_for()
    trail.get_by_text("Attempt 2: 200").wait_for()
    hotel.reads(thread)
    trail.get_by_role("link", name="Fetched by the app").wait_for()
