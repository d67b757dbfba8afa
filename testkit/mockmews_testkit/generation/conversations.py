"""Strategies of whole conversations between guests and the hotel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mockmews_testkit.generation.texts import guest_names, message_texts


@dataclass(frozen=True, slots=True)
class Turn:
    """One line: the guest writes, or the hotel replies to the guest."""

    speaker: Literal["guest", "hotel"]
    guest: str
    text: str


def conversations(max_turns: int, *, guests: int = 1, valid: bool = True) -> SearchStrategy[tuple[Turn, ...]]:
    """From one to `max_turns` lines of up to `guests` guests with different names, and of the hotel.

    The hotel replies only to those who wrote: threads start from the guest (use-cases/customer-messaging).
    They shrink to Penelope's "Hi!". With `valid` false: conversations with a blank line, which Mews refuses,
    or with a reply to a guest who never wrote. Raises ValueError for fewer than one turn or guest.
    """
    for name, number in (("max_turns", max_turns), ("guests", guests)):
        if number < 1:
            raise ValueError(f"{name} is {number}; it takes a whole number from 1 on")
    return _conversations(max_turns, guests) if valid else _spoiled(max_turns, guests)


@st.composite
def _conversations(draw: DrawFn, most: int, guests: int) -> tuple[Turn, ...]:
    names = draw(st.lists(guest_names(), min_size=1, max_size=guests, unique=True))
    turns: list[Turn] = []
    wrote: list[str] = []
    for _ in range(draw(st.integers(1, most))):
        if bool(wrote) and draw(st.booleans()):
            turns.append(Turn("hotel", draw(st.sampled_from(wrote)), draw(message_texts())))
            continue
        guest = draw(st.sampled_from(names))
        turns.append(Turn("guest", guest, draw(message_texts())))
        if guest not in wrote:
            wrote.append(guest)
    return tuple(turns)


@st.composite
def _spoiled(draw: DrawFn, most: int, guests: int) -> tuple[Turn, ...]:
    turns = draw(_conversations(most, guests))
    if draw(st.booleans()):
        return (Turn("hotel", turns[0].guest, turns[0].text), *turns[1:])
    place = draw(st.integers(0, len(turns) - 1))
    blank = Turn(turns[place].speaker, turns[place].guest, draw(message_texts(valid=False)))
    return (*turns[:place], blank, *turns[place + 1 :])
