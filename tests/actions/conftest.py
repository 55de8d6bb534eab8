"""A store on disk, ready to be used, and a domain in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openprofiles.actions.page_tokens import make_key
from openprofiles.storage.database import Database
from openprofiles.storage.sqlite import open_sqlite

from .shop import Shop


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty store, opened as a server opens it."""
    database = open_sqlite(tmp_path / "store.sqlite3")
    database.write(make_key).result(5)
    yield database
    database.close()


@pytest.fixture
def shop(database: Database) -> Shop:
    """A fresh domain."""
    return Shop(database)
