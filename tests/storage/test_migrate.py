"""Numbered migrations: each once, in order, whole or not at all."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from openprofiles.storage.database import Row, Work
from openprofiles.storage.migrate import Migration, NewerSchema, bundled, migrate, read_folder, statements
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_transaction import in_transaction

T = TypeVar("T")

FIRST = Migration(1, "first", "CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1);")
SECOND = Migration(2, "second", "INSERT INTO a VALUES (2);")
BROKEN = Migration(2, "broken", "CREATE TABLE b (x BIGINT); INSERT INTO a VALUES (2); INSERT INTO nowhere VALUES (1);")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def run(connection: sqlite3.Connection, *migrations: Migration, now: int = 5) -> list[int]:
    return migrate(partial(in_transaction, connection), now, "sqlite", migrations)


def values(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sql)]


def test_migrations_run_in_the_order_of_their_numbers(connection: sqlite3.Connection) -> None:
    assert run(connection, SECOND, FIRST) == [1, 2]

    assert values(connection, "SELECT x FROM a ORDER BY rowid") == [(1,), (2,)]


def test_a_migration_runs_once(connection: sqlite3.Connection) -> None:
    run(connection, FIRST)

    assert run(connection, FIRST, SECOND) == [2]
    assert run(connection, FIRST, SECOND) == []
    assert values(connection, "SELECT x FROM a ORDER BY rowid") == [(1,), (2,)]


def test_a_migration_that_another_process_applies_meanwhile_is_not_applied_again(
    connection: sqlite3.Connection,
) -> None:
    def transact(work: Work[T]) -> T:
        value = in_transaction(connection, work)
        run(connection, FIRST, SECOND)
        return value

    assert migrate(transact, 5, "sqlite", [FIRST, SECOND]) == []

    assert values(connection, "SELECT x FROM a ORDER BY rowid") == [(1,), (2,)]


def test_each_migration_leaves_its_record(connection: sqlite3.Connection) -> None:
    run(connection, FIRST, now=11)
    run(connection, FIRST, SECOND, now=12)

    assert values(connection, "SELECT number, name, applied_at FROM migration") == [(1, "first", 11), (2, "second", 12)]


def test_a_failing_migration_leaves_nothing_and_keeps_those_before_it(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        run(connection, FIRST, BROKEN)

    assert values(connection, "SELECT number FROM migration") == [(1,)]
    assert values(connection, "SELECT x FROM a") == [(1,)]
    assert values(connection, "SELECT name FROM sqlite_master WHERE name = 'b'") == []


def test_a_store_newer_than_the_program_is_refused_with_both_numbers(connection: sqlite3.Connection) -> None:
    run(connection, FIRST, SECOND)

    with pytest.raises(NewerSchema, match=r"schema number 2, .* up to 1") as refusal:
        run(connection, FIRST)

    assert (refusal.value.found, refusal.value.known) == (2, 1)


def test_opening_a_newer_store_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = open_sqlite(path)
    add = "INSERT INTO migration (number, name, applied_at) VALUES (9000, 'later', 0)"
    database.write(lambda tx: tx.run(add)).result(5)
    database.close()
    before = path.read_bytes()

    with pytest.raises(NewerSchema) as refusal:
        open_sqlite(path)

    assert (refusal.value.found, refusal.value.known) == (9000, bundled()[-1].number)
    assert path.read_bytes() == before


def test_a_new_store_has_all_bundled_migrations(tmp_path: Path) -> None:
    def numbers(rows: list[Row]) -> list[int]:
        return [row["number"] for row in rows]

    database = open_sqlite(tmp_path / "store.db")
    applied = database.read(lambda tx: numbers(tx.all("SELECT number FROM migration ORDER BY number"))).result(5)
    database.close()

    assert applied == [migration.number for migration in bundled()]


def test_bundled_migrations_are_numbered_from_one_without_gaps() -> None:
    found = bundled()

    assert [migration.number for migration in found] == list(range(1, len(found) + 1))


def test_a_folder_gives_its_sql_files_by_number(tmp_path: Path) -> None:
    (tmp_path / "0010_later_on.sql").write_text("SELECT 10;")
    (tmp_path / "0002_early.sql").write_text("SELECT 2;")
    (tmp_path / "notes.txt").write_text("not one")

    assert read_folder(tmp_path) == [Migration(2, "early", "SELECT 2;"), Migration(10, "later_on", "SELECT 10;")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1; SELECT 2;", ["SELECT 1;", "SELECT 2;"]),
        ("SELECT ';'; SELECT 2;", ["SELECT ';';", "SELECT 2;"]),
        ("-- one; two\nSELECT 1;", ["-- one; two\nSELECT 1;"]),
        ("/* one; two */ SELECT 1;", ["/* one; two */ SELECT 1;"]),
        ("SELECT 1; SELECT 2", ["SELECT 1;", "SELECT 2"]),
        ("SELECT 1;\n\n", ["SELECT 1;"]),
        ("CREATE TABLE a (x /*sqlite: TEXT */);", ["CREATE TABLE a (x TEXT);"]),
        ("CREATE TABLE a (x /*postgres: TEXT */);", ["CREATE TABLE a (x /*postgres: TEXT */);"]),
    ],
)
def test_a_migration_is_split_into_its_statements(text: str, expected: list[str]) -> None:
    assert list(statements(text, "sqlite")) == expected


def test_text_for_another_engine_stays_a_comment() -> None:
    text = "CREATE TABLE a (x BIGINT) /*sqlite: WITHOUT ROWID */;"

    assert list(statements(text, "postgres")) == [text]
