"""A user's mistake is reported in a few lines: the user's own line, and what to change."""

from __future__ import annotations

from tests.testkit.plugin.conftest import Run

MISTAKES = """
    import pytest

    def test_nobody_wrote(mews):
        mews.hotel.replies("Hello!")  # line 4

    def test_nobody_to_resolve(mews):
        mews.hotel.resolves()  # line 7

    def test_no_address(mews):
        mews.webhook_to("nowhere")  # line 10

    def test_no_fault(mews):
        mews.fault(operation="messages/addd", status=429)  # line 13

    @pytest.mark.mews(settings={"payloadd": "ids_only"})
    def test_no_setting(mews):
        mews.url  # line 17
"""


def test_a_mistake_is_shown_at_the_users_own_line_alone(run: Run) -> None:
    result = run(MISTAKES)
    result.assert_outcomes(failed=5)
    out = result.stdout.str()
    for line in (4, 7, 10, 13, 17):
        assert f"# line {line}" in out
        assert f"test_a_mistake_is_shown_at_the_users_own_line_alone.py:{line}: " in out
    assert "mockmews_testkit/" not in out  # no frame of the kit's
    assert "def checked(" not in out
    assert "control_methods.py" not in out


def test_a_full_trace_shows_all_lines(run: Run) -> None:
    out = run(MISTAKES, "--full-trace", "-k", "no_address").stdout.str()
    assert "control_methods.py" in out


def test_a_misspelled_operation_is_no_call_that_never_came(run: Run) -> None:
    result = run("""
        def test_calls(mews):
            assert mews.calls("messages/ad") == []

        def test_wait(mews):
            mews.wait_for("messages/getal")

        def test_in_a_coroutine(mews):
            import asyncio
            asyncio.run(mews.aio.wait_for("message/add"))
    """)
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "*mews.calls(): there is no operation 'messages/ad'. Did you mean 'messages/add'?",
            "*mews.wait_for(): there is no operation 'messages/getal'. Did you mean 'messages/getAll'?",
            "*mews.wait_for(): there is no operation 'message/add'. Did you mean 'messages/add'?",
        ]
    )
    result.stdout.no_fnmatch_line("*waiters.py*")


def test_a_refused_step_is_no_part_of_the_story(run: Run) -> None:
    result = run("""
        import pytest
        from mockmews_testkit import TestkitError

        def test_too_early(mews, mews_guest):
            with pytest.raises(TestkitError, match="no open thread yet"):
                mews.hotel.replies("Hello!")
            mews_guest.says("Hi!")
            assert "Hello!" not in mews.transcript
    """)
    result.assert_outcomes(passed=1)


def test_a_length_of_time_that_is_none_is_refused_by_its_name(run: Run) -> None:
    result = run("""
        import pytest

        @pytest.mark.mews(lag="soon")
        def test_marker(mews):
            mews.url

        def test_before_now(mews):
            mews.settle(within=-1)

        def test_never(mews):
            mews.wait_for("messages/add", within=float("inf"))

        def test_back(mews):
            mews.clock.advance(-60)

        def test_at_once(mews, mews_guest):
            mews_guest.says("Hi!")
            mews.clock.advance(60)
            mews.hotel.replies("Hello!", after="-1s")
    """)
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines_random(
        [
            "*UsageError: lag of @pytest.mark.mews or mews_options: *'soon' is not a duration; write *",
            "*UsageError: within: -1 is no length of time; write seconds from 0, or a text such as '500ms' or '2m'.",
            "*UsageError: within: inf is no length of time; *",
            "*UsageError: advance: -60 is no length of time; *",
            "*UsageError: after: '-1s' is not a duration; write *",
        ]
    )


def test_what_is_no_text_is_refused_and_the_run_goes_on(run: Run) -> None:
    result = run("""
        import pytest
        from mockmews_testkit import TestkitError

        def test_says(mews_guest):
            mews_guest.says(None)

        def test_the_others(mews, mews_guest):
            mews_guest.says("Hi!")
            for call in (mews_guest.sees, mews.hotel.replies, mews.hotel.receives, mews_guest.another):
                with pytest.raises(TestkitError, match="is no text; write one str"):
                    call(["Hello!"])
            with pytest.raises(TestkitError, match="the text is blank"):
                mews.hotel.replies(" ")
            with pytest.raises(TestkitError, match="takes what mews.hotel.replies"):
                mews.deliver("Hello!")
            with pytest.raises(TestkitError, match="there is no operation 3"):
                mews.calls(3)
    """)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["*UsageError: mews_guest.says(): None is no text; write one str, such as 'Hi!'."]
    )
