"""The bot: what the app answers by itself. The front desk never sees it, so that nobody answers twice."""

from __future__ import annotations

ANSWERS = {"/help": "Write to me in your own words: the front desk reads it and answers here."}


def answer_to(text: str) -> str | None:
    """What the bot says to a guest's text; None where it is for people to answer."""
    return ANSWERS.get(text.strip().lower())
