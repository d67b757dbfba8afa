"""`mockmews init`: the files of a newcomer, written where none are."""

from __future__ import annotations

from pathlib import Path

import click

from mockmews_testkit.errors import UsageError
from mockmews_testkit.init.likenesses import APP_FILE, LIKENESSES, written_for


@click.command()
@click.option(
    "--like", "likeness", type=click.Choice(LIKENESSES), default=LIKENESSES[0], show_default=True,
    help="What your app is like: the app file is written for that.",
)  # fmt: skip
def init(likeness: str) -> None:
    """Write a commented app file, a hotel's file, one scenario and one pytest file into this folder.

    What is there already is left alone.
    """
    written = []
    for name, text in written_for(likeness):
        if _write(Path(name), text):
            written.append(name)
            click.echo(f"wrote       {name}")
        else:
            click.echo(f"left alone  {name}: it is there already")
    if APP_FILE in written:
        line = next(n for n, each in enumerate(_lines(), 1) if each.startswith("start:"))
        click.echo(
            f"Next: put the command that starts your app into {APP_FILE}, line {line}. Then: mockmews doctor"
        )
    else:
        click.echo("Next: mockmews doctor")


def _lines() -> list[str]:
    return Path(APP_FILE).read_text("utf-8").splitlines()


def _write(path: Path, text: str) -> bool:
    """Whether it was written; False where something of this name is there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if path.parent.is_dir():
            return False
        raise UsageError(f"{path.parent} is no folder; {path} cannot be written into it.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Go to a folder of yours.") from None
    return True
