"""The fakes of a run, and the addresses at which an app reaches them."""

from __future__ import annotations

import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from mockmews_testkit.errors import UsageError
from mockmews_testkit.replay.fakes import Addresses, Fakes


def test_port_0_of_a_public_url_is_the_free_one_that_was_taken() -> None:
    with closing(Fakes(Addresses(public_url="http://localhost:0"))) as fakes:
        fake = fakes.of(None)
        address = urlsplit(fake.url)
        assert address.hostname == "localhost"
        assert address.port
        socket.create_connection(("127.0.0.1", address.port), timeout=10).close()


def test_a_taken_port_of_a_public_url_names_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        public = f"http://localhost:{taken.getsockname()[1]}"
        with (
            closing(Fakes(Addresses(public_url=public))) as fakes,
            pytest.raises(UsageError, match="Port 0 in"),
        ):
            fakes.of(None)
