"""The one thread that writes to a SQLite store: group commit.

It takes the works that wait, runs them in one transaction, commits once and answers them together. No work pays for a
savepoint: only after one has failed with something written is the batch rolled back and run again with savepoints.
"""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from openprofiles.errors import InternalServerException
from openprofiles.storage.database import Work
from openprofiles.storage.sqlite_transaction import (
    SqliteTransaction,
    WriterError,
    end_transaction,
    is_store_failure,
    store_failure,
    without_this_frame,
)

T = TypeVar("T")

MOST_WORKS = 64
MOST_BYTES = 4 * 1024 * 1024
MOST_SECONDS = 0.020
"""A batch ends at the first of these, so that the first work of it does not wait long for its answer."""

COULD_NOT_WRITE = "could not write"


class Waiting:
    """A work that was handed over, and what came of it."""

    __slots__ = ("error", "future", "saw_writes", "size", "value", "work")

    def __init__(self, work: Work[Any], size: int) -> None:
        self.work = work
        self.size = size
        self.future: Future[Any] = Future()
        self.value: Any = None
        self.error: BaseException | None = None
        self.saw_writes = False


class SqliteWriter:
    """Owns the write connection from its start until `close` has returned."""

    def __init__(self, connection: sqlite3.Connection, monotonic: Callable[[], float]) -> None:
        self._connection = connection
        self._tx = SqliteTransaction(connection)
        self._monotonic = monotonic
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._taking = True
        self._last_taken = False
        self._handing_over = Lock()
        self._thread = Thread(target=self._loop, name="sqlite-writer", daemon=True)
        self._thread.start()

    def hand_over(self, work: Work[T], size: int) -> Future[T]:
        waiting = Waiting(work, size)
        with self._handing_over:  # so that nothing can be queued behind the end mark
            if self._taking:
                self._queue.put(waiting)
                return waiting.future
        waiting.future.set_exception(InternalServerException("The store is closed."))
        return waiting.future

    def close(self) -> None:
        """Finish what was handed over. Does no harm the second time."""
        self._take_no_more()
        self._thread.join()

    def _take_no_more(self) -> None:
        with self._handing_over:
            if self._taking:
                self._taking = False
                self._queue.put(None)

    def _loop(self) -> None:
        try:
            while not self._last_taken:
                if first := self._take(block=True):
                    self._serve(first)
        finally:
            self._take_no_more()
            rest = self._take_all()
            _lose(rest, WriterError("its writer has stopped"))
            _settle(rest)

    def _take(self, block: bool) -> Waiting | None:
        """The next work, or None: nothing waits, or the next was cancelled, or no more will come."""
        try:
            waiting = self._queue.get(block)
        except Empty:
            return None
        if waiting is None:
            self._last_taken = True
            return None
        return waiting if waiting.future.set_running_or_notify_cancel() else None

    def _take_all(self) -> list[Waiting]:
        """Everything that waits now."""
        taken = (self._take(block=False) for _ in range(self._queue.qsize()))
        return [waiting for waiting in taken if waiting]

    def _serve(self, first: Waiting) -> None:
        batch = [first]
        try:
            self._begin_for(batch)
            if not self._run_waiting(batch):
                end_transaction(self._connection)
                self._begin()
                self._run_again(batch)
            self._connection.execute("COMMIT")
        except BaseException as error:
            _lose(batch, error)
            self._try_to_roll_back()
        _settle(batch)

    def _begin_for(self, batch: list[Waiting]) -> None:
        try:
            self._begin()
        except sqlite3.Error:
            batch += self._take_all()  # they would fare no better, each after waiting as long for the lock
            raise

    def _begin(self) -> None:
        end_transaction(self._connection)  # one is open only where rolling back has failed before
        self._connection.execute("BEGIN IMMEDIATE")

    def _try_to_roll_back(self) -> None:
        try:
            end_transaction(self._connection)
        except sqlite3.Error:
            return  # nothing was committed; the next transaction tries again

    def _run_waiting(self, batch: list[Waiting]) -> bool:
        """Run the first of the batch and add what waits. False: the last one has to be undone."""
        clean = self._tx.write_mark()
        started = self._monotonic()
        size = 0
        waiting: Waiting | None = batch[0]
        while waiting:
            if not self._attempt(waiting, clean):
                return False
            size += waiting.size
            full = len(batch) >= MOST_WORKS or size >= MOST_BYTES or self._monotonic() - started >= MOST_SECONDS
            waiting = None if full else self._take(block=False)
            if waiting:
                batch.append(waiting)
        return True

    def _run_again(self, batch: list[Waiting]) -> None:
        """Run each under its own savepoint, so that a failing one takes only its own writes with it."""
        clean = self._tx.write_mark()
        for waiting in batch:
            self._connection.execute("SAVEPOINT work")
            if not self._attempt(waiting, clean):
                self._undo(waiting)
            self._connection.execute("RELEASE work")

    def _undo(self, waiting: Waiting) -> None:
        if not self._connection.in_transaction:  # SQLite rolled all back: a full disk, for one
            raise waiting.error or WriterError("a work has ended the transaction")
        self._connection.execute("ROLLBACK TO work")

    def _attempt(self, waiting: Waiting, clean: tuple[int, int]) -> bool:
        """Run one work. True: the transaction holds all of its writes, or it has failed before it wrote."""
        before = self._tx.write_mark()
        waiting.saw_writes = before != clean
        waiting.error = None
        try:
            waiting.value = waiting.work(self._tx)
        except BaseException as error:
            waiting.error = without_this_frame(error)
            return self._tx.write_mark() == before and self._connection.in_transaction
        return self._connection.in_transaction


def _lose(batch: list[Waiting], error: BaseException) -> None:
    """The transaction is gone. Only an error that was found before anything was written in it still holds."""
    for waiting in batch:
        if waiting.error is None or waiting.saw_writes or is_store_failure(waiting.error):
            waiting.error = store_failure(error, COULD_NOT_WRITE)


def _settle(batch: list[Waiting]) -> None:
    for waiting in batch:
        error = waiting.error
        if error is None:
            waiting.future.set_result(waiting.value)
        else:
            waiting.future.set_exception(store_failure(error, COULD_NOT_WRITE) if is_store_failure(error) else error)
