"""A vector: one sentence of our contract, and the calls that try it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockmews_testkit.verification.exchange import Basis, Flow, Point
from mockmews_testkit.verification.scene import Scene


@dataclass(frozen=True, slots=True)
class Vector:
    """One sentence of our contract that can be tried from outside.

    `id` is its number in the list of vectors, or the row of the question that it asks. `needs` names what
    must be given beside the own tokens (`catalogue.NEEDS`). A vector that no caller can try has no `flow`.
    """

    id: str
    says: str
    basis: Basis
    flow: Callable[[Scene], Flow[None]] | None = None
    points: tuple[Point, ...] = ()
    needs: str = ""
