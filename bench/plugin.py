"""The row of the pytest plugin where nobody uses it: a collect-only run with it, beside one without it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.contest import Cost, hold
from bench.plan import Finding, Plan, compared
from bench.processes import cpu_of_ended

_TESTS = "".join(f"def test_{number}():\n    assert True\n\n" for number in range(20))
_COLLECT = [
    sys.executable,
    "-m",
    "pytest",
    "--collect-only",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:anyio",
]


_ALONE = {
    **os.environ,
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}  # else others' plugins would hide what ours costs


async def measure(plan: Plan) -> list[Finding]:
    """A project of its own, which has ten small files of tests."""
    with tempfile.TemporaryDirectory(prefix="mockmews-bench-") as name:
        folder = Path(name)
        for number in range(10):
            (folder / f"test_{number}.py").write_text(_TESTS, encoding="utf-8")
        contenders = {
            "with the plugin": _collecting(folder, "-p", "mockmews_testkit.pytest_plugin"),
            "without": _collecting(folder),
        }
        for cost in contenders.values():
            await cost()
        costs = await hold(contenders, rounds=plan.starts)
    return [compared("plugin", costs, "with the plugin", "without", unit="CPU ms")]


def _collecting(folder: Path, *options: str) -> Cost:
    async def cost() -> float:
        used = cpu_of_ended()
        _run([*_COLLECT, *options], folder)
        return (cpu_of_ended() - used) * 1e3

    return cost


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, env=_ALONE, check=True, stdout=subprocess.DEVNULL)
