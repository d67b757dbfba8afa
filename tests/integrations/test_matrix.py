"""The score card on real apps: each flaw fails its check, each correct app is READY (docs/matrix.md)."""

from __future__ import annotations

import pytest

from tests.integrations.correct import CORRECT, skip_without_node
from tests.integrations.flaws import Flaw, flaws
from tests.integrations.matrix.proof import prove_correct, prove_flaw

pytestmark = pytest.mark.matrix


@pytest.mark.parametrize("app", CORRECT)
def test_correct_app_is_ready(app: str) -> None:
    skip_without_node(app)
    assert prove_correct(app).problem == ""


@pytest.mark.parametrize("flaw", flaws(), ids=str)
def test_flaw_fails_its_check(flaw: Flaw) -> None:
    skip_without_node(flaw.app)
    # The worse of two payloads counts, so one suffices where it fails already; HOOK-04 wants the bare one.
    assert prove_flaw(flaw, "--check", flaw.check, "--payload", _payload(flaw)).problem == ""


def _payload(flaw: Flaw) -> str:
    return "entities" if flaw.check == "HOOK-01" else "ids_only"
