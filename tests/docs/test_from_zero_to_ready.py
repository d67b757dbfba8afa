"""docs/from-zero-to-ready.md is walked as it is written, with the app that it shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.guide import ROOT, Block, blocks

COMMANDS = Path(sys.executable).parent
GUIDE = blocks("docs/from-zero-to-ready.md")
SHELL = shutil.which("bash")

pytestmark = [
    pytest.mark.skipif(SHELL is None, reason="needs bash"),
    pytest.mark.skipif(shutil.which("mockmews", path=str(COMMANDS)) is None, reason="needs the command"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's project as the guide makes it, its app file filled in."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "docs" / "examples" / "concierge.py", folder)
    assert "wrote       mews-app.yaml" in told(folder, "mockmews init")
    (app_file,) = (each for each in GUIDE if each.kind == "yaml mews-app.yaml")
    (folder / "mews-app.yaml").write_text(app_file.text, encoding="utf-8")
    return folder


def told(folder: Path, script: str) -> str:
    """What a piece of shell says; it must end with 0."""
    assert SHELL is not None
    lines = f'PATH="{COMMANDS}:$PATH"\n{script}'
    command = [SHELL, "-eu", "-o", "pipefail"]
    ran = subprocess.run(
        command, input=lines, cwd=folder, capture_output=True, text=True, check=False, timeout=540
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def pieces() -> Iterator[Any]:
    """Each piece of shell, with the answer that is shown behind it. The score card takes its time."""
    shown = [each for each in GUIDE if each.kind in ("sh session", "text answer")]
    for block, after in zip(shown, [*shown[1:], None], strict=True):
        if block.kind == "sh session" and block.text != "mockmews init\n":
            answer = after if after is not None and after.kind == "text answer" else None
            marks = [pytest.mark.soak] if "--check" in block.text else []
            yield pytest.param(block, answer, id=f"line {block.line}", marks=marks)


@pytest.mark.parametrize(("block", "answer"), list(pieces()))
def test_guide_works_piece_by_piece(project: Path, block: Block, answer: Block | None) -> None:
    said = told(project, block.text)
    assert answer is None or answer.text.strip() in said


@pytest.mark.soak(seconds=50)
def test_guide_ends_with_ready(project: Path) -> None:
    (block,) = (each for each in GUIDE if each.kind == "sh certify")
    assert "   READY" in told(project, f"{block.text.strip()} --quiet")


def test_guide_blocks_are_all_known() -> None:
    assert {each.kind for each in GUIDE} == {"sh session", "sh certify", "yaml mews-app.yaml", "text answer"}
