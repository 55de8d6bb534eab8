"""The tables of a store, read from what the migrations make, so that a new one can not be forgotten."""

import sqlite3
from contextlib import closing
from typing import NamedTuple

from openprofiles.storage.migrate import add_functions, bundled, statements


class Table(NamedTuple):
    """`key`: the columns of its primary key, in their order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"

COLUMNS = "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid"


def all_tables() -> list[Table]:
    """Every table but the record of migrations, which each store has of its own."""
    with closing(sqlite3.connect(":memory:")) as store:
        add_functions(store)
        for migration in bundled():
            for statement in statements(migration.text, "sqlite"):
                store.execute(statement)
        return [_table(store, name) for (name,) in store.execute(TABLES).fetchall()]


def _table(store: sqlite3.Connection, name: str) -> Table:
    columns = store.execute(COLUMNS, (name,)).fetchall()
    key = sorted((place, column) for column, place in columns if place)
    return Table(name, tuple(column for column, _ in columns), tuple(column for _, column in key))
