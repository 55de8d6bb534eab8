"""The two ends of a copy on PostgreSQL: a store as it is at one moment, and one that is filled."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.postgres import open_postgres
from openprofiles.storage.postgres_connection import UNLIMITED, Unreachable, first_session, parameters
from openprofiles.storage.postgres_runs import BEGIN_READ
from openprofiles.storage.postgres_session import ConnectionLost
from openprofiles.storage.postgres_transaction import PostgresTransaction


@contextmanager
def postgres_snapshot(url: str) -> Iterator[Transaction]:
    """A transaction that only reads, with all the time that it needs. Raises Unreachable."""
    session = first_session(parameters(url, **UNLIMITED))
    try:
        session.begin(BEGIN_READ)
        yield PostgresTransaction(session, writes=False)
    except (psycopg.Error, ConnectionLost) as error:
        raise Unreachable(str(error)) from error
    finally:
        session.close()


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
