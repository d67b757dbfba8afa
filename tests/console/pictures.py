"""Takes the pictures of the documentation: `python -m tests.console.pictures docs/images`.

They were made with the font Inter, and made small by `pngquant --quality 70-95`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from mockmews import MockMewsServer
from tests.console.conftest import ARGUMENTS, CHROMIUM, visit
from tests.webhooks.hotel import Hotel
from tests.webhooks.receiver import Receiver, answer

HI = "Hi! I just wanted to let you know I will be arriving late tonight"
HELLO = "Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?"
AROUND = "Around 11pm. Please hold my room, thank you."
READY = "Your room will be ready for you, travel safely and we look forward to welcoming you around 11pm."


def stage(hotel: Hotel, receiver: Receiver) -> str:
    """A busy evening at the front desk; the thread that is looked at."""
    hotel.writes(
        hotel.opens("Aiko Tanaka"), "Could we have two more towels, please? \N{PERSON WITH FOLDED HANDS}"
    )
    hotel.writes(hotel.opens("José Álvarez"), "Do you have a garage for a tall van?", "It is 2.4 m high.")
    done = hotel.opens("Max Müller")
    hotel.writes(done, "Guten Morgen! Until when is breakfast?")
    hotel.replies("Good morning Mr Müller, until 10:30. Enjoy!", thread=done)
    thread = hotel.opens("Penelope Thornton")
    hotel.writes(thread, HI)
    hotel.replies(HELLO, thread=thread)
    hotel.reads(thread)
    hotel.writes(thread, AROUND)
    hotel.runs("1s")
    receiver.answer_with(answer(503, '{"error": "our queue is full"}'))
    hotel.replies(READY, thread=thread)
    hotel.runs("1s")
    hotel.replies("Have a safe journey!", thread=thread, after="5m")
    return thread


def take(page: Page, folder: Path, name: str) -> None:
    page.wait_for_timeout(900)  # what is loaded is drawn, and what moves has moved
    page.mouse.move(640, 3)
    page.screenshot(path=folder / f"{name}.png")


def main(folder: Path) -> None:
    with MockMewsServer() as fake, Receiver() as receiver, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        world = fake.control.create_integration(
            name="Seaside Hotel",
            webhook_url=f"{receiver.url}?Token=${{webhook_token}}",
            own_messages=False,
            retry={"attempts": 3, "delay": "3m"},
        )
        hotel = Hotel(fake.url, fake.control, world)
        page = browser.new_page(viewport={"width": 1280, "height": 760}, locale="en-GB")
        visit(page, hotel, "start")
        take(page, folder, "console-start")
        thread = stage(hotel, receiver)
        visit(page, hotel, "inbox", thread)
        page.locator(".trail").last.locator("summary").click()
        take(page, folder, "console-inbox")
        page.emulate_media(color_scheme="dark")
        visit(page, hotel, "webhooks", hotel.deliveries()[-1]["id"])
        take(page, folder, "console-webhooks-dark")
        page.emulate_media(color_scheme="light")
        visit(page, hotel, "faults")
        page.get_by_role("button", name="Too many requests").click()
        take(page, folder, "console-faults")
        hotel.control.clear_faults(hotel.key)
        page.set_viewport_size({"width": 360, "height": 740})
        page.emulate_media(color_scheme="dark")
        visit(page, hotel, "inbox", thread)
        page.reload()  # without the notice of a moment ago
        take(page, folder, "console-phone")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
