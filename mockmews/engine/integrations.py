"""Making, changing, resetting and deleting worlds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mockmews.clock import TimeSource
from mockmews.engine.agenda import Agenda
from mockmews.engine.delivery import Deliveries
from mockmews.engine.faults import Faults
from mockmews.engine.worlds import Defaults, LiveWorld, Worlds, at_start
from mockmews.errors import ControlError
from mockmews.model import demo, identifiers
from mockmews.model.faults import Fault
from mockmews.model.integrations import ClockStart, Enterprise, Integration, World, WorldRequest
from mockmews.model.webhooks import INTEGRATION_ACTIONS
from mockmews.store.rooms import Store


class Integrations:
    """The life of worlds."""

    def __init__(
        self,
        store: Store,
        worlds: Worlds,
        agenda: Agenda,
        faults: Faults,
        deliveries: Deliveries,
        source: TimeSource,
        defaults: Defaults,
    ) -> None:
        self._store = store
        self._worlds = worlds
        self._agenda = agenda
        self._faults = faults
        self._deliveries = deliveries
        self._source = source
        self._defaults = defaults
        self._last_key = 0

    def load(self) -> None:
        """Bring the stored worlds to life, and the demo worlds where the store has none of them."""
        self._last_key = self._store.integrations.last_key()
        for noun in self._store.integrations.all():
            self._worlds.add(LiveWorld(noun, self._defaults, self._source))
        self._faults.load(self._worlds.keyed)
        pairs = demo.pairs()
        missing = [pair for pair in pairs if self._worlds.by_access_token(pair[3].access_token) is None]
        with self._store.transaction():
            for name, client_token, enterprise, integration in missing:
                self._settle(
                    self._noun(
                        name=name,
                        client_token=client_token,
                        enterprises=(enterprise,),
                        integrations=(integration,),
                        seed=self._defaults.demo_seed,
                        fields={
                            "reply_rules": list(self._defaults.demo_rules),
                            "clock": self._defaults.demo_clock,
                        },
                        settings={},
                    )
                )
        for pair in pairs:
            found = self._worlds.by_access_token(pair[3].access_token)
            if found is not None:
                found[0].responder = self._defaults.demo_responder
                self._let_stand(found[0], self._defaults.demo_faults)

    def create(self, request: WorldRequest) -> LiveWorld:
        """A fresh isolated world with tokens of its own: a silent front desk and no lag unless asked."""
        return self._make(replace(request, settings={"lag": "0s", **request.settings}))

    def _make(self, request: WorldRequest) -> LiveWorld:
        enterprises = request.enterprises or (Enterprise(identifiers.fresh_uuid(), "Mock hotel"),)
        integrations = [_connection((enterprise.id,)) for enterprise in enterprises]
        if request.access_token is not None or request.integration_id is not None:
            integrations[0] = _wanted(integrations[0], request)
            self._need_free(integrations[0].id)
        if request.portfolio:
            dummy = identifiers.fresh_uuid()
            scope = tuple(each.id for each in enterprises)
            integrations.append(_connection(scope, portfolio=True, dummy_enterprise_id=dummy))
        noun = self._noun(
            name=request.fields.get("name", enterprises[0].name),
            client_token=request.client_token or identifiers.fresh_token(),
            enterprises=enterprises,
            integrations=tuple(integrations),
            seed=request.fields.get("seed"),
            fields={key: value for key, value in request.fields.items() if key not in ("name", "seed")},
            settings=request.settings,
        )
        with self._store.transaction():
            world = self._settle(noun)
        world.responder = request.responder
        if request.faults:
            self._faults.set(world, request.faults)
        return world

    def establish(self, request: WorldRequest) -> LiveWorld:
        """The world of the hotel's file that this describes: the one of an earlier run, brought up to date,
        or a new one, whose settings are the server's unless asked. It is known again by its AccessToken,
        else by its name. Raises ControlError 409 where its tokens belong to another."""
        found = self._worlds.by_access_token(request.access_token)
        world = found[0] if found is not None else self._worlds.called(request.fields["name"])
        if world is None:
            return self._make(request)
        self._rename(world, request)
        self.change(world, replace(request, enterprises=None, portfolio=False, faults=None))
        self._let_stand(world, request.faults)
        world.responder = request.responder
        return world

    def change(self, world: LiveWorld, request: WorldRequest) -> None:
        """Change a world in place. Raises ControlError 409 where that is impossible."""
        if request.enterprises is not None or request.portfolio:
            raise ControlError(
                409, "fixed", "The enterprises of a world cannot be changed.", "Make another integration."
            )
        settings = {**world.noun.settings, **request.settings}
        noun = replace(world.noun, settings=settings, **request.fields)
        if "reply_rules" in request.fields:
            noun = replace(noun, spent_rules=())
            world.responder = None
        if "clock" in request.fields:
            started = at_start(noun, self._source.real())
            self.set_clock(world, at=started.clock_shown, rate=noun.clock.rate)
        was_enabled = world.noun.enabled
        self.save(world, noun)
        self._worlds.add(world)
        self._silence(world, was_enabled=was_enabled)
        if request.faults is not None:
            self._faults.clear(world)
            self._faults.set(world, request.faults)

    def set_clock(self, world: LiveWorld, *, at: int | None = None, rate: float | None = None) -> None:
        """Set a world's clock. Raises ControlError 409 where it would go back although messages exist."""
        key = world.noun.key
        if at is not None and at < world.clock.now() and not self._store.messages.is_empty(key):
            raise ControlError(
                409, "backwards", "The clock of a world does not go back once it has threads.",
                "Reset the world, or choose a later instant.",
            )  # fmt: skip
        world.clock.set(at=at, rate=rate)
        self.save(world, world.noun)
        self._agenda.rearm(world)

    def save(self, world: LiveWorld, noun: World) -> None:
        """Take over and keep a changed noun, with the clock as it is."""
        noun = replace(noun, **world.resting_clock())
        with self._store.transaction():
            self._store.integrations.save(noun)
        world.adopt(noun, self._defaults)
        world.journal.limit = world.settings.journal_limit

    def keep_clock(self, world: LiveWorld) -> None:
        """Keep where the clock stands."""
        noun = replace(world.noun, **world.resting_clock())
        with self._store.transaction():
            self._store.integrations.save(noun)
        world.noun = noun

    def act(self, world: LiveWorld, action: str) -> None:
        """Do what an Integration Webhook will tell of: enable, disable, or replace the AccessToken.

        The old token is refused from now on (contract.md 14 vector 108, an inference).
        """
        noun = world.noun
        enabled = INTEGRATION_ACTIONS[action]
        if enabled is not None:
            noun = replace(noun, enabled=enabled)
        if action == "IntegrationApiKeyCreated":
            first, *rest = noun.integrations
            renewed = replace(first, access_token=identifiers.fresh_token(first.id))
            noun = replace(noun, integrations=(renewed, *rest))
        was_enabled = world.noun.enabled
        self._worlds.remove(world)
        self.save(world, noun)
        self._worlds.add(world)
        self._silence(world, was_enabled=was_enabled)

    def reset(self, world: LiveWorld, *, keep: frozenset[str] = frozenset()) -> dict[str, int]:
        """Back to the start: nothing that the world gathered remains but what `keep` names.

        Keeps tokens, webhook URL, settings and rules. Attempts in flight are aborted, not waited for. With
        `threads` their messages stay, and so does the clock, which never goes back once a message exists.
        Returns how much of each was deleted or cancelled.
        """
        due = sum(1 for _ in self._agenda.coming(world))
        cancelled = {"due": due, "attempts_in_flight": self._agenda.close(world)}
        noun = replace(world.noun, generation=world.noun.generation + 1, spent_rules=())
        if not keep & {"clock", "threads"}:
            noun = at_start(noun, self._source.real())
            world.clock.set(at=noun.clock_shown, rate=noun.clock_rate)
        world.windows.clear()
        with self._store.transaction():
            cancelled |= self._store.clear(noun.key, threads="threads" not in keep)
            self._store.integrations.save(noun)
        world.forget()
        world.adopt(noun, self._defaults)
        cancelled["faults"] = self._faults.restart(world, keep="faults" in keep)
        world.journal.restart(limit=world.settings.journal_limit, keep="journal" in keep)
        return cancelled

    def delete(self, world: LiveWorld) -> None:
        """Remove a world with everything in it."""
        self._agenda.close(world)
        with self._store.transaction():
            self._store.clear(world.noun.key)
            self._store.faults.clear(world.noun.key)
            self._store.integrations.delete(world.noun.key)
        self._worlds.remove(world)
        # What is in flight sees by the new generation that its world is over.
        world.journal.restart(limit=world.settings.journal_limit)

    def _silence(self, world: LiveWorld, *, was_enabled: bool) -> None:
        """A disabled integration gets no webhooks: what was scheduled is cancelled (contract.md 13 row 48)."""
        if was_enabled and not world.noun.enabled:
            self._deliveries.stop(world, why="the integration was disabled")

    def _rename(self, world: LiveWorld, request: WorldRequest) -> None:
        """Give an older world the tokens and the hours of the hotel's file."""
        noun = world.noun
        first, *rest = noun.integrations
        if request.access_token is not None or request.integration_id is not None:
            first = _wanted(first, request)
        self._need_free(first.id, world)
        self._worlds.remove(world)
        world.noun = replace(
            noun,
            client_token=request.client_token or noun.client_token,
            enterprises=_same(noun, request),
            integrations=(first, *rest),
        )
        self._worlds.add(world)

    def _need_free(self, integration_id: str, world: LiveWorld | None = None) -> None:
        owner = self._worlds.by_integration(integration_id)
        if owner is not None and owner is not world:
            raise ControlError(
                409, "taken", f"The integration_id {integration_id} is that of {owner.noun.name!r}.",
                "Give each integration its own.",
            )  # fmt: skip

    def _let_stand(self, world: LiveWorld, faults: tuple[Fault, ...] | None) -> None:
        """These faults alone stand; those that stand already go on counting. None: as it is."""
        if faults is not None and faults != tuple(each.fault for each in world.faults):
            self._faults.clear(world)
            self._faults.set(world, faults)

    def _noun(
        self,
        *,
        name: str,
        client_token: str,
        enterprises: tuple[Enterprise, ...],
        integrations: tuple[Integration, ...],
        seed: int | None,
        fields: Mapping[str, Any],
        settings: Mapping[str, str],
    ) -> World:
        self._last_key += 1
        noun = World(
            key=self._last_key,
            name=name,
            client_token=client_token,
            enterprises=enterprises,
            integrations=integrations,
            webhook_token=identifiers.fresh_secret(),
            seed=identifiers.fresh_seed() if seed is None else seed,
            clock=fields.get("clock", ClockStart()),
            clock_rate=1,
            clock_shown=0,
            clock_real=0,
            settings=dict(settings),
        )
        rest = {key: value for key, value in fields.items() if key != "clock"}
        return at_start(replace(noun, **rest), self._source.real())

    def _settle(self, noun: World) -> LiveWorld:
        world = LiveWorld(noun, self._defaults, self._source)
        self._store.integrations.save(noun)
        self._worlds.add(world)
        return world


def _connection(
    enterprise_ids: tuple[str, ...], *, portfolio: bool = False, dummy_enterprise_id: str | None = None
) -> Integration:
    # Tokens and integration ids never come from a seed: two worlds of one seed must differ (product.md 3).
    integration_id = identifiers.fresh_uuid()
    token = identifiers.fresh_token(integration_id)
    return Integration(integration_id, token, enterprise_ids, portfolio, dummy_enterprise_id)


def _wanted(connection: Integration, request: WorldRequest) -> Integration:
    """The connection with the tokens that the hotel's file names."""
    token = request.access_token
    derived = identifiers.integration_id_of(token) if token else ""
    known = request.integration_id or (derived if identifiers.is_uuid(derived) else connection.id)
    if token is None:
        token = connection.access_token if known == connection.id else identifiers.fresh_token(known)
    return replace(connection, id=known, access_token=token)


def _same(noun: World, request: WorldRequest) -> tuple[Enterprise, ...]:
    """The enterprises of an older world, with the hours that the hotel's file has for them now.

    Raises ControlError 409 where the file names others.
    """
    named = {each.name: each for each in request.enterprises or noun.enterprises}
    if list(named) != [each.name for each in noun.enterprises]:
        had = ", ".join(each.name for each in noun.enterprises)
        raise ControlError(
            409, "fixed", f"The integration {noun.name!r} has the enterprises {had}, which cannot be changed.",
            "Leave them out of the hotel file, give it another name and access_token, or name another file for --db.",
        )  # fmt: skip
    return tuple(replace(named[each.name], id=each.id) for each in noun.enterprises)
