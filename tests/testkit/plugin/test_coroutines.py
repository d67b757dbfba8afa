"""Tests that are coroutines: their loop goes on while they wait, and their app may live on it."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from mockmews_testkit.testing.apps import AioApp, AppUnderTest
from mockmews_testkit.testing.clock import AioClock, HotelClock
from mockmews_testkit.testing.guest import AioGuest, MewsGuest
from mockmews_testkit.testing.hotel import AioHotel, AioReply, Hotel, Reply
from mockmews_testkit.testing.mews import AioMews, Mews
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

TRIO = """
    import threading
    import pytest
    import trio

    @pytest.fixture
    def anyio_backend():
        return "trio"

    @pytest.mark.anyio
    async def test_hello(mews, mews_app, mews_guest):
        ticks = []

        async def tick():
            while True:
                ticks.append(1)
                await trio.sleep(0.001)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(tick)
            await mews_guest.aio.says("Hi!")
            mews.hotel.replies("Hello!")
            assert await mews_guest.aio.sees("Hello!") == "Hello!"
            await mews.aio.settle()
            with pytest.raises(Exception, match="Write: await mews.aio.settle"):
                mews.settle()
            nursery.cancel_scope.cancel()
        assert len(ticks) > 10
        assert mews_app.threads == {"MainThread"}
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


def test_coroutines_may_run_on_trio_by_way_of_anyio(run: Run) -> None:
    pytest.importorskip("trio")
    plain = ASYNC.replace("async def", "def").replace(
        "await asyncio.to_thread(self.app.say, ", "self.app.say("
    )
    conftest = IMPORTS + CONFTEST.format(flaw="") + plain
    run(TRIO, "-W", "error", conftest=conftest).assert_outcomes(passed=1)


def test_plain_objects_are_called_in_the_tests_own_thread(run: Run) -> None:
    plain = ASYNC.replace("async def", "def").replace(
        "await asyncio.to_thread(self.app.say, ", "self.app.say("
    )
    more = ANYIO.replace(
        "ticking.cancel()", "ticking.cancel()\n        assert mews_app.threads == {'MainThread'}"
    )
    test = more.replace("(mews, mews_guest)", "(mews, mews_app, mews_guest)").replace("> 10", "> 1")
    run(test, "-W", "error", conftest=IMPORTS + CONFTEST.format(flaw="") + plain).assert_outcomes(passed=1)


RESTART = """
    import pytest
    from mockmews_testkit.errors import UsageError

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.mark.anyio
    async def test_restart(mews, mews_app, mews_guest):
        await mews_guest.aio.says("Hi!")
        await mews_app.aio.restart()
        await mews_app.aio.stop()
        await mews_app.aio.go()
        mews.hotel.replies("Hello!")
        await mews_guest.aio.sees("Hello!")
        for blocking in ("restart", "stop", "go"):
            with pytest.raises(UsageError, match=rf"await mews_app\\.aio\\.{blocking}\\("):
                getattr(mews_app, blocking)()
"""


def test_coroutines_restart_their_app(run: Run) -> None:
    run(RESTART, "--mews-app=sample", conftest="").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("blocking", "awaited"),
    [
        (AppUnderTest, AioApp),
        (Hotel, AioHotel),
        (HotelClock, AioClock),
        (Mews, AioMews),
        (MewsGuest, AioGuest),
        (Reply, AioReply),
    ],
)
def test_every_waiter_has_a_twin_for_coroutines_that_takes_the_same(blocking: type, awaited: type) -> None:
    waiters = _public(blocking)
    waiting = {name for name, each in waiters.items() if "refuse_in_coroutine" in inspect.getsource(each)}
    twins = _public(awaited)
    assert set(twins) == waiting
    for name, twin in twins.items():
        assert inspect.signature(twin).parameters == inspect.signature(waiters[name]).parameters


def _public(kind: type) -> dict[str, Any]:
    """The functions and properties of a class, without those that begin with an underscore."""
    found = {name: getattr(each, "fget", each) for name, each in vars(kind).items()}
    return {name: each for name, each in found.items() if inspect.isfunction(each) and name[0] != "_"}
