"""Tests that are coroutines: their loop goes on while they wait, and their app may live on it."""

from __future__ import annotations

from tests.testkit.plugin.conftest import CONFTEST, Run

ANYIO = """
    import asyncio
    import threading
    import pytest

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.mark.anyio
    async def test_hello(mews, mews_guest):
        max_ = mews_guest.another("Max")
        ticks = []

        async def tick():
            while True:
                ticks.append(1)
                await asyncio.sleep(0.001)

        ticking = asyncio.create_task(tick())
        first, second = await asyncio.gather(mews_guest.aio.says("Hi!"), max_.aio.says("Hi!"))
        assert first.thread_id != second.thread_id
        reply = mews.hotel.replies("Hello!", to=mews_guest)
        assert await mews_guest.aio.sees("Hello!") == "Hello!"
        await reply.aio.deliver(times=2)
        await mews.aio.settle()
        await mews.aio.clock.advance("1m")
        assert (await mews.aio.wait_for("messages/add", count=2))[0].status == 200
        assert await mews_guest.aio.shown() == ["Hello!"]
        assert (await mews.aio.hotel.receives("Hi!")).text == "Hi!"
        ticking.cancel()
        assert len(ticks) > 10
"""

ASYNC = """
    class Async:
        def __init__(self, app):
            self.app, self.threads = app, set()

        async def say(self, guest, text):
            self.threads.add(threading.current_thread().name)
            await asyncio.to_thread(self.app.say, guest, text)

        async def shown(self, guest):
            return self.app.shown(guest)

    @pytest.fixture
    def mews_app(mews):
        app = small_app(mews)
        yield Async(app)
        app.close()
"""
IMPORTS = "    import asyncio, threading\n"


def test_coroutines_wait_without_stopping_their_loop(run: Run) -> None:
    run(ANYIO, "-W", "error").assert_outcomes(passed=1)


def test_coroutines_speak_to_an_asynchronous_object_on_the_loop_of_the_kit(run: Run) -> None:
    more = ANYIO.replace(
        "ticking.cancel()", "ticking.cancel()\n        assert mews_app.threads == {'adapter'}"
    )
    test = more.replace("(mews, mews_guest)", "(mews, mews_app, mews_guest)")
    run(test, "-W", "error", conftest=IMPORTS + CONFTEST.format(flaw="") + ASYNC).assert_outcomes(passed=1)


def test_plain_objects_are_called_in_the_tests_own_thread(run: Run) -> None:
    plain = ASYNC.replace("async def", "def").replace(
        "await asyncio.to_thread(self.app.say, ", "self.app.say("
    )
    more = ANYIO.replace(
        "ticking.cancel()", "ticking.cancel()\n        assert mews_app.threads == {'MainThread'}"
    )
    test = more.replace("(mews, mews_guest)", "(mews, mews_app, mews_guest)").replace("> 10", "> 1")
    run(test, "-W", "error", conftest=IMPORTS + CONFTEST.format(flaw="") + plain).assert_outcomes(passed=1)
