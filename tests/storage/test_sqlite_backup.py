"""A backup is a store of its own, as it was at one moment, and it holds up nobody."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from openprofiles.storage import sqlite_backup
from openprofiles.storage.sqlite import SqliteDatabase, open_sqlite
from openprofiles.storage.sqlite_backup import DamagedBackup, back_up

MAKE_THING = "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)"
ADD = "INSERT INTO thing (id, name) VALUES (:id, :name)"
IDS = "SELECT id FROM thing ORDER BY id"
THINGS = 500


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_backup, "PAGES_AT_ONCE", 5)


@pytest.fixture
def database(path: Path) -> Iterator[SqliteDatabase]:
    """A store that is served, with some hundred pages of things."""
    with closing(open_sqlite(path)) as database:
        database.write(lambda tx: tx.run(MAKE_THING)).result(5)
        database.write(lambda tx: tx.run_many(ADD, [(number, "x" * 1_000) for number in range(THINGS)])).result(5)
        yield database


def ids(store: Path) -> list[int]:
    with closing(open_sqlite(store)) as database:
        return [row["id"] for row in database.read(lambda tx: tx.all(IDS)).result(5)]


def quiet(done: int, total: int) -> None:
    """Tells nobody."""


def test_a_backup_is_a_store_with_all_that_was_committed(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "backup", quiet)

    assert ids(tmp_path / "backup") == list(range(THINGS))


def test_it_is_as_the_store_was_when_it_began_and_writers_go_on(
    database: SqliteDatabase, path: Path, tmp_path: Path
) -> None:
    written: list[int] = []

    def write_between(done: int, total: int) -> None:
        number = THINGS + len(written)
        written.append(database.write(lambda tx: tx.run(ADD, id=number, name="y")).result(5))

    back_up(path, tmp_path / "backup", write_between)

    assert len(written) > 10
    assert ids(tmp_path / "backup") == list(range(THINGS))


def test_how_far_it_is_is_told(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    back_up(path, tmp_path / "backup", lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    assert told[0][0] < told[-1][0] == told[-1][1]


def test_only_its_owner_can_read_it_and_it_is_one_file(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()

    back_up(path, tmp_path / "backups" / "monday", quiet)

    [file] = (tmp_path / "backups").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("monday", 0o600)


def test_a_file_that_is_there_stays_as_it_is(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("mine")

    with pytest.raises(FileExistsError):
        back_up(path, tmp_path / "backup", quiet)

    assert (tmp_path / "backup").read_text() == "mine"


def test_a_file_that_comes_meanwhile_stays_as_it_is(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    def somebody_else(done: int, total: int) -> None:
        (tmp_path / "backup").write_text("mine")

    with pytest.raises(FileExistsError):
        back_up(path, tmp_path / "backup", somebody_else)

    assert (tmp_path / "backup").read_text() == "mine"


def test_what_stops_it_leaves_no_file(database: SqliteDatabase, path: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(path, tmp_path / "backups" / "monday", stop)

    assert list((tmp_path / "backups").iterdir()) == []


def test_a_damaged_store_is_no_backup(path: Path, tmp_path: Path) -> None:
    with closing(open_sqlite(path)) as database:
        database.write(lambda tx: tx.run(MAKE_THING)).result(5)
        database.write(lambda tx: tx.run_many(ADD, [(number, "x" * 1_000) for number in range(THINGS)])).result(5)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)

    with pytest.raises((DamagedBackup, sqlite3.DatabaseError)):
        back_up(path, tmp_path / "backup", quiet)

    assert not (tmp_path / "backup").exists()


def test_without_a_store_there_is_no_backup_and_no_store_is_made(path: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(path, tmp_path / "backup", quiet)

    assert list(tmp_path.iterdir()) == []
