"""The other views in a real browser: webhooks, API log, faults, clock; links, Back, keys, and several hotels."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.console.conftest import address, visit
from tests.testkit.sample_app.guest_app import eventually
from tests.webhooks.hotel import HotelOf
from tests.webhooks.receiver import Receiver, answer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

VIEWS = ("inbox", "webhooks", "log", "faults", "clock", "start")


def test_webhooks_are_held_delivered_sent_twice_and_cancelled(
    page: Page, hotel_of: HotelOf, receiver: Receiver
) -> None:
    hotel = hotel_of(webhook_url=f"{receiver.url}?Token=${{webhook_token}}")
    thread = hotel.opens()
    visit(page, hotel, "webhooks")
    page.locator(".chip.live", has_text="Live").wait_for()
    page.get_by_label("Hold new ones").check()
    page.get_by_text("New webhooks are held.").wait_for()
    hotel.writes(thread, "One")
    hotel.writes(thread, "Two")
    page.locator(".line-item", has_text="Two").click()
    page.get_by_role("button", name="Deliver now").click()
    page.locator(".timeline").get_by_text("Attempt 1: 200").wait_for()
    assert len(receiver.received) == 1
    receiver.answer_with(answer(503, '{"why": "busy <b>"}', **{"X-App": "concierge 7"}))
    page.get_by_role("button", name="Send again").click()
    page.locator(".timeline").get_by_text("Attempt 2: 503").wait_for()
    page.get_by_role("region", name="Answer 2").get_by_text("busy <b>").wait_for()
    page.get_by_text("X-App: concierge 7").wait_for()
    page.get_by_role("button", name="Send twice").click()
    page.locator(".timeline").get_by_text("Attempt 4: 200").wait_for()
    assert len(set(receiver.bodies)) == 1
    assert len(receiver.received) == 4
    body = page.get_by_role("region", name="Request body").inner_text()
    assert json.loads(body) == receiver.received[0].json
    assert hotel.made["webhook_token"] not in page.locator("body").inner_text()
    page.locator(".line-item", has_text="One").click()
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_text("Cancelled", exact=True).wait_for()
    page.get_by_role("button", name="Let them flow").click()
    page.get_by_text("New webhooks are held.").wait_for(state="detached")
    page.get_by_role("button", name="Delivered").click()
    page.locator(".line-item", has_text="One").wait_for(state="detached")


def test_a_scheduled_delivery_is_held_by_hand(page: Page, hotel_of: HotelOf, receiver: Receiver) -> None:
    hotel = hotel_of(webhook_url=receiver.url, lag="1h")
    hotel.writes(hotel.opens(), "Hi")
    visit(page, hotel, "webhooks", hotel.delivery()["id"])
    page.get_by_text(re.compile("First attempt due in .* min")).wait_for()
    page.get_by_role("button", name="Hold", exact=True).click()
    page.get_by_text("Held, until you deliver it").wait_for()
    page.get_by_role("button", name="Deliver now").click()
    page.locator(".timeline").get_by_text("Attempt 1: 200").wait_for()


def test_the_log_explains_a_refused_call_and_copies_it_as_curl(
    page: Page, context: BrowserContext, hotel_of: HotelOf
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    hotel = hotel_of()
    thread = hotel.opens("Penelope")
    hotel.writes(thread, "It's late")
    hotel.ask("messages/getAll", MessageThreadIDs=[thread])
    visit(page, hotel, "log")
    page.locator(".line-item", has_text="Penelope: It's late").wait_for()
    page.get_by_role("button", name="With a hint").click()
    page.locator(".line-item").click()
    page.locator(".callout", has_text="did you mean MessageThreadIds?").wait_for()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_label("Operation", exact=True).select_option("messages/add")
    page.locator(".line-item").click()
    page.get_by_role("heading", name="messages/add").wait_for()
    page.get_by_role("button", name="Copy as curl").click()
    page.get_by_text("The command is copied.").wait_for()
    command = page.evaluate("navigator.clipboard.readText()")
    again = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(again.stdout)["Messages"][0]["Message"]["Text"] == "It's late"
    assert len(hotel.control.messages(hotel.key)) == 2
    with page.expect_download() as saved:
        page.get_by_role("button", name="HAR").click()
    har = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert len(har["log"]["entries"]) >= 4
    hotel.made["client_token"] = "unknown"
    hotel.ask("messages/add", token="unknown")
    page.get_by_role("button", name="Of no hotel").click()
    page.locator(".line-item").first.click()
    page.get_by_text("What went wrong").wait_for()


def test_a_fault_is_shown_on_every_view_until_it_is_cleared(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    thread = hotel.opens()
    visit(page, hotel, "faults")
    page.get_by_role("button", name="Too many requests").click()
    page.get_by_text("A fault is on.").wait_for()
    status, _ = hotel.ask("messages/add", Messages=[{"MessageThreadId": thread, "Text": "Hi"}])
    assert status == 429
    page.get_by_text("one hit so far").wait_for()
    for view in VIEWS:
        visit(page, hotel, view)
        page.get_by_role("heading", level=1).first.wait_for()
        page.get_by_text("A fault is on.").wait_for()
    page.get_by_role("region", name="Notices").get_by_role("button", name="Clear all").click()
    page.get_by_text("A fault is on.").wait_for(state="detached")
    assert hotel.control.faults(hotel.key) == []


def test_a_fault_of_ones_own_is_written_by_a_form(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    visit(page, hotel, "faults")
    page.get_by_label("Where").select_option(label="messages/getAll")
    page.get_by_label("How much").fill("503")
    page.get_by_text("When (empty: always)").click()
    page.get_by_role("textbox", name="every each multiple of").fill("2")
    page.get_by_role("button", name="Let it go wrong").click()
    page.get_by_text("1 fault is on").wait_for()
    (fault,) = hotel.control.faults(hotel.key)
    assert (fault["operation"], fault["status"], fault["every"]) == ("messages/getAll", 503, 2)
    page.get_by_label("How much").fill("99")
    page.get_by_role("button", name="Let it go wrong").click()
    page.get_by_role("alert").get_by_text("400 to 599").wait_for()
    page.get_by_label("The fault as JSON").fill("{no json")
    page.get_by_role("button", name="Let it go wrong").click()
    page.get_by_role("alert").get_by_text("This is no JSON").wait_for()


def test_the_clock_is_frozen_scaled_and_advanced(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of(clock={"at": "2026-03-10T12:00:00Z"})
    visit(page, hotel, "clock")
    page.get_by_role("button", name="Frozen").click()
    page.locator(".chip", has_text="frozen").wait_for()
    page.get_by_role("button", name="+ 1h").click()
    page.get_by_text("Done; nothing fell due.").wait_for()
    assert hotel.control.clock(hotel.key)["now"] >= "2026-03-10T13:00:00"
    page.get_by_label("How far").fill("nonsense")
    page.keyboard.press("Enter")
    page.locator(".toast.bad", has_text="nonsense").wait_for()
    page.get_by_label("Rate of your own").fill("120")
    page.get_by_role("button", name="Set rate").click()
    page.locator(".chip", has_text="120").wait_for()
    assert hotel.control.clock(hotel.key)["rate"] == 120


def test_each_place_has_a_link_and_back_leads_back(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    thread = hotel.opens("Penelope")
    hotel.writes(thread, "Hi")
    visit(page, hotel, "inbox")
    page.locator(".thread", has_text="Penelope").click()
    page.get_by_role("heading", name="Penelope").wait_for()
    page.wait_for_url(address(hotel, "inbox", thread))
    page.get_by_role("link", name="API log").click()
    page.locator(".line-item").first.click()
    page.wait_for_url(re.compile(r"/log/\d+$"))
    for _ in range(2):
        page.go_back()
    page.get_by_role("heading", name="Penelope").wait_for()
    page.go_back()
    page.get_by_text("You are the front desk").wait_for()


def test_all_can_be_done_by_keyboard(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    hotel.writes(hotel.opens("Max"), "Good evening")
    hotel.writes(hotel.opens("Penelope"), "Hi")
    visit(page, hotel, "inbox")
    page.locator(".thread").first.wait_for()
    for key in ("j", "ArrowDown", "k", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="Penelope").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("Hello r e j")
    page.keyboard.press("Enter")
    page.locator(".turn.hotel", has_text="Hello r e j").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.get_by_role("button", name="Reopen").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("You are the front desk").wait_for()
    for view, heading in (
        ("w", "Webhooks"),
        ("l", "API log"),
        ("f", "Faults"),
        ("c", "Clock"),
        ("i", "Inbox"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(view)
        page.get_by_role("heading", name=heading, level=1).wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("Single keys are on").click()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("w")
    assert page.get_by_role("heading", name="Inbox").is_visible()


def test_several_hotels_are_told_apart(page: Page, hotel_of: HotelOf) -> None:
    here, there = hotel_of(name="The Seaside"), hotel_of(name="The Alpine <b>")
    here.writes(here.opens("Penelope"), "Hi")
    visit(page, here, "inbox")
    page.locator(".thread", has_text="Penelope").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    there.writes(there.opens("Max"), "Good evening")
    page.get_by_text("Max writes to another hotel.").wait_for()
    page.get_by_role("button", name="Choose another").click()
    page.get_by_role("dialog").get_by_label("Search hotels").fill("alpine")
    page.get_by_role("link", name="The Alpine <b>").click()
    page.locator(".thread", has_text="Max").wait_for()
    assert page.locator(".thread").count() == 1
    page.wait_for_url(re.compile(re.escape(there.made["integration_id"])))


def test_automatic_answers_are_switched_off_and_on(page: Page, hotel_of: HotelOf) -> None:
    rules = [{"when": {"text": "Hi"}, "say": "Hello", "after": "1h"}]
    hotel = hotel_of(reply_rules=rules)
    visit(page, hotel, "inbox")
    page.get_by_text("1 rule may answer before you").wait_for()
    page.get_by_label("Automatic answers").uncheck()
    page.get_by_text("Only you answer").wait_for()
    assert hotel.control.reply_rules(hotel.key) == []
    page.get_by_label("Automatic answers").check()
    page.get_by_text("1 rule may answer before you").wait_for()
    eventually(lambda: hotel.control.reply_rules(hotel.key) == rules)
