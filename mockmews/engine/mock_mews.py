"""The fake Mews: all rooms of the engine wired together, opened and closed as one."""

from __future__ import annotations

import asyncio

from mockmews.clock import Clock, SystemTime, TimeSource
from mockmews.engine.agenda import Agenda
from mockmews.engine.attempts import Attempts
from mockmews.engine.delivery import Deliveries
from mockmews.engine.dispatch import Dispatch
from mockmews.engine.events import Events
from mockmews.engine.faults import Faults
from mockmews.engine.integrations import Integrations
from mockmews.engine.journal import Journal, Listener
from mockmews.engine.ledger import Ledger
from mockmews.engine.messaging import Messaging
from mockmews.engine.outbox import DELIVERY, Outbox
from mockmews.engine.outcomes import Outcomes
from mockmews.engine.outgoing import Outgoing
from mockmews.engine.responder import REPLY, Responder
from mockmews.engine.staff import Staff
from mockmews.engine.transport import Transport
from mockmews.engine.webhook_faults import WebhookFaults
from mockmews.engine.worlds import Defaults, Due, LiveWorld, Worlds
from mockmews.model import identifiers
from mockmews.settings import Settings
from mockmews.store.rooms import Store


class MockMews:
    """One fake Mews on one store. Everything happens on the thread of the loop that opened it.

    `journal` is the server's own, for requests that belong to no world.
    """

    def __init__(
        self,
        store: Store,
        defaults: Defaults,
        *,
        transport: Transport | None = None,
        source: TimeSource | None = None,
        seed: int | None = None,
    ) -> None:
        source = source or SystemTime()
        self.store = store
        self.defaults = defaults
        self.clock = Clock(source)
        self.journal = Journal(self.clock, limit=defaults.settings.journal_limit)
        self.seed = identifiers.seed_bytes(identifiers.fresh_seed() if seed is None else seed)
        self.worlds = Worlds()
        self.transport = transport or Transport()
        self.agenda = Agenda()
        ledger = Ledger(store)
        outbox = Outbox(ledger, self.agenda.schedule)
        responder = Responder(store, self.agenda.schedule)
        self.faults = Faults(store, ledger, self.agenda.schedule)
        self.messaging = Messaging(store, Events(outbox), responder, self.faults)
        webhook_faults = WebhookFaults(store, ledger, outbox, self.faults, self.agenda.schedule)
        self._outcomes = Outcomes(store, ledger, self.agenda.schedule)
        attempts = Attempts(ledger, outbox, self.transport, self._outcomes)
        outgoing = Outgoing(ledger, attempts, webhook_faults, self.agenda.schedule)
        self.deliveries = Deliveries(store, ledger, outbox, outgoing)
        self.dispatch = Dispatch(store, ledger, outbox, self.deliveries)
        self.staff = Staff(store, self.messaging, responder)
        self.integrations = Integrations(
            store, self.worlds, self.agenda, self.faults, self.deliveries, source, defaults
        )
        self.agenda.employ(DELIVERY, outgoing.begin, stands=outgoing.is_scheduled)
        self.agenda.employ(REPLY, self.staff.give, stands=self.staff.is_planned)
        self.agenda.keep_clocks(self.integrations.keep_clock)
        try:
            with store.reading():
                self.integrations.load()
                self._left_over = self._of_an_earlier_run()
        except BaseException:
            store.close()
            raise

    @property
    def settings(self) -> Settings:
        """The server's own settings, which every world starts from."""
        return self.defaults.settings

    @property
    def largest_body(self) -> int:
        """The most bytes that any world reads of a body."""
        return self.worlds.largest_body or self.settings.body_limit

    def subscribe(self, listener: Listener) -> None:
        """Hand every journal entry to `listener`: of the server, and of all worlds, those made later too."""
        self.journal.subscribe(listener)

        def subscribe(world: LiveWorld) -> None:
            world.journal.subscribe(listener)

        self.worlds.watch(subscribe)

    def open(self) -> None:
        """Begin to wake for what falls due, overdue work of an earlier run first, in due order."""
        self.agenda.open()
        self._outcomes.open()
        for world, due in self._left_over:
            self.agenda.schedule(world, due)
        self._left_over = []

    def _of_an_earlier_run(self) -> list[tuple[LiveWorld, Due]]:
        with self.store.transaction():
            self.store.forget_causes()
        waiting = [(due, sequence, key, DELIVERY) for key, due, sequence in self.store.webhooks.waiting()]
        waiting += [(due, sequence, key, REPLY) for key, due, sequence in self.store.replies.waiting()]
        found = ((self.worlds.keyed(key), Due(at, row, kind)) for at, row, key, kind in sorted(waiting))
        return [(world, due) for world, due in found if world is not None]

    async def close(self) -> None:
        """Stop waking, abort what is in flight, and close connections and store."""
        self._outcomes.store_all()
        attempts = [task for world in self.worlds for task in world.tasks]
        for world in self.worlds:
            self.agenda.close(world)
        if attempts:
            # An aborted attempt is not recorded: after a restart it is made again.
            await asyncio.wait(attempts)
        await self.transport.close()
        self.store.close()
