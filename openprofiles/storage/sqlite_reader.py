"""Reads of a SQLite store: each in one snapshot, on a connection that can not write."""

import os
import sqlite3
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Condition, Lock, get_native_id
from typing import TypeVar

from openprofiles.errors import InternalServerException
from openprofiles.storage.database import Work
from openprofiles.storage.sqlite_gate import Gate
from openprofiles.storage.sqlite_transaction import (
    SqliteTransaction,
    end_transaction,
    is_store_failure,
    store_failure,
)
from openprofiles.storage.waiting import without_this_frame

T = TypeVar("T")

STEP_BUDGET = 20_000
"""Steps of SQLite's machine that a read may take in place, about 2 ms; a look-up takes some dozens."""

STEPS_BETWEEN_CHECKS = 1_000
READER_THREADS = 4

LOW_PRIORITY = 15
"""As `nice` counts: about a thirtieth of a core that others want too."""

READ_PRAGMAS = (
    "PRAGMA query_only = ON",  # also refuses what `mode=ro` lets through, such as temporary tables
    "PRAGMA cache_size = -8000",  # kilobytes; the pages are in the system's cache as well
    "PRAGMA temp_store = MEMORY",
)


class DoneFuture(Future[T]):
    """A future that is done when it is made, without a lock of its own: a fraction of a Future's cost."""

    _condition = Condition()  # what concurrent.futures.wait takes hold of
    _state = "FINISHED"

    def __init__(self, result: T | None, exception: BaseException | None = None) -> None:
        self._result = result
        self._exception = exception
        self._waiters = []

    def done(self) -> bool:
        return True


class SqliteReader:
    """One read-only connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._connection = open_read_only(path)
        self._tx = SqliteTransaction(self._connection)

    def read(self, work: Work[T]) -> T:
        """Run `work` in one snapshot. Raises what it raises, and InternalServerException where the store fails."""
        try:
            end_transaction(self._connection)  # one is open only where the step budget cut off its end
            self._connection.execute("BEGIN")
            return work(self._tx)
        except sqlite3.Error as error:
            if is_store_failure(error):
                raise store_failure(error, "could not be read") from error
            raise
        finally:
            end_transaction(self._connection)

    def on_progress(self, handler: Callable[[], bool]) -> None:
        self._connection.set_progress_handler(handler, STEPS_BETWEEN_CHECKS)

    def close(self) -> None:
        self._connection.close()


class SqliteReaders:
    """Small reads run in place, long ones on threads, behind the gate."""

    def __init__(self, path: Path, gate: Gate) -> None:
        self._path = path
        self._gate = gate
        self._in_place = SqliteReader(path)
        self._in_place.on_progress(self._is_over_budget)
        self._in_place_lock = Lock()
        self._checks_left = 0
        self._open = True
        self._threads = ThreadPoolExecutor(READER_THREADS, "sqlite-reader", initializer=give_way)
        self._idle: deque[SqliteReader] = deque()

    def read(self, work: Work[T], is_long: bool = False) -> Future[T]:
        if is_long or not self._in_place_lock.acquire(blocking=False):
            return self._read_on_thread(work)
        try:
            done = self._read_in_place(work) if self._open else None
        finally:
            self._in_place_lock.release()
        return done or self._read_on_thread(work)

    def close(self) -> None:
        """Finish what was handed over. Does no harm the second time."""
        self._threads.shutdown(wait=True)
        with self._in_place_lock:
            self._open = False
            self._in_place.close()
        while self._idle:
            self._idle.pop().close()

    def _read_in_place(self, work: Work[T]) -> Future[T] | None:
        """The finished read, or None where it was interrupted because it takes too long."""
        self._checks_left = STEP_BUDGET // STEPS_BETWEEN_CHECKS
        try:
            done = DoneFuture(self._in_place.read(work))
        except Exception as error:
            done = DoneFuture(None, without_this_frame(error))
        return done if self._checks_left > 0 else None

    def _is_over_budget(self) -> bool:
        self._checks_left -= 1
        return self._checks_left <= 0

    def _read_on_thread(self, work: Work[T]) -> Future[T]:
        try:
            return self._threads.submit(self._read_with_any, work)
        except RuntimeError:  # shut down
            return DoneFuture(None, InternalServerException("The store is closed."))

    def _read_with_any(self, work: Work[T]) -> T:
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = SqliteReader(self._path)
        try:
            with self._gate.passage():
                return reader.read(work)
        finally:
            self._idle.append(reader)


def give_way() -> None:
    """This thread gets what the others leave of a core, and little where they leave nothing. Linux gives each thread a
    priority of its own; elsewhere it would be that of the whole process.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), LOW_PRIORITY)


def open_read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=30,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.row_factory = sqlite3.Row
    for pragma in READ_PRAGMAS:
        connection.execute(pragma)
    return connection
