"""A PostgreSQL store as it is at one moment, for as long as somebody looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from openprofiles.storage.database import Transaction
from openprofiles.storage.postgres_connection import Unreachable, first_session
from openprofiles.storage.postgres_runs import BEGIN_READ
from openprofiles.storage.postgres_session import ConnectionLost
from openprofiles.storage.postgres_transaction import PostgresTransaction


@contextmanager
def snapshot_on(given: dict[str, Any]) -> Iterator[Transaction]:
    """A transaction that only reads, on a connection with these parameters. Raises Unreachable."""
    session = first_session(given)
    try:
        session.begin(BEGIN_READ)
        yield PostgresTransaction(session, writes=False)
    except (psycopg.Error, ConnectionLost) as error:
        raise Unreachable(str(error)) from error
    finally:
        session.close()
