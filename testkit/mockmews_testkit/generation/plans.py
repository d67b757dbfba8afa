"""Strategies of what goes wrong on the way: the order in which webhooks come, and faults of Mews."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mockmews_testkit.vocabulary import OPERATIONS

Json = dict[str, Any]
Plan = list[tuple[int, ...]]
"""Webhook bodies in the order sent; each holds the places of the messages that it tells of, from 0."""

_MOST_TIMES = 3


def delivery_plans(n: int, *, valid: bool = True) -> SearchStrategy[Plan]:
    """How the webhooks of `n` messages reach the app: in any order, several in one body, some again.

    Every message is told of at least once. They shrink to each alone, once, in order. With `valid` false:
    plans with an empty body, or of a message that there is not. Raises ValueError for a negative `n`.
    """
    if n < 0:
        raise ValueError(f"n is {n}; it is how many messages there are, 0 or more")
    return _plans(n) if valid else _spoiled_plans(n)


@st.composite
def _plans(draw: DrawFn, n: int) -> Plan:
    if n == 0:
        return []
    order = [*draw(st.permutations(range(n))), *draw(st.lists(st.integers(0, n - 1), max_size=n))]
    plan: Plan = []
    for place, message in enumerate(order):
        if place and message not in plan[-1] and draw(st.booleans()):
            plan[-1] = (*plan[-1], message)
        else:
            plan.append((message,))
    return plan


@st.composite
def _spoiled_plans(draw: DrawFn, n: int) -> Plan:
    plan = draw(_plans(n))
    odd = draw(st.one_of(st.just(()), st.integers(n, n + 3).map(lambda message: (message,))))
    plan.insert(draw(st.integers(0, len(plan))), odd)
    return plan


def fault_plans(*, valid: bool = True) -> SearchStrategy[list[Json]]:
    """One or two faults, as scenarios and the control API take them. Each strikes a few times and ends.

    They shrink to one messages/add that is answered 429. With `valid` false: faults that the grammar refuses.
    """
    faults = st.one_of(_of_operations(), _of_webhooks()) if valid else st.sampled_from(_REFUSED)
    return st.lists(faults, min_size=1, max_size=2)


_OPERATIONS = st.sampled_from(OPERATIONS[::-1])  # messages/add is the simplest
_ANSWERS: tuple[Json, ...] = (
    {"status": 429},
    {"status": 429, "retry_after": "1s"},
    {"status": 500},
    {"status": 408},
    {"reset": True},
    {"lose_response": "reset"},
    {"truncate": True},
    {"not_json": True},
    {"unknown_field": True},
    {"delay": "200ms"},
)
_ON_THE_WAY: tuple[Json, ...] = (
    {"drop": True},
    {"duplicate": 2},
    {"reorder": 2},
    {"delay": "200ms"},
    {"wrong_token": "missing"},
    {"wrong_token": "other"},
    {"noise": ["ServiceOrderUpdated", "SomethingNew"]},
    {"split": 1},
    {"merge": 3},
)
_REFUSED: tuple[Json, ...] = (
    {},
    {"status": 429},
    {"operation": "messages/add"},
    {"operation": "messages/add", "status": 200},
    {"operation": "messages/delete", "status": 500},
    {"operation": "messages/add", "drop": True},
    {"operation": "messages/add", "webhook": "any", "delay": "1s"},
    {"operation": "messages/add", "status": 500, "reset": True},
    {"webhook": "MessageAdded", "status": 500},
    {"webhook": "MessageAdded", "drop": True, "times": 0},
)


@st.composite
def _of_operations(draw: DrawFn) -> Json:
    return {"operation": draw(_OPERATIONS), **draw(st.sampled_from(_ANSWERS)), **draw(_WHEN)}


@st.composite
def _of_webhooks(draw: DrawFn) -> Json:
    return {
        "webhook": draw(st.sampled_from(["MessageAdded", "any"])),
        **draw(st.sampled_from(_ON_THE_WAY)),
        **draw(_WHEN),
    }


_WHEN: SearchStrategy[Json] = st.one_of(
    st.integers(1, _MOST_TIMES).map(lambda times: {"times": times}),
    st.integers(1, _MOST_TIMES).map(lambda nth: {"nth": nth}),
)
