"""The bench: one fake, one integration of it and one app under test, wired together."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockmews import ControlClient, ControlError, ControlMethods, MockMewsError, MockMewsServer
from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.contract import Hotel, Place, RunningApp

Json = dict[str, Any]

BEHIND = "5s"  # product.md 3: as lag does in reality, so that nothing ever lies in an app's future

_FIRST_GUEST, _FIRST_GUESTS = 1_000_000, 8_000_000
_KEPT = ("enabled", "events", "permissions", "reply_rules", "settings")


@dataclass(frozen=True, slots=True)
class Fake:
    """A fake that runs: the platform address that apps are told, and the control API as Python.

    `is_own`: the kit started it for this run, so nobody else's requests reach it.
    """

    url: str
    control: ControlMethods
    is_own: bool = False

    @property
    def control_url(self) -> str:
        return f"{self.url}/_mockmews/v1"

    @classmethod
    def of(cls, server: MockMewsServer, *, public_url: str | None = None) -> Fake:
        """A server in this process; `public_url` is its address for the app, where that is another one."""
        return cls((public_url or server.url).rstrip("/"), server.control, is_own=True)

    @classmethod
    def at(cls, url: str, *, admin_token: str | None = None, public_url: str | None = None) -> Fake:
        """A server somewhere else, over HTTP."""
        return cls((public_url or url).rstrip("/"), ControlClient(url, admin_token=admin_token))


class Bench:
    """An integration on a fake, with the app started and its webhook set.

    `world` are fields of the control API's POST /integrations. The integration is a fresh one, unless the
    app file names tokens that the app has already. Everything is ended by `close`, the app first. Several
    scenarios may use a bench, one after the other, each in a `turn` of its own.
    Raises TestkitError where the app does not start.
    """

    def __init__(self, fake: Fake, app_file: AppFile, *, payload: str, world: Mapping[str, Any]) -> None:
        self.fake = fake
        self.control = fake.control
        self.app_file = app_file
        self.payload = payload
        self.since = 0
        self.guests_before = 0
        self._threads_before: frozenset[str] = frozenset()
        self._is_lent = False
        self.integration = self._found() or self._made(world)
        self.id: str = self.integration["integration_id"]
        self._folder = tempfile.TemporaryDirectory(prefix="mockmews-", ignore_cleanup_errors=True)
        self._sinks_read = self.since
        try:
            self.app: RunningApp = app_file.open(self._place())
            self._connect()
        except BaseException:
            self._leave()
            raise

    def seat(self, app_file: AppFile) -> None:
        """Another app takes the place of the one that is here, which is ended first."""
        self.app.close()
        self.app_file = app_file
        self.app = app_file.open(self._place())
        self._connect()

    def _connect(self) -> None:
        if self.app.webhook_url:
            self._set_webhook(self.app.webhook_url)

    def close(self) -> None:
        """End the app with all its children, and delete the integration where this bench made it."""
        try:
            self.app.close()
        finally:
            self._leave()

    def retire(self) -> None:
        """End the app, and leave the integration behind: it refuses every call, and journals it."""
        try:
            self.app.close()
        finally:
            self._folder.cleanup()
            with suppress(MockMewsError):
                self.control.change_integration(self.id, enabled=False, webhook_url=None)
                self.control.reset_integration(self.id)

    @property
    def is_lent(self) -> bool:
        """Whether the integration was there before, and will be after."""
        return self._is_lent

    def _leave(self) -> None:
        self._folder.cleanup()
        with suppress(MockMewsError):  # a fake that has gone has nothing left to delete
            if self._is_lent:
                self.control.change_integration(self.id, webhook_url=self.integration["webhook_url"])
            else:
                self.control.delete_integration(self.id)

    @contextmanager
    def turn(self, *, payload: str, world: Mapping[str, Any], guests: int) -> Iterator[None]:
        """One scenario of several: sees only what happens from now on, and finds the world as it was made.

        Its `guests` are new to the app, in this run and, most likely, in all.
        """
        if self.guests_before == 0:
            self.guests_before = _FIRST_GUEST + secrets.randbelow(_FIRST_GUESTS)
        before = self.control.integration(self.id)
        self.payload = payload
        self._look_from_here()
        self.control.change_integration(self.id, **{"payload": payload, **world})
        try:
            yield
        finally:
            self.guests_before += guests
            with suppress(MockMewsError):
                self.control.clear_faults(self.id)
                kept = {name: before[name] for name in _KEPT}
                self.control.change_integration(self.id, **kept)

    def threads(self) -> list[Json]:
        """The threads that were opened in this turn, newest first."""
        return [each for each in self.control.threads(self.id) if each["id"] not in self._threads_before]

    @property
    def hotels(self) -> tuple[Hotel, ...]:
        """The enterprises of this world, in the order in which they were asked for."""
        return _hotels(self.integration)

    def _made(self, world: Mapping[str, Any]) -> Json:
        fields = {"clock": {"behind": BEHIND}, "payload": self.payload, **world}
        return self.control.create_integration(**fields)

    def _found(self) -> Json | None:
        """The integration whose tokens the app has already."""
        fixed = self.app_file.mews
        if fixed is None or fixed.access_token is None:
            return None
        try:
            found = self.control.integration(fixed.access_token)
        except ControlError as error:
            raise TestkitError(
                f"{self.app_file.path}: the fake at {self.fake.url} has no integration for the access_token "
                f"of mews: ({error.message}) Name one of its tokens, or leave them out for a fresh one."
            ) from None
        self._is_lent = True
        self.id = found["integration_id"]
        self._look_from_here()
        return found

    def _look_from_here(self) -> None:
        self.since = self.control.journal(self.id, limit=1)["last"]
        self._threads_before = frozenset(each["id"] for each in self.control.threads(self.id))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _place(self) -> Place:
        return Place(
            mews_url=self.fake.url,
            control_url=self.fake.control_url,
            client_token=self.integration["client_token"],
            access_token=self.integration["access_token"],
            webhook_token=self.integration["webhook_token"],
            sink_url=f"{self.fake.control_url}/integrations/{self.id}/sinks",
            run_dir=Path(self._folder.name),
            read_sinks=self._read_sinks,
            hotels=self.hotels,
            integration=self.integration,
            answer_sinks=partial(self.control.answer_sinks, self.id),
            set_webhook=self._set_webhook,
        )

    def _set_webhook(self, url: str) -> None:
        self.control.change_integration(self.id, webhook_url=url)

    def _read_sinks(self) -> list[Json]:
        found = self.control.journal(self.id, since=self._sinks_read, kinds=("sink",))["entries"]
        if found:
            self._sinks_read = found[-1]["number"]
        return list(found)


def _hotels(integration: Json) -> tuple[Hotel, ...]:
    """Each enterprise with its own access token; a portfolio token is nobody's own."""
    tokens = {
        each["enterprise_ids"][0]: each
        for each in integration.get("access_tokens", ())
        if not each["portfolio"]
    }
    return tuple(
        Hotel(
            enterprise["id"],
            enterprise["name"],
            number,
            tokens[enterprise["id"]]["access_token"],
            tokens[enterprise["id"]]["integration_id"],
        )
        for number, enterprise in enumerate(integration.get("enterprises", ()), 1)
    )
