"""Filling the templates of reply rules: known names are put in once, and nothing is ever run.

What a guest wrote goes in as it is and is never read as a template again.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockmews.model.replies import PLACEHOLDER

_LONGEST = 1_000_000


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its names replaced. ValueError where the result is blank, or over a million letters.

    The names were checked when the rule was read; a KeyError here is a rule that nobody read.
    """
    parts: list[str] = []
    end = 0
    for match in PLACEHOLDER.finditer(template):
        parts += template[end : match.start()], values[match[1]]
        end = match.end()
    parts.append(template[end:])
    # Summed before joined, so that no text, however often it is named, is built in memory first.
    if sum(map(len, parts)) > _LONGEST:
        raise ValueError(f"would be longer than {_LONGEST:,} characters")
    text = "".join(parts)
    if not text.strip():
        raise ValueError("would be blank, and Mews has no blank messages")
    return text
