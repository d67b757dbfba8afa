"""One run of the fake in the foreground: from a bound socket to the last line after a signal."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from mockmews.app import App
from mockmews.control import PREFIX
from mockmews.engine.front_desk import DEMO_RULES
from mockmews.engine.worlds import LiveWorld
from mockmews.errors import ServerError
from mockmews.listening import Server, address_of, admin_token_for, bind, new_loop
from mockmews.model import demo
from mockmews.serving.banner import Line, Told, banner
from mockmews.serving.choices import Choices
from mockmews.serving.log import Handler, JsonLog, Log, TextLog, Writer
from mockmews.serving.ready_file import ReadyFile
from mockmews.serving.recording import Recording
from mockmews.store.database import MEMORY
from mockmews.wire.reply_rules import write_rules

_SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK")
_GRACE = 0.3  # seconds that cancelled work has to end

Show = Callable[[list[Line]], None]


def serve(choices: Choices, *, version: str, show: Show) -> None:
    """Serve until a signal comes, or standard input closes where that was asked for.

    `show` is handed the banner once requests are served. Raises MockMewsError where serving cannot begin.
    """
    bound = bind(choices.host, choices.port)
    try:
        token = admin_token_for(bound, choices.options.admin_token)
        choices = replace(choices, options=replace(choices.options, admin_token=token))
        app = App(choices.options)
        url = choices.public_url or address_of(bound, tls=choices.tls_cert is not None)
        with contextlib.closing(app.mock.store):
            _restate(app, choices)
            _Run(choices, app, url, version, show).until_stopped(bound)
    finally:
        bound.close()


class _Run:
    """The parts of one run, and the order in which they begin and end."""

    def __init__(self, choices: Choices, app: App, url: str, version: str, show: Show) -> None:
        self._choices = choices
        self._app = app
        self._url = url
        self._version = version
        self._show = show
        self._ready_file = ReadyFile(choices.ready_file) if choices.ready_file is not None else None
        self._recording = Recording(choices.record, app.mock) if choices.record is not None else None
        self._writer = Writer(sys.stderr.fileno())
        self._log = self._make_log()

    def until_stopped(self, bound: socket.socket) -> None:
        """Serve on the socket."""
        choices, loop = self._choices, new_loop()
        server = Server(self._app, self._begun, ssl_certfile=choices.tls_cert, ssl_keyfile=choices.tls_key)
        stop = _stopper(loop, server)
        for name in _SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: stop())
        if choices.until_stdin_closes:
            threading.Thread(target=_read_stdin, args=(stop,), name="mockmews-stdin", daemon=True).start()
        try:
            loop.run_until_complete(_serve(server, bound))
            if self._recording is not None:
                self._recording.close()
            self._log.event("stopped")
        except SystemExit:
            raise ServerError("The server could not start; the lines above say why.") from None
        finally:
            if self._ready_file is not None:
                self._ready_file.remove()
            self._writer.close()
            loop.close()

    def _make_log(self) -> Log:
        write, mock = self._writer.write, self._app.mock
        if self._choices.log_format == "json":
            log: Log = JsonLog(write, mock.clock.real)
            mock.subscribe(log.entry)
        else:
            log = TextLog(write)
            if not self._choices.quiet:
                mock.subscribe(log.entry)
        logging.getLogger().addHandler(Handler(log))
        return log

    def _begun(self) -> None:
        """Requests are served: say so."""
        gc.freeze()  # what is here now stays to the end; the collector need not look through it again
        gc.enable()
        first = _demo_worlds(self._app)[0]
        control_url = self._url + PREFIX
        if self._ready_file is not None:
            facts = {"url": self._url, "control_url": control_url, **_facts(first)}
            if self._choices.authority is not None:
                facts["ca_file"] = str(self._choices.authority)
            self._ready_file.write(facts)
        self._log.event("started", url=self._url, control_url=control_url, pid=os.getpid())
        if not self._choices.quiet:
            self._show(banner(self._told(first)))

    def _told(self, first: LiveWorld) -> Told:
        options = self._choices.options
        return Told(
            version=self._version,
            url=self._url,
            client_token=first.noun.client_token,
            access_token=first.noun.integrations[0].access_token,
            webhook_token=first.noun.webhook_token,
            webhook_url=first.webhook_url,
            faults=_faults(self._app, first),
            hotel_file=self._choices.config,
            hotels=len(options.worlds),
            front_desk=_front_desk(first, self._choices.rules_from),
            settings=options.settings,
            clock_rate=first.clock.rate,
            database=None if options.db == MEMORY else options.db,
            admin_token=options.admin_token,
            authority=self._choices.authority,
            insecure_webhooks=options.insecure_webhooks,
            seed=options.seed,
            record=self._choices.record,
        )


async def _serve(server: Server, bound: socket.socket) -> None:
    await server.serve(sockets=[bound])
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=_GRACE)


def _stopper(loop: asyncio.AbstractEventLoop, server: Server) -> Callable[[], None]:
    """Stops the server from a signal handler or another thread; does nothing once it has stopped."""

    def stop() -> None:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(server.stop)

    return stop


def _read_stdin(stop: Callable[[], None]) -> None:
    # os.read, because a thread that waits in sys.stdin would hold a lock that the end of Python wants.
    with contextlib.suppress(OSError):
        while os.read(0, 65_536):
            pass
    stop()


def _demo_worlds(app: App) -> list[LiveWorld]:
    found = (app.mock.worlds.by_access_token(pair[3].access_token) for pair in demo.pairs())
    return [pair[0] for pair in found if pair is not None]


def _faults(app: App, first: LiveWorld) -> tuple[tuple[str, int], ...]:
    """The names of integrations where faults stand, and how many in each; `first` comes first."""
    worlds = sorted(app.mock.worlds, key=lambda each: each is not first)
    return tuple((each.noun.name, len(each.faults)) for each in worlds if each.faults)


def _restate(app: App, choices: Choices) -> None:
    """What was said of the demo hotels holds for those of an older database too."""
    integrations, options = app.mock.integrations, choices.options
    for world in _demo_worlds(app):
        if "clock" in choices.restate and world.noun.clock != options.demo_clock:
            integrations.save(world, replace(world.noun, clock=options.demo_clock))
            integrations.set_clock(world, rate=options.demo_clock.rate)
        if "reply_rules" in choices.restate and world.noun.reply_rules != list(options.demo_rules):
            rules = list(options.demo_rules)
            integrations.save(world, replace(world.noun, reply_rules=rules, spent_rules=()))


def _facts(world: LiveWorld) -> dict[str, Any]:
    noun = world.noun
    return {
        "pid": os.getpid(),
        "client_token": noun.client_token,
        "access_token": noun.integrations[0].access_token,
        "webhook_token": noun.webhook_token,
    }


def _front_desk(world: LiveWorld, rules_from: str | None) -> str:
    if world.responder is not None:
        return f"asks {world.responder.name}"
    if not world.noun.reply_rules:
        return "silent; answer in the console, or with: mockmews reply"
    if world.noun.reply_rules == write_rules(DEMO_RULES):
        return "answers the demo hotels' guests with the guide's lines after 2 s"
    count = len(world.noun.reply_rules)
    source = "the database" if rules_from is None else rules_from
    return f"answers by {count} rule{'' if count == 1 else 's'} of {source}"
