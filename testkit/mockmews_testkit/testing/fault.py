"""A fault that a test has set."""

from __future__ import annotations

from typing import Self

from mockmews import ControlMethods


class MewsFault:
    """A fault that stands until it struck as often as it was asked to, or is cleared. Also a `with` block."""

    def __init__(self, control: ControlMethods, integration: str, fault: str) -> None:
        self._control = control
        self._integration = integration
        self.id = fault
        self._hits: int | None = None

    @property
    def hits(self) -> int:
        """How often it has struck; after it was cleared, how often it had."""
        if self._hits is not None:
            return self._hits
        faults = self._control.faults(self._integration)
        return next((int(each["hits"]) for each in faults if each["id"] == self.id), 0)

    def clear(self) -> None:
        """It strikes no more."""
        self._hits = self.hits
        self._control.clear_fault(self._integration, self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
