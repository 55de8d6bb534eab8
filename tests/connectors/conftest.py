"""A store with a domain and an object type, into which files are loaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openprofiles.actions.page_tokens import make_key
from openprofiles.storage.sqlite import open_sqlite
from tests.actions.shop import Shop
from tests.api.mappings import system


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A domain with an object type `crm`."""
    database = open_sqlite(tmp_path / "store.sqlite3")
    database.write(make_key).result(5)
    shop = Shop(database)
    shop.define("crm", system("crm"))
    yield shop
    database.close()
