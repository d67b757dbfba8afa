"""The database file: made, migrated, locked, and refused in words where it cannot be used."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest
from msgspec.structs import replace

from mockmews import MockMewsServer
from mockmews.errors import StoreError
from mockmews.model.messages import Message, MessageThread, Sender
from mockmews.model.webhooks import AttemptCause, DeliveryAttempt, DeliveryState, WebhookDelivery
from mockmews.store.database import Database
from mockmews.store.rooms import Store
from tests.webhooks.hotel import Hotel


def versions() -> int:
    """How many migrations there are."""
    files = resources.files("mockmews.store.migrations").iterdir()
    return len([each for each in files if each.name.endswith(".sql")])


def refusal(path: Path) -> str:
    """What is said where the file cannot be used; the path is always named."""
    with pytest.raises(StoreError) as error:
        Database(str(path))
    assert str(path) in str(error.value)
    return str(error.value)


def test_a_new_file_has_all_tables_and_our_mark(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    Store(str(path)).close()
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (versions(),)
        assert plain.execute("PRAGMA application_id").fetchone() == (0x4D455753,)
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        tables = {name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"worlds", "threads", "messages", "deliveries", "planned_replies"} <= tables


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    path.touch()
    Store(str(path)).close()
    Store(str(path)).close()


def test_a_file_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    migrations = resources.files("mockmews.store.migrations")
    first = min(
        (each for each in migrations.iterdir() if each.name.endswith(".sql")), key=lambda each: each.name
    )
    with closing(sqlite3.connect(path)) as plain:
        plain.executescript(first.read_text(encoding="utf-8"))
        plain.executescript("PRAGMA user_version = 1; PRAGMA application_id = 0x4D455753;")
        plain.execute("INSERT INTO planned_replies VALUES (1, 2, '{}')")
        # Then an id was its bytes, the COMB tail first.
        of_thread, of_hotel = (
            bytes.fromhex(each) for each in ("b51000654d5b005a6d18f6524817a0e9", "0b" * 16)
        )
        plain.execute("INSERT INTO threads VALUES (1, 3, ?, ?, 'John', 'Hi', 1, 2, 1)", (of_thread, of_hotel))
        of_message = bytes.fromhex("b51000654d677e514e46afa8400b98cb")
        plain.execute("INSERT INTO messages VALUES (1, 3, 4, ?, 'Hello', 'Enterprise', 5, 6)", (of_message,))
        # And the body of a delivery stood in its own row.
        plain.execute(
            "INSERT INTO deliveries VALUES (1, 7, 'd', 'e', 'i', 'scheduled', 1, 2, 1, x'7b7d', NULL, 'general')"
        )
        plain.execute(
            "INSERT INTO delivery_attempts VALUES (1, 7, 1, 'first', 1, 'u', 500, 2.5, NULL, 0, 'no')"
        )
        plain.commit()
    store = Store(str(path))
    assert store.replies.last_sequence(1) == 2
    thread_id, message_id = "005a6d18-f652-4817-a0e9-b51000654d5b", "7e514e46-afa8-400b-98cb-b51000654d67"
    hotel_id = "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"
    thread = MessageThread(3, thread_id, hotel_id, "John", "Hi", 1, 2, is_resolved=True)
    assert store.messages.thread(1, thread_id.upper()) == thread
    message = Message(4, message_id, thread_id, "Hello", Sender.ENTERPRISE, 5, 6)
    assert store.messages.message(1, message_id.upper()) == message
    delivery = WebhookDelivery(7, "d", "e", "i", DeliveryState.SCHEDULED, 1, 2, attempts=1, body=b"{}")
    assert store.webhooks.deliveries(1) == [delivery]
    (failed,) = store.webhooks.attempts(1, 7)
    assert failed == DeliveryAttempt(1, AttemptCause.FIRST, 1, "u", 500, 2.5, response="no")
    second = replace(failed, number=2, cause=AttemptCause.RETRY)
    store.webhooks.add_attempt(1, delivery, second)
    assert store.webhooks.attempts(1, 7) == [failed, second]
    store.close()


def test_the_body_of_a_delivery_is_kept_with_its_first_attempt(tmp_path: Path) -> None:
    path = str(tmp_path / "mews.db")
    delivery = WebhookDelivery(7, "d", "e", "i", DeliveryState.SCHEDULED, 1, 2)
    first = DeliveryAttempt(1, AttemptCause.FIRST, 1, "u", 500, 2.5)
    store = Store(path)
    store.webhooks.insert(1, delivery)
    assert store.webhooks.find(1, "d") == delivery
    tried = replace(delivery, attempts=1, body=b"{}")
    store.webhooks.add_attempt(1, tried, first)
    store.webhooks.update(1, tried)
    store.webhooks.add_attempt(1, tried, replace(first, number=2))
    store.close()
    store = Store(path)
    assert [store.webhooks.find(1, "d"), store.webhooks.latest(1), store.webhooks.delivery(1, 7)] == [
        tried
    ] * 3
    assert len(store.webhooks.attempts(1, 7)) == 2
    store.close()
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (versions(),)


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    Store(str(path)).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {versions() + 1}")
    assert "written by a newer mockmews" in refusal(path)
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (versions() + 1,)


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    assert "a database of another program" in refusal(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 1000)
    assert "not a database of mockmews" in refusal(path)
    assert path.read_text() == "Dear diary, " * 1000


def test_a_folder_and_a_file_in_no_folder_are_refused(tmp_path: Path) -> None:
    assert "unable to open" in refusal(tmp_path)
    assert "unable to open" in refusal(tmp_path / "nowhere" / "mews.db")


def damage(path: Path, root: str) -> None:
    """Overwrite the page on which a table begins."""
    with closing(sqlite3.connect(path)) as plain:
        (page,) = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (root,)).fetchone()
        (size,) = plain.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xee" * size)


@pytest.mark.parametrize("table", ["worlds", "deliveries", "planned_replies"])
def test_a_damaged_file_is_refused_when_the_server_starts(tmp_path: Path, table: str) -> None:
    path = tmp_path / "mews.db"
    with MockMewsServer(db=str(path)):
        pass
    damage(path, table)
    for _ in range(2):  # and nothing is left open that would lock it
        with pytest.raises(StoreError, match="is damaged") as error, MockMewsServer(db=str(path)):
            pass
        assert str(path) in str(error.value)


def test_a_world_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    with MockMewsServer(db=str(path)):
        pass
    with closing(sqlite3.connect(path)) as plain:
        plain.execute('UPDATE worlds SET document = \'{"key": "x"}\' WHERE world = 3')
        plain.commit()
    with pytest.raises(StoreError, match="is damaged"), MockMewsServer(db=str(path)):
        pass


def test_a_file_in_use_is_refused_in_this_process_and_in_another(tmp_path: Path) -> None:
    path = tmp_path / "mews.db"
    script = (
        "import sys\nfrom mockmews.errors import StoreError\nfrom mockmews.store.database import Database\n"
        "try:\n    Database(sys.argv[1])\nexcept StoreError as error:\n    sys.exit(str(error))\n"
    )

    def other_process() -> str:
        command = [sys.executable, "-c", script, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.stderr.strip()

    with MockMewsServer(db=str(path)) as fake:
        with pytest.raises(StoreError, match="in use by another server"), MockMewsServer(db=str(path)):
            pass
        assert other_process() == (
            f"{path} is in use by another server. Stop that one, or name another file for --db."
        )
        assert fake.control.create_integration()
    assert other_process() == ""


# Transactions


def test_a_transaction_that_fails_has_not_happened(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "mews.db"))
    run = database.connection.execute
    with pytest.raises(RuntimeError), database.transaction():
        run("INSERT INTO worlds VALUES (1, '{}')")
        raise RuntimeError("stop")
    with database.transaction():
        run("INSERT INTO worlds VALUES (2, '{}')")
    assert run("SELECT world FROM worlds").fetchall() == [(2,)]
    database.close()


def test_a_full_disk_is_an_error_and_the_next_change_works(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "mews.db"))
    run = database.connection.execute
    (pages,) = run("PRAGMA page_count").fetchone()
    run(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(sqlite3.OperationalError, match="full"), database.transaction():
        for number in range(100):
            run("INSERT INTO worlds VALUES (?, ?)", (number, "x" * 4000))
    assert not database.connection.in_transaction
    with database.transaction():
        run("INSERT INTO worlds VALUES (1, 'small')")
    assert run("SELECT document FROM worlds").fetchall() == [("small",)]
    database.close()


def test_a_full_disk_is_a_500_and_the_server_lives_on(tmp_path: Path) -> None:
    with MockMewsServer(db=str(tmp_path / "mews.db")) as fake:
        world = Hotel(fake.url, fake.control, fake.control.create_integration())
        thread = world.opens()
        written = world.writes(thread, "before")
        run = fake._started._app.mock.store._database.connection.execute
        (pages,) = run("PRAGMA page_count").fetchone()
        run(f"PRAGMA max_page_count = {pages + 5}")
        items = [{"MessageThreadId": thread, "Text": "x" * 1000}] * 1000
        status, answer = world.ask("messages/add", Messages=items)
        assert (status, set(answer)) == (500, {"Message", "RequestId", "Details"})
        run("PRAGMA max_page_count = 1000000")
        written += world.writes(thread, "after")
        assert [each["Id"] for each in world.reads(thread)[::-1]] == written
