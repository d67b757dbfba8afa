"""The composition root: settings and options in, one ASGI application out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from starlette.types import Receive, Scope, Send

from mockmews import contract
from mockmews.connector.routes import Connector
from mockmews.console import is_ours as is_console
from mockmews.control.guard import Guard
from mockmews.engine.mock_mews import MockMews
from mockmews.engine.transport import Transport
from mockmews.engine.worlds import Defaults
from mockmews.model.config import OtherOperation
from mockmews.model.faults import Fault
from mockmews.model.integrations import ClockStart, WorldRequest
from mockmews.model.replies import OwnResponder
from mockmews.settings import Settings
from mockmews.store.database import MEMORY
from mockmews.store.rooms import Store

if TYPE_CHECKING:
    from mockmews.console.routes import Console
    from mockmews.control.api import ControlApi
    from mockmews.control.routes import Control

OWN = "/_mockmews/"
SWAGGER = "/Swagger/connector/swagger.yaml"


class Options(Struct, frozen=True):
    """What a server is made of, beside the settings that every world starts from.

    `asked` names the settings that the user gave; what begins with `demo_` is for the demo worlds.
    """

    settings: Settings = field(default_factory=Settings)
    asked: frozenset[str] = frozenset()
    db: str = MEMORY
    db_sync: str = "normal"
    webhook_url: str | None = None
    seed: int | None = None
    demo_rules: tuple[dict[str, object], ...] = ()
    demo_clock: ClockStart = field(default_factory=ClockStart)
    demo_responder: OwnResponder | None = None
    demo_faults: tuple[Fault, ...] | None = None
    allow_hosts: frozenset[str] = frozenset()
    admin_token: str | None = None
    insecure_webhooks: bool = False
    worlds: tuple[WorldRequest, ...] = ()
    other_operations: tuple[OtherOperation, ...] = ()


class App:
    """The fake as an ASGI application; `mock`, `api` and `connector` are its insides for the same process.

    Mews's face is there from the start. The mock's own faces, and the web framework under them, are loaded
    when somebody turns to them: most servers of a test run never hear of them over HTTP.
    """

    def __init__(self, options: Options) -> None:
        """Raises StoreError where the database cannot be used, ConfigurationError where a file cannot."""
        defaults = Defaults(
            options.settings,
            options.webhook_url,
            options.demo_rules,
            options.seed,
            options.demo_clock,
            options.demo_responder,
            options.demo_faults,
            options.asked,
        )
        self.mock = MockMews(
            Store(options.db, synchronous=options.db_sync),
            defaults,
            transport=Transport(insecure=options.insecure_webhooks),
            seed=options.seed,
        )
        try:
            for request in options.worlds:
                self.mock.integrations.establish(request)
        except BaseException:
            self.mock.store.close()
            raise
        self._guard = Guard(options.allow_hosts, options.admin_token)
        self.connector = Connector(self.mock, options.other_operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif is_console(scope["path"]):
            await self._console(scope, receive, send)
        elif scope["path"].startswith(OWN):
            await self._control(scope, receive, send)
        elif scope["path"] == SWAGGER and scope["method"] in ("GET", "HEAD"):
            await _send_swagger(scope, send)
        else:
            await self.connector(scope, receive, send)

    @cached_property
    def api(self) -> ControlApi:
        """The control API as a function."""
        from mockmews.control.api import ControlApi

        return ControlApi(self.mock)

    @cached_property
    def _control(self) -> Control:
        from mockmews.control.routes import Control

        return Control(self.mock, self._guard, self.api)

    @cached_property
    def _console(self) -> Console:
        from mockmews.console.routes import Console

        return Console(self._guard.recognise)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.mock.open()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.mock.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _send_swagger(scope: Scope, send: Send) -> None:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    body = contract.document_yaml(f"{scope['scheme']}://{host}" if host else None).encode()
    headers = [(b"content-type", b"application/yaml"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
