"""Who supplies key values: what was stored before suppliers had a table of their own is still known."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from openprofiles.storage import key_supplies, keys
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.key_supplies import FIELD_SUPPLIER
from openprofiles.storage.keys import MATCH_AND_SEARCH, SEARCH, KeyRow
from openprofiles.storage.migrate import MAKE_RECORD, add_functions, bundled, statements
from openprofiles.storage.postgres import open_postgres
from openprofiles.storage.sqlite import open_sqlite
from tests.conftest import STORES
from tests.postgres import PostgresServer

BEFORE = 5
"""The migration that brought the table."""

OWNER, ANOTHER = b"o" * 16, b"p" * 16
OBJECT, GONE = b"\0bject 1234" + b"\xff" * 5, b"gone:7"
EMAIL = KeyRow(b"\0" * 8 + b"\xfe" * 8, MATCH_AND_SEARCH, "_email", 'ann "the" \\ é\n@example.com')
NAME = KeyRow(b"n" * 16, SEARCH, "name", "Ann Berg")
ROWS = [(OWNER, OBJECT, EMAIL), (OWNER, FIELD_SUPPLIER, EMAIL), (OWNER, GONE, NAME), (ANOTHER, OBJECT, EMAIL)]


def fill(execute: Callable[[str], object], engine: str) -> None:
    """The store as it was, with some key values in it."""
    execute(MAKE_RECORD)
    for migration in bundled()[: BEFORE - 1]:
        for statement in statements(migration.text, engine):
            execute(statement)
        execute(f"INSERT INTO migration VALUES ({migration.number}, '{migration.name}', 0)")
    blob = "X'{}'" if engine == "sqlite" else r"'\x{}'::bytea"
    for owner, supplier, row in ROWS:
        blobs = ", ".join(blob.format(one.hex()) for one in (row.hash, owner, supplier))
        execute(f"INSERT INTO key_value VALUES (1, {blobs}, {row.role}, '{row.name}', '{row.value}')")


@contextmanager
def migrated_sqlite(path: Path) -> Iterator[Database]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        add_functions(connection)
        fill(connection.execute, "sqlite")
    yield open_sqlite(path)


@contextmanager
def migrated_postgres(postgres: PostgresServer) -> Iterator[Database]:
    with postgres.fresh(empty=True) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            fill(lambda sql: connection.execute(sql.encode()), "postgres")
        yield open_postgres(url)


@pytest.fixture(params=STORES)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        made = migrated_sqlite(tmp_path / "store.db")
    else:
        made = migrated_postgres(request.getfixturevalue("postgres"))
    with made as database:
        yield database
        database.close()


def test_what_each_supplier_gave_is_known(migrated: Database) -> None:
    def look(tx: Transaction) -> list[dict[bytes, dict[bytes, KeyRow]]]:
        return key_supplies.of_owners(tx, 1, [OWNER, ANOTHER])

    email = {EMAIL.hash: EMAIL}
    assert migrated.read(look).result(5) == [
        {OBJECT: email, FIELD_SUPPLIER: email, GONE: {NAME.hash: NAME}},
        {OBJECT: email},
    ]


def test_owners_are_found_by_what_they_had(migrated: Database) -> None:
    found = migrated.read(lambda tx: keys.found_owners(tx, 1, [EMAIL.hash], b"", 9)).result(5)
    matching = migrated.read(lambda tx: keys.matching_owners(tx, 1, [EMAIL.hash, NAME.hash])).result(5)

    assert found == [OWNER, ANOTHER]
    assert matching == {EMAIL.hash: [OWNER, ANOTHER], NAME.hash: []}


def test_a_value_goes_with_the_last_of_those_who_gave_it(migrated: Database) -> None:
    def owners_without(supplier: bytes) -> list[bytes]:
        migrated.write(lambda tx: key_supplies.remove_supplier(tx, 1, OWNER, supplier)).result(5)
        return migrated.read(lambda tx: keys.found_owners(tx, 1, [EMAIL.hash], b"", 9)).result(5)

    assert owners_without(OBJECT) == [OWNER, ANOTHER]
    assert owners_without(FIELD_SUPPLIER) == [ANOTHER]


def test_what_gone_objects_gave_goes_with_their_type_alone(migrated: Database) -> None:
    def left(object_type: int) -> set[bytes]:
        migrated.write(lambda tx: key_supplies.remove_gone(tx, 1, OWNER, object_type)).result(5)
        return set(migrated.read(lambda tx: key_supplies.of_owner(tx, 1, OWNER)).result(5))

    migrated.write(lambda tx: key_supplies.leave(tx, 1, (OWNER, OBJECT), 70)).result(5)
    assert len(left(6)) == 3
    assert GONE not in left(7)
    assert left(70) == {FIELD_SUPPLIER}
