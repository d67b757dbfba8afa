"""Same inputs, same journal, byte for byte: whatever the process and its hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def journal_under(hash_seed: str) -> bytes:
    environment = {
        **os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.engine.journal_script"]
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_journal_is_byte_equal_under_three_hash_seeds() -> None:
    first, *others = [journal_under(seed) for seed in ("0", "1", "31415")]
    assert others == [first, first]
    entries = [json.loads(line) for line in first.splitlines()]
    kinds = {entry["kind"] for entry in entries}
    assert {
        "request",
        "thread",
        "message",
        "event",
        "choice",
        "reply",
        "hotel",
        "attempt",
        "resolved",
    } <= kinds
    assert len([entry for entry in entries if entry["kind"] == "attempt"]) == 3
