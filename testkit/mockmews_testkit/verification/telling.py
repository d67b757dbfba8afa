"""What `mockmews verify` says: differences as they are found, the sum, and the same as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from mockmews_testkit.verification.exchange import LEFT_OUT, Call
from mockmews_testkit.verification.expectations import shown
from mockmews_testkit.verification.verifying import Difference, Judged

_STANDARD_HEADERS = {"Content-Type": "application/json"}


class Telling:
    """Writes to standard output; on a terminal a line on standard error tells how far it is."""

    def __init__(self, *, quiet: bool, colour: bool | None) -> None:
        self._quiet = quiet
        self._colour = colour
        self._live = not quiet and sys.stderr.isatty()

    def begins(self, url: str, vectors: int, rate: str) -> None:
        """The head."""
        if not self._quiet:
            self._line(f"mockmews verify  {url}   {vectors} vectors, {rate}", bold=True)

    def playing(self, number: int, count: int, vector: str) -> None:
        """Which vector is next."""
        if self._live:
            click.echo(f"\r{number}/{count}  vector {vector:<8}", err=True, nl=False)

    def judged(self, judged: Judged) -> None:
        """A difference; other judgements stand in the sum."""
        if judged.difference is not None:
            self._clear()
            for line in difference_lines(judged, judged.difference):
                self._line(line, fg="red" if not line.startswith(" ") else None)

    def ends(self, played: Sequence[Judged], seconds: float) -> None:
        """The vectors that were not exercised, and the sum."""
        self._clear()
        reasons: dict[str, list[str]] = {}
        for each in played:
            if each.reason:
                reasons.setdefault(each.reason, []).append(each.vector.id)
        if not self._quiet:
            for reason, ids in reasons.items():
                self._line(f"not exercised  {', '.join(ids)}: {reason}", dim=True)
        differing = [each for each in played if each.difference]
        self._line(summary(played, seconds), fg="red" if differing else "green")
        if differing and not self._quiet:
            self._line("Each difference is a question: mockmews settings has the answers that it can take.")

    def _clear(self) -> None:
        if self._live:
            click.echo(f"\r{'':<40}\r", err=True, nl=False)

    def _line(self, text: str, **style: Any) -> None:
        plain = "\n".join(
            "".join(each if each.isprintable() else "\ufffd" for each in line) for line in text.split("\n")
        )
        click.echo(click.style(plain, **style), color=self._colour)


def difference_lines(judged: Judged, difference: Difference) -> list[str]:
    """A difference for people."""
    vector = judged.vector
    about = ", ".join([difference.basis, *map(str, difference.points)])
    return [
        f"DIFFERS  vector {vector.id}  {vector.says}  ({about})",
        f"  sent      {sent(difference.call)}",
        f"  came      {difference.came}",
        f"  expected  {difference.expected}",
    ]


def summary(played: Sequence[Judged], seconds: float) -> str:
    """The last line."""
    differing = sum(each.difference is not None for each in played)
    skipped = sum(bool(each.reason) for each in played)
    parts = [f"{len(played) - differing - skipped} as our contract says", f"{differing} differ"]
    if skipped:
        parts.append(f"{skipped} not exercised")
    return (
        f"{'DIFFERS' if differing else 'SAME'}  {len(played)} vectors: {', '.join(parts)}   ({seconds:.1f} s)"
    )


def sent(call: Call) -> str:
    """A call in a line, without the fields that every body has."""
    operation = call.path.removeprefix("/api/connector/v1/")
    extra = {name: value for name, value in call.headers.items() if _STANDARD_HEADERS.get(name) != value}
    headers = "".join(f" [{name}: {value}]" for name, value in extra.items())
    whose = "" if call.access == "own" else f" [tokens: {call.access}]"
    return f"{call.method} {operation}{headers}{whose} {_body(call)}"


def _body(call: Call) -> str:
    if call.raw is not None:
        return call.raw.decode(errors="replace")[:300] or "(no body)"
    left_out = [name for name, value in call.fields.items() if value is LEFT_OUT]
    fields = {name: value for name, value in call.fields.items() if value is not LEFT_OUT}
    return shown(fields) + (f" without {', '.join(left_out)}" if left_out else "")


def as_json(url: str, played: Sequence[Judged], seconds: float, *, lost: str = "") -> dict[str, Any]:
    """The whole as one object."""
    return {
        "target": url,
        "verdict": "differs" if any(each.difference for each in played) else "same",
        "vectors": len(played),
        "seconds": round(seconds, 3),
        "differences": [
            {
                "vector": each.vector.id,
                "says": each.vector.says,
                "basis": each.difference.basis,
                "rows": [point.row for point in each.difference.points if point.row],
                "settings": [point.setting for point in each.difference.points if point.setting],
                "sent": sent(each.difference.call),
                "came": each.difference.came,
                "expected": each.difference.expected,
            }
            for each in played
            if each.difference is not None
        ],
        "not_exercised": [
            {"vector": each.vector.id, "says": each.vector.says, "reason": each.reason}
            for each in played
            if each.reason
        ],
        **({"error": lost} if lost else {}),
    }
