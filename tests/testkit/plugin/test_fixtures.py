"""The fixtures, as a user's tests ask for them."""

from __future__ import annotations

import pytest

from tests.testkit.plugin.conftest import CONFTEST, Run

EXAMPLES = """
    import pytest

    def test_penelope_arrives_late(mews, mews_guest):
        mews_guest.says("Hi! I just wanted to let you know I will be arriving late tonight")
        mews.hotel.replies("Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?")
        assert mews_guest.sees("Hello Ms Penelope! Thank you for contacting us. What time do you expect to arrive?")

    @pytest.mark.mews(webhooks="held")
    def test_a_repeated_webhook_is_shown_once(mews, mews_guest):
        mews_guest.says("Hi!")
        reply = mews.hotel.replies("Hello Ms Penelope!")
        reply.deliver(times=3)
        mews.settle()
        assert mews_guest.shown == ["Hello Ms Penelope!"]
"""


def test_examples_of_the_product_run_as_written_with_an_app_file(run: Run) -> None:
    run(EXAMPLES, "--strict-markers", "-W", "error", "--mews-app", "sample", conftest="").assert_outcomes(
        passed=2
    )


def test_examples_of_the_product_run_with_an_object_of_the_users(run: Run) -> None:
    run(EXAMPLES, "-W", "error").assert_outcomes(passed=2)


def test_examples_of_the_product_find_a_broken_app(run: Run) -> None:
    # In the first of them the app shows a reply again only where a second webhook comes by itself.
    ran = run(EXAMPLES, "-k", "repeated", flaw="shows_again")
    ran.assert_outcomes(failed=1, deselected=1)
    ran.stdout.fnmatch_lines(["*SHOW-03 *3 times, not once"])


def test_mews_tells_what_the_app_needs_and_did(run: Run) -> None:
    run(
        """
        def test_facts(mews, mews_guest):
            message = mews_guest.says("Hi!")
            assert (message.text, message.sender) == ("Hi!", "Application")
            assert mews.env["MEWS_URL"] == mews.url
            assert mews.env["MEWS_ACCESS_TOKEN"] == mews.access_token
            opened, added = mews.calls("messageThreads/add"), mews.calls("messages/add")
            assert opened[0].body["OriginalSender"] == "Penelope"
            assert added[0].body["Messages"][0]["Text"] == "Hi!"
            assert (added[0].status, added[0].hint) == (200, "")
            assert added[0].at >= opened[0].at
            (thread,) = mews.threads
            assert thread.id == message.thread_id == mews_guest.thread.id
            assert not thread.is_resolved
            mews.hotel.resolves()
            assert mews.threads[0].is_resolved
            mews.settle()
            delivered = [each.state for each in mews.deliveries]
            assert delivered == ["delivered"]
            assert "Hi!" in mews.transcript
        """
    ).assert_outcomes(passed=1)


def test_a_second_guest_is_told_apart(run: Run) -> None:
    run(
        """
        def test_two(mews, mews_guest):
            max_ = mews_guest.another("Max")
            mews_guest.says("Hi!")
            max_.says("Hi!")
            mews.hotel.replies("Hello Ms Penelope!", to=mews_guest)
            mews.hotel.replies("Hello Mr Max!", to="Max")
            max_.sees("Hello Mr Max!")
            mews_guest.sees("Hello Ms Penelope!")
            assert max_.shown == ["Hello Mr Max!"]
            assert max_.id != mews_guest.id
        """
    ).assert_outcomes(passed=1)


def test_each_test_has_a_fresh_integration_on_one_server(run: Run) -> None:
    run(
        """
        SEEN = []

        def test_one(mews):
            SEEN.append((mews.url, mews.access_token))

        def test_two(mews):
            url, token = SEEN.pop()
            assert mews.url == url
            assert mews.access_token != token
            assert mews.threads == []
        """
    ).assert_outcomes(passed=2)


STANDING = """
    @pytest.fixture(scope="session")
    def mews_app(mews_world):
        app = small_app(mews_world)
        yield app
        app.close()
"""


def test_mews_world_keeps_an_app_that_is_started_once(run: Run) -> None:
    run(
        """
        IDS = set()

        def test_one(mews, mews_app, mews_world, mews_guest):
            mews_guest.says("Hi!")
            assert mews.access_token == mews_world.access_token
            assert len(mews.threads) == 1
            IDS.add((id(mews_app), mews_guest.id))

        def test_two(mews, mews_app, mews_guest):
            assert mews.threads == mews.calls() == []
            mews_guest.says("Hi again!")
            IDS.add((id(mews_app), mews_guest.id))
            assert len(IDS) == 2 and len({app for app, _ in IDS}) == 1
        """,
        conftest=CONFTEST.format(flaw="") + STANDING,
    ).assert_outcomes(passed=2)


def test_faults_strike_and_are_counted(run: Run) -> None:
    run(
        """
        import pytest

        @pytest.mark.mews(checks="off")
        def test_fault(mews, mews_guest):
            fault = mews.fail_next("messageThreads/add", status=503)
            with pytest.raises(AssertionError, match="did not take Penelope's text"):
                mews_guest.says("Hi!")
            assert fault.hits == 1
            assert [each.status for each in mews.calls()] == [503]
            mews_guest.says("Hi!")
            with mews.fault(operation="messages/add", status=429, retry_after="2s"):
                with pytest.raises(AssertionError):
                    mews_guest.says("Thank you")
            mews_guest.says("Thank you")
        """
    ).assert_outcomes(passed=1)


def test_replies_go_out_in_the_order_that_a_test_wants(run: Run) -> None:
    run(
        """
        import pytest

        @pytest.mark.mews(webhooks="held", payload="ids_only")
        def test_order(mews, mews_guest):
            mews_guest.says("Hi!")
            one, two = mews.hotel.replies("One"), mews.hotel.replies("Two")
            mews.deliver(two, one)
            mews.deliver([one, two])
            mews_guest.sees("Two")
            mews_guest.sees("One")
            assert one.deliveries[0].attempts[0].status == 204
            assert '"Entities"' not in one.deliveries[0].body
        """
    ).assert_outcomes(passed=1)


def test_the_clock_moves_when_it_is_told_to(run: Run) -> None:
    run(
        """
        from datetime import timedelta
        import pytest

        @pytest.mark.mews(clock={"rate": 0, "at": "2026-03-10T12:00:00Z"})
        def test_later(mews, mews_guest):
            mews_guest.says("Hi!")
            mews.hotel.replies("Later!", after="10m")
            before = mews.clock.now
            mews.clock.advance("10m")
            mews_guest.sees("Later!")
            assert mews.clock.now - before == timedelta(minutes=10)
        """
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize("payload", ["entities", "ids_only"])
def test_the_payload_is_what_the_flag_says(run: Run, payload: str) -> None:
    run(
        f"""
        import pytest

        @pytest.mark.mews(payload="entities")
        def test_payload(mews):
            assert mews.payload == "{payload}"
            assert mews.control.integration(mews.integration_id)["settings"]["payload"] == "{payload}"
        """,
        f"--mews-payload={payload}",
    ).assert_outcomes(passed=1)
