"""A world of a test: one integration, with the addresses and tokens that the app under test needs."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from mockmews import ControlError, ControlMethods
from mockmews_testkit.bench import Bench, Fake
from mockmews_testkit.errors import UsageError
from mockmews_testkit.integration.app_file import AppFile
from mockmews_testkit.integration.own_app import OwnApp
from mockmews_testkit.testing.apps import AppUnderTest, Nobody
from mockmews_testkit.testing.waiters import at_home

_IN_BODY = re.compile(r"body\.([^:]+): ")
_numbers = itertools.count(1_000_000 + secrets.randbelow(8_000_000), 100)
"""Guests are new in every test, and most likely in every run: apps remember whom they know."""


def _of_the_option(error: ControlError) -> str:
    """What the control API refuses of a world, by the name that it has in a test."""
    return _IN_BODY.sub(r"\1 of @pytest.mark.mews or mews_options: ", str(error), count=1)


class World:
    """An integration of the fake. What your app needs stands in `env`, as `mockmews exec` sets it."""

    def __init__(
        self, fake: Fake, *, payload: str, fields: Mapping[str, Any], app_file: AppFile | None = None
    ) -> None:
        try:
            self.bench = Bench(fake, app_file or Nobody.instead_of(), payload=payload, world=fields)
        except ControlError as error:
            raise UsageError(_of_the_option(error)) from None
        self.bench.guests_before = next(_numbers)
        self._seated: object = None
        self._app: AppUnderTest | None = None

    @property
    def url(self) -> str:
        """The platform address, to be used in the place of https://api.mews-demo.com."""
        return self.bench.fake.url

    @property
    def control_url(self) -> str:
        """The control API's address."""
        return self.bench.fake.control_url

    @property
    def control(self) -> ControlMethods:
        """The control API as Python; its calls take `integration_id`."""
        return self.bench.control

    @property
    def integration_id(self) -> str:
        """The id of the integration."""
        return self.bench.id

    @property
    def client_token(self) -> str:
        """Names the application."""
        return self._fact("client_token")

    @property
    def access_token(self) -> str:
        """Connects the application to the hotel."""
        return self._fact("access_token")

    @property
    def webhook_token(self) -> str:
        """The secret in the webhook's URL."""
        return self._fact("webhook_token")

    @property
    def enterprise_id(self) -> str:
        """The hotel; the first of several."""
        return str(self.bench.integration["enterprise_ids"][0])

    @property
    def sink_url(self) -> str:
        """An address where the app may POST what it shows its guests."""
        return f"{self.control_url}/integrations/{self.integration_id}/sinks"

    @property
    def env(self) -> dict[str, str]:
        """Address and tokens as environment variables: MEWS_URL, MEWS_CLIENT_TOKEN and so on."""
        return {
            "MEWS_URL": self.url,
            "MEWS_CONTROL_URL": self.control_url,
            "MEWS_CLIENT_TOKEN": self.client_token,
            "MEWS_ACCESS_TOKEN": self.access_token,
            "MEWS_WEBHOOK_TOKEN": self.webhook_token,
        }

    def webhook_to(self, url: str) -> None:
        """Where webhooks go; `${webhook_token}` in it is filled."""
        self.control.change_integration(self.integration_id, webhook_url=url)

    def seat(self, app: Any) -> None:
        """Let this app be spoken to and heard: an AppUnderTest, or an object with `say` and `shown`."""
        if app is None:
            raise UsageError(
                "The fixture mews_app returned None. Let it return or yield an object with say(guest, text) and "
                "shown(guest), or app_file(path)."
            )
        if app is self._seated:
            return
        if isinstance(app, AppUnderTest):
            if app.is_running:
                raise UsageError(
                    f"{app.name} was started for another world already. Let mews_app return a new app_file(...) "
                    "for each test, or stand on mews_world."
                )
            self.bench.seat(app.described)
            app.runs_as(self.bench.app)
        else:
            self.bench.seat(OwnApp.of(app, call=at_home))
        self._seated = app

    def shared_app(self, described: AppFile) -> AppUnderTest:
        """The app of this file, started once for all tests that stand here."""
        if self._app is None or self._app.described.path != described.path:
            self._app = AppUnderTest(described)
            if self.bench.app_file.path == described.path:
                self._app.runs_as(self.bench.app)
                self._seated = self._app
            else:
                self.seat(self._app)
        return self._app

    def close(self) -> None:
        """End the app, and delete the integration."""
        self.bench.close()

    def renumber(self) -> None:
        """The next guests are new ones."""
        self.bench.guests_before = next(_numbers)

    def _fact(self, name: str) -> str:
        return str(self.bench.integration[name])


class Turn:
    """A test's use of a world: its own, or one that stands longer and is found as it was made."""

    def __init__(self, world: World, *, payload: str, fields: Mapping[str, Any], shared: bool) -> None:
        self.world = world
        self.shared = shared
        self._stack = ExitStack()
        if shared:
            world.renumber()
            given = {name: value for name, value in fields.items() if name != "seed"}
            self._stack.enter_context(world.bench.turn(payload=payload, world=given, guests=0))

    def end(self) -> None:
        """The test is over. A world of its own stays behind, refusing every call."""
        self._stack.close()
        if self.retires:
            self.world.bench.retire()
        elif not self.shared:
            self.world.close()

    @property
    def retires(self) -> bool:
        """Whether the integration was made for this test alone."""
        return not self.shared and not self.world.bench.is_lent
