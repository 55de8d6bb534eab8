"""The write-ahead log of a SQLite store is carried into the file beside the writer.

SQLite's own way is to do it in the commit that makes the log long enough: then everybody waits for some thousand pages
to reach the disk. Here a thread with a connection of its own copies them, while the writer goes on; the writer itself
copies only what came meanwhile. That done, the log begins anew.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from threading import Event, Thread

WORKS_BETWEEN = 1_000
"""About 4,000 to 9,000 pages of the log."""

PASSES = 2
"""The second copies what came during the first, so that little is left for the writer."""

CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
"""Waits for nobody, and makes nobody wait."""


class Checkpointer:
    """Told by the writer how much it has written, it copies the log beside it. `close` is called once.

    Where copying fails, the log grows until the next try, or until SQLite copies it in a commit.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._works = 0
        self._due = Event()
        self._copied = False
        self._open = True
        self._thread = Thread(target=self._loop, name="sqlite-checkpointer", daemon=True)
        self._thread.start()

    def after_commit(self, works: int, connection: sqlite3.Connection) -> None:
        """Called by the writer between its transactions."""
        self._works += works
        if self._copied:
            self._copied = False
            _copy(connection)
        elif self._works >= WORKS_BETWEEN:
            self._works = 0
            self._due.set()

    def close(self) -> None:
        self._open = False
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


def _copy(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.OperationalError):  # a full disk, for one: then commits tell of it
        connection.execute(CHECKPOINT).fetchall()
