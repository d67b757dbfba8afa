"""Plays vectors against a platform, one after the other, and says what came of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from mockmews_testkit.errors import TestkitError, UsageError
from mockmews_testkit.verification.calls import UNKNOWN_ID, find
from mockmews_testkit.verification.catalogue import NEEDS
from mockmews_testkit.verification.exchange import Basis, Call, Differs, Point, Unprepared
from mockmews_testkit.verification.scene import Scene
from mockmews_testkit.verification.target import NoAnswer, Target
from mockmews_testkit.verification.vectors import Vector

_MOST_UNANSWERED = 3


class TargetLost(TestkitError):  # noqa: N818 - says what is no more
    """The platform has stopped answering; what was judged before stands."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What was sent, what came, what our contract says, and the question it bears on."""

    call: Call
    came: str
    expected: str
    basis: Basis
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one vector: the same where there is neither a difference nor a reason for no judgement."""

    vector: Vector
    difference: Difference | None = None
    reason: str = ""


def reach(target: Target) -> None:
    """See that a platform of Mews stands there and takes the tokens. Raises UsageError."""
    try:
        answer = target.ask(find(UNKNOWN_ID))
    except NoAnswer as error:
        raise UsageError(f"{target.url} cannot be reached: {error}") from None
    if answer.status == 401:
        told = answer.at("Message")
        raise UsageError(
            f"{target.url} refuses the tokens (401 {told}); look at --client-token and --access-token"
        )
    if answer.status in (403, 404, 405):
        raise UsageError(
            f"{target.url} answers {answer.status} to messages/getAll; "
            "--target takes a platform address, the part before /api/connector/v1"
        )
    if answer.status == 429:
        raise UsageError(f"{target.url} goes on answering 429; try again later")


def verify(
    target: Target, vectors: Iterable[Vector], scene: Scene, *, given: Collection[str]
) -> Iterator[Judged]:
    """What came of each vector. `given` names what may be needed and is there. Raises TargetLost."""
    unanswered = 0
    for vector in vectors:
        if vector.needs and vector.needs not in given:
            yield Judged(vector, reason=f"needs {NEEDS[vector.needs]}")
            continue
        try:
            judged = _play(vector, scene, target)
            if judged.difference is not None:
                # Only what shows again, in threads of its own, is told: a front desk may have come between.
                judged = _play(vector, scene.anew(), target)
            yield judged
            unanswered = 0
        except _Unanswered as lost:
            unanswered += 1
            yield lost.judged
            if unanswered == _MOST_UNANSWERED:
                text = f"{target.url} has stopped answering: {lost}"
                raise TargetLost(text) from None


class _Unanswered(Exception):  # noqa: N818 - carries a judgement
    def __init__(self, vector: Vector, difference: Difference) -> None:
        super().__init__(difference.came)
        self.judged = Judged(vector, difference)


def _play(vector: Vector, scene: Scene, target: Target) -> Judged:
    assert vector.flow is not None, f"vector {vector.id} cannot be played, so it needs something"
    flow = vector.flow(scene)
    try:
        call = next(flow)
        while True:
            call = flow.send(target.ask(call))
    except StopIteration:
        return Judged(vector)
    except Differs as seen:
        basis, points = seen.basis or vector.basis, seen.points or vector.points
        difference = Difference(seen.answer.call, seen.came, seen.wanted, basis, points)
        return Judged(vector, difference)
    except Unprepared as reason:
        return Judged(vector, reason=str(reason))
    except NoAnswer as error:
        difference = Difference(call, str(error), "an answer", vector.basis, vector.points)
        raise _Unanswered(vector, difference) from None
