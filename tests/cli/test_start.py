"""What a start loads: Mews's face and what a first call needs, and nothing that waits for somebody to ask."""

from __future__ import annotations

from pathlib import Path

from tests.cli.process import Serving

LATE = {
    "anyio", "difflib", "httpx", "jsonschema", "mockmews.client", "mockmews.console.routes",
    "mockmews.control.api", "mockmews.control.routes", "mockmews.server", "re2", "starlette.requests",
    "starlette.responses", "yaml", "zoneinfo",
}  # fmt: skip


def test_a_start_leaves_to_their_first_use_what_a_first_call_does_not_need(tmp_path: Path) -> None:
    told = {"PYTHONPROFILEIMPORTTIME": "1"}
    with Serving(tmp_path, "--quiet", env=told, has_banner=False) as server:
        status, _ = server.call("messageThreads/add", OriginalSender="A guest", Subject="Noon")
        server.stop()
        loaded = {line.rpartition("|")[2].strip() for line in server.rest(server.log)}
    assert status == 200
    assert {"mockmews.app", "mockmews.connector.operation"} <= loaded
    assert not loaded & LATE
