"""The log of a SQLite store is copied into its file beside the writer, and then begins anew."""

import sqlite3
import time
from pathlib import Path

import pytest

from openprofiles.storage.database import Transaction
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_checkpoints import WORKS_BETWEEN, Checkpointer

PAGE = 4_096
MAKE = "CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"
ADD = "INSERT INTO page (text) VALUES (:text)"
LET_GO = 500
"""Writes within which a log that was copied has begun anew; together they are far from where SQLite copies itself."""


def add_a_page(tx: Transaction) -> None:
    tx.run(ADD, text="x" * PAGE)


def test_the_log_begins_anew_while_writing_goes_on(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "store.db")
    log = tmp_path / "store.db-wal"
    database.write(lambda tx: tx.run(MAKE)).result(5)
    for future in [database.write(add_a_page) for _ in range(WORKS_BETWEEN)]:
        future.result(20)

    sizes = []
    for _ in range(LET_GO):
        time.sleep(0.005)
        database.write(add_a_page).result(5)
        sizes.append(log.stat().st_size)

    assert len(set(sizes)) < LET_GO / 2, "the log has grown with each write"
    database.close()


def test_nothing_is_lost_where_the_log_was_copied(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = open_sqlite(path)
    database.write(lambda tx: tx.run(MAKE)).result(5)
    for future in [database.write(add_a_page) for _ in range(3 * WORKS_BETWEEN)]:
        future.result(20)
    database.close()

    connection = sqlite3.connect(path)
    [count] = connection.execute("SELECT count(*) FROM page WHERE length(text) = ?", (PAGE,)).fetchone()
    [verdict] = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    assert (count, verdict) == (3 * WORKS_BETWEEN, "ok")


@pytest.mark.parametrize("failing", [sqlite3.OperationalError("disk I/O error"), sqlite3.DatabaseError("malformed")])
def test_a_log_that_can_not_be_copied_harms_nobody(tmp_path: Path, failing: sqlite3.Error) -> None:
    def connect() -> sqlite3.Connection:
        raise failing

    connection = sqlite3.connect(tmp_path / "store.db")
    checkpointer = Checkpointer(connect)
    for _ in range(3):
        checkpointer.after_commit(WORKS_BETWEEN, connection)
        time.sleep(0.01)

    checkpointer.close()
    connection.close()
