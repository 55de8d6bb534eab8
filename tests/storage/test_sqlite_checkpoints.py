"""The log of a SQLite store is copied into its file beside the writer, and then begins anew."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import pytest

from openprofiles.storage.database import Transaction
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_checkpoints import (
    BEGIN_ANEW,
    BYTES_BETWEEN,
    LEAST_BYTES,
    LONGEST_LOG,
    Checkpointer,
)
from openprofiles.storage.sqlite_gate import PATIENCE, Gate

PAGE = 4_096
MAKE = "CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"
ADD = "INSERT INTO page (text) VALUES (:text)"
WORKS_BETWEEN = BYTES_BETWEEN // LEAST_BYTES
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
    tried = Semaphore(0)

    def connect() -> sqlite3.Connection:
        tried.release()
        raise failing

    connection = sqlite3.connect(tmp_path / "store.db")
    checkpointer = Checkpointer(connect, Gate())
    for _ in range(3):  # it goes on trying
        checkpointer.after_commit([BYTES_BETWEEN], connection)
        assert tried.acquire(timeout=5)

    checkpointer.close()
    connection.close()


def test_reads_without_a_gap_do_not_keep_the_log_from_beginning_anew(tmp_path: Path) -> None:
    path, log, over = tmp_path / "store.db", tmp_path / "store.db-wal", Event()
    database = open_sqlite(path)
    database.write(lambda tx: tx.run(MAKE)).result(5)

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read_without_a_gap, path, over)
        for _ in range(80):
            database.write(add_many_pages, size=BYTES_BETWEEN).result(20)
        over.set()
        reads = reading.result(20)

    written = 80 * MANY * PAGE
    assert reads > 10
    assert log.stat().st_size < written / 2
    database.close()


MANY = 2_000


def add_many_pages(tx: Transaction) -> None:
    tx.run_many(ADD, [("x" * PAGE,)] * MANY)


def read_without_a_gap(path: Path, over: Event) -> int:
    """Each read begins before the one before it ends; how many there were."""
    readers = [sqlite3.connect(path, isolation_level=None) for _ in range(2)]
    reads = 0
    while not over.is_set():
        reader, before = readers[reads % 2], readers[(reads + 1) % 2]
        reader.execute("BEGIN")
        reader.execute("SELECT id FROM page LIMIT 1").fetchone()
        if before.in_transaction:
            before.execute("ROLLBACK")
        time.sleep(0.05)
        reads += 1
    for reader in readers:
        reader.close()
    return reads


def test_a_read_that_does_not_end_is_not_waited_for_again_and_again(tmp_path: Path) -> None:
    path, statements = tmp_path / "store.db", list[str]()
    database = open_sqlite(path, trace=statements.append)
    database.write(lambda tx: tx.run(MAKE)).result(5)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT id FROM page LIMIT 1").fetchone()

    for _ in range(50):  # 100,000 pages: thrice as many as the log should have
        database.write(add_many_pages, size=BYTES_BETWEEN).result(20)

    assert 1 <= statements.count(BEGIN_ANEW) <= 3
    reader.close()
    database.close()


def test_long_reads_of_the_store_itself_are_held_back_until_the_log_has_begun_anew(tmp_path: Path) -> None:
    path, log, read, is_held_back = tmp_path / "store.db", tmp_path / "store.db-wal", HeldRead(), False
    database = open_sqlite(path)
    database.write(lambda tx: tx.run(MAKE)).result(5)

    while not is_held_back and log.stat().st_size < 2 * LONGEST_LOG * PAGE:
        before, read = read, HeldRead()
        database.read(read, is_long=True)
        is_held_back = not read.begun.wait(PATIENCE / 5)
        database.write(add_many_pages, size=BYTES_BETWEEN).result(20)
        before.let_go.set()
        database.write(add_many_pages, size=BYTES_BETWEEN).result(20)
    begun = times_begun(log)
    read.let_go.set()
    for _ in range(LONGEST_LOG // MANY):
        database.write(add_many_pages, size=BYTES_BETWEEN).result(20)

    assert is_held_back
    assert times_begun(log) > begun
    database.close()


def times_begun(log: Path) -> int:
    """The checkpoint sequence number of a write-ahead log ("Database File Format", section 4.1)."""
    with log.open("rb") as file:
        return int.from_bytes(file.read(16)[12:], "big")


class HeldRead:
    """A read that lasts until it is let go: until the next one has begun and something was written."""

    def __init__(self) -> None:
        self.begun, self.let_go = Event(), Event()

    def __call__(self, tx: Transaction) -> None:
        tx.one("SELECT id FROM page LIMIT 1")
        self.begun.set()
        self.let_go.wait(30)


def test_a_shut_gate_holds_new_reads_back_until_it_opens() -> None:
    gate, inside, entered = Gate(), Event(), Event()

    def read() -> None:
        entered.set()
        with gate.passage():
            inside.set()

    with gate.passage():
        assert not gate.shut()
    assert gate.shut()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read)
        assert entered.wait(5)
        assert not inside.wait(0.2)
        gate.open()
        reading.result(5)


def test_nobody_waits_for_ever_before_a_gate_that_nobody_opens() -> None:
    gate = Gate()
    gate.shut()
    began = time.monotonic()
    with gate.passage():
        assert time.monotonic() - began >= PATIENCE * 0.9
