"""The reports of a certification: what stands in each, and that no text of a stranger is interpreted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from mockmews_testkit.certification import baseline
from mockmews_testkit.certification.card import ScoreCard
from mockmews_testkit.certification.certificate import Certificate, Head
from mockmews_testkit.certification.for_mews import ForMews
from mockmews_testkit.checks.results import Outcome, Proof, Result
from mockmews_testkit.errors import UsageError
from mockmews_testkit.replay.plays import Played
from mockmews_testkit.reporting.certified import WRITERS, Display
from mockmews_testkit.reporting.json_report import schema
from tests.testkit.run.made import HOSTILE, made, played


def certificate(text: str, *plays: Played) -> Certificate:
    """A certificate in which this text stands wherever a text can stand."""
    run = made(*(plays or (played(text), played(text, failing=False))))
    head = Head(
        app=text, version="1.4", file="mews-app.yaml", date="2026-03-10", kit="1.0",
        payloads=("entities",), seed=7, waivers={"ORDER-01": text},
    )  # fmt: skip
    told = ForMews((text,), events=("MessageAdded",), operations=("messages/add",), clients=(text,))
    return Certificate(head=head, card=ScoreCard.of(run.results), run=run, for_mews=told)


def written(kind: str, text: str) -> str:
    return WRITERS[kind](certificate(text)).decode("utf-8", "surrogatepass")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_report_takes_a_text_for_anything_else(text: str) -> None:
    tags = re.compile(r"<[a-z!/][^<>]*>")
    ids = re.compile(r'id="play-\d+"')
    pages = [written("html", each) for each in (text, "x")]
    assert len(tags.findall(pages[0])) == len(tags.findall(pages[1]))
    assert ids.findall(pages[0]) == ids.findall(pages[1])
    tree = ElementTree.fromstring(written("junit", text))
    assert len(tree.findall(".//testcase")) == 38
    jsonschema.validate(json.loads(written("json", text)), schema())
    assert "<script" not in written("markdown", text).replace("```text", "").split("## SHOW")[0]
    ElementTree.fromstring(written("badge", text))


def test_junit_has_one_case_a_check_and_fails_only_for_what_counts() -> None:
    tree = ElementTree.fromstring(written("junit", "seen"))
    suite = tree.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("38", "1", "1")
    failed = [each for each in tree.iter("testcase") if each.find("failure") is not None]
    assert [each.get("name", "")[:7] for each in failed] == ["SHOW-01"]
    (skipped,) = tree.iter("skipped")
    assert "does not count here: seen" in (skipped.get("message") or "")


def test_html_links_a_failed_check_with_its_conversation_and_ends_with_what_to_tell_mews() -> None:
    page = written("html", "seen")
    assert '<h1>NOT READY</h1><p class="reasons">SHOW-01 (critical)</p>' in page
    assert '<a class="talk-link" href="#play-1">s [entities]</a>'.replace("s [", "seen [") in page
    assert 'id="play-1"' in page
    assert page.index("What to tell Mews") > page.index('id="play-2"')
    assert "not Mews&#x27;s certification" in page


def test_markdown_has_the_table_of_checks_and_the_evidence() -> None:
    page = written("markdown", "seen")
    assert page.startswith("# ❌ mockmews: NOT READY: SHOW-01 (critical)\n")
    assert page.count("\n| ✅ |") == 36
    assert "s.mews.yaml:4:5: seen (journal 3, 5)" in page
    assert "mockmews run s.mews.yaml --payload entities --seed 7" in page


def test_badge_tells_the_verdict() -> None:
    assert "no, 36 of 38 checks" in written("badge", "x")
    ready = WRITERS["badge"](certificate("x", played("x", failing=False))).decode()
    assert "yes, 38 of 38 checks" in ready


def test_baseline_names_what_is_newly_passing_and_newly_failing(tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(written("json", "seen"))
    before = baseline.read(str(file))
    assert before["SHOW-01"] is Outcome.FAIL
    now = certificate("x", played("x", failing=False)).compared_with("before.json", before)
    assert now.change is not None
    assert now.change.newly_passing == ("SHOW-01", "ERR-03")
    assert now.change.newly_failing == ()
    back = certificate("x").compared_with("b", {each.id: Outcome.PASS for each in now.card.results})
    assert str(back.change) == "Since b: newly passing none; newly failing SHOW-01, ERR-03"
    jsonschema.validate(json.loads(WRITERS["json"](back)), schema())
    assert b"newly failing SHOW-01" in WRITERS["html"](back)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"score_card": []}', '{"score_card": [{"id": "REQ-01"}]}', '{"score_card": 3}']
)
def test_baseline_refuses_what_is_no_report(content: str, tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(content)
    with pytest.raises(UsageError, match="--report json="):
        baseline.read(str(file))


def test_a_certificate_with_broken_probes_ends_with_2() -> None:
    good = certificate("x", played("x", failing=False))
    assert good.exit_code == 0
    assert certificate("x").exit_code == 1
    assert replace(good, unplayed=3).exit_code == 2


@pytest.mark.parametrize(
    ("failed", "line"),
    [
        (["SHOW-01"], "FAIL  x [entities] 1.5 s: Penelope did not see x"),
        (["ORDER-01"], "note  x [entities] 1.5 s: Penelope did not see x (ORDER-01 is medium: it fails nobody here)"),
        (["ERR-03"], "note  x [entities] 1.5 s: Penelope did not see x (ERR-03 is advice: it fails nobody here)"),
        ([], "note  x [entities] 1.5 s: Penelope did not see x (no check fails by this line alone)"),
    ],
)  # fmt: skip
def test_a_probe_says_fail_only_where_the_card_will_too(
    failed: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tuple(Result(each, Outcome.FAIL, "seen", (Proof("seen"),)) for each in failed)
    play = replace(played("x"), results=results, seconds=1.5)
    display = Display(1, counts=ScoreCard(results=()).fails, quiet=False, as_json=False, environment={})
    display.follow([play])
    assert capsys.readouterr().out.strip() == f"[1/1] {line}"
