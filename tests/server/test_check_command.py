"""`openprofiles check`: what it says, and that it changes nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from openprofiles.storage.sqlite import open_sqlite
from tests.actions.shop import Shop
from tests.conftest import LaunchServer
from tests.postgres import PostgresServer
from tests.server.process import run_command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "openprofiles.sqlite3"
    with closing(open_sqlite(path)) as database:
        Shop(database).create(FirstName="Ann")
        Shop(database, "bank").create(FirstName="Bea")
    return path


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with postgres.fresh(empty=True) as url:
        yield url


def damage(store: Path, sql: str) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute(sql)
        connection.commit()


def check(store: Path, *options: str) -> tuple[int, str]:
    ended = run_command("check", "--store", f"sqlite:///{store}", *options)
    return ended.returncode, ended.stdout + ended.stderr


def test_it_tells_what_it_has_looked_at(store: Path) -> None:
    assert check(store) == (0, "2 domains, 2 profiles: nothing is wrong.\n")
    assert check(store, "--domain", "bank") == (0, "1 domains, 1 profiles: nothing is wrong.\n")


def test_each_finding_is_a_line_and_the_status_is_1(store: Path) -> None:
    damage(store, "UPDATE profile SET objects = 2")

    status, told = check(store)

    *lines, last = told.splitlines()
    assert status == 1
    assert [line.partition("  ")[0] for line in lines] == ["bank", "shop"]
    assert all("it says that it has 2 objects, and has 0" in line for line in lines)
    assert last == "2 domains, 2 profiles: 2 findings (2 objects)."


def test_it_changes_nothing(store: Path) -> None:
    before = store.read_bytes()

    check(store)

    assert store.read_bytes() == before


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    store = tmp_path / "nothing" / "store.sqlite3"

    assert check(store) == (1, f"openprofiles: {store}: there is no store.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_an_older_schema_is_left_as_it_is(store: Path) -> None:
    damage(store, "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)")

    status, told = check(store)

    assert (status, "openprofiles migrate" in told) == (1, True)


def test_a_database_without_a_store_is_left_as_it_is(empty: str) -> None:
    ended = run_command("check", OPENPROFILES_STORE=empty)

    assert (ended.returncode, "schema number 0" in ended.stderr) == (1, True)


def test_it_runs_beside_a_server(launch_server: LaunchServer) -> None:
    server = launch_server()

    ended = run_command("check", **server.environment)

    assert (ended.returncode, ended.stdout) == (0, "0 domains, 0 profiles: nothing is wrong.\n")
