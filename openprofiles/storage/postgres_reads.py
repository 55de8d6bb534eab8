"""Reads that wait together share their round trips.

Each of them is a plain function that asks one thing after another. They run in turns on one thread: each until it
asks, then all questions go to the server in one packet, and the answers come back in one. So sixteen look-ups cost
about as many round trips as one, and all of them see one snapshot, which is no older than the last of them.
"""

from collections.abc import Sequence
from typing import Any, cast

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]
from psycopg import pq

from openprofiles.storage.database import Transaction, Work
from openprofiles.storage.postgres_session import Prepared, Session
from openprofiles.storage.postgres_transaction import PostgresTransaction
from openprofiles.storage.waiting import without_this_frame

MOST_READS = 16


class Turn:
    """One of the reads. To its transaction it is a session, whose answers come when all others have asked as well."""

    def __init__(self, session: Session, work: Work[Any]) -> None:
        self.sent = 0
        self._outcome: Any = None
        self._session = session
        self._work = work
        self._thread = greenlet(self._run)

    def go_on(self, results: Sequence[pq.abc.PGresult] = ()) -> bool:
        """Run until it asks. Whether it did; else it has its outcome."""
        self.sent = 0
        self._thread.switch(*([results] if self._thread else []))
        return not self._thread.dead

    def send(self, *statement: Any) -> Prepared:
        self.sent += 1
        return self._session.send(*statement)

    def answer(self) -> pq.abc.PGresult:
        return self.answers(1)[0]

    def answers(self, count: int) -> list[pq.abc.PGresult]:
        results: list[pq.abc.PGresult] = getcurrent().parent.switch()
        return results[len(results) - count :]

    def take_outcome(self) -> Any:
        """What it gave or raised. Not kept here: an error's traceback leads to this object."""
        outcome, self._outcome = self._outcome, None
        return outcome

    def give_up(self) -> None:
        """End it where it waits for an answer that will not come."""
        self._thread.throw()

    def _run(self) -> None:
        try:
            self._outcome = self._work(PostgresTransaction(self, writes=False))
        except Exception as error:
            self._outcome = without_this_frame(error)


def read_together(tx: Transaction, works: Sequence[Work[Any]]) -> list[Any]:
    """What each read gives or raises."""
    if len(works) == 1:
        return [works[0](tx)]
    session = cast("Session", cast("PostgresTransaction", tx).session)
    turns = [Turn(session, work) for work in works]
    asking = [turn for turn in turns if turn.go_on()]
    try:
        while asking:
            results = iter(session.answers(sum(turn.sent for turn in asking)))
            given = [[next(results) for _ in range(turn.sent)] for turn in asking]
            asking = [turn for turn, own in zip(asking, given, strict=True) if turn.go_on(own)]
    except BaseException:
        for turn in asking:
            turn.give_up()
        raise
    return [turn.take_outcome() for turn in turns]
