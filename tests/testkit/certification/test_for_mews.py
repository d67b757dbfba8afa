"""What a certificate says that Mews should be told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockmews_testkit.certification.for_mews import for_mews
from mockmews_testkit.integration.app_file import SAMPLE, AppFile
from mockmews_testkit.scenario.events import Happened
from tests.testkit.run.made import played


def attempt(delivery: int, url: str) -> dict[str, Any]:
    return {"kind": "attempt", "delivery": delivery, "url": url, "request_body": {"json": {"Events": []}}}


def test_a_webhook_with_a_wrong_token_does_not_tell_the_address() -> None:
    spoilt = {"kind": "fault", "delivery": 3, "injects": {"wrong_token": "missing"}}
    story = [spoilt, attempt(3, "http://127.0.0.1:1/hooks"), attempt(5, "http://127.0.0.1:1/hooks?Token=***")]
    play = replace(played("x"), events=tuple(map(Happened, story)))
    told = for_mews(AppFile.load(SAMPLE), [play, replace(play, events=(Happened(spoilt),))])
    assert told.webhook_urls == ("https://YOUR-HOST/hooks?Token=***",)
    assert told.has_secret
