"""Proving the score card: each flaw is found by its check and named rightly, and no correct app is blamed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.integrations.certified import Card, certified
from tests.integrations.correct import APP_FILE, CORRECT
from tests.integrations.flaws import Flaw


@dataclass(frozen=True, slots=True)
class Proof:
    """One certification: of what, what was expected, what came of it. `problem` is empty where it is proven."""

    subject: str
    expected: str
    seen: str
    problem: str
    seconds: float = 0.0


def prove(
    flaws: Sequence[Flaw], correct: Sequence[str], *, times: int, jobs: int, options: Sequence[str] = ()
) -> Iterator[Proof]:
    """Certify every flaw once and every correct app so many times, `jobs` at once; yields as they end."""
    work: list[Callable[[], Proof]] = []
    work += [partial(prove_correct, app, *options) for app in correct] * times
    work += [partial(prove_flaw, flaw, *options) for flaw in flaws]
    with ThreadPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(each) for each in work]):
            yield done.result()


def prove_flaw(flaw: Flaw, *options: str) -> Proof:
    """Whether a flaw fails its check, and no other critical or high one but those that it says."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            card = certified(flaw.write(Path(folder)), *options)
        except (RuntimeError, OSError, ValueError) as error:
            return Proof(str(flaw), f"{flaw.check} fails", "nothing", str(error))
    found = card.rows[flaw.check]
    others = sorted(card.grave - {flaw.check} - set(flaw.also))
    problem = ""
    if found.result != "fail":
        problem = f"{flaw.check}: {found.result} {found.reason}".strip()
    elif others:
        problem = "also " + "; ".join(f"{each}: {card.rows[each].reason}" for each in others)
    return Proof(str(flaw), f"{flaw.check} fails", _failed(card), problem, card.seconds)


def prove_correct(app: str, *options: str) -> Proof:
    """Whether a correct app is READY, and nothing at all is held against it."""
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            card = certified(CORRECT[app] / APP_FILE, *options, cwd=Path(folder))
    except (RuntimeError, OSError) as error:
        return Proof(app, "READY", "nothing", str(error))
    problem = card.failures or ("" if card.verdict == "READY" else f"the verdict is {card.verdict}")
    return Proof(app, "READY", card.verdict, problem, card.seconds)


def _failed(card: Card) -> str:
    return ", ".join(each.id for each in card.rows.values() if each.result == "fail") or "nothing fails"
