"""The rate limit (contract.md 8) on a clock that only the test moves."""

from __future__ import annotations

from tests.conftest import MakeApp
from tests.connector.caller import UNKNOWN_ID, App
from tests.connector.portfolio import Portfolio


def statuses(app: App, calls: int) -> list[int]:
    return [app.find(UNKNOWN_ID).status for _ in range(calls)]


def test_rate_limit_is_off_on_a_frozen_clock_unless_asked_for(app: App) -> None:
    assert set(statuses(app, 210)) == {200}


def test_rate_window_slides(make_app: MakeApp) -> None:
    app = make_app(rate_limit="3/30s")
    for _ in range(3):
        assert statuses(app, 1) == [200]
        app.advance("10s")
    # 30 s after the first call: only that one has left the window.
    assert statuses(app, 2) == [200, 429]
    app.advance("10s")
    assert statuses(app, 2) == [200, 429]


def test_rate_window_may_be_anchored_at_the_first_call(make_app: MakeApp) -> None:
    app = make_app(rate_limit="3/30s", settings={"rate_window": "anchored"})
    for _ in range(3):
        assert statuses(app, 1) == [200]
        app.advance("10s")
    # 30 s after the first call the whole burst is forgotten.
    assert statuses(app, 4) == [200, 200, 200, 429]
    app.advance("29s")
    assert statuses(app, 1) == [429]
    app.advance("1s")
    assert statuses(app, 1) == [200]


def test_retry_after_says_when_a_call_is_served_again(make_app: MakeApp) -> None:
    for window, waits in (("sliding", ["30", "20", "10"]), ("anchored", ["30", "20", "10"])):
        app = make_app(rate_limit="1/30s", settings={"rate_window": window})
        assert statuses(app, 1) == [200]
        seen = []
        for _ in range(3):
            seen.append(app.find(UNKNOWN_ID).headers["retry-after"])
            app.advance("10s")
        assert seen == waits
        assert statuses(app, 1) == [200]


def test_retry_after_of_a_sliding_window_is_that_of_its_oldest_call(make_app: MakeApp) -> None:
    app = make_app(rate_limit="2/30s")
    app.find(UNKNOWN_ID)
    app.advance("20s")
    app.find(UNKNOWN_ID)
    assert app.find(UNKNOWN_ID).headers["retry-after"] == "10"
    app.advance("10s")
    assert statuses(app, 2) == [200, 429]
    assert app.find(UNKNOWN_ID).headers["retry-after"] == "20"


def test_retry_after_is_rounded_up(make_app: MakeApp) -> None:
    app = make_app(rate_limit="1/30s")
    app.find(UNKNOWN_ID)
    app.advance("28500ms")
    assert app.find(UNKNOWN_ID).headers["retry-after"] == "2"
    app.advance("1400ms")
    assert app.find(UNKNOWN_ID).headers["retry-after"] == "1"


def test_rate_limit_counts_every_operation_together(make_app: MakeApp) -> None:
    app = make_app(rate_limit="4/30s")
    thread = app.open_thread()
    app.write(thread, "Hi")
    assert app.find(thread).status == 200
    assert app.find_threads(MessageThreadIds=[thread]).status == 200
    assert app.call("messageThreads/add", OriginalSender="Jo", Subject="Hi").status == 429


def test_rate_limit_stores_nothing_of_a_refused_call(make_app: MakeApp) -> None:
    app = make_app(rate_limit="1/30s")
    app.open_thread()
    assert app.call("messageThreads/add", OriginalSender="Jo", Subject="Hi").status == 429
    assert len(app.control.threads(app.access_token)) == 1


def test_rate_limit_leaves_unknown_tokens_alone(make_app: MakeApp) -> None:
    # contract.md 13 row 28
    app = make_app(rate_limit="1/30s")
    assert {app.find(UNKNOWN_ID, AccessToken="wrong").status for _ in range(3)} == {401}
    assert statuses(app, 2) == [200, 429]


def test_rate_limit_is_for_each_token_of_a_portfolio(portfolio: Portfolio) -> None:
    control, token = portfolio.whole.control, portfolio.whole.access_token
    control.change_integration(token, rate_limit="1/30s")
    for app in (*portfolio.apps, portfolio.whole):
        assert statuses(app, 2) == [200, 429]


def test_rate_limit_does_not_count_what_never_reached_it(make_app: MakeApp) -> None:
    app = make_app(rate_limit="1/30s")
    assert app.send("GET", "/").status == 404
    assert app.post("messages/add", b"{").status == 400
    assert app.find(UNKNOWN_ID, ClientToken="wrong").status == 401
    assert statuses(app, 2) == [200, 429]
