"""Every bad document of the corpus is refused at its place, with its problem and its advice."""

from __future__ import annotations

import pytest

from mockmews_testkit.errors import ScenarioError
from mockmews_testkit.scenario.loading import load_text
from tests.testkit.scenario.corpus import BAD, Bad


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.line}:{bad.column} {bad.problem}")
def test_a_bad_document_is_refused_at_its_place(bad: Bad) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text(bad.text, "story.mews.yaml")
    error = caught.value
    assert (error.path, error.line, error.column) == ("story.mews.yaml", bad.line, bad.column), str(error)
    assert bad.problem in error.problem
    assert bad.advice in error.advice
    assert error.more == (), str(error)
