"""SQLite finds rows by all the columns that a statement gives, not by the domain alone."""

import re
import sqlite3
from pathlib import Path

import pytest

from openprofiles.storage import (
    dead_letters,
    definitions,
    domains,
    history,
    key_supplies,
    keys,
    profile_objects,
    profiles,
    standard_objects,
)
from openprofiles.storage.sqlite import open_sqlite

MODULES = (dead_letters, definitions, domains, history, key_supplies, keys, profile_objects, profiles, standard_objects)

STATEMENTS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": sql
    for module in MODULES
    for name, sql in vars(module).items()
    if name.isupper()
    and isinstance(sql, str)
    and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", sql)
    and "{" not in sql
}

SCANS = {
    "domains.BURIED",  # an index that holds deleted domains alone
    "profile_objects.PURGES",  # a table that holds deleted object types alone
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    path: Path = tmp_path_factory.mktemp("plans") / "store.sqlite3"
    open_sqlite(path).close()
    return sqlite3.connect(path)


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    sql = re.sub(r"\bIN :(\w+)", r"IN (:\1, :\1)", sql)
    values = dict.fromkeys(re.findall(r":(\w+)", sql), b"")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


LARGE = (
    "key_owner|key_supply|held|other|profile|profile_object|standard_object|history|gone_source|merge_journal"
    "|dead_letter"
)


@pytest.mark.parametrize("name", [name for name in STATEMENTS if name not in SCANS])
def test_no_statement_walks_through_a_domain(connection: sqlite3.Connection, name: str) -> None:
    steps = plan(connection, STATEMENTS[name])

    assert not [step for step in steps if re.match(rf"SEARCH ({LARGE}) .*\(domain=\?\)$", step)], steps
    assert not [step for step in steps if re.match(rf"SCAN ({LARGE})\b", step)], steps
