"""The badge: an SVG with the verdict, for a README."""

from __future__ import annotations

from xml.sax.saxutils import escape

from mockmews_testkit.certification.card import Readiness, ScoreCard
from mockmews_testkit.checks.results import Outcome

_LABEL = "ready for Mews"
_COLOURS = {Readiness.READY: "#15803d", Readiness.NOT_READY: "#c2261d", Readiness.UNDECIDED: "#a15c00"}
_NARROW, _WIDE = frozenset("ijlrtfI1.,:;!|()/ "), frozenset("mwMWQONDUGHA%")
_PADDING = 8


def render(card: ScoreCard) -> bytes:
    """The badge as SVG; needs no font of its own and no network."""
    answer = {
        Readiness.READY: "yes",
        Readiness.NOT_READY: "no",
        Readiness.UNDECIDED: "undecided",
    }[card.readiness]
    passed = len(card.with_outcome(Outcome.PASS))
    text = f"{answer}, {passed} of {len(card.results)} checks"
    left, right = _width(_LABEL), _width(text)
    title = escape(f"{_LABEL}: {text}. A self-check, not Mews's certification")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img">
  <title>{title}</title>
  <clipPath id="round"><rect width="{left + right}" height="20" rx="4"/></clipPath>
  <g clip-path="url(#round)">
    <rect width="{left}" height="20" fill="#475467"/>
    <rect x="{left}" width="{right}" height="20" fill="{_COLOURS[card.readiness]}"/>
  </g>
  <g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">
    <text x="{_PADDING}" y="14" textLength="{left - 2 * _PADDING}">{escape(_LABEL)}</text>
    <text x="{left + _PADDING}" y="14" textLength="{right - 2 * _PADDING}">{escape(text)}</text>
  </g>
</svg>
""".encode()


def _width(text: str) -> int:
    """Pixels of a text in Verdana of 11 px, with its padding: near enough, as the text is fitted to it."""
    letters = sum(4.2 if each in _NARROW else 9.2 if each in _WIDE else 6.9 for each in text)
    return round(letters) + 2 * _PADDING
