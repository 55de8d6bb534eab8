"""A store of each engine, ready to be used, and a domain in it."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from openprofiles.actions.page_tokens import make_key
from openprofiles.storage.database import Database
from openprofiles.storage.erasures import make_salt
from openprofiles.storage.event_streams import make_signing_key
from openprofiles.storage.postgres import PostgresDatabase, open_postgres
from openprofiles.storage.sqlite import open_sqlite
from tests.conftest import STORES
from tests.postgres import PostgresServer

from .shop import TABLES, Shop

TRIES = 5


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store, opened as a server opens it."""
    if request.param == "postgres":
        database: Database = request.getfixturevalue("postgres_store").emptied()
    else:
        database = open_sqlite(tmp_path / "store.sqlite3")
    database.write(make_key).result(5)
    database.write(make_salt).result(5)
    database.write(make_signing_key).result(5)
    yield database
    if request.param != "postgres":
        database.close()


class PostgresStore:
    """One store for many tests: to empty it costs a tenth of making another."""

    def __init__(self, url: str) -> None:
        self._database = open_postgres(url)
        self._connection = psycopg.connect(url, autocommit=True)

    def emptied(self) -> PostgresDatabase:
        deletions = "; ".join(f"DELETE FROM {table}" for table in TABLES if table != "migration")
        for _ in range(TRIES):
            with suppress(psycopg.errors.DeadlockDetected):  # with what an earlier test has left running
                self._connection.execute(deletions.encode())
                break
        return self._database

    def close(self) -> None:
        self._connection.close()
        self._database.close()


@pytest.fixture(scope="session")
def postgres_store(postgres: PostgresServer) -> Iterator[PostgresStore]:
    with postgres.fresh() as url, closing(PostgresStore(url)) as store:
        yield store


@pytest.fixture
def shop(database: Database) -> Shop:
    """A fresh domain."""
    return Shop(database)
