"""Whole stores on PostgreSQL, for whoever needs more time than a request: to look at, or to be filled."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import psycopg

from openprofiles.storage.database import Database, Transaction, Work
from openprofiles.storage.postgres import open_postgres
from openprofiles.storage.postgres_connection import UNLIMITED, Unreachable, first_session, parameters
from openprofiles.storage.postgres_runs import Reach, Runner
from openprofiles.storage.postgres_snapshot import snapshot_on

T = TypeVar("T")


def postgres_snapshot(url: str) -> AbstractContextManager[Transaction]:
    """A transaction that only reads, with all the time that it needs. Raises Unreachable."""
    return snapshot_on(parameters(url, **UNLIMITED))


@contextmanager
def postgres_target(url: str) -> Iterator[Database]:
    """A store with its schema up to date. Raises Unreachable, also for values that PostgreSQL does not take."""
    database = open_postgres(url, group_writers=1, writers=1, readers=1)
    try:
        yield database
    except psycopg.Error as error:
        raise Unreachable(str(error)) from error
    finally:
        database.close()


class Reads:
    """Works that read, one after the other, each in a snapshot of its own and with all the time that it needs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def __call__(self, work: Work[T]) -> T:
        return self._runner.run(work)


@contextmanager
def postgres_reads(url: str) -> Iterator[Reads]:
    """Raises Unreachable."""
    given = parameters(url, **UNLIMITED)
    runner = Runner(Reach(lambda: first_session(given)), writes=False)
    try:
        yield Reads(runner)
    except psycopg.Error as error:
        raise Unreachable(str(error)) from error
    finally:
        runner.close()
