"""Runs the sample guest app: `python -m mockmews_testkit.sample_app`."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys

import uvicorn

from mockmews_testkit.sample_app.app import create_app
from mockmews_testkit.sample_app.settings import Settings, SettingsError


class _Server(uvicorn.Server):
    """Says where it listens, once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            host, port = listener.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"listening on http://{shown}:{port}\n")
            sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if os.name == "posix":  # a restart finds its port free; on Windows the option means something else
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    try:
        settings = Settings.from_environment(os.environ)
        listener = _listen(settings.host, settings.port)
    except (SettingsError, OSError) as error:
        sys.stderr.write(f"sample guest app: {error}\n")
        sys.exit(2)
    # Our own log only: uvicorn's access log would show the webhook's token, which stands in its URL (SEC-01).
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    # uvicorn shuts down in order and then hands the signal on: to end by it is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
