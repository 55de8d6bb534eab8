"""A copy has every row of the store that it was made of; what is not finished is no store."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from openprofiles import copying
from openprofiles.app import open_store
from openprofiles.copying import copy_store, store_given
from openprofiles.opening import snapshot_of
from openprofiles.settings import Settings, SettingsError, store_path
from openprofiles.storage import copy
from openprofiles.storage.copy import Rows, counts, pages, tables_to_copy
from openprofiles.storage.database import Transaction
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_schema import Table, all_tables
from tests.postgres import PostgresServer

from .conftest import url_of


def contents(settings: Settings) -> dict[str, Rows]:
    """All rows of a store that a copy of it has to have."""
    with snapshot_of(settings) as tx:
        return {table.name: [row for page in pages(tx, table) for row in page] for table in tables_to_copy()}


# --- what a store is made of


def test_every_table_of_a_store_on_sqlite_is_known_with_its_columns(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "store").close()
    with closing(sqlite3.connect(tmp_path / "store")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        made = {name: tuple(row[1] for row in connection.execute(f"PRAGMA table_info({name})")) for name in names}

    own = {name: columns for name, columns in made.items() if name != "migration" and not name.startswith("sqlite_")}
    assert {table.name: table.columns for table in all_tables()} == own


def test_every_table_of_a_store_on_postgresql_is_known_with_its_columns(postgres: PostgresServer) -> None:
    with postgres.fresh() as url, psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()

    known = {(table.name, column) for table in all_tables() for column in table.columns}
    assert known == {(table, column) for table, column in rows if table != "migration"}


def test_the_store_that_these_tests_copy_has_rows_in_every_table(source: Settings) -> None:
    assert [name for name, rows in contents(source).items() if not rows] == []


def test_every_table_is_copied_but_the_locks_of_ingestions() -> None:
    assert {table.name for table in all_tables()} - {table.name for table in tables_to_copy()} == {"key_lock"}


# --- the copy


def test_a_copy_has_every_row(source: Settings, target: Settings) -> None:
    copied = copy_store(source, target)

    assert contents(target) == contents(source)
    assert copied == sum(map(len, contents(source).values()))


def test_there_and_back_again_all_is_as_it_was(source: Settings, postgres_target: Settings, target: Settings) -> None:
    copy_store(source, postgres_target)
    copy_store(postgres_target, target)

    assert contents(postgres_target) == contents(source)
    assert contents(target) == contents(source)


@pytest.mark.parametrize("most", [1, 3])
def test_pages_end_nowhere_too_early(
    source: Settings, target: Settings, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    whole = contents(source)
    monkeypatch.setattr(copy, "FIRST_ROWS", most)
    monkeypatch.setattr(copy, "MOST_ROWS", most)

    copy_store(source, target)

    assert contents(target) == whole


def test_a_page_of_long_rows_has_few_of_them(source_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [table] = [table for table in all_tables() if table.name == "profile_object"]
    monkeypatch.setattr(copy, "FIRST_ROWS", 2)
    with snapshot_of(Settings(store=url_of(source_path))) as tx:
        short = [len(page) for page in pages(tx, table)]
        monkeypatch.setattr(copy, "BYTES_AT_ONCE", 1_000)
        long = [len(page) for page in pages(tx, table)]

    assert sum(short) == sum(long)
    assert short[0] == long[0] == 2
    assert max(long[1:]) < short[1]


def test_a_copy_is_a_store_that_opens(source: Settings, target: Settings) -> None:
    copy_store(source, target)

    database = open_store(target)
    row = database.read(lambda tx: tx.one("SELECT count(*) AS profiles FROM profile")).result(10)
    database.close()
    assert row is not None
    assert row["profiles"] == len(contents(source)["profile"]) > 0


def test_what_is_written_to_the_source_meanwhile_is_not_copied(
    source_path: Path, source: Settings, target: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(source)
    after_each_page(monkeypatch, lambda: run(source_path, "DELETE FROM profile"))

    copy_store(source, target)

    assert contents(target) == before
    assert contents(source)["profile"] == []


def after_each_page(monkeypatch: pytest.MonkeyPatch, do: Any) -> None:
    def add(tx: Transaction, table: Table, rows: Rows) -> None:
        copy.add(tx, table, rows)
        do()

    monkeypatch.setattr(copying, "add", add)


def run(path: Path, sql: str, *values: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql, values)
        connection.commit()


# --- what stops it


def refused(source: Settings, target: Settings) -> str:
    with pytest.raises(SettingsError) as refusal:
        copy_store(source, target)
    return str(refusal.value)


def test_a_store_with_anything_in_it_is_not_filled(source: Settings, target: Settings) -> None:
    open_store(target).close()

    assert "it is not empty: there are rows in its table setting" in refused(source, target)
    open_store(target).close()


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, target: Settings) -> None:
    assert "there is no store" in refused(Settings(store=url_of(tmp_path / "nothing")), target)
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_store_is_not_copied(postgres_target: Settings, target: Settings) -> None:
    assert "schema number 0" in refused(postgres_target, target)
    assert not store_path(target).exists()


def test_a_store_of_another_schema_is_not_copied(source_path: Path, source: Settings, target: Settings) -> None:
    run(source_path, "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)")

    assert "openprofiles migrate" in refused(source, target)
    assert not store_path(target).exists()


def test_who_stops_it_before_the_target_is_touched_is_not_told_to_remove_that(
    source: Settings, target: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(settings: Settings) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(copying, "target_of", stop)

    assert refused(source, target) == "Stopped before anything was copied."


INCOMPLETE = "is incomplete, and no server starts on it: remove it, then copy again."


def test_what_is_left_of_a_copy_that_was_stopped_is_no_store(
    source: Settings, target: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    after_each_page(monkeypatch, stop)

    assert refused(source, target) == f"Stopped. {store_path(target)} {INCOMPLETE}"
    with pytest.raises(SettingsError, match="a copy to it was not finished"):
        open_store(target)
    assert "a copy to it was not finished" in refused(source, target)
    assert "a copy to it was not finished" in refused(target, Settings(store=url_of(tmp_path / "third")))


def test_rows_that_are_missing_at_the_end_are_noticed(
    source: Settings, target: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "add", lambda tx, table, rows: copy.add(tx, table, rows[1:]))
    with snapshot_of(source) as tx:
        wanted = counts(tx, all_tables())["access_key"]

    told = refused(source, target)

    assert f"The table access_key has {wanted - 1} rows, and should have {wanted}. " in told
    assert INCOMPLETE in told


def test_a_value_that_postgresql_does_not_take_stops_the_copy(
    source_path: Path, source: Settings, postgres_target: Settings
) -> None:
    run(source_path, "UPDATE domain SET tags = ?", "a\0b")

    assert INCOMPLETE in refused(source, postgres_target)
    with pytest.raises(SettingsError, match="a copy to it was not finished"):
        open_store(postgres_target)


@pytest.mark.parametrize("url", ["postgresql://me:sword-fish@host/db", "postgresql://host/db?password=sword-fish"])
def test_a_password_on_the_command_line_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PGPASSWORD") as refusal:
        store_given(url)
    assert "sword-fish" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "store.sqlite3", "/srv/store.sqlite3"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="is no store"):
        store_given(text)
