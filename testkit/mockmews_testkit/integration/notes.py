"""Notes: what went oddly while hearing an app, kept as evidence and never thrown at a conversation."""

from __future__ import annotations

import json
import threading
from typing import Any

_MOST = 50


class Notes:
    """Sentences in order, each once, bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        """Keep a sentence."""
        with self._lock:
            if len(self._texts) < _MOST:
                self._texts[text] = None

    @property
    def texts(self) -> list[str]:
        """All so far."""
        with self._lock:
            return list(self._texts)


def one_line(value: Any, longest: int = 200) -> str:
    """A value as it is shown in a sentence: JSON, bounded."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= longest else f"{text[:longest]}..."
