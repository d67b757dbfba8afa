"""The bench: one fake, one integration of it and one app under test, wired together."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockmews import ControlClient, ControlMethods, MockMewsServer
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.contract import Place, RunningApp

Json = dict[str, Any]

BEHIND = "5s"  # product.md 3: as lag does in reality, so that nothing ever lies in an app's future


@dataclass(frozen=True, slots=True)
class Fake:
    """A fake that runs: its platform address, its control API, and the same as Python."""

    url: str
    control: ControlMethods

    @property
    def control_url(self) -> str:
        return f"{self.url}/_mockmews/v1"

    @classmethod
    def of(cls, server: MockMewsServer) -> Fake:
        """A server in this process."""
        return cls(server.url, server.control)

    @classmethod
    def at(cls, url: str, *, admin_token: str | None = None) -> Fake:
        """A server somewhere else, over HTTP."""
        return cls(url.rstrip("/"), ControlClient(url, admin_token=admin_token))


class Bench:
    """A fresh integration on a fake, with the app started and its webhook set.

    `world` are fields of the control API's POST /integrations. Everything is ended by `close`, the app
    first. Raises TestkitError where the app does not start.
    """

    def __init__(self, fake: Fake, app_file: AppFile, *, payload: str, world: Mapping[str, Any]) -> None:
        self.fake = fake
        self.control = fake.control
        self.app_file = app_file
        self.payload = payload
        fields = {"clock": {"behind": BEHIND}, "payload": payload, **world}
        self.integration = self.control.create_integration(**fields)
        self.id: str = self.integration["integration_id"]
        self._folder = tempfile.TemporaryDirectory(prefix="mockmews-", ignore_cleanup_errors=True)
        self._sinks_read = 0
        try:
            self.app: RunningApp = app_file.open(self._place())
        except BaseException:
            self._folder.cleanup()
            self.control.delete_integration(self.id)
            raise
        self.control.change_integration(self.id, webhook_url=self.app.webhook_url)

    def close(self) -> None:
        """End the app with all its children, and delete the integration."""
        self.app.close()
        self.control.delete_integration(self.id)
        self._folder.cleanup()

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
            integration=self.integration,
            answer_sinks=partial(self.control.answer_sinks, self.id),
        )

    def _read_sinks(self) -> list[Json]:
        found = self.control.journal(self.id, since=self._sinks_read, kinds=("sink",))["entries"]
        if found:
            self._sinks_read = found[-1]["number"]
        return list(found)
