"""A conversation as HTML: chat bubbles on the left, and beside each the arrows that it caused."""

from __future__ import annotations

from mockmews_testkit.replay.plays import Played
from mockmews_testkit.reporting.elements import Html, el, many
from mockmews_testkit.reporting.timeline import LANES, Arrow, Chapter, Note, chapters
from mockmews_testkit.scenario.document import AppAnswers, GuestWrites, HotelReplies
from mockmews_testkit.scenario.writing import line_of

_SPANS = {(0, 1): "a", (1, 2): "b", (2, 3): "c"}


def conversation(played: Played) -> Html:
    """All chapters of a play."""
    told = chapters(played.events)
    names = {guest.key: guest.name for guest in played.play.scenario.guests}
    first = next((row.at for each in told for row in each.rows if isinstance(row, Arrow) and row.at), 0.0)
    lanes = el("div", "lanes", el("span", "time"), *(el("span", "lane", each) for each in LANES))
    rows = [_chapter(each, names, first) for each in told]
    return el("section", "talk", el("div", "heads", el("span", "", "Conversation"), lanes), *rows)


def _chapter(chapter: Chapter, names: dict[str, str], first: float) -> Html:
    titles = [el("h3", "", each) for each in chapter.titles]
    style = "chapter broken" if chapter.failure is not None else "chapter"
    arrows = [_note(each) if isinstance(each, Note) else _arrow(each, first) for each in chapter.rows]
    return many(
        *titles,
        el("div", style, el("div", "said", _said(chapter, names)), el("div", "line", *arrows)),
    )


def _said(chapter: Chapter, names: dict[str, str]) -> Html:
    step = chapter.step
    match step:
        case None:
            return el("p", "step", "afterwards")
        case GuestWrites():
            who = names.get(step.by or "", next(iter(names.values()), "Guest"))
            good = "in Mews" if step.forwarded else "kept from Mews"
            return _bubble("guest", who, step.texts, good, chapter)
        case HotelReplies():
            good = "shown" if step.named is None else f"held as {step.named}"
            return _bubble("hotel", "Front desk", (step.text,), good, chapter)
        case AppAnswers():
            return _bubble("app", "App", (str(step.expected),), "shown", chapter)
        case _:
            return many(el("p", "step", el("code", "", line_of(step))), _outcome("held", chapter))


def _bubble(kind: str, who: str, texts: tuple[str, ...], good: str, chapter: Chapter) -> Html:
    return el(
        "div", f"bubble {kind}",
        el("span", "who", who),
        *(el("p", "", text, dir="auto") for text in texts),
        _outcome(good, chapter),
    )  # fmt: skip


def _outcome(good: str, chapter: Chapter) -> Html:
    if chapter.failure is not None:
        return el("span", "outcome bad", f"✗ {chapter.failure.summary}")
    return el("span", "outcome", f"✓ {good}" if chapter.is_done else "not finished")


def _note(note: Note) -> Html:
    return el("p", f"note {note.kind}", note.text)


def _arrow(arrow: Arrow, first: float) -> Html:
    span = _SPANS[min(arrow.begin, arrow.end), max(arrow.begin, arrow.end)]
    way = "right" if arrow.end > arrow.begin else "left"
    style = f"row {arrow.kind} {span} {way}{'' if arrow.good else ' bad'}"
    parts = (
        el("span", "time", "" if arrow.at is None else _since(arrow.at - first)),
        el(
            "span", "arrow",
            el("span", "label", arrow.label),
            el("span", "shaft", aria_hidden="true"),
            el("span", "status", arrow.outcome),
        ),
    )  # fmt: skip
    if not arrow.raw:
        return el("div", style, el("div", "head", *parts))
    raw = [el("figure", "", el("figcaption", "", each.title), el("pre", "", each.text)) for each in arrow.raw]
    copy = [
        el("figure", "curl", el("figcaption", "", "As curl"), el("pre", "", arrow.curl),
           el("button", "copy", "Copy as curl", type="button"))
    ] if arrow.curl else []  # fmt: skip
    return el("details", style, el("summary", "head", *parts), el("div", "raw", *raw, *copy))


def _since(seconds: float) -> str:
    if abs(seconds) < 10:
        return f"{seconds * 1000:+.0f} ms"
    return f"{seconds:+.1f} s"
