"""The plot of a run, as SVG: each row's median beside its gate, on one scale.

A row's bar is its median divided by its gate: left of the line it holds. The thin line is the middle half of the
rounds, the open circle the ambition.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.plan import Finding
from bench.targets import TARGETS, Target

_ROW, _LEFT, _SCALE, _RIGHT, _TOP = 26, 430, 420, 110, 64
_LEAST, _MOST = 0.01, 3.0  # of a gate
_TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3)

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2933 }
.small { font-size: 11px; fill: #52606d }
.holds { fill: #2f8f6b } .ambition { fill: #1f6f8b } .misses { fill: #c0392b }
.half { stroke: #1f2933; stroke-width: 1.5 } .grid { stroke: #e4e7eb } .gate { stroke: #1f2933; stroke-dasharray: 4 3 }
.goal { fill: none; stroke: #1f2933 }
@media (prefers-color-scheme: dark) {
  svg { background: #14181d } text { fill: #e4e7eb } .small { fill: #9aa5b1 } .grid { stroke: #323f4b }
  .half, .gate, .goal { stroke: #e4e7eb }
}
"""


def plot(findings: Sequence[Finding], title: str) -> str:
    """One SVG document. Rows without a gate are left out."""
    targets = {each.key: each for each in TARGETS}
    rows = [(targets[each.key], each) for each in findings if targets[each.key].gate is not None]
    height = _TOP + len(rows) * _ROW + 40
    lines = [_text(16, 28, title), _text(16, 46, "Each bar is the median divided by its gate.", small=True)]
    bottom = _TOP + len(rows) * _ROW
    for tick in _TICKS:
        kind = "gate" if tick == 1 else "grid"
        lines.append(f'<line class="{kind}" x1="{_x(tick)}" x2="{_x(tick)}" y1="{_TOP}" y2="{bottom}"/>')
        lines.append(
            _text(_x(tick), bottom + 16, "gate" if tick == 1 else f"{tick:g}", small=True, middle=True)
        )
    for number, (target, finding) in enumerate(rows):
        lines += _row(_TOP + number * _ROW, target, finding)
    body = "\n".join(lines)
    size = f'width="{_LEFT + _SCALE + _RIGHT}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{_STYLE}</style>\n{body}\n</svg>\n'


def _row(y: float, target: Target, finding: Finding) -> list[str]:
    assert target.gate is not None
    median = finding.samples.median
    low, high = finding.samples.quartiles
    kind = "misses" if median > target.gate else "holds"
    if target.ambition is not None and median <= target.ambition:
        kind = "ambition"
    start, end, middle = _x(_LEAST), _x(median / target.gate), y + _ROW / 2
    lines = [
        _text(16, middle + 4, target.what),
        f'<rect class="{kind}" x="{start}" y="{y + 6}" width="{max(1.0, end - start)}" height="{_ROW - 12}" rx="2"/>',
        f'<line class="half" x1="{_x(low / target.gate)}" x2="{_x(high / target.gate)}" y1="{middle}" y2="{middle}"/>',
        _text(_LEFT + _SCALE + 12, middle + 4, f"{median:.3g} {target.unit}".strip()),
    ]
    if target.ambition is not None:
        lines.append(f'<circle class="goal" cx="{_x(target.ambition / target.gate)}" cy="{middle}" r="4"/>')
    return lines


def _x(of_gate: float) -> float:
    """Where this share of a gate stands."""
    kept = min(_MOST, max(_LEAST, of_gate))
    return round(_LEFT + _SCALE * math.log(kept / _LEAST) / math.log(_MOST / _LEAST), 1)


def _text(x: float, y: float, words: str, *, small: bool = False, middle: bool = False) -> str:
    kind = ' class="small"' if small else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x}" y="{y}"{kind}{anchor}>{escape(words)}</text>'
