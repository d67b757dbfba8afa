"""Ports that are promised to one app at a time."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from mockmews_testkit.errors import TestkitError
from mockmews_testkit.integration import ports
from mockmews_testkit.integration.ports import Port

ASK = """
import sys
from mockmews_testkit.integration import ports
ports._FIRST, ports._COUNT = int(sys.argv[1]), 1
try:
    print(ports.Port().number)
except Exception as error:
    print(type(error).__name__)
"""


def asked_elsewhere(number: int) -> str:
    """What another process gets that may have this port alone."""
    ran = subprocess.run([sys.executable, "-c", ASK, str(number)], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_a_port_is_promised_to_one_app_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    port = Port()
    assert asked_elsewhere(port.number) == "TestkitError"
    monkeypatch.setattr(ports, "_FIRST", port.number)
    monkeypatch.setattr(ports, "_COUNT", 1)
    with pytest.raises(TestkitError, match="No port is free"):
        Port()
    number = port.number
    port.release()
    port.release()
    assert asked_elsewhere(number) == str(number)


def test_a_port_where_something_listens_is_promised_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    port = Port()
    with socket.create_server(("127.0.0.1", port.number)):
        monkeypatch.setattr(ports, "_FIRST", port.number)
        monkeypatch.setattr(ports, "_COUNT", 1)
        port.release()
        with pytest.raises(TestkitError, match="No port is free"):
            Port()


def test_a_promise_ends_with_who_held_it(monkeypatch: pytest.MonkeyPatch) -> None:
    number = Port().number
    monkeypatch.setattr(ports, "_FIRST", number)
    monkeypatch.setattr(ports, "_COUNT", 1)
    assert Port().number == number
