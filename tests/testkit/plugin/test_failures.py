"""Failures that explain themselves: in the call phase, in sections, in JUnit, at the end, and across workers."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.testkit.plugin.conftest import CONFTEST, Run

TWICE = """
    def test_hi(mews, mews_guest):
        mews_guest.says("Hi!")
"""
PLAIN = """
    def test_plain(mews, mews_guest):
        mews_guest.says("Hi!")
        assert mews_guest.shown == ["Hello"]
"""


def test_a_test_that_held_fails_in_its_call_phase_where_a_critical_check_broke(run: Run) -> None:
    ran = run(TWICE, "--mews-checks=critical", flaw="adds_twice")
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(
        [
            "test_*.py:2:1: the test held, but SEND-01 (critical) broke*",
            "*seen: *Hi!*",
            "*remedy: *",
            "*https://mews-systems.gitbook.io/connector-api/operations/messages",
            "*Penelope   Hi!",
            "*-> messages/add 200*",
            "  pytest test_*.py::test_hi --mews-checks critical --mews-seed *",
            "*mews score card*",
            "SCORE CARD *1 fail*NOT READY: SEND-01 (critical)",
            "  SEND-01 *critical *fail *",
        ]
    )


@pytest.mark.parametrize(
    ("flaw", "options", "failed"),
    [
        ("adds_twice", ["--mews-checks=report"], 0),
        ("adds_twice", ["--mews-checks=off"], 0),
        ("adds_twice", ["--mews-checks=strict"], 1),
    ],
)
def test_checks_fail_a_test_as_far_as_was_asked(run: Run, flaw: str, options: list[str], failed: int) -> None:
    ran = run(TWICE, *options, flaw=flaw)
    ran.assert_outcomes(failed=failed, passed=1 - failed)
    assert ("SCORE CARD" in ran.stdout.str()) is ("--mews-checks=off" not in options)


def test_a_marker_says_which_checks_fail_its_test(run: Run) -> None:
    test = TWICE.replace(
        "    def test_hi", "    import pytest\n\n    @pytest.mark.mews(checks='report')\n    def test_hi"
    )
    run(test, flaw="adds_twice").assert_outcomes(passed=1)


def test_an_assertion_of_the_users_gets_the_transcript_into_its_report(run: Run) -> None:
    ran = run(PLAIN)
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*mews transcript*", "*payload entities, seed *", "   Penelope   Hi!"])
    assert "mews transcript" not in run(PLAIN, "--mews-transcript=off").stdout.str()


def test_all_transcripts_are_shown_where_that_is_asked_for(run: Run) -> None:
    ran = run(TWICE, "--mews-transcript=all")
    ran.stdout.fnmatch_lines(["*mews transcript of test_*::test_hi*", "   Penelope   Hi!"])


def test_junit_tells_the_conversation_also_without_a_terminal(run: Run, pytester: pytest.Pytester) -> None:
    run(PLAIN, "-p", "no:terminal", "--junitxml=out.xml")
    told = {
        each.attrib["name"]: each.attrib["value"]
        for each in ElementTree.parse(pytester.path / "out.xml").iter("property")
    }
    assert "Penelope   Hi!" in told["mews_transcript"]
    run(TWICE, "-p", "no:terminal", "--junitxml=out.xml", flaw="adds_twice")
    text = (pytester.path / "out.xml").read_text("utf-8")
    assert "SEND-01 (critical) broke" in text
    assert "Penelope   Hi!" in text
    assert "mews_score_card" in text


def test_a_refused_request_shows_body_reason_and_page(run: Run) -> None:
    ran = run(
        """
        import httpx

        def test_refused(mews):
            tokens = {"ClientToken": mews.client_token, "AccessToken": mews.access_token, "Client": "Mine 1.0"}
            url = f"{mews.url}/api/connector/v1/messageThreads/add"
            assert httpx.post(url, json={**tokens, "Subjekt": "Hi"}, trust_env=False).status_code == 200

        def test_hint(mews, mews_guest):
            mews.fail_next("messages/add", status=400)
            mews_guest.says("Hi!", within=0.2)
        """
    )
    ran.assert_outcomes(failed=2)
    ran.stdout.fnmatch_lines(
        [
            "*mews refused requests*",
            "messageThreads/add 400: *",
            '*"Subjekt": "Hi"*',
            "*Refused by Mews:",
            "*messages/add 400: *",
            "*page: https://mews-systems.gitbook.io/connector-api/operations/messages",
            '*"Text": "Hi!"*',
        ]
    )


def test_a_failed_test_is_saved_as_a_scenario_that_can_be_replayed(
    run: Run, pytester: pytest.Pytester
) -> None:
    run(
        """
        import pytest

        @pytest.mark.mews(webhooks="held", seed=7)
        def test_story(mews, mews_guest):
            max_ = mews_guest.another("Max")
            mews.fault(operation="messages/add", status=429, retry_after="1s", nth=9)
            mews_guest.says("Hi!")
            max_.says("Hello!")
            reply = mews.hotel.replies("Hello Ms Penelope!", to=mews_guest)
            reply.deliver(times=2)
            mews_guest.sees("Hello Ms Penelope!")
            mews.clock.advance("1m")
            mews.clear_faults()
            assert False
        """,
        "--mews-save-failures=stories",
    ).assert_outcomes(failed=1)
    (file,) = (pytester.path / "stories").glob("*.mews.yaml")
    text = file.read_text("utf-8")
    assert "fault: {operation: messages/add" in text
    (pytester.path / "test_a_failed_test_is_saved_as_a_scenario_that_can_be_replayed.py").unlink()
    run(None, str(file), "--mews-checks=report").assert_outcomes(passed=1)


def test_calls_after_a_test_are_told_against_that_test(run: Run) -> None:
    ran = run(
        """
        import httpx

        OLD = {}

        def test_one(mews):
            OLD.update(url=mews.url, ClientToken=mews.client_token, AccessToken=mews.access_token)

        def test_two(mews):
            mews.url
            url = OLD.pop("url") + "/api/connector/v1/messages/getAll"
            for _ in range(2):
                answer = httpx.post(url, json={**OLD, "Client": "Mine 1.0"}, trust_env=False)
                assert answer.status_code == 401
        """
    )
    ran.assert_outcomes(passed=2)
    ran.stdout.fnmatch_lines(
        ["*calls of apps whose test was over*", "*::test_one: messages/getAll (2 times)*"]
    )


def test_a_report_of_all_tests_is_written(run: Run, pytester: pytest.Pytester) -> None:
    run(PLAIN + TWICE, "--mews-report=html=out/report.html").assert_outcomes(passed=1, failed=1)
    page = (pytester.path / "out" / "report.html").read_text("utf-8")
    assert "test_plain" in page
    assert "test_hi" in page


@pytest.mark.soak
def test_all_of_it_survives_workers(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.format(flaw="adds_twice"))
    for number in range(3):
        pytester.makepyfile(**{f"test_{number}": TWICE + PLAIN})
    ran = pytester.runpytest_subprocess("-n", "2", "--junitxml=out.xml", "--mews-report=html=out.html")
    ran.assert_outcomes(failed=6)
    ran.stdout.fnmatch_lines(
        ["*SEND-01 (critical) broke*", "*mews transcript*", "SCORE CARD *NOT READY: SEND-01 (critical)"]
    )
    assert "mews_transcript" in (pytester.path / "out.xml").read_text("utf-8")
    assert (pytester.path / "out.html").read_text("utf-8").count("test_plain") >= 3
