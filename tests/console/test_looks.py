"""How the page looks and feels: readable in both themes, whole at 360 pixels, quick with ten thousand of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.console.conftest import Late, address, visit
from tests.webhooks.hotel import Hotel, HotelOf
from tests.webhooks.receiver import Receiver

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MANY = 10_000

# What is written, on what it stands (WCAG 2.2, 1.4.3), and which controls have no name (4.1.2).
FINDINGS = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor);
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (own && !element.closest("option, svg, [disabled], .visually-hidden, .skip")) {
      const style = getComputedStyle(element);
      const [a, b] = [light(parse(style.color)), light(ground(element))].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const ratio = (a + 0.05) / (b + 0.05);
      const what = `${element.className} ${element.textContent.slice(0, 40)}`;
      if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${what}`);
    }
    if (element.matches("button, a[href], input, select, textarea")) {
      const labels = [element.labels?.[0]?.textContent, element.ariaLabel, element.textContent, element.title];
      if (!labels.some((each) => each?.trim())) found.push(`no name: ${element.outerHTML.slice(0, 90)}`);
    }
  }
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) found.push(`too wide: ${width}`);
  return found;
}
"""


# Done when the rows that came into sight are drawn.
HALF_A_PAGE_DOWN = """element => new Promise((done) => {
    element.scrollTop += element.clientHeight / 2;
    requestAnimationFrame(() => requestAnimationFrame(done));
})"""


@pytest.fixture
def busy(hotel_of: HotelOf, receiver: Receiver) -> Hotel:
    """A hotel with something of everything."""
    hotel = hotel_of(webhook_url=receiver.url, retry={"attempts": 3, "delay": "1h"})
    penelope, max_ = hotel.opens("Penelope"), hotel.opens("Max")
    hotel.writes(penelope, "Hi! I just wanted to let you know I will be arriving late tonight")
    hotel.writes(max_, "Good evening")
    hotel.replies("Hello Max", thread=max_)
    hotel.control.resolve(hotel.key, max_)
    receiver.answer_with(500, 500)
    hotel.replies("Hello Ms Penelope!", thread=penelope)
    hotel.replies("And good night.", thread=penelope, after="1h")
    hotel.ask("messages/getAll")
    hotel.control.add_fault(hotel.key, {"operation": "messages/add", "status": 429, "times": 1})
    return hotel


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_view_is_readable_and_fits(page: Page, busy: Hotel, theme: Any, width: int) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 760})
    thread = busy.control.conversations(busy.key)["conversations"][0]["id"]
    delivery = busy.deliveries()[-1]["id"]
    places = [
        ("inbox",), ("inbox", thread), ("webhooks",), ("webhooks", delivery), ("log",), ("log", "1"), ("faults",),
        ("clock",), ("start",),
    ]  # fmt: skip
    findings = {}
    for place in places:
        visit(page, busy, *place)
        page.get_by_text("A fault is on.").wait_for()
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_timeout(200)  # what is loaded shows
        found = page.evaluate(FINDINGS)
        if found:
            findings["/".join(place)] = found
    assert findings == {}


def test_the_theme_is_turned_and_remembered(page: Page, hotel_of: HotelOf) -> None:
    page.emulate_media(color_scheme="light")
    visit(page, hotel_of(), "clock")
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark
    assert dark == "rgb(21, 24, 27)"


def test_focus_is_seen_and_the_content_can_be_skipped_to(page: Page, hotel_of: HotelOf) -> None:
    visit(page, hotel_of(), "clock")
    page.get_by_role("heading", name="Clock", level=1).wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_ten_thousand_messages_and_deliveries_do_not_slow_the_page(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of(
        webhook_url="http://127.0.0.1:9/hooks",
        webhooks="held",
        rate_limit=None,
        settings={"body_limit": 10_000_000},
    )
    thread = hotel.opens("Penelope")
    for start in range(0, MANY, 1000):
        hotel.writes(thread, *[f"Message {number}" for number in range(start, start + 1000)])
    visit(page, hotel, "inbox", thread)
    page.locator(".bubble", has_text=f"Message {MANY - 1}").wait_for()
    assert page.locator(".turn").count() < 70
    page.locator(".scroll", has=page.locator(".bubbles")).evaluate("element => { element.scrollTop = 0; }")
    page.locator(".bubble", has_text=f"Message {MANY - 100}").wait_for()
    visit(page, hotel, "webhooks")
    page.get_by_role("button", name=f"Held {MANY:,}").wait_for()
    rows = page.locator(".line-item")
    assert rows.count() < 60
    deliveries = page.get_by_role("list", name="Deliveries")
    for pages in range(1, 6):
        height = deliveries.evaluate("element => element.scrollHeight")
        deliveries.evaluate("element => { element.scrollTop = element.scrollHeight; }")
        grown = "([element, height]) => element.scrollHeight > height"
        page.wait_for_function(grown, arg=[deliveries.element_handle(), height])
        assert rows.count() < 60, f"after {pages} pages"
    hotel.writes(thread, "One more")
    page.get_by_role("button", name=f"Held {MANY + 1:,}").wait_for()
    deliveries.evaluate("element => { element.scrollTop = 0; }")
    rows.filter(has_text="One more").wait_for()


def test_news_that_fill_more_than_a_page_leave_no_gap(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of(webhook_url="http://127.0.0.1:9/hooks", webhooks="held", rate_limit=None)
    thread = hotel.opens("Penelope")
    hotel.writes(thread, "The first")
    visit(page, hotel, "webhooks")
    page.locator(".line-item", has_text="The first").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    hotel.writes(thread, *[f"Message {number}" for number in range(500)])
    page.get_by_role("button", name="Held 501").wait_for()
    deliveries = page.get_by_role("list", name="Deliveries")
    seen: set[str] = set()
    while "The first" not in seen:
        seen |= {each.rpartition(": ")[2] for each in page.locator(".line-item .top bdi").all_inner_texts()}
        deliveries.evaluate(HALF_A_PAGE_DOWN)
    assert seen == {"The first", *(f"Message {number}" for number in range(500))}


def test_the_page_is_painted_before_it_has_read_anything(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    hotel.writes(hotel.opens("Penelope"), "Good day")
    late = Late(page, "**/_mockmews/v1/**")
    page.goto(address(hotel, "inbox"))
    page.get_by_role("heading", name="Inbox").wait_for()
    page.get_by_role("heading", name="You are the front desk").wait_for()
    assert page.locator(".thread").count() == 0
    late.wait()
    late.comes()
    page.locator(".thread", has_text="Penelope").wait_for()


def test_a_message_is_shown_as_it_is_heard_without_another_look(page: Page, hotel_of: HotelOf) -> None:
    hotel = hotel_of()
    thread = hotel.opens()
    visit(page, hotel, "inbox", thread)
    page.locator(".conversation-head h1").wait_for()
    page.locator(".chip.live", has_text="Live").wait_for()
    Late(page, "**/_mockmews/v1/**")
    hotel.writes(thread, "Good day")
    page.locator(".turn.guest", has_text="Good day").wait_for()
