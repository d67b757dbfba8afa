"""The reports of a run: what stands in each, and that no text of a stranger is ever interpreted."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from mockmews_testkit.replay.plays import Outcome
from mockmews_testkit.replay.saved import story
from mockmews_testkit.reporting import ci, curl, html, json_report, junit, markdown
from mockmews_testkit.scenario.loading import load_text
from tests.testkit.run.conftest import DEAF, Mockmews, write_app
from tests.testkit.run.made import HOSTILE, made, played

PLAIN = "Around 11pm. Please hold my room, thank you."


def test_run_writes_every_report_that_it_is_asked_for(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    write_app(tmp_path, patch=DEAF, app={"name": "Concierge", "version": "1.4"})
    reports = [f"--report={kind}=out/{kind}" for kind in ("junit", "json", "markdown", "html")]
    told = mockmews_run(str(story), "--seed", "3", *reports)
    assert told.returncode == 1, told.stderr
    out = tmp_path / "out"
    root = ElementTree.parse(out / "junit").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "2", "0")
    (suite,) = root
    assert suite.get("name") == "Concierge"
    cases = suite.findall("testcase")
    assert [each.get("name") for each in cases] == [f"A short talk [{p}]" for p in ("entities", "ids_only")]
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.get("type") == "SHOW-01"
    assert cases[0].get("line") == "6"
    assert "To replay it: mockmews run" in (failure.text or "")
    content = json.loads((out / "json").read_bytes())
    jsonschema.validate(content, json_report.schema())
    assert content["app"]["version"] == "1.4"
    first = content["scenarios"][0]
    assert (first["result"], first["seed"], first["line"]) == ("failed", 3, 6)
    assert [each["result"] for each in first["steps"]] == ["passed", "failed"]
    assert "| ❌ | A short talk | entities |" in (out / "markdown").read_text("utf-8")
    page = (out / "html").read_text("utf-8")
    assert "A short talk" in page
    assert "mockmews certify --explain SHOW-01" in page


def test_run_prints_the_json_report_alone(mockmews_run: Mockmews, story: Path) -> None:
    told = mockmews_run(str(story), "--app", "sample", "--json")
    content = json.loads(told.stdout)
    jsonschema.validate(content, json_report.schema())
    assert content["verdict"] == "passed"
    assert content["scenarios"][0]["failure"] is None


def test_run_refuses_a_report_that_cannot_be_written(
    mockmews_run: Mockmews, story: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    told = mockmews_run(str(story), "--app", "sample", "--report", "junit=file/out.xml", "--quiet")
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_reports_take_any_text(text: str) -> None:
    run = made(played(text), played(text, failing=False))
    ElementTree.fromstring(junit.render(run))
    json_text = json_report.render(run)
    jsonschema.validate(json.loads(json_text), json_report.schema())
    assert json.loads(json_text)["verdict"] == "failed"
    for line in markdown.render(run).encode().decode().split("\n"):
        assert not line.startswith(("::", "##vso", "##["))
    html.render(run).encode()


def test_junit_keeps_what_xml_can_hold_and_writes_the_rest_in_words() -> None:
    root = ElementTree.fromstring(junit.render(made(played("<b> \x1b[31m \x00 & \U0001f642"))))
    (case,) = root.iter("testcase")
    assert case.get("name") == "<b> \\x1b[31m \\x00 & \U0001f642 [entities]"


def test_json_schema_refuses_another_report() -> None:
    content = json_report.as_json(made(played(PLAIN)))
    jsonschema.Draft202012Validator.check_schema(json_report.schema())
    jsonschema.validate(content, json_report.schema())
    changes: list[dict[str, object]] = [{"verdict": "fine"}, {"scenarios": [{}]}, {"unknown": 1}]
    for change in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**content, **change}, json_report.schema())


def test_markdown_shows_texts_as_they_are() -> None:
    page = markdown.render(made(played("a|b [c](d) <e> @f `g`")))
    row = next(line for line in page.split("\n") if line.startswith("| ❌"))
    assert r"a\|b \[c\]\(d\) &lt;e\> \@f \`g\`" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "````text" in markdown.render(made(played("```\nx\n```")))


class _Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its text."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(content)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_junit_of_a_run_has_the_score_card_as_properties() -> None:
    tree = ElementTree.fromstring(junit.render(made(played(PLAIN))))
    told = {each.get("name"): each.get("value") for each in tree.iter("property")}
    assert told["score card"] == "36 pass  2 fail  0 not exercised"
    assert told["SHOW-01"] == PLAIN


@pytest.mark.parametrize("text", HOSTILE)
def test_html_never_interprets_a_text(text: str) -> None:
    page = _Page(html.render(made(played(text), played(text, failing=False))))
    quiet = _Page(html.render(made(played("x"), played("x", failing=False))))
    assert [name for name, _ in page.elements] == [name for name, _ in quiet.elements]
    known = {(name, key) for name, attributes in quiet.elements for key in attributes}
    assert {(name, key) for name, attributes in page.elements for key in attributes} == known
    assert not [key for _, key in known if key.startswith("on") or key in ("style", "src")]
    links = [each["href"] or "" for _, each in page.elements if "href" in each]
    assert links
    assert not [
        each
        for each in links
        if not re.fullmatch(r"#play-\d+|https://mews-systems\.gitbook\.io/[\w/-]+", each)
    ]
    if text.isprintable():
        assert sum(text == each for each in page.texts) >= 4


def test_html_needs_no_network_and_allows_its_own_script_and_style_alone() -> None:
    content = html.render(made(played(PLAIN)))
    page = _Page(content)
    (policy,) = (each["content"] or "" for name, each in page.elements if each.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        (inner,) = re.findall(rf"<{name}>(.*?)</{name}>", content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
        assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttp|innerHTML", inner)


def test_html_tells_the_conversation_beside_its_time_line() -> None:
    content = html.render(made(played(PLAIN)))
    texts = _Page(content).texts
    for part in (
        "Guest", "App", "Mews", "Front desk", "1  The customer creates a message within your app",
        "2  Your app creates a new message thread in Mews", "messages/add", "200 · 3 ms", "As curl",
        "SHOW-01", "mockmews run s.mews.yaml --seed 7", "✓ in Mews",
    ):  # fmt: skip
        assert part in texts
    assert 'class="row webhook b left bad"' in content
    assert 'class="row shown a left"' in content


@pytest.mark.skipif(shutil.which("sh") is None or shutil.which("curl") is None, reason="a shell reads it")
@pytest.mark.parametrize("text", [each for each in HOSTILE if "\x00" not in each and "\ud800" not in each])
def test_curl_command_gives_the_shell_the_body_as_it_was(text: str, tmp_path: Path) -> None:
    entry = {
        "method": "POST", "path": "/x y", "query": "a='b'", "request_headers": [["Content-Type", "application/json"]],
        "request": {"json": {"ClientToken": "***", "AccessToken": "***", "Text": text}, "text": None},
    }  # fmt: skip
    (tmp_path / "curl").write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    (tmp_path / "curl").chmod(0o755)
    told = subprocess.run(
        ["sh", "-c", f"PATH={tmp_path}:$PATH\n{curl.of_request(entry)}"],
        env={"MEWS_URL": "http://m", "MEWS_CLIENT_TOKEN": "c'1", "MEWS_ACCESS_TOKEN": "a", "PATH": "/usr/bin:/bin"},
        capture_output=True, check=True,
    )  # fmt: skip
    words = told.stdout.decode().split("\0")
    assert words[2] == "http://m/x y?a='b'"
    assert json.loads(words[-2]) == {"ClientToken": "c'1", "AccessToken": "a", "Text": text}


@pytest.mark.parametrize("text", HOSTILE)
def test_saved_story_reads_back_whatever_its_texts(text: str, tmp_path: Path) -> None:
    sound = text.encode("utf-8", "replace").decode()
    failed = played(sound)
    object.__setattr__(failed.play.scenario, "name", "a title, which is one line")
    (loaded,) = load_text(story(failed, tmp_path), "saved.mews.yaml")
    assert loaded.mews == {"seed": 7}
    assert loaded.app == "sample"
    assert [getattr(step, "text", None) for step in loaded.steps[:2]] == [sound, sound]


def _ci_lines(environment: dict[str, str], folder: Path, text: str) -> Iterator[str]:
    found = ci.detected(environment)
    assert found is not None
    yield from found.before()
    yield found.harmless(f"   Penelope  {text}")
    yield from found.after(made(played(text)), markdown.render(made(played(text))), folder / "summary.md")


def test_github_gets_annotations_and_a_summary(mockmews_run: Mockmews, story: Path, tmp_path: Path) -> None:
    write_app(tmp_path, patch=f"{DEAF}\nprint('::error::of the app')")
    summary = tmp_path / "summary.md"
    told = mockmews_run(
        str(story), "--payload", "entities",
        env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)},
    )  # fmt: skip
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    stop = re.fullmatch("::stop-commands::([0-9a-f]{32})", lines[0])
    assert stop is not None
    resumed = lines.index(f"::{stop[1]}::")
    (error,) = (line for line in lines[resumed:] if line.startswith("::error"))
    assert error.startswith("::error file=talk.mews.yaml,line=6,col=5,title=A short talk [entities]::")
    assert "%0ATo replay it: mockmews run" in error
    assert not [line for line in lines[resumed + 1 :] if line.startswith("::") and line != error]
    assert "# ❌ mockmews: 1 failed" in summary.read_text("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_azure_takes_no_text_for_a_command(text: str, tmp_path: Path) -> None:
    lines = "\n".join(_ci_lines({"TF_BUILD": "True"}, tmp_path, text)).split("\n")
    commands = [line for line in lines if "##vso[" in line or "##[" in line]
    assert len(commands) == 2
    assert commands[0].startswith(
        "##vso[task.logissue type=error;sourcepath=s.mews.yaml;linenumber=4;columnnumber=5]"
    )
    assert commands[1] == f"##vso[task.uploadsummary]{(tmp_path / 'summary.md').resolve()}"
    assert "mockmews" in (tmp_path / "summary.md").read_text("utf-8")


def test_gitlab_gets_the_summary_in_a_section_of_the_log(tmp_path: Path) -> None:
    text = "\n".join(_ci_lines({"GITLAB_CI": "true"}, tmp_path, PLAIN))
    assert "section_start:" in text
    assert "# ❌ mockmews: 1 failed in 2.0 s" in text
    assert "s.mews.yaml:4:5" in text


def test_no_ci_is_seen_at_a_desk() -> None:
    assert ci.detected({}) is None
    assert ci.detected({"GITHUB_ACTIONS": "false"}) is None


def test_run_outcome_is_the_worst_of_its_plays() -> None:
    assert made().outcome is Outcome.PASSED
    assert made(played("x", failing=False)).outcome is Outcome.PASSED
    assert made(played("x", failing=False), played("y")).outcome is Outcome.FAILED


@pytest.mark.parametrize(("count", "told"), [(1, "1 play ·"), (2, "2 plays ·")])
def test_html_counts_plays_in_good_english(count: int, told: str) -> None:
    assert told in html.render(made(*[played("x")] * count))
