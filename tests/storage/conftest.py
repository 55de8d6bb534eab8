"""An empty store of each engine; every test of the interface runs on all of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from openprofiles.storage.database import Database
from openprofiles.storage.postgres import open_postgres
from openprofiles.storage.sqlite import open_sqlite
from tests.conftest import STORES
from tests.postgres import PostgresServer

MAKE_THING = "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)"

Held = Callable[[], AbstractContextManager[None]]


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store with a table `thing (id, name)`. One thread writes, so that what is written together is certain."""
    with ExitStack() as stack:
        database: Database
        if request.param == "sqlite":
            database = open_sqlite(tmp_path / "store.db", monotonic=lambda: 0.0)  # time never ends a batch
        else:
            postgres: PostgresServer = request.getfixturevalue("postgres")
            database = open_postgres(stack.enter_context(postgres.fresh()), group_writers=1, writers=1)
        database.write(lambda tx: tx.run(MAKE_THING)).result(5)
        yield database
        database.close()


@pytest.fixture
def held(database: Database) -> Held:
    """`with held():` keeps writes waiting, so that those handed over inside become one batch."""

    @contextmanager
    def hold() -> Iterator[None]:
        release = threading.Event()
        holding = [
            database.write(lambda tx: release.wait(10)),
            database.write_together("held", lambda tx, items: [release.wait(10)], None),
        ]
        yield
        release.set()
        assert all(future.result(10) for future in holding)

    return hold
