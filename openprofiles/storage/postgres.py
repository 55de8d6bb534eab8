"""The PostgreSQL store: any number of processes on one database, with no other coordination."""

from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import psycopg

from openprofiles.storage.database import I, Many, Work
from openprofiles.storage.migrate import check, migrate, wall_clock
from openprofiles.storage.postgres_connection import (
    UNLIMITED,
    Unreachable,
    connect,
    first_session,
    parameters,
    without_secrets,
)
from openprofiles.storage.postgres_reads import MOST_READS, read_together
from openprofiles.storage.postgres_runs import Reach, Runner, StoreFailure
from openprofiles.storage.postgres_session import ConnectionLost
from openprofiles.storage.postgres_snapshot import snapshot_on
from openprofiles.storage.postgres_workers import Workers
from openprofiles.storage.snapshot import StoreSnapshot
from openprofiles.storage.waiting import Waiting, single

T = TypeVar("T")

ENGINE = "postgres"

READ, LONG_READ = "read", "long read"
"""The groups of reads: what runs together ends together, so long ones run apart."""

GROUP_WRITERS = 2
WRITERS = 4
READERS = 6
READERS_AT_ONCE = 2
"""Few, so that works gather and share their round trips: more were slower for each kind. The other readers step in
where long reads hold up the short ones.
"""


Tell = Callable[[str | None], None]
"""Told why, when the store can not be reached any more, and None when it can again."""


class PostgresDatabase:
    """The `Database` of a PostgreSQL database. Made by `open_postgres`."""

    def __init__(self, url: str, group_writers: int, writers: int, readers: int, tell: Tell) -> None:
        given = parameters(url)

        def told(error: Exception | None) -> None:
            tell(None if error is None else without_secrets(str(error), given))

        self._unlimited = parameters(url, **UNLIMITED)
        self.reach = reach = Reach(partial(connect, given), tell=told)
        writer, reader = partial(Runner, reach, writes=True), partial(Runner, reach, writes=False)
        self._groups = Workers("group-writer", group_writers, writer, at_once=group_writers)
        self._writers = Workers("writer", writers, writer, at_once=writers)
        self._readers = Workers("reader", readers, reader, at_once=READERS_AT_ONCE, most=MOST_READS)

    def write(self, work: Work[T], size: int = 0) -> Future[T]:
        return self._writers.hand_over(single(work, size))

    def write_together(
        self, group: Hashable, many: Many[I, T], item: I, size: int = 0, future: Future[T] | None = None
    ) -> Future[T]:
        return self._groups.hand_over(Waiting(item, many, group, size, future))

    def read(self, work: Work[T], is_long: bool = False) -> Future[T]:
        return self._readers.hand_over(Waiting(work, read_together, LONG_READ if is_long else READ, 0))

    def snapshot(self) -> StoreSnapshot:
        return StoreSnapshot(snapshot_on(self._unlimited), _told)

    def close(self) -> None:
        for workers in (self._groups, self._writers, self._readers):
            workers.close()


def _told(error: Exception) -> Exception:
    """As it is told by a read."""
    is_away = isinstance(error, (psycopg.Error, ConnectionLost, Unreachable))
    return StoreFailure("The store can not be reached.") if is_away else error


def open_postgres(
    url: str,
    *,
    clock: Callable[[], int] = wall_clock,
    group_writers: int = GROUP_WRITERS,
    writers: int = WRITERS,
    readers: int = READERS,
    may_migrate: bool = True,
    tell: Tell = lambda _: None,
) -> PostgresDatabase:
    """Open the store and bring its schema up to date if it may be changed.

    `clock` gives milliseconds since the epoch. Raises Unreachable, NewerSchema and OlderSchema.
    """
    with _first_runner(url) as runner:
        if may_migrate:
            migrate(runner.run, clock(), ENGINE)
        check(runner.run, ENGINE)
    return PostgresDatabase(url, group_writers, writers, readers, tell)


def migrate_postgres(url: str, clock: Callable[[], int] = wall_clock) -> list[int]:
    """Bring the schema up to date; the numbers of the migrations that this took. Raises Unreachable and NewerSchema."""
    with _first_runner(url) as runner:
        return migrate(runner.run, clock(), ENGINE)


@contextmanager
def _first_runner(url: str) -> Iterator[Runner]:
    """Runs works with all the time they need. Raises Unreachable."""
    session = first_session(parameters(url, **UNLIMITED))
    try:
        yield Runner(Reach(lambda: session), writes=True)
    except (psycopg.Error, StoreFailure) as error:
        raise Unreachable(str(error)) from error
    finally:
        session.close()
