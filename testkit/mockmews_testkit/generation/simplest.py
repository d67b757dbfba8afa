"""Making a story simple: what is not needed for it to break is left out, and the rest is written plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mockmews_testkit.generation.texts import GUEST_LINES, HOTEL_LINES
from mockmews_testkit.scenario import document as doc
from mockmews_testkit.scenario.document import Step

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What is played: the steps, under a payload."""

    steps: Steps
    payload: str


def simplest(plot: Plot, breaks: Callable[[Plot], bool], *, guests: Sequence[str], most: int) -> Plot:
    """The simplest plot on the way from this one that still breaks, after at most so many tries.

    `guests` are the keys of all, those that are preferred first. No step of it can be left out alone, unless
    the tries were used up.
    """
    tried: set[Plot] = {plot}
    tries = 0
    simpler = True
    while simpler and tries < most:
        simpler = False
        for candidate in _simpler(plot, guests):
            if candidate in tried:
                continue
            tried.add(candidate)
            tries += 1
            if breaks(candidate):
                plot, simpler = candidate, True
                break
            if tries >= most:
                break
    return plot


def _simpler(plot: Plot, guests: Sequence[str]) -> Iterator[Plot]:
    """Plots that are a little simpler, the boldest first."""
    for steps in _shorter(plot.steps):
        yield replace(plot, steps=steps)
    if plot.payload != "entities":
        yield replace(plot, payload="entities")
    for place, step in enumerate(plot.steps):
        for plain in _plainer(step, plot.steps):
            yield replace(plot, steps=_sound((*plot.steps[:place], plain, *plot.steps[place + 1 :])))
    yield replace(plot, steps=_with_plain_texts(plot.steps))
    yield replace(plot, steps=_with_plain_names(plot.steps))
    yield replace(plot, steps=_with_first_guests(plot.steps, guests))


def _shorter(steps: Steps) -> Iterator[Steps]:
    """Without a part: first halves, then ever smaller ones, down to single steps; from the end on."""
    size = max(1, len(steps) // 2)
    while True:
        for end in range(len(steps), 0, -size):
            yield _sound((*steps[: max(0, end - size)], *steps[end:]))
        if size == 1:
            return
        size //= 2


def _sound(steps: Steps) -> Steps:
    """Without what makes no sense any more: replies to guests who never wrote, webhooks of no line."""
    wrote: set[str | None] = set()
    names: set[str] = set()
    kept: list[Step] = []
    for step in steps:
        if isinstance(step, doc.HotelReplies) and step.to not in wrote:
            continue
        if isinstance(step, doc.Deliver):
            bodies = [tuple(name for name in body if name in names) for body in step.bodies or ()]
            if not any(bodies):
                continue
            step = replace(step, bodies=tuple(each for each in bodies if each))
        if isinstance(step, doc.GuestWrites):
            wrote.add(step.by)
        if isinstance(step, doc.GuestWrites | doc.HotelReplies) and step.named is not None:
            names.add(step.named)
        kept.append(step)
    return tuple(kept)


def _plainer(step: Step, steps: Steps) -> Iterator[Step]:
    """The same step, with less to it."""
    first = next((each.by for each in steps if isinstance(each, doc.GuestWrites)), None)
    match step:
        case doc.GuestWrites(at_once=True):
            yield replace(step, at_once=False)
        case doc.GuestWrites(by=by) if by != first:
            yield replace(step, by=first)
        case doc.HotelReplies(to=to) if to != first:
            yield replace(step, to=first)
        case doc.SetFault(fault=fault) if (fault.times or 0) > 1:
            yield replace(step, fault=replace(fault, times=1))
        case doc.Deliver(bodies=bodies) if bodies is not None and any(len(each) > 1 for each in bodies):
            for name in (name for body in bodies for name in body):
                yield replace(step, bodies=((name,),))


def _with_plain_texts(steps: Steps) -> Steps:
    """The guide's lines, for each text that differs another one."""
    plain: dict[tuple[type, str], str] = {}
    for step in steps:
        if isinstance(step, doc.GuestWrites | doc.HotelReplies) and (type(step), step.text) not in plain:
            lines = GUEST_LINES if isinstance(step, doc.GuestWrites) else HOTEL_LINES
            number = sum(kind is type(step) for kind, _ in plain)
            plain[type(step), step.text] = lines[number] if number < len(lines) else f"Line {number + 1}"
    return tuple(
        replace(step, text=plain[type(step), step.text])
        if isinstance(step, doc.GuestWrites | doc.HotelReplies)
        else step
        for step in steps
    )


def _with_first_guests(steps: Steps, guests: Sequence[str]) -> Steps:
    """Told of the first guests of all, in the order in which they write."""
    keys = dict.fromkeys(str(each.by) for each in steps if isinstance(each, doc.GuestWrites))
    named = dict(zip(keys, guests, strict=False))
    return tuple(
        replace(each, by=named[str(each.by)])
        if isinstance(each, doc.GuestWrites)
        else replace(each, to=named[str(each.to)])
        if isinstance(each, doc.HotelReplies)
        else each
        for each in steps
    )


def _with_plain_names(steps: Steps) -> Steps:
    """With lines and replies numbered from 1 on."""
    names: dict[str, str] = {}
    for kind, word in ((doc.GuestWrites, "line"), (doc.HotelReplies, "reply")):
        own = [each.named for each in steps if isinstance(each, kind) and each.named is not None]
        names |= {name: f"{word} {number}" for number, name in enumerate(own, 1)}
    return tuple(_renamed(each, names) for each in steps)


def _renamed(step: Step, names: Mapping[str, str]) -> Step:
    match step:
        case doc.GuestWrites(named=str(name)) | doc.HotelReplies(named=str(name)):
            return replace(step, named=names[name])
        case doc.Deliver(bodies=bodies) if bodies is not None:
            return replace(step, bodies=tuple(tuple(names[name] for name in body) for body in bodies))
        case _:
            return step
