"""`mockmews certify`: from what is typed to the exit code, with real apps."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from mockmews_testkit.reporting.json_report import schema
from tests.testkit.certification.conftest import Certify
from tests.testkit.run.conftest import DEAF, write_app


def test_certify_says_that_the_sample_app_passes_a_check_and_reports_it(
    certify: Certify, tmp_path: Path
) -> None:
    told = certify("--app", "sample", "--check", "thread-04", "--report", "json=out/card.json")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "SCORE CARD  1 pass  0 fail  0 not exercised   READY\n" in told.stdout
    assert "[2/2] ok" in told.stdout
    assert "not Mews's certification" in told.stdout
    report = json.loads((tmp_path / "out" / "card.json").read_bytes())
    jsonschema.validate(report, schema())
    assert report["verdict"] == "READY"
    assert [(each["id"], each["result"]) for each in report["score_card"]] == [("THREAD-04", "pass")]
    assert report["for_mews"]["clients"] == ["mockmews sample guest app 1.0"]
    assert report["certificate"]["payloads"] == ["entities", "ids_only"]


def test_certify_fails_an_app_and_shows_evidence_remedy_and_page(certify: Certify, tmp_path: Path) -> None:
    write_app(tmp_path, patch=DEAF)
    told = certify("--check", "REQ-04", "--payload", "ids_only")
    assert told.returncode == 1
    assert "SCORE CARD  0 pass  1 fail  0 not exercised   NOT READY: REQ-04 (medium)\n" in told.stdout
    assert "was not shown to Penelope" in told.stdout
    assert "remedy  Let your JSON reader ignore" in told.stdout
    assert "https://mews-systems.gitbook.io/connector-api/" in told.stdout


def test_certify_lists_and_explains_without_an_app(certify: Certify) -> None:
    listed = certify("--list")
    assert listed.returncode == 0
    assert len(listed.stdout.splitlines()) == 38
    explained = certify("--explain", "HOOK-03")
    assert explained.returncode == 0
    assert "Remedy   Compare the token in the URL" in explained.stdout
    assert "    if not hmac.compare_digest(" in explained.stdout
    assert "wrong-token.mews.yaml" in explained.stdout


def test_certify_refuses_what_it_does_not_know_in_one_line(certify: Certify) -> None:
    for arguments in (
        ("--check", "LOOP-1"),
        ("--explain", "x"),
        ("--report", "pdf=x"),
        ("--baseline", "none.json"),
    ):
        told = certify("--app", "sample", *arguments)
        assert told.returncode == 2
        assert told.stderr.startswith("mockmews: ")
        assert "Traceback" not in told.stderr
    told = certify()
    assert told.returncode == 2
    assert "mockmews init" in told.stderr
