"""The rules that keep the store's SQL fit for every engine that speaks PostgreSQL's protocol, and for many nodes."""

import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module

import psycopg
import pytest

import openprofiles.storage
from openprofiles.storage.migrate import add_functions, bundled, statements
from openprofiles.storage.postgres_statements import statement
from tests.postgres import PostgresServer

MODULES = [
    import_module(f"openprofiles.storage.{found.name}") for found in pkgutil.iter_modules(openprofiles.storage.__path__)
]

STATEMENTS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": sql
    for module in MODULES
    for name, sql in vars(module).items()
    if name.isupper() and isinstance(sql, str) and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE)\b", sql)
}
"""Module and name of each statement → its text."""

FORBIDDEN = {
    "a trigger": r"\bTRIGGER\b",
    "a stored procedure": r"\b(CREATE|REPLACE)\s+(FUNCTION|PROCEDURE)\b|\bDO\s+\$|\bplpgsql\b",
    "a notification": r"\b(LISTEN|UNLISTEN|NOTIFY)\b|\bpg_notify\b",
    "an advisory lock": r"_advisory_",
    "a temporary table": r"\bTEMP(ORARY)?\b",
    "a sequence": r"\bCREATE\s+SEQUENCE\b|\b(BIG|SMALL)?SERIAL\b|\bIDENTITY\b|\bAUTOINCREMENT\b|\bnextval\b",
    "a page by OFFSET": r"\bOFFSET\b",
    "a value in the text": r"%s|[{](?!(table|columns|values|also)[}])",
}

ABOVE_DOMAINS = {"setting", "access_key", "migration", "answer", "erased_key"}
"""Tables of the store itself."""


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*", "", text)


CONSTANTS = {"table": "profile", "columns": "id", "values": ":id", "also": ""}
"""What stands in texts that are put together from constants of their module."""


def using(what: str, texts: dict[str, str]) -> list[str]:
    return [name for name, text in texts.items() if re.search(FORBIDDEN[what], text, re.IGNORECASE)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_migration_uses(what: str) -> None:
    assert using(what, {migration.name: without_comments(migration.text) for migration in bundled()}) == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_statement_uses(what: str) -> None:
    assert using(what, STATEMENTS) == []


def test_the_rules_look_at_all_statements() -> None:
    assert len(STATEMENTS) > 70
    assert using("an advisory lock", {"lock": "SELECT pg_try_advisory_xact_lock(1)"}) == ["lock"]


def tables() -> dict[str, list[str]]:
    """Each table's primary key."""
    with closing(sqlite3.connect(":memory:")) as store:
        add_functions(store)
        for migration in bundled():
            for sql in statements(migration.text, "sqlite"):
                store.execute(sql)
        names = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: primary_key(store, name) for name in names if not name.startswith("sqlite_")}


def primary_key(store: sqlite3.Connection, table: str) -> list[str]:
    columns = store.execute(f"PRAGMA table_info({table})").fetchall()
    return [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]]


@pytest.mark.parametrize("table", sorted(tables().keys() - ABOVE_DOMAINS))
def test_each_primary_key_starts_with_the_domain(table: str) -> None:
    assert tables()[table][0] == "domain"


@pytest.mark.parametrize("table", sorted(tables().keys() & ABOVE_DOMAINS))
def test_each_table_has_a_primary_key(table: str) -> None:
    assert tables()[table]


# PostgreSQL itself


@pytest.fixture(scope="module")
def connection(postgres: PostgresServer) -> Iterator[psycopg.Connection]:
    with postgres.fresh() as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("name", [name for name in STATEMENTS if not name.startswith("sqlite_")])
def test_postgresql_understands(connection: psycopg.Connection, name: str) -> None:
    text, names, _ = statement(STATEMENTS[name].format(**CONSTANTS), writes=True)

    result = connection.pgconn.prepare(b"", text)

    assert result.error_message == b""
    assert connection.pgconn.describe_prepared(b"").nparams == len(names)


def test_text_is_ordered_by_its_bytes_on_postgresql(connection: psycopg.Connection) -> None:
    columns = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
    )

    assert columns.fetchall() == []
