"""Wrong uses are refused at once, with the advice that helps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from mockmews import MockMewsError, MockMewsServer
from mockmews_testkit import AppUnderTest, Mews, TestkitError, app_file, serve_asgi
from mockmews_testkit.bench import Fake
from mockmews_testkit.errors import AppStartError
from mockmews_testkit.testing.conversation import Wanted
from tests.testkit.plugin.conftest import Run


@pytest.fixture
def mews_on(server: MockMewsServer) -> Iterator[Mews]:
    mews = Mews(lambda: Fake.of(server), Wanted(name="test_x"))
    yield mews
    mews.end()


def test_a_blocking_wait_in_a_coroutine_names_the_one_to_await(mews_on: Mews) -> None:
    guest = mews_on.guest()

    async def wrong(call: str) -> str:
        actions: dict[str, Callable[[], object]] = {
            "says": lambda: guest.says("Hi!"),
            "sees": lambda: guest.sees("Hi!"),
            "settle": mews_on.settle,
            "advance": lambda: mews_on.clock.advance("1m"),
            "receives": lambda: mews_on.hotel.receives("Hi!"),
            "wait_for": lambda: mews_on.wait_for("messages/add"),
            "deliver": mews_on.deliver,
        }
        with pytest.raises(TestkitError, match="would stop the event loop") as told:
            actions[call]()
        return str(told.value)

    advice = {
        "says": "await mews_guest.aio.says(...)", "sees": "await mews_guest.aio.sees(...)",
        "settle": "await mews.aio.settle()", "advance": "await mews.clock.aio.advance(...)",
        "receives": "await mews.hotel.aio.receives(...)", "wait_for": "await mews.aio.wait_for(...)",
        "deliver": "await mews.aio.deliver(...)",
    }  # fmt: skip
    for call, wanted in advice.items():
        assert asyncio.run(wrong(call)).endswith(wanted)


def test_a_loop_that_is_merely_visible_is_no_coroutine(mews_on: Mews) -> None:
    loop = asyncio.new_event_loop()
    told = []

    def from_a_callback() -> None:  # as the greenlets of Playwright's synchronous interface
        mews_on.settle()
        told.append(True)
        loop.stop()

    loop.call_soon(from_a_callback)
    loop.run_forever()
    loop.close()
    assert told


def test_a_mews_whose_test_is_over_says_so(mews_on: Mews) -> None:
    mews_on.settle()
    mews_on.end()
    with pytest.raises(TestkitError, match=r"belonged to test_x, which is over.*mews_world"):
        mews_on.settle()


def test_a_closed_server_is_told_at_once() -> None:
    with MockMewsServer() as server:
        mews = Mews(lambda: Fake.of(server), Wanted())
        mews.settle()
        guest = mews.guest()
    for wrong in (mews.calls, lambda: guest.sees("Hi!"), lambda: mews.hotel.replies("Hi!"), mews.settle):
        with pytest.raises(MockMewsError, match="stopped"):
            wrong()
    mews.end()


def test_two_apps_on_one_fixed_port_are_refused_with_advice() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        """Never called."""

    with serve_asgi(app) as url:
        port = int(url.rpartition(":")[2])
        with (
            pytest.raises(AppStartError, match=r"leave the port out.*mews\.webhook_to"),
            serve_asgi(app, port=port),
        ):
            pass


def test_an_app_that_fails_to_start_says_why() -> None:
    async def app(scope: dict[str, str], receive: object, send: object) -> None:
        assert scope["type"] == "lifespan"
        await send({"type": "lifespan.startup.failed", "message": "no database"})  # type: ignore[operator]

    with pytest.raises(AppStartError, match="did not start"), serve_asgi(app):
        pass


def test_nobody_speaks_where_there_is_no_app(mews_on: Mews) -> None:
    with pytest.raises(TestkitError, match=r"No app takes part.*mews-app\.yaml"):
        mews_on.guest().says("Hi!")
    with pytest.raises(TestkitError, match=r"the guest write first|no thread"):
        mews_on.hotel.replies("Hello!", to=mews_on.guest("Max"))


def test_an_app_file_is_started_for_one_world() -> None:
    app: AppUnderTest = app_file("sample")
    with pytest.raises(TestkitError, match="was not started yet"):
        app.shown(None)  # type: ignore[arg-type]


def test_faults_and_durations_that_are_none_are_refused_by_name(mews_on: Mews) -> None:
    with pytest.raises(TestkitError, match=r"'oparation'.*Did you mean 'operation'"):
        mews_on.fault(oparation="messages/add", status=429)
    with pytest.raises(TestkitError, match="within: '5' is not a duration"):
        mews_on.guest().sees("Hi!", within="5")


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("webhook='held'", "*has no 'webhook'; did you mean webhooks?*"),
        ("'held'", "*takes names, not 'held'*"),
        ("checks='all'", "*checks='all' is none of critical, strict, report, off*"),
    ],
)
def test_a_marker_that_says_nothing_known_is_refused(run: Run, mark: str, told: str) -> None:
    ran = run(f"import pytest\n\n@pytest.mark.mews({mark})\ndef test_x(mews):\n    pass\n")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([told])


def test_options_that_are_none_are_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for flag, told in (
        ("--mews-seed=x", "*the seed x is none: write a whole number*"),
        ("--mews-report=out.html", "*--mews-report out.html: write html=FILE*"),
    ):
        ran = run("def test_x(mews): mews.url", flag)
        assert ran.ret == pytest.ExitCode.USAGE_ERROR  # before the first test
        ran.stderr.fnmatch_lines([told])
    monkeypatch.setenv("MOCKMEWS_CHECKS", "all")
    run("def test_x(mews): mews.url").stdout.fnmatch_lines(["*MOCKMEWS_CHECKS=all: write one of critical*"])


def test_no_app_at_all_names_what_to_do(run: Run) -> None:
    ran = run("def test_x(mews_guest): pass", conftest="")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*No mews-app.yaml says how to talk to your app*mockmews init*"])


@pytest.mark.parametrize(
    ("app", "told"),
    [
        ("None", "*mews_app returned None*app_file(path)*"),
        ("object()", "*object has no shown(guest)*serve_asgi(app)*"),
    ],
)
def test_an_object_that_is_no_app_is_refused(run: Run, app: str, told: str) -> None:
    conftest = f"import pytest\n\n@pytest.fixture\ndef mews_app():\n    return {app}\n"
    ran = run("def test_x(mews_guest): pass", conftest=conftest)
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([told])
