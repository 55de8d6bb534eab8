"""The SQLite store: one file, one process that serves it, one writer thread, readers beside it."""

import os
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from openprofiles.storage.database import I, Many, Transaction, Work
from openprofiles.storage.migrate import add_functions, check, migrate, wall_clock
from openprofiles.storage.snapshot import StoreSnapshot
from openprofiles.storage.sqlite_checkpoints import Checkpointer
from openprofiles.storage.sqlite_gate import Gate
from openprofiles.storage.sqlite_reader import SqliteReaders, give_way
from openprofiles.storage.sqlite_snapshot import sqlite_snapshot
from openprofiles.storage.sqlite_statistics import tell_statistics
from openprofiles.storage.sqlite_transaction import SqliteTransaction, in_transaction, is_store_failure, store_failure
from openprofiles.storage.sqlite_writer import SqliteWriter
from openprofiles.storage.waiting import Waiting, single

T = TypeVar("T")

LOCK_SECONDS = 30
"""How long a write waits for another process that writes (`openprofiles load` beside a server)."""

WRITE_PRAGMAS = (
    "PRAGMA synchronous = FULL",  # a commit is on the disk; with group commit it costs what NORMAL costs
    "PRAGMA wal_autocheckpoint = 16000",  # pages, 64 MB: where the Checkpointer has not come round to it before
    "PRAGMA journal_size_limit = 67108864",  # bytes: a log that grew behind a long read shrinks again
    "PRAGMA cache_size = -65536",  # kilobytes; fills with use, an idle store holds little of it
    "PRAGMA temp_store = MEMORY",
)


class SqliteDatabase:
    """The `Database` of a file. Made by `open_sqlite`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, monotonic: Callable[[], float]) -> None:
        self._connection = connection
        self._path = path
        self._gate = gate = Gate()
        self._readers = SqliteReaders(path, gate)
        self._checkpointer = Checkpointer(partial(_open_for_writing, path, None), gate)
        self._writer = SqliteWriter(connection, monotonic, self._checkpointer)

    def write(self, work: Work[T], size: int = 0) -> Future[T]:
        return self._writer.hand_over(single(work, size))

    def write_together(
        self, group: Hashable, many: Many[I, T], item: I, size: int = 0, future: Future[T] | None = None
    ) -> Future[T]:
        return self._writer.hand_over(Waiting(item, many, group, size, future))

    def read(self, work: Work[T], is_long: bool = False) -> Future[T]:
        return self._readers.read(work, is_long)

    def snapshot(self) -> StoreSnapshot:
        return StoreSnapshot(_snapshot_of(self._path, self._gate), _told, give_way)

    def close(self) -> None:
        self._writer.close()
        self._checkpointer.close()
        self._readers.close()
        with suppress(sqlite3.Error):  # what the log holds is durable; the next start takes it from there
            self._connection.execute("PRAGMA busy_timeout = 1000")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


@contextmanager
def _snapshot_of(path: Path, gate: Gate) -> Iterator[Transaction]:
    with gate.held(), sqlite_snapshot(path) as connection:
        yield SqliteTransaction(connection)


def _told(error: Exception) -> Exception:
    """As it is told by a read."""
    return store_failure(error, "could not be read") if is_store_failure(error) else error


def open_sqlite(
    path: Path,
    *,
    clock: Callable[[], int] = wall_clock,
    monotonic: Callable[[], float] = time.monotonic,
    trace: Callable[[str], object] | None = None,
    may_migrate: bool = True,
) -> SqliteDatabase:
    """Open the store, make it if it is not there, and bring its schema up to date if it may be changed.

    `clock` gives milliseconds since the epoch, `monotonic` the seconds by which a batch is limited; `trace` is given
    each statement that is run on the write connection. Raises NewerSchema, OlderSchema, OSError, and sqlite3.Error
    where the file is not a store.
    """
    _make_file(path)
    connection = _open_for_writing(path, trace)
    try:
        transact = partial(in_transaction, connection)
        if may_migrate:
            migrate(transact, clock())
        check(transact)
        tell_statistics(connection)
        return SqliteDatabase(path, connection, monotonic)
    except BaseException:
        connection.close()
        raise


def migrate_sqlite(path: Path, clock: Callable[[], int] = wall_clock) -> list[int]:
    """Bring the schema up to date; the numbers of the migrations that this took. Raises what `open_sqlite` raises."""
    _make_file(path)
    connection = _open_for_writing(path, None)
    try:
        return migrate(partial(in_transaction, connection), clock())
    finally:
        connection.close()


def _make_file(path: Path) -> None:
    """SQLite gives its log files the mode of this one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # An existing file is not opened: closing it here would drop the locks that this process has on it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _open_for_writing(path: Path, trace: Callable[[str], object] | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=1024
    )
    connection.row_factory = sqlite3.Row
    connection.set_trace_callback(trace)
    add_functions(connection)
    try:
        _use_write_ahead_log(connection)
        for pragma in WRITE_PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for the lock that this change needs, so two processes at a new store have to try again."""
    deadline = time.monotonic() + LOCK_SECONDS
    while not _has_write_ahead_log(connection):
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError("The store can not use a write-ahead log: locked, or not on a local disk")
        time.sleep(0.01)


def _has_write_ahead_log(connection: sqlite3.Connection) -> bool:
    try:
        [mode] = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return bool(mode == "wal")
