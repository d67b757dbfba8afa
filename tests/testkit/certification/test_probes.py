"""Which probes are played for which checks, and for which apps."""

from __future__ import annotations

import pytest

from mockmews_testkit.certification.probes import FIRST_LOOK, probes
from mockmews_testkit.checks.registry import CHECKS


@pytest.mark.parametrize("check", [each.id for each in CHECKS])
def test_every_check_has_a_probe(check: str) -> None:
    assert any(check in each.checks for each in probes([check]))


def test_an_app_of_one_hotel_is_not_asked_for_several() -> None:
    assert any(each.wants_hotels for each in probes())
    assert not any(each.wants_hotels for each in probes(hotels=False))
    (looked,) = probes(["THREAD-05"], hotels=False)
    assert FIRST_LOOK in looked.checks
