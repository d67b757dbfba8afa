"""What must not harm the page: hostile texts, a dead server, a lost stream, a second tab, a wrong token."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockmews import MockMewsServer
from tests.console.conftest import Late, address, answer, visit
from tests.testkit.sample_app.guest_app import eventually
from tests.webhooks.hotel import Hotel, HotelOf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.browser

ZOO = [
    "<script>window.hacked = 1; alert(1)</script>",
    "<img src=x onerror='window.hacked = 2; alert(2)'>",
    '"><svg onload=alert(3)><a href="javascript:alert(4)">click</a>',
    "{{constructor.constructor('window.hacked=5')()}} ${window.hacked=6} <%= 7 %>",
    "</textarea></title></style><style>*{display:none}</style><iframe srcdoc='<script>alert(8)</script>'>",
    "\u202egnp.exe \u2066hidden\u2069 \u200b\u200d zero widths",
    "مرحبا، سأصل متأخرا الليلة 11pm (שלום)",
    "👩‍👩‍👧‍👦🏳️‍🌈 🙏 ẗ̵͓̻́e̷̪͝x̶t",
    "javascript:alert(9)",
    "line one\n\n  indented\ttabbed\n" + "W" * 300,
    "x" * 10_000,
    "=cmd|'/C calc'!A0; DROP TABLE messages; --",
    "\\u003cscript\\u003e &lt;b&gt; &amp; &#x3c;",
    "\x1b[31mred\x07 and a null-ish \ufffd",
]


def test_hostile_texts_are_shown_as_texts_and_nothing_else(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    threads = {}
    for text in ZOO:
        body = {"OriginalSender": text[:400], "Subject": text}
        threads[text] = hotel.called("messageThreads/add", **body)["MessageThreads"][0]["Id"]
        hotel.writes(threads[text], text)
        hotel.control.reply(hotel.key, text, thread_id=threads[text])
    visit(page, hotel, "inbox")
    page.locator(".thread").first.wait_for()
    for text, thread in threads.items():
        visit(page, hotel, "inbox", thread)
        (guest, _) = hotel.control.messages(hotel.key, thread_id=thread)
        bubble = page.locator(f'.turn[data-id="{guest["id"]}"] .bubble')
        bubble.wait_for()
        assert bubble.evaluate("element => element.textContent") == text
        assert bubble.evaluate("element => element.childElementCount") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_role("region", name="Scenario file").wait_for()
    page.keyboard.press("Escape")
    hotel.ask("messages/add", Messages=[{"MessageThreadId": ZOO[0], "Text": ZOO[1]}])
    for view in ("log", "webhooks", "clock"):
        visit(page, hotel, view)
        page.get_by_role("heading", level=1).first.wait_for()
    visit(page, hotel, "log")
    page.locator(".line-item").first.click()
    page.get_by_role("region", name="Request body").get_by_text("<script>").wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator("main script, main iframe, main img, main style").count() == 0


def test_markup_by_mistake_would_be_stopped_by_the_policy(context: BrowserContext, hotel_of: HotelOf) -> None:
    page = context.new_page()
    visit(page, hotel_of(), "inbox")
    page.get_by_role("heading", name="Inbox").wait_for()
    attempt = (
        "try { document.body.innerHTML = '<b>x</b>'; return 'markup'; } catch (error) { return error.name; }"
    )
    outcome = page.evaluate(f"() => {{ {attempt} }}")
    assert outcome == "TypeError"


def test_a_draft_survives_a_dead_server_a_reload_and_a_restart(page: Page, tmp_path: Path) -> None:
    database = str(tmp_path / "hotel.db")
    with MockMewsServer(db=database) as first:
        world = first.control.create_integration(name="The Seaside")
        hotel = Hotel(first.url, first.control, world)
        thread = hotel.opens()
        hotel.writes(thread, "Hi")
        visit(page, hotel, "inbox", thread)
        page.locator(".turn.guest").wait_for()
        page.get_by_role("textbox", name="Your answer").fill("Half a sent")
        page.reload()
        box = page.get_by_role("textbox", name="Your answer")
        box.wait_for()
        assert box.input_value() == "Half a sent"
        port = int(first.url.rpartition(":")[2])
    page.get_by_role("alert").get_by_text("The server does not answer.").wait_for()
    box.fill("Half a sentence")
    page.keyboard.press("Enter")
    page.locator(".toast.bad").wait_for()
    assert box.input_value() == "Half a sentence"
    with MockMewsServer(db=database, port=port) as second:
        page.get_by_role("alert").wait_for(state="detached")
        assert box.input_value() == "Half a sentence"
        page.get_by_role("button", name="Send").click()
        page.locator(".turn.hotel", has_text="Half a sentence").wait_for()
        assert box.input_value() == ""
        texts = [each["text"] for each in second.control.messages(world["access_token"])]
        assert texts == ["Hi", "Half a sentence"]


def test_a_conversation_that_a_restart_forgot_keeps_what_was_typed(page: Page) -> None:
    with MockMewsServer() as first:
        world = first.control.integrations()[0]
        hotel = Hotel(first.url, first.control, world)
        thread = hotel.opens()
        visit(page, hotel, "inbox", thread)
        page.get_by_role("textbox", name="Your answer").fill("Not lost")
        port = int(first.url.rpartition(":")[2])
    with MockMewsServer(port=port):
        page.get_by_text("This conversation is not here any more").wait_for()
        assert page.get_by_role("textbox", name="Your answer").input_value() == "Not lost"


def test_a_stream_that_drops_is_taken_up_again_without_a_gap(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    thread = hotel.opens()
    dropped = []

    def drop(route: Route) -> None:
        dropped.append(route)
        if len(dropped) > 2:
            route.continue_()
        else:
            hotel.writes(thread, f"In gap {len(dropped)}")
            route.fulfill(status=200, content_type="text/event-stream", body=": hello\n\n")

    page.route("**/journal/stream*", drop)
    visit(page, hotel, "inbox", thread)
    page.locator(".turn", has_text="In gap 2").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    hotel.writes(thread, "After it")
    page.locator(".turn", has_text="After it").wait_for()
    assert page.locator(".turn.guest").count() == 3


@pytest.mark.parametrize("who", ["the hotel", "the guest"])
def test_what_is_said_while_the_page_is_read_stays(page: Page, hotel_of: HotelOf, who: str) -> None:
    hotel = hotel_of()
    thread = hotel.opens()
    hotel.writes(thread, "Good day")
    late = Late(page, "**/messages?*")
    visit(page, hotel, "inbox", thread)
    page.locator(".chip.live", has_text="Live").wait_for()
    late.wait()
    if who == "the hotel":
        answer(page, "Meanwhile")
    else:
        hotel.writes(thread, "Meanwhile")
    page.locator(".thread", has_text="Meanwhile").wait_for()
    late.comes()
    page.locator(".turn", has_text="Good day").wait_for()
    page.locator(".turn", has_text="Meanwhile").wait_for()
    assert page.locator(".turn .bubble").all_inner_texts() == ["Good day", "Meanwhile"]


def test_who_writes_while_the_inbox_is_read_stands_in_it(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    penelope = hotel.opens("Penelope")
    hotel.writes(penelope, "Good day")
    visit(page, hotel, "inbox", penelope)
    page.locator(".turn", has_text="Good day").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    late = Late(page, "**/conversations?*")
    page.get_by_role("button", name="All", exact=True).click()
    late.wait()
    hotel.writes(hotel.opens("Max"), "Good evening")
    hotel.writes(penelope, "Meanwhile")
    page.locator(".turn", has_text="Meanwhile").wait_for()
    late.comes()
    page.locator(".thread", has_text="Meanwhile").wait_for()
    page.locator(".thread", has_text="Good evening").wait_for()
    assert page.locator(".thread").count() == 2


def test_a_click_is_not_lost_where_the_page_would_be_drawn_anew(
    page: Page, context: BrowserContext, hotel_of: HotelOf
) -> None:
    hotel = hotel_of()
    thread = hotel.opens("Penelope")
    hotel.writes(thread, "Good day")
    other = context.new_page()
    for tab in (other, page):
        visit(tab, hotel, "inbox")
        tab.locator(".chip.live", has_text="Live").wait_for()
        tab.locator(".thread").wait_for()
    page.locator(".thread").hover()
    page.mouse.down()
    for text in ("Anybody there?", "Hello?", "Is this the Seaside?"):
        hotel.writes(thread, text)
        other.locator(".thread", has_text=text).wait_for()
    assert page.locator(".thread", has_text="Good day").count() == 1
    page.mouse.up()
    page.get_by_role("heading", name="Penelope").wait_for()
    page.locator(".thread", has_text="Is this the Seaside?").wait_for()


def test_who_goes_on_while_an_answer_is_said_is_not_called_back(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    thread = hotel.opens()
    hotel.writes(thread, "Good day")
    visit(page, hotel, "inbox", thread)
    page.locator(".turn.guest").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    late = Late(page, "**/messages")
    answer(page, "Good evening")
    page.locator(".turn.hotel", has_text="Good evening").wait_for()
    page.get_by_label("Search guests and texts").focus()
    late.comes()
    box = page.get_by_role("textbox", name="Your answer")
    eventually(lambda: box.input_value() == "")
    assert page.evaluate("document.activeElement.type") == "search"


def test_two_tabs_show_the_same(page: Page, context: BrowserContext, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    thread = hotel.opens()
    hotel.writes(thread, "Hi")
    other = context.new_page()
    visit(other, hotel, "inbox")
    eventually(lambda: other.title().startswith("(1) "))
    visit(page, hotel, "inbox", thread)
    page.locator(".turn.guest").wait_for()
    answer(page, "Hello")
    eventually(lambda: not other.title().startswith("("))
    other.locator(".thread", has_text="You: Hello").wait_for()
    other.locator(".thread").click()
    other.locator(".turn.hotel", has_text="Hello").wait_for()


def test_a_reset_empties_every_tab(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    hotel.writes(hotel.opens("Penelope"), "Hi")
    visit(page, hotel, "inbox")
    page.locator(".thread", has_text="Penelope").wait_for()
    hotel.control.reset_integration(hotel.key)
    page.get_by_text("No guest is waiting").wait_for()
    hotel.writes(hotel.opens("Max"), "Hi")
    page.locator(".thread", has_text="Max").wait_for()
    assert page.locator(".thread").count() == 1


def test_what_others_change_is_shown(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    visit(page, hotel, "clock")
    page.locator(".chip.live", has_text="Live").wait_for()
    hotel.control.add_fault(hotel.key, {"operation": "any", "status": 500})
    page.get_by_text("A fault is on.").wait_for()
    hotel.control.clear_faults(hotel.key)
    page.get_by_text("A fault is on.").wait_for(state="detached")
    hotel.control.set_clock(hotel.key, rate=0)
    page.locator(".chip", has_text="frozen").wait_for()
    hotel.changes(name="The Alpine")
    page.locator(".chip.world", has_text="The Alpine").wait_for()
    other = Hotel(hotel.url, hotel.control, hotel.control.create_integration(name="Short lived"))
    visit(page, other, "clock")
    page.locator(".chip.world", has_text="Short lived").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    other.control.delete_integration(other.key)
    page.get_by_text("This hotel is not here any more").wait_for()


def test_the_admin_token_is_asked_once_for_the_tab(browser: Browser, page: Page) -> None:
    with MockMewsServer(admin_token="open-sesame") as guarded:
        page.goto(f"{guarded.url}/_mockmews/")
        field = page.get_by_role("textbox", name="Admin token")
        field.fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("That token was refused").wait_for()
        field.fill("open-sesame")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your hotel is open").wait_for()
        page.locator(".chip.live", has_text="Live").wait_for()
        page.reload()
        page.get_by_role("heading", name="Your hotel is open").wait_for()
        assert page.locator("dialog").count() == 0
        assert page.evaluate("JSON.stringify(localStorage)").find("open-sesame") < 0
        stranger = browser.new_context()
        other = stranger.new_page()
        other.goto(f"{guarded.url}/_mockmews/")
        other.get_by_role("textbox", name="Admin token").wait_for()
        stranger.close()


def test_a_full_journal_is_explained(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of(journal_limit=20)
    thread = hotel.opens()
    for number in range(20):
        hotel.writes(thread, f"Message {number}")
    visit(page, hotel, "log")
    page.get_by_text("The journal was full").wait_for()
    visit(page, hotel, "log", "1")
    page.get_by_text("This entry is not here any more").wait_for()
    visit(page, hotel, "inbox", thread)
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_text("the beginning may be missing").wait_for()


def test_a_hotel_that_was_deleted_is_explained(page: Page, fake: MockMewsServer) -> None:
    world = fake.control.create_integration(name="Gone tomorrow")
    hotel = Hotel(fake.url, fake.control, world)
    fake.control.delete_integration(hotel.key)
    page.goto(address(hotel, "inbox"))
    page.get_by_text("This hotel is not here any more").wait_for()
    page.get_by_role("button", name="Show another").click()
    page.locator(".chip.live", has_text="Live").wait_for()
    page.wait_for_url(re.compile(r"#/w/(?!" + hotel.made["integration_id"] + ")"))


def test_many_tabs_share_the_few_connections_of_a_browser(context: BrowserContext, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    hotel.writes(hotel.opens("Penelope"), "Hi")
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        visit(tab, hotel, "inbox")
        tab.locator(".thread", has_text="Penelope").wait_for()
    hotel.writes(hotel.opens("Max"), "Good evening")
    for tab in tabs:
        tab.locator(".thread", has_text="Max").wait_for()
