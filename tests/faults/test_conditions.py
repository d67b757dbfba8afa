"""When a fault strikes: which of what comes is counted, and which of what is counted is struck."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mockmews.model.faults import Fault, SetFault

SECOND = 10_000_000


def struck_by(fault: Fault, comings: range, *, fractions: dict[int, float] | None = None) -> list[int]:
    """Which of what comes, one a second since the fault was set, is struck; they are named by their second."""
    standing, found = SetFault(1, fault, set_at=0), []
    for second in comings:
        if not standing.counts(second * SECOND):
            continue
        number = standing.seen + 1
        standing = replace(standing, seen=number)
        if standing.strikes(number, (fractions or {}).get(number, 0.5)):
            standing = replace(standing, hits=standing.hits + 1)
            found.append(second)
    return found


@pytest.mark.parametrize(
    ("conditions", "struck"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"nth": 1}, [1]),
        ({"nth": 3}, [3]),
        ({"nth": 9}, []),
        ({"every": 1}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"every": 3}, [3, 6]),
        ({"times": 2}, [1, 2]),
        ({"every": 3, "times": 1}, [3]),
        ({"nth": 6, "every": 3}, [6]),
        ({"after": 3 * SECOND}, [3, 4, 5, 6, 7, 8]),
        ({"until": 3 * SECOND}, [1, 2]),
        ({"after": 3 * SECOND, "until": 6 * SECOND}, [3, 4, 5]),
        ({"after": 3 * SECOND, "nth": 2}, [4]),  # what comes before is not counted
        ({"until": 3 * SECOND, "nth": 3}, []),
        ({"after": 2 * SECOND, "times": 2}, [2, 3]),
        ({"probability": 0.0}, []),
        ({"probability": 1.0}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"probability": 0.3}, [2, 5]),
        ({"probability": 0.3, "times": 1}, [2]),
        ({"probability": 0.3, "every": 5}, [5]),
    ],
    ids=str,
)
def test_conditions_must_all_hold(conditions: dict[str, float], struck: list[int]) -> None:
    fault = Fault(operation="any", reset=True, **conditions)  # type: ignore[arg-type]
    assert struck_by(fault, range(1, 9), fractions={2: 0.1, 5: 0.29, 6: 0.3}) == struck
