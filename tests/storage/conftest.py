"""An empty store of each engine; every test of the interface runs on all of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from openprofiles.storage.database import Database
from openprofiles.storage.sqlite import open_sqlite

MAKE_THING = "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)"

Held = Callable[[], AbstractContextManager[None]]


def empty_sqlite(folder: Path) -> Database:
    return open_sqlite(folder / "store.db", monotonic=lambda: 0.0)  # time never ends a batch, so batches are certain


STORES = {"sqlite": empty_sqlite}


@pytest.fixture(params=sorted(STORES))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store with a table `thing (id, name)`."""
    database = STORES[request.param](tmp_path)
    database.write(lambda tx: tx.run(MAKE_THING)).result(5)
    yield database
    database.close()


@pytest.fixture
def held(database: Database) -> Held:
    """`with held():` keeps writes waiting, so that those handed over inside become one batch."""

    @contextmanager
    def hold() -> Iterator[None]:
        release = threading.Event()
        holding = database.write(lambda tx: release.wait(10))
        yield
        release.set()
        assert holding.result(10)

    return hold
