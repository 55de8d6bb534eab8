"""The one thread that writes to a SQLite store: group commit.

It takes the works that wait, runs them in one transaction (those of one group in one call), commits once and answers
them together. No work pays for a savepoint: only after one has failed with something written is the batch rolled back
and run again, one by one with savepoints.
"""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any

from openprofiles.storage.sqlite_checkpoints import Checkpointer
from openprofiles.storage.sqlite_transaction import (
    STORE_FAILURES,
    SqliteTransaction,
    WriterError,
    end_transaction,
    is_store_failure,
    store_failure,
)
from openprofiles.storage.waiting import Line, Waiting, sum_of_sizes, without_this_frame

MOST_WORKS = 64
MOST_BYTES = 4 * 1024 * 1024
MOST_SECONDS = 0.020
"""A batch ends at the first of these, so that the first work of it does not wait long for its answer."""

COULD_NOT_WRITE = "could not write"

WRITE_FAILURES = STORE_FAILURES | {sqlite3.SQLITE_READONLY}
"""The file system can become read-only under a server; to a reader, the same code tells that a work was wrong."""


class SqliteWriter:
    """Owns the write connection from its start until `close` has returned."""

    def __init__(
        self, connection: sqlite3.Connection, monotonic: Callable[[], float], checkpointer: Checkpointer
    ) -> None:
        self._connection = connection
        self._checkpointer = checkpointer
        self._tx = SqliteTransaction(connection)
        self._monotonic = monotonic
        self._line = Line()
        self._thread = Thread(target=self._loop, name="sqlite-writer", daemon=True)
        self._thread.start()

    def hand_over(self, waiting: Waiting) -> Future[Any]:
        return self._line.put(waiting)

    def close(self) -> None:
        """Finish what was handed over. Does no harm the second time."""
        self._line.close()
        self._thread.join()

    def _loop(self) -> None:
        try:
            while not self._line.is_over():
                if unit := self._line.take(MOST_WORKS, MOST_BYTES, block=True):
                    self._serve(unit)
        finally:
            self._line.close()
            rest = self._line.take_all()
            _lose(rest, WriterError("its writer has stopped"))
            _settle(rest)

    def _serve(self, first: list[Waiting]) -> None:
        batch = list(first)
        try:
            self._begin_for(batch)
            if not self._run_waiting(first, batch):
                end_transaction(self._connection)
                self._begin()
                self._run_again(batch)
            self._connection.execute("COMMIT")
        except BaseException as error:
            _lose(batch, error)
            self._try_to_roll_back()
        _settle(batch)
        self._checkpointer.after_commit([waiting.size for waiting in batch], self._connection)

    def _begin_for(self, batch: list[Waiting]) -> None:
        try:
            self._begin()
        except sqlite3.Error:
            batch += self._line.take_all()  # they would fare no better, each after waiting as long for the lock
            raise

    def _begin(self) -> None:
        end_transaction(self._connection)  # one is open only where rolling back has failed before
        self._connection.execute("BEGIN IMMEDIATE")

    def _try_to_roll_back(self) -> None:
        try:
            end_transaction(self._connection)
        except sqlite3.Error:
            return  # nothing was committed; the next transaction tries again

    def _run_waiting(self, unit: list[Waiting], batch: list[Waiting]) -> bool:
        """Run the first unit of the batch and add what waits. False: the transaction has to be undone."""
        clean = self._tx.write_mark()
        started = self._monotonic()
        while unit:
            if not self._attempt(unit, clean):
                return False
            full = self._monotonic() - started >= MOST_SECONDS
            works, size = MOST_WORKS - len(batch), MOST_BYTES - sum_of_sizes(batch)
            unit = [] if full or works <= 0 or size <= 0 else self._line.take(works, size)
            batch += unit
        return True

    def _run_again(self, batch: list[Waiting]) -> None:
        """Run each under its own savepoint, so that a failing one takes only its own writes with it."""
        clean = self._tx.write_mark()
        for waiting in batch:
            self._connection.execute("SAVEPOINT work")
            if not self._attempt([waiting], clean):
                self._undo(waiting)
            self._connection.execute("RELEASE work")

    def _undo(self, waiting: Waiting) -> None:
        if not self._connection.in_transaction:  # SQLite rolled all back: a full disk, for one
            raise waiting.error or WriterError("a work has ended the transaction")
        self._connection.execute("ROLLBACK TO work")

    def _attempt(self, unit: list[Waiting], clean: tuple[int, int]) -> bool:
        """Run one work, or those of one group. True: the transaction holds all their writes, or they have failed before
        they wrote.
        """
        before = self._tx.write_mark()
        for place, waiting in enumerate(unit):
            waiting.saw_writes = place > 0 or before != clean
        try:
            for waiting, outcome in zip(unit, unit[0].many(self._tx, [one.item for one in unit]), strict=True):
                waiting.set_outcome(outcome)
        except BaseException as error:
            unit[0].set_outcome(without_this_frame(error))
            return len(unit) == 1 and self._tx.write_mark() == before and self._connection.in_transaction
        return self._connection.in_transaction


def _lose(batch: list[Waiting], error: BaseException) -> None:
    """The transaction is gone. Only an error that was found before anything was written in it still holds."""
    for waiting in batch:
        if waiting.error is None or waiting.saw_writes or is_store_failure(waiting.error, WRITE_FAILURES):
            waiting.error = store_failure(error, COULD_NOT_WRITE)


def _settle(batch: list[Waiting]) -> None:
    for waiting in batch:
        error = waiting.error
        if error is None:
            waiting.future.set_result(waiting.value)
            continue
        failed = is_store_failure(error, WRITE_FAILURES)
        waiting.future.set_exception(store_failure(error, COULD_NOT_WRITE) if failed else error)
