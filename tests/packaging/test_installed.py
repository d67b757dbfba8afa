"""The wheel in a virtual environment of its own: installed, asked for its version, and asked as a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

import mockmews

ROOT = Path(__file__).resolve().parents[2]
PARTS = "Scripts" if sys.platform == "win32" else "bin"

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a fresh environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=300)
    python = folder / PARTS / "python"
    constraints = ROOT / "constraints.txt"
    install = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(constraints), str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=600)
    return folder / PARTS


def ask(server: dict[str, Any]) -> httpx.Response:
    body = {
        "ClientToken": server["client_token"],
        "AccessToken": server["access_token"],
        "Client": "Packaging 1.0",
        "OriginalSender": "Penelope",
        "Subject": "Late arrival",
    }
    return httpx.post(f"{server['url']}/api/connector/v1/messageThreads/add", json=body, trust_env=False)


def test_installed_command_tells_its_version(environment: Path, tmp_path: Path) -> None:
    command = [str(environment / "mockmews"), "--version"]
    told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)
    assert told.stdout == f"mockmews {mockmews.__version__}\n"


def test_installed_server_answers_and_stops(environment: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    options = ["serve", "--port", "0", "--ready-file", str(ready), "--until-stdin-closes"]
    server = subprocess.Popen(
        [str(environment / "mockmews"), *options], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()  # the banner comes once requests are served
        answer = ask(json.loads(ready.read_text(encoding="ascii")))
        assert answer.status_code == 200
        assert answer.json()["MessageThreads"][0]["OriginalSender"] == "Penelope"
    finally:
        server.communicate(timeout=30)
    assert server.returncode == 0
    assert not ready.exists()


def test_installed_demo_holds(environment: Path, tmp_path: Path) -> None:
    command = [str(environment / "mockmews"), "demo"]
    told = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stdout + told.stderr
