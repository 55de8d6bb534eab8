"""The write-ahead log of a SQLite store is carried into the file beside the writer.

SQLite's own way is to do it in the commit that makes the log long enough: then everybody waits for some thousand pages
to reach the disk. Here a thread with a connection of its own copies them, while the writer goes on; the writer itself
copies only what came meanwhile. That done, the log begins anew.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from threading import Event, Thread

from openprofiles.storage.sqlite_gate import Gate

BYTES_BETWEEN = 1024 * 1024
"""What is written between two copies, as those who write it say: mapped and indexed, ten to forty times as much."""

LEAST_BYTES = 1024
"""A work that says nothing of its size writes some pages too."""

LONGEST_LOG = 32_000
"""Pages, 128 MB. Reads that follow each other without a gap keep the log from beginning anew; beyond this, the gate is
shut to new ones. Where that is of no use (another process reads, or a read lasts until the log is twice as long),
writers wait until the reads that run have ended, for so many milliseconds at most. Behind a longer read the log grows.
"""
LONGEST_WAIT = 500

PASSES = 2
"""The second copies what came during the first, so that little is left for the writer."""

COPY = "PRAGMA wal_checkpoint(PASSIVE)"
"""Waits for nobody, and makes nobody wait."""

BEGIN_ANEW = "PRAGMA wal_checkpoint(RESTART)"
"""Waits for readers, and makes writers wait meanwhile."""


class Checkpointer:
    """Told by the writer how much it has written, it copies the log beside it. `close` is called once.

    Where copying fails, the log grows until the next try, or until SQLite copies it in a commit.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], gate: Gate) -> None:
        self._connect = connect
        self._gate = gate
        self._bytes = 0
        self._limit = LONGEST_LOG
        self._due = Event()
        self._copied = False
        self._open = True
        self._thread = Thread(target=self._loop, name="sqlite-checkpointer", daemon=True)
        self._thread.start()

    def after_commit(self, sizes: Iterable[int], connection: sqlite3.Connection) -> None:
        """Called by the writer between its transactions, with the bytes that each work said it would write."""
        self._bytes += sum(max(LEAST_BYTES, size) for size in sizes)
        if self._copied:
            self._copied = False
            self._keep_short(_copy(connection), connection)
        elif self._bytes >= BYTES_BETWEEN:
            self._bytes = 0
            self._due.set()

    def _keep_short(self, length: int, connection: sqlite3.Connection) -> None:
        """Where a read has outlasted the wait, nobody waits again before the log is as much longer."""
        if length <= LONGEST_LOG:
            self._limit = LONGEST_LOG
            self._gate.open()
        if self._gate.is_held or length <= self._limit:
            return
        if not self._gate.shut() and length <= self._limit + LONGEST_LOG:
            return
        self._limit = LONGEST_LOG if _begin_anew(connection) else length + LONGEST_LOG
        self._gate.open()

    def close(self) -> None:
        self._open = False
        self._gate.open()
        self._due.set()
        self._thread.join()

    def _loop(self) -> None:
        while self._is_due():
            with suppress(sqlite3.Error), closing(self._connect()) as connection:
                for _ in range(PASSES):
                    _copy(connection)
                self._copied = True

    def _is_due(self) -> bool:
        self._due.wait()
        self._due.clear()
        return self._open


def _copy(connection: sqlite3.Connection) -> int:
    """Copy what no reader needs in the log; its length in pages."""
    try:
        return int(connection.execute(COPY).fetchone()[1])
    except sqlite3.Error:  # a full disk, for one: then commits tell of it
        return 0


def _begin_anew(connection: sqlite3.Connection) -> bool:
    """Whether it did. Nobody writes meanwhile, since this is the writer's own thread."""
    is_busy = True
    with suppress(sqlite3.Error):
        [before] = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT}")
        with suppress(sqlite3.Error):
            is_busy = bool(connection.execute(BEGIN_ANEW).fetchone()[0])
        connection.execute(f"PRAGMA busy_timeout = {before}")
    return not is_busy
