"""docs/certify.md names the options that there are, and the probes with their checks."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from mockmews_testkit.certification.probes import probes
from mockmews_testkit.certify_command import certify
from mockmews_testkit.reporting.certified import WRITERS
from tests.docs.guide import ROOT

PAGE = (ROOT / "docs" / "certify.md").read_text(encoding="utf-8")


def test_certify_page_lists_every_probe_with_its_checks() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    names = {each: Path(each.scenario.source.file).name.removesuffix(".mews.yaml") for each in probes()}
    wanted = {(name, each.scenario.name, ", ".join(each.checks)) for each, name in names.items()}
    assert set(rows) == wanted


def test_certify_page_names_options_and_reports_that_exist() -> None:
    told = CliRunner().invoke(certify, ["--help"]).output
    assert set(re.findall(r"--[a-z][a-z-]*", PAGE)) <= set(re.findall(r"--[a-z][a-z-]*", told))
    for kind in WRITERS:
        assert f"`{kind}`" in PAGE
        assert f"{kind}=F" in " ".join(told.split())
