"""How a work gets through to its end on PostgreSQL: again after a collision, on a new connection after a loss."""

import random
import time
from collections import Counter
from collections.abc import Callable
from enum import Enum
from threading import Lock
from typing import TypeVar

import psycopg
from psycopg import errors

from openprofiles.errors import InternalServerException, ThrottlingException
from openprofiles.storage.database import RunAgain, Work
from openprofiles.storage.postgres_session import CommitUnknown, ConnectionLost, Session, TookTooLong, is_lost
from openprofiles.storage.postgres_transaction import PostgresTransaction

T = TypeVar("T")

BEGIN_WRITE = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
BEGIN_READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

PATIENCE_SECONDS = 5.0
"""How long works wait for a store that is away, counted from when it went."""

SECONDS_BETWEEN_TRIES = 1.0
"""Past that patience: who comes in between is told at once."""

FIRST_PAUSE = 0.004
LONGEST_PAUSE = 0.25

STORE_FAILURES = ("53", "54", "57014", "58", "XX")
"""Beginnings of the codes that tell of the machine or of its limits, not of the statement."""


class StoreFailure(InternalServerException):
    """The store itself failed."""


class Trouble(Enum):
    """What may stand between a work and its end; the value is how often it may, for one work."""

    COLLISION = 12
    DUPLICATE = 2  # two that add the same new thing: the loser sees it the next time; more often is no accident
    LOSS = 3
    OTHER = 0


class Reach:
    """Makes sessions, and knows since when the store is away; shared by all who use it. `tell` is given the error when
    the store goes, and None when it is back.
    """

    def __init__(
        self,
        connect: Callable[[], Session],
        patience: float = PATIENCE_SECONDS,
        tell: Callable[[Exception | None], None] = lambda _: None,
    ) -> None:
        self._connect = connect
        self._tell = tell
        self.patience = patience
        self._away_since: float | None = None
        self._next_try = 0.0
        self._lock = Lock()

    def session(self) -> Session:
        """A new session; waits for a store that went a moment ago. Raises StoreFailure."""
        pause = FIRST_PAUSE
        while True:
            self._check_next_try()
            try:
                session = self._connect()
            except (psycopg.Error, ConnectionLost) as error:
                self._note_failure(error)
                pause = min(2 * pause, LONGEST_PAUSE)
                time.sleep(pause)
            else:
                self._note_success()
                return session

    def _check_next_try(self) -> None:
        if self._away_since is not None and time.monotonic() < self._next_try:
            raise StoreFailure("The store can not be reached.")

    def _note_success(self) -> None:
        with self._lock:
            if self._away_since is not None:
                self._away_since = None
                self._tell(None)

    def _note_failure(self, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            if self._away_since is None:
                self._away_since = now
                self._tell(error)
            if now - self._away_since >= self.patience:
                self._next_try = now + SECONDS_BETWEEN_TRIES
                raise StoreFailure("The store can not be reached.") from error


class Runner:
    """One session, made when it is first needed. Used by one thread at a time."""

    def __init__(self, reach: Reach, writes: bool) -> None:
        self._reach = reach
        self._writes = writes
        self._session: Session | None = None

    def run(self, work: Work[T]) -> T:
        """The work's value after its commit. Raises what it raises, StoreFailure, and ThrottlingException."""
        met: Counter[Trouble] = Counter()
        while True:
            try:
                return self._run_once(work)
            except (psycopg.Error, RunAgain, ConnectionLost, CommitUnknown, TookTooLong) as error:
                trouble = self._trouble(error)
                met[trouble] += 1
                if met[trouble] > trouble.value:
                    told = self._last_word(error, trouble)
                    if told is error:
                        raise
                    raise told from error
            time.sleep(0 if trouble is Trouble.LOSS else _pause(met[trouble]))

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _run_once(self, work: Work[T]) -> T:
        if self._session is None:
            self._session = self._reach.session()
        session = self._session
        session.begin(BEGIN_WRITE if self._writes else BEGIN_READ)
        try:
            value = work(PostgresTransaction(session, self._writes))
            if self._writes:
                session.commit()
        except BaseException:
            self._undo(session)
            raise
        if not self._writes:
            session.end_read()
        return value

    def _undo(self, session: Session) -> None:
        """The server undoes what it has of a connection that went."""
        try:
            session.roll_back()
        except ConnectionLost:
            self.close()

    def _trouble(self, error: Exception) -> Trouble:
        if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected | RunAgain):
            return Trouble.COLLISION
        if isinstance(error, errors.UniqueViolation | errors.DuplicateTable | errors.DuplicateObject):
            return Trouble.DUPLICATE
        is_loss = isinstance(error, ConnectionLost) or self._is_stale(error)
        if is_loss or isinstance(error, CommitUnknown | TookTooLong):
            self.close()
        return Trouble.LOSS if is_loss else Trouble.OTHER

    def _is_stale(self, error: Exception) -> bool:
        """The connection went, the server has become a standby, or a prepared statement is older than the schema."""
        if isinstance(error, errors.ReadOnlySqlTransaction):
            return self._writes
        if isinstance(error, errors.FeatureNotSupported):
            return "cached plan" in str(error)
        return isinstance(error, psycopg.Error) and is_lost(error)

    def _last_word(self, error: Exception, trouble: Trouble) -> Exception:
        """What is told of a trouble that did not pass."""
        if trouble is Trouble.COLLISION:
            return ThrottlingException("Too many requests change the same data at once.")
        if isinstance(error, CommitUnknown):
            return StoreFailure("The store went away at the commit: it is not known whether the change was made.")
        if isinstance(error, TookTooLong):
            return StoreFailure("The transaction took too long.")
        if trouble is Trouble.LOSS:
            return StoreFailure("The store went away.")
        code = error.sqlstate if isinstance(error, psycopg.Error) else None
        if code is not None and code.startswith(STORE_FAILURES):
            done = "write" if self._writes else "read"
            return StoreFailure(f"The store could not {done}: {type(error).__name__}.")
        return error


def _pause(times: int) -> float:
    """Longer each time, and seldom the same for two that met."""
    longest = min(FIRST_PAUSE * 2**times, LONGEST_PAUSE)
    return random.uniform(longest / 4, longest)  # noqa: S311 - it is no secret
