"""A store with a row in every table, and stores to fill."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from openprofiles.settings import Settings
from openprofiles.storage.sqlite import open_sqlite
from tests.actions.shop import TABLES, Shop
from tests.api.mappings import products, system

VALUES = {"BIGINT": 7, "BYTEA": b"\x00\xff\x01", "TEXT": "Ünïcode \U0001f600 'quoted' \\x"}


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def source_path(tmp_path: Path) -> Path:
    """An SQLite store that has been used; tables that this has left empty have one row each."""
    path = tmp_path / "source.sqlite3"
    with closing(open_sqlite(path)) as database:
        live_in(Shop(database))
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            add_a_row_if_it_is_empty(connection, table)
        connection.commit()
    return path


@pytest.fixture
def source(source_path: Path) -> Settings:
    return Settings(store=url_of(source_path))


def live_in(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    shop.define("product", products())
    for number in range(8):
        shop.put("crm", id=str(number), customer=f"c{number}", first="Ännchen", email=f"{number}@example.com")
        shop.put("product", email=f"{number}@example.com", serial=str(number), name="Säge")
    shop.merge(shop.one("customer", "c1"), shop.one("customer", "c2"))
    shop.delete(shop.one("customer", "c0"))


def add_a_row_if_it_is_empty(connection: sqlite3.Connection, table: str) -> None:
    if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        types = [re.split(r"\W", row[2])[0] for row in connection.execute(f"PRAGMA table_info({table})")]
        places = ", ".join("?" for _ in types)
        connection.execute(f"INSERT INTO {table} VALUES ({places})", [VALUES[kind] for kind in types])


@pytest.fixture
def target(tmp_path: Path) -> Settings:
    """An SQLite store that is not there yet."""
    return Settings(store=url_of(tmp_path / "target.sqlite3"))


@pytest.fixture
def postgres_target(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A PostgreSQL database with nothing in it."""
    with request.getfixturevalue("postgres").fresh(empty=True) as url:
        yield Settings(store=url)
