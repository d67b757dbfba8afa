"""The database: opening, locking, migrating, and one transaction around each change."""

from __future__ import annotations

import atexit
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType

import msgspec

from mockmews.errors import StoreError

MEMORY = ":memory:"
_MIGRATIONS = Path(__file__).with_name("migrations")
_APPLICATION = 0x4D455753  # "MEWS": marks our files, so that another program's database is never touched

# Bytes. SQLite that splits a page walks through all pages in memory at the commit: fewer, larger ones.
_PAGE_IN_MEMORY = 16 * 1024


class Database:
    """One open database, used by one thread at a time, and by one server: a file is locked while open."""

    def __init__(self, path: str = MEMORY, *, synchronous: str = "normal") -> None:
        """Open `path` or make it. Raises StoreError where it is locked, foreign, damaged or newer."""
        self.path = path
        try:
            self.connection = _open(path)
        except sqlite3.Error as error:
            raise StoreError(
                f"Cannot open the database {path}: {error}. Name a file in a folder that exists."
            ) from None
        try:
            self._prepare(synchronous)
        except BaseException as error:
            self.connection.close()
            if isinstance(error, sqlite3.Error):
                raise StoreError(self._explain(error)) from None
            raise
        self._transaction = _Transaction(self.connection)

    def transaction(self) -> _Transaction:
        """`with database.transaction():` commits at the end, or takes everything back on an error."""
        return self._transaction

    @contextmanager
    def reading(self) -> Iterator[None]:
        """For what is read when a server starts. Raises StoreError where the file turns out to be damaged."""
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise StoreError(
                f"{self.path} is damaged ({error}). Restore it from a copy, or name another file for --db."
            ) from None

    def close(self) -> None:
        self.connection.close()

    def _prepare(self, synchronous: str) -> None:
        if self.path == MEMORY:
            _empty().backup(self.connection)
            return
        run = self.connection.execute
        # Exclusive: the file's own lock keeps a second server out, and dies with a killed process.
        run("PRAGMA locking_mode = EXCLUSIVE")
        self._refuse_foreign()
        run("PRAGMA journal_mode = WAL")
        run(f"PRAGMA synchronous = {'FULL' if synchronous == 'full' else 'NORMAL'}")
        run("BEGIN EXCLUSIVE")
        run("COMMIT")
        self._migrate()

    def _refuse_foreign(self) -> None:
        application = self.connection.execute("PRAGMA application_id").fetchone()[0]
        tables = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != _APPLICATION:
            raise StoreError(f"{self.path} is a database of another program. Name another file for --db.")

    def _migrate(self) -> None:
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        migrations = _migrations()
        if version > len(migrations):
            raise StoreError(
                f"{self.path} was written by a newer mockmews (version {version} of its tables, "
                f"this one knows {len(migrations)}). Update mockmews, or name another file for --db."
            )
        _carry_out(self.connection, migrations[version:], version)

    def _explain(self, error: sqlite3.Error) -> str:
        text = str(error)
        if "locked" in text or "busy" in text:
            return f"{self.path} is in use by another server. Stop that one, or name another file for --db."
        if "not a database" in text or "malformed" in text:
            return f"{self.path} is not a database of mockmews ({text}). Name another file for --db."
        return f"Cannot use the database {self.path}: {text}. Check the file and its folder."


def _open(path: str) -> sqlite3.Connection:
    return sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=0
    )


def _migrations() -> list[Path]:
    return sorted(_MIGRATIONS.glob("*.sql"))


def _carry_out(connection: sqlite3.Connection, migrations: Iterable[Path], version: int) -> None:
    """Bring the tables of this version up to date."""
    for number, migration in enumerate(migrations, version + 1):
        connection.executescript(
            f"BEGIN;\n{migration.read_text(encoding='utf-8')}\n"
            f"PRAGMA user_version = {number}; PRAGMA application_id = {_APPLICATION}; COMMIT;"
        )


@cache
def _empty() -> sqlite3.Connection:
    """An empty database in memory. Copies of it are made in a thirtieth of the time that its tables take."""
    connection = _open(MEMORY)
    connection.execute(f"PRAGMA page_size = {_PAGE_IN_MEMORY}")
    atexit.register(connection.close)
    _carry_out(connection, _migrations(), 0)
    return connection


class _Transaction:
    """Begin, then commit or roll back; not to be nested (one request, one transaction)."""

    __slots__ = ("_connection", "_run")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._run = connection.execute

    def __enter__(self) -> None:
        self._run("BEGIN")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                self._run("COMMIT")
                return
            except sqlite3.Error:
                self._take_back()
                raise
        self._take_back()

    def _take_back(self) -> None:
        # A full disk makes SQLite take everything back by itself.
        if self._connection.in_transaction:
            self._run("ROLLBACK")
