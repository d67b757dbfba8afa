"""The baseline: an earlier JSON report that a certification is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mockmews_testkit.certification.card import ScoreCard
from mockmews_testkit.checks.happenings import as_list, as_map
from mockmews_testkit.checks.results import Outcome
from mockmews_testkit.errors import UsageError


@dataclass(frozen=True, slots=True)
class Change:
    """Check ids that came out otherwise than in the report `file`."""

    file: str
    newly_passing: tuple[str, ...]
    newly_failing: tuple[str, ...]

    def __str__(self) -> str:
        passing, failing = (", ".join(each) or "none" for each in (self.newly_passing, self.newly_failing))
        return f"Since {self.file}: newly passing {passing}; newly failing {failing}"


def read(file: str) -> Mapping[str, Outcome]:
    """The outcomes of a JSON report by check id. Raises UsageError where it is none."""
    try:
        content = json.loads(Path(file).read_bytes())
    except OSError as error:
        raise UsageError(f"--baseline {file} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise _no_report(file) from None
    rows = [as_map(each) for each in as_list(as_map(content).get("score_card"))]
    try:
        found = {str(each["id"]): Outcome(each["result"]) for each in rows}
    except (KeyError, ValueError):
        raise _no_report(file) from None
    if not found:
        raise _no_report(file)
    return found


def compare(file: str, before: Mapping[str, Outcome], card: ScoreCard) -> Change:
    """What is new: a check that passes and did not, or fails and did not. Unknown ones before count too."""
    return Change(
        file,
        tuple(each.id for each in card.with_outcome(Outcome.PASS) if before.get(each.id) is not Outcome.PASS),
        tuple(each.id for each in card.with_outcome(Outcome.FAIL) if before.get(each.id) is not Outcome.FAIL),
    )


def _no_report(file: str) -> UsageError:
    return UsageError(
        f"--baseline {file} is no report of a certification. Write one with "
        f"`mockmews certify --report json={file}`."
    )
