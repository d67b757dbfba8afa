"""One change of one world: a database transaction in which sequences may be handed out."""

from __future__ import annotations

from types import TracebackType

from mockmews.engine.worlds import LiveWorld
from mockmews.store.rooms import Store


class Transaction:
    """`with Transaction(store, world):` commits at the end; on an error nothing has happened."""

    __slots__ = ("_inner", "_store", "_world")

    def __init__(self, store: Store, world: LiveWorld) -> None:
        self._store = store
        self._world = world
        self._inner = store.transaction()

    def __enter__(self) -> None:
        self._inner.__enter__()
        if self._world.sequence is None:
            self._world.sequence = self._store.last_sequence(self._world.noun.key)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._world.forget()
        try:
            self._inner.__exit__(kind, error, trace)
        except BaseException:
            self._world.forget()
            raise
