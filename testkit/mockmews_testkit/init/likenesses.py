"""What `mockmews init` writes for each likeness, from templates that lie beside this module."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

LIKENESSES = ("web-chat", "whatsapp-cloud", "twilio", "websocket")

APP_FILE = "mews-app.yaml"

_EVERYWHERE = (
    ("common/mockmews.yaml", "mockmews.yaml"),
    ("common/scenarios/penelope-arrives-late.mews.yaml", "scenarios/penelope-arrives-late.mews.yaml"),
    # Not by its own name, so that no test runner and no linter takes the template for one of ours.
    ("common/tests/test_guest_messaging.py.txt", "tests/test_guest_messaging.py"),
)
_OWN = {"websocket": ("mews-guest.js",)}


def written_for(likeness: str) -> Iterator[tuple[str, str]]:
    """The files, as they are named in the user's project, and their texts."""
    own = [(f"{likeness}/{name}", name) for name in (APP_FILE, *_OWN.get(likeness, ()))]
    for template, name in (*own, *_EVERYWHERE):
        yield name, files(__package__).joinpath("templates", *template.split("/")).read_text("utf-8")
