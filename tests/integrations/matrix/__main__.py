"""`make matrix`: certifies every flawed and every correct app, and prints what came of each."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.integrations.correct import CORRECT
from tests.integrations.flaws import flaws
from tests.integrations.matrix.proof import Proof, prove


def main() -> int:
    """0 where all is proven, else 1."""
    given = _given()
    chosen = [each for each in flaws() if given.times == 1 and _is_wanted(str(each), given.only)]
    apps = [each for each in CORRECT if _is_wanted(each, given.only)]
    options = ["--payload", given.payload]
    found: list[Proof] = []
    for proof in prove(chosen, apps, times=given.times, jobs=given.jobs, options=options):
        found.append(proof)
        _say(proof)
    bad = [each for each in found if each.problem]
    ready = Counter(each.subject for each in found if each.subject in CORRECT and not each.problem)
    print()
    if chosen:
        caught = sum(each.subject not in CORRECT and not each.problem for each in found)
        print(f"{caught} of {len(chosen)} flaws")
    for app in apps:
        print(f"{app}: READY {ready[app]} of {given.times} times")
    for each in bad:
        print(f"NOT PROVEN {each.subject}: {each.problem}")
    return 1 if bad else 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make matrix", description=__doc__)
    parser.add_argument("only", nargs="*", help="flaws and apps whose names hold this; else all")
    parser.add_argument(
        "--times", type=int, default=1, help="how often each correct app; over 1: these alone"
    )
    parser.add_argument("--jobs", type=int, default=3, help="certifications at once")
    parser.add_argument("--payload", default="both", help="as for certify")
    return parser.parse_args()


def _is_wanted(name: str, only: list[str]) -> bool:
    return not only or any(each in name for each in only)


def _say(proof: Proof) -> None:
    mark = "ok        " if not proof.problem else "NOT PROVEN"
    print(f"{mark} {proof.subject:26} {proof.expected:15} {proof.seen:40} {proof.seconds:5.1f} s", flush=True)
    if proof.problem:
        print(f"           {proof.problem}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
