"""Compares two kept results: `python -m bench.compare A.json B.json` prints each row's ratio of B to A."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.targets import TARGETS

Facts = dict[str, Any]


def compare(before: Facts, after: Facts) -> Iterator[str]:
    """A line for each row that both have, and for each cost behind it."""
    yield f"{'':60} {'A':>9} {'B':>9} {'B / A':>7}"
    for target in TARGETS:
        one, two = before["findings"].get(target.key), after["findings"].get(target.key)
        if one is None or two is None:
            continue
        yield _line(target.what, one["median"], two["median"])
        for name, cost in one["costs"].items():
            if name in two["costs"]:
                yield _line(f"    {name}", cost, two["costs"][name])


def _line(name: str, one: float, two: float) -> str:
    ratio = f"{two / one:7.3f}" if one else f"{'-':>7}"
    return f"{name:60} {one:9.4g} {two:9.4g} {ratio}"


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: python -m bench.compare A.json B.json", file=sys.stderr)
        return 2
    try:
        before, after = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
    except (OSError, ValueError) as error:
        print(f"Cannot compare: {error}. Name two files of bench/results/.", file=sys.stderr)
        return 2
    print("\n".join(compare(before, after)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
