"""Stories are made simple: what is not needed is left out, and the rest is plain."""

from __future__ import annotations

from mockmews_testkit.generation.simplest import Plot, simplest
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.document import Step
from mockmews_testkit.scenario.faults import Fault

GUESTS = ("Penelope", "Max")
LIMITED = Fault(operation="messages/add", status=429, times=2)


def _long_story() -> tuple[Step, ...]:
    return (
        doc.SetFault(fault=LIMITED),
        doc.GuestWrites(text="Question 4", by="Max", named="line 4", at_once=True),
        doc.GuestWrites(text="👩‍👩‍👧", by="Penelope", named="line 5"),
        doc.HotelReplies(text="Answer 7", to="Max", named="reply 7"),
        doc.RestartApp(),
        doc.HotelReplies(text="Answer 8", to="Max", named="reply 8"),
        doc.Deliver(bodies=(("reply 8", "reply 7"),)),
        doc.Advance(duration=10_000_000),
        doc.Deliver(bodies=(("reply 7",),)),
    )


def test_simplest_keeps_what_breaks_and_writes_it_plainly() -> None:
    def breaks(plot: Plot) -> bool:
        """Needs a restart, and a webhook after it."""
        kinds = [type(step) for step in plot.steps]
        return doc.RestartApp in kinds and doc.Deliver in kinds[kinds.index(doc.RestartApp) :]

    found = simplest(Plot(_long_story(), "ids_only"), breaks, guests=GUESTS, most=500)
    assert found.payload == "entities"
    write, reply, *rest = found.steps
    assert write == doc.GuestWrites(text="Hi!", by="Penelope", named="line 1")
    assert (
        reply == doc.HotelReplies(text="Hello!", to="Penelope", named="reply 1") or reply == doc.RestartApp()
    )
    assert len(found.steps) == 4
    assert rest[-1] == doc.Deliver(bodies=(("reply 1",),))


def test_simplest_makes_no_story_that_makes_no_sense() -> None:
    tried: list[Plot] = []

    def breaks(plot: Plot) -> bool:
        tried.append(plot)
        return len(tried) % 3 == 0

    simplest(Plot(_long_story(), "entities"), breaks, guests=GUESTS, most=200)
    assert len(tried) <= 200
    for plot in tried:
        wrote: set[str | None] = set()
        names: set[str | None] = set()
        for step in plot.steps:
            match step:
                case doc.GuestWrites(by=by, named=name):
                    wrote.add(by)
                    names.add(name)
                case doc.HotelReplies(to=to, named=name):
                    assert to in wrote
                    names.add(name)
                case doc.Deliver(bodies=bodies):
                    assert bodies
                    assert all(body and names.issuperset(body) for body in bodies)


def test_simplest_stops_after_so_many_tries() -> None:
    tries: list[Plot] = []

    def never(plot: Plot) -> bool:
        tries.append(plot)
        return False

    plot = Plot(_long_story(), "entities")
    assert simplest(plot, never, guests=GUESTS, most=5) == plot
    assert len(tries) == 5
