"""Scenario files as ordinary tests: collected, chosen, failed at their own line, and next to the user's own."""

from __future__ import annotations

import pytest

from tests.testkit.plugin.conftest import CONFTEST, Run

STORIES = """\
scenario: Penelope arrives late
tags: [late, smoke-test]
steps:
  - guest: "Hi! I just wanted to let you know I will be arriving late tonight"
  - hotel: "Hello Ms Penelope!"
---
scenario: Penelope waits in vain
mews: {payload: entities}
steps:
  - guest: "Hi!"
  - hotel: "Hello!"
  - guest_sees: "Welcome!"
    within: 200ms
  - guest: "Thanks"
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini(
        "[pytest]\nmews_scenarios = stories/*.mews.yaml\ntestpaths = tests\nstrict_markers = true\n"
    )
    (pytester.path / "stories").mkdir()
    (pytester.path / "stories" / "late.mews.yaml").write_text(STORIES, "utf-8")
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "test_own.py").write_text("def test_own():\n    pass\n", "utf-8")
    return pytester


def test_scenarios_are_collected_under_both_payloads_beside_the_users_tests(
    project: pytest.Pytester, run: Run
) -> None:
    ran = run(None, "--collect-only", "-q", "--strict-markers")
    ran.stdout.fnmatch_lines_random(
        [
            "stories/late.mews.yaml::test_penelope_arrives_late[[]entities[]]",
            "stories/late.mews.yaml::test_penelope_arrives_late[[]ids_only[]]",
            "stories/late.mews.yaml::test_penelope_waits_in_vain[[]entities[]]",
            "tests/test_own.py::test_own",
        ]
    )
    assert "4 tests collected" in ran.stdout.str()


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["-m", "late"], 2),
        (["-m", "smoke-test"], 2),
        (["-k", "vain"], 1),
        (["stories/late.mews.yaml::test_penelope_arrives_late[ids_only]"], 1),
        (["--mews-payload=ids_only", "stories"], 2),
    ],
)
def test_scenarios_are_chosen_as_any_test(
    project: pytest.Pytester, run: Run, options: list[str], count: int
) -> None:
    found = run(None, "--collect-only", "-q", *options).stdout.str()
    assert found.count("stories/late.mews.yaml::") == count


def test_scenarios_fail_at_their_own_line_and_can_be_run_again(project: pytest.Pytester, run: Run) -> None:
    ran = run(None, "-p", "cacheprovider", "stories")
    ran.assert_outcomes(passed=2, failed=1)
    ran.stdout.fnmatch_lines(
        [
            "    scenario: Penelope waits in vain",
            '      - hotel: "Hello!"',
            '>     - guest_sees: "Welcome!"',
            'E *stories/late.mews.yaml:12:5: Penelope did not see "Welcome!" within 0.2 s',
            "E *mockmews run stories/late.mews.yaml:7 --payload entities --seed *",
            "stories/late.mews.yaml:12: Failure",
        ]
    )
    again = run(None, "-p", "cacheprovider", "--lf", "stories")
    again.assert_outcomes(failed=1)


def test_what_only_the_end_shows_is_pointed_at_in_its_own_line(project: pytest.Pytester, run: Run) -> None:
    ran = run(None, "-k", "arrives and entities", "stories", flaw="adds_twice")
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(['>     - guest: "Hi! I just wanted to let you know*', "*late.mews.yaml:4:5:*"])


def test_scenarios_use_fixtures_of_the_project(project: pytest.Pytester, run: Run) -> None:
    more = """
    @pytest.fixture(autouse=True, scope="module")
    def per_module(request):
        print("module of", request.module.__name__)
        yield

    @pytest.fixture(autouse=True)
    def per_test(request):
        print("before", request.node.name)
        yield
"""
    ran = run(None, "-s", "-k", "arrives", conftest=CONFTEST.format(flaw="") + more)
    ran.assert_outcomes(passed=2, deselected=2)
    ran.stdout.fnmatch_lines(
        ["*module of late.mews.yaml*", "*before test_penelope_arrives_late[[]entities[]]*"]
    )


def test_a_scenario_that_cannot_be_read_is_refused_at_its_place(project: pytest.Pytester, run: Run) -> None:
    (project.path / "stories" / "broken.mews.yaml").write_text(
        "scenario: Broken\nsteps:\n  - gest: Hi\n", "utf-8"
    )
    ran = run(None, "stories/broken.mews.yaml")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["stories/broken.mews.yaml:3:5: *gest*", "*guest*"])
    assert "Traceback" not in ran.stdout.str()


def test_a_file_that_nobody_named_is_no_test(pytester: pytest.Pytester, run: Run) -> None:
    (pytester.path / "late.mews.yaml").write_text(STORIES, "utf-8")
    assert "no tests collected" in run(None, "--collect-only", "-q").stdout.str()
    assert "3 tests collected" in run(None, "--collect-only", "-q", "late.mews.yaml").stdout.str()


def test_a_module_names_its_scenarios_itself(project: pytest.Pytester, run: Run) -> None:
    (project.path / "tests" / "test_stories.py").write_text(
        'from mockmews_testkit import scenarios\n\ntest_stories = scenarios("../stories/")\n', "utf-8"
    )
    ran = run(None, "tests/test_stories.py")
    ran.assert_outcomes(passed=2, failed=1)
    ran.stdout.fnmatch_lines(
        ['>     - guest_sees: "Welcome!"', "*test_stories[[]penelope_waits_in_vain-entities[]]*"]
    )


@pytest.mark.parametrize(
    ("options", "own", "others"),
    [
        ([], ["entities"], ["entities", "ids_only"]),
        (["--mews-payload=ids_only"], ["ids_only"], ["ids_only"]),
        (["--mews-payload=both"], ["entities", "ids_only"], ["entities", "ids_only"]),
    ],
)
def test_scenarios_of_a_module_are_played_under_the_payload_that_was_asked_for(
    project: pytest.Pytester, run: Run, options: list[str], own: list[str], others: list[str]
) -> None:
    (project.path / "tests" / "test_stories.py").write_text(
        'from mockmews_testkit import scenarios\n\ntest_stories = scenarios("../stories/")\n', "utf-8"
    )
    ran = run(None, "--collect-only", "-q", "tests/test_stories.py", *options)
    collected = [line for line in ran.outlines if "::" in line]
    assert collected == [
        *(f"tests/test_stories.py::test_stories[penelope_arrives_late-{each}]" for each in others),
        *(f"tests/test_stories.py::test_stories[penelope_waits_in_vain-{each}]" for each in own),
    ]


def test_scenarios_of_a_module_are_chosen_by_their_tags(project: pytest.Pytester, run: Run) -> None:
    (project.path / "tests" / "test_stories.py").write_text(
        'from mockmews_testkit import scenarios\n\ntest_stories = scenarios("../stories/")\n', "utf-8"
    )
    ran = run(None, "--collect-only", "-q", "-m", "smoke-test", "tests/test_stories.py")
    assert "2/3 tests collected" in ran.stdout.str()


def test_a_scenario_with_an_app_of_its_own_plays_on_that(pytester: pytest.Pytester, run: Run) -> None:
    text = STORIES.partition("---")[0].replace("tags:", "app: sample\nmews: {payload: ids_only}\ntags:")
    (pytester.path / "own.mews.yaml").write_text(text, "utf-8")
    run(None, "own.mews.yaml", conftest="").assert_outcomes(passed=1)
