"""The score card on real apps: each flaw fails its check, each correct app is READY (docs/matrix.md)."""

from __future__ import annotations

import pytest

from tests.integrations.correct import CORRECT, skip_without_node
from tests.integrations.flaws import Flaw, flaws
from tests.integrations.matrix.proof import prove_correct, prove_flaw

# About how many seconds each takes in a full run; so ordered, those that take much do not all begin at once.
WHOLE = {
    "batching": 90,
    "polled": 85,
    "many_hotels": 70,
    "sample": 60,
    "client_order": 50,
    "node_callback": 40,
}
ALONE = {"ERR-01": 80, "HOOK-08": 40, "PAGE-01": 50, "THREAD-04": 50}


def _takes(seconds: int) -> pytest.MarkDecorator:
    return pytest.mark.matrix(seconds=seconds)


@pytest.mark.parametrize("app", [pytest.param(each, marks=_takes(WHOLE.get(each, 60))) for each in CORRECT])
def test_correct_app_is_ready(app: str) -> None:
    skip_without_node(app)
    assert prove_correct(app).problem == ""


@pytest.mark.parametrize(
    "flaw",
    [pytest.param(each, marks=_takes(ALONE.get(each.check, 20)), id=str(each)) for each in flaws()],
)
def test_flaw_fails_its_check(flaw: Flaw) -> None:
    skip_without_node(flaw.app)
    # The worse of two payloads counts, so one suffices where it fails already; HOOK-04 wants the bare one.
    assert prove_flaw(flaw, "--check", flaw.check, "--payload", _payload(flaw)).problem == ""


def _payload(flaw: Flaw) -> str:
    return "entities" if flaw.check == "HOOK-01" else "ids_only"
