"""Strategies of what people write: message texts, and the names of guests."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

GUEST_LINES = (
    "Hi!",
    "I just wanted to let you know I will be arriving late tonight",
    "Around 11pm. Please hold my room, thank you.",
)
HOTEL_LINES = (
    "Hello!",
    "Thank you for contacting us. What time do you expect to arrive?",
    "Your room will be ready for you.",
    "Travel safely!",
)
_AWKWARD = (
    "Yes",
    "👩‍👩‍👧 see you at 7 🎉",
    "one\ntwo\n\nthree",
    "\"quoted\" 'single' \\back\\ {{ 7*7 }} ${text} %s",
    "<b>bold</b> <script>alert(1)</script> &amp;",
    "مرحبا بكم",
    "  spaces around  ",
    "e\u0301 is not \u00e9",
    "long " * 400,
)
_NAMES = ("Penelope", "Max", "Ada O'Neill", "Łukasz Żółć", "محمد", "山田 花子", "Jean-Luc de la Tour")
_BLANKS = ("", " ", "\n", "\t \r\n", "\u2003\u00a0")

# Half of a pair is no character, and nobody types other control characters into a chat.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")
_NAME_CHARACTERS = st.characters(categories=["L", "M"], include_characters=" '-.")


@cache  # whole conversations ask for them line by line
def message_texts(*, valid: bool = True) -> SearchStrategy[str]:
    """Texts that a guest or a hotel may write: plain ones, and those that apps stumble over.

    They shrink to "Hi!". With `valid` false: texts that Mews refuses, which are blank (operations/messages).
    """
    if not valid:
        return st.sampled_from(_BLANKS)
    written = st.text(_CHARACTERS, min_size=1, max_size=200).filter(_says_something)
    return st.one_of(st.sampled_from([*GUEST_LINES, *HOTEL_LINES, *_AWKWARD]), written)


@cache
def guest_names(*, valid: bool = True) -> SearchStrategy[str]:
    """Names of guests, as OriginalSender takes them. They shrink to "Penelope".

    With `valid` false: names that Mews refuses, which are blank (operations/messagethreads).
    """
    if not valid:
        return st.sampled_from(_BLANKS)
    written = st.text(_NAME_CHARACTERS, min_size=1, max_size=40).map(str.strip).filter(_says_something)
    return st.one_of(st.sampled_from(_NAMES), written)


def _says_something(text: str) -> bool:
    return bool(text) and not text.isspace()
