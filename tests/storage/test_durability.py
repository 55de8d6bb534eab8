"""What the SQLite store keeps through full disks, killed processes and company, and how it groups commits."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Timer

import pytest

from openprofiles.errors import BadRequestException, InternalServerException
from openprofiles.storage.database import Database, Transaction, Work
from openprofiles.storage.migrate import bundled
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_transaction import bound

from . import other_process
from .other_process import ADD, MAKE, adding, can_lock, ids, is_whole

SAME_IMPORTS = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def child_command(what: str, path: Path, number: int = 0) -> list[str]:
    return [sys.executable, other_process.__file__, what, str(path), str(number)]


def run_child(what: str, path: Path) -> bytes:
    command = child_command(what, path)
    return subprocess.run(command, env=SAME_IMPORTS, check=True, stdout=subprocess.PIPE, timeout=20).stdout


class Store:
    """An empty store, the statements run on its write connection, and the time that limits a batch."""

    def __init__(self, path: Path) -> None:
        self.statements: list[str] = []
        self.seconds = 0.0
        self.database = open_sqlite(path, monotonic=lambda: self.seconds, trace=self.statements.append)
        self.database.write(lambda tx: tx.run(MAKE)).result(5)

    def commits_of(self, works: list[Work[int]], sizes: int = 0) -> tuple[int, list[Future[int]]]:
        """Hand all over while the writer is held, behind a work that ends its own batch; how often it commits."""
        release = Event()
        self.database.write(lambda tx: release.wait(10), size=2**40)
        self.statements.clear()
        futures = [self.database.write(work, sizes) for work in works]
        release.set()
        for future in futures:
            future.exception(10)
        return self.statements.count("COMMIT") - 1, futures


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.db")
    yield store
    store.database.close()


# Group commit


def test_works_that_wait_together_share_one_commit(store: Store) -> None:
    commits, futures = store.commits_of([adding(n) for n in range(64)])

    assert commits == 1
    assert [future.result(5) for future in futures] == [1] * 64


def test_a_batch_ends_at_64_works(store: Store) -> None:
    commits, _ = store.commits_of([adding(n) for n in range(65)])

    assert commits == 2


def test_a_batch_ends_at_4_mebibytes_of_declared_size(store: Store) -> None:
    commits, _ = store.commits_of([adding(n) for n in range(8)], sizes=1024 * 1024)

    assert commits == 2


def test_a_batch_ends_after_20_milliseconds_of_running(store: Store) -> None:
    def slow(number: int) -> Work[int]:
        def work(tx: Transaction) -> int:
            store.seconds += 0.011
            return tx.run(ADD, id=number, name="x")

        return work

    commits, _ = store.commits_of([slow(n) for n in range(6)])

    assert commits == 3


def test_an_undisturbed_batch_uses_no_savepoints(store: Store) -> None:
    store.commits_of([adding(n) for n in range(5)])

    assert [sql for sql in store.statements if sql.startswith("SAVEPOINT")] == []


def test_a_batch_with_a_failed_work_still_commits_once(store: Store) -> None:
    def failing(tx: Transaction) -> int:
        tx.run(ADD, id=99, name="x")
        raise BadRequestException("no")

    commits, _ = store.commits_of([adding(1), failing])

    assert commits == 1
    assert ids(store.database) == [1]


def counted(work: Work[int], runs: list[int]) -> Work[int]:
    def run(tx: Transaction) -> int:
        runs.append(1)
        return work(tx)

    return run


def test_a_work_runs_again_when_a_neighbour_fails_after_it_wrote(store: Store) -> None:
    runs: list[int] = []

    def failing(tx: Transaction) -> int:
        tx.run(ADD, id=99, name="x")
        raise BadRequestException("no")

    _, [neighbour, _] = store.commits_of([counted(adding(1), runs), failing])

    assert neighbour.result(5) == 1
    assert len(runs) == 2
    assert ids(store.database) == [1]


def test_no_work_runs_again_when_a_neighbour_fails_before_it_wrote(store: Store) -> None:
    runs: list[int] = []

    def failing(tx: Transaction) -> int:
        raise BadRequestException("no")

    _, [first, failed, last] = store.commits_of([counted(adding(1), runs), failing, counted(adding(2), runs)])

    assert (first.result(5), last.result(5)) == (1, 1)
    assert isinstance(failed.exception(5), BadRequestException)
    assert len(runs) == 2


def test_a_future_is_done_only_after_its_commit(store: Store) -> None:
    seen_at_done: list[list[int]] = []
    future = store.database.write(adding(1))
    future.add_done_callback(lambda _: seen_at_done.append(ids(store.database)))

    future.result(5)
    store.database.close()

    assert seen_at_done == [[1]]


# A full disk


@pytest.fixture
def full(store: Store) -> Callable[[], None]:
    """Fill the store to its last page; the limit stands until `max_page_count` is raised."""

    def fill() -> None:
        pages = store.database.read(lambda tx: tx.one("PRAGMA page_count")).result(5)
        assert pages is not None
        limit_pages(store.database, pages["page_count"] + 8)

    return fill


def limit_pages(database: Database, pages: int) -> None:
    database.write(lambda tx: tx.one(f"PRAGMA max_page_count = {pages}")).result(5)


def test_a_full_disk_is_an_error_that_names_no_path(store: Store, full: Callable[[], None], tmp_path: Path) -> None:
    full()

    error = store.database.write(adding(1, length=200_000)).exception(5)

    assert isinstance(error, InternalServerException)
    assert error.message == "The store could not write: database or disk is full."
    assert str(tmp_path) not in error.message


def test_a_store_on_a_full_disk_stays_readable_and_whole(store: Store, full: Callable[[], None]) -> None:
    store.database.write(adding(1)).result(5)
    full()

    store.database.write(adding(2, length=200_000)).exception(5)

    assert ids(store.database) == [1]
    assert is_whole(store.database)


def test_a_full_disk_half_way_through_a_work_leaves_nothing_of_it(store: Store, full: Callable[[], None]) -> None:
    def work(tx: Transaction) -> int:
        tx.run(ADD, id=1, name="x")
        return tx.run(ADD, id=2, name="x" * 200_000)

    full()

    assert isinstance(store.database.write(work).exception(5), InternalServerException)
    assert ids(store.database) == []


def test_no_work_of_a_batch_that_met_a_full_disk_is_acknowledged_and_lost(
    store: Store, full: Callable[[], None]
) -> None:
    full()
    _, futures = store.commits_of([adding(n, length=10_000 * (n == 3)) for n in range(6)] + [adding(9, 200_000)])

    acknowledged = [number for number, future in enumerate(futures) if future.exception(5) is None]

    assert [f for f in futures if not isinstance(f.exception(5), InternalServerException | None)] == []
    assert ids(store.database) == acknowledged


def test_a_refusal_found_before_anything_was_written_holds_on_a_full_disk(
    store: Store, full: Callable[[], None]
) -> None:
    def refuse(tx: Transaction) -> int:
        raise BadRequestException("no")

    full()
    _, [refused, lost] = store.commits_of([refuse, adding(1, length=200_000)])

    assert isinstance(refused.exception(5), BadRequestException)
    assert isinstance(lost.exception(5), InternalServerException)


def test_a_store_that_became_read_only_says_so_and_works_again_when_it_can(store: Store) -> None:
    connection = store.database._connection  # the writer can not even begin, so no work can end this

    connection.execute("PRAGMA query_only = ON")
    error = store.database.write(adding(1)).exception(5)
    connection.execute("PRAGMA query_only = OFF")

    assert isinstance(error, InternalServerException)
    assert "readonly" in error.message
    assert store.database.write(adding(1)).result(5) == 1


def test_a_store_works_again_when_there_is_room(store: Store, full: Callable[[], None]) -> None:
    full()
    store.database.write(adding(1, length=200_000)).exception(5)

    limit_pages(store.database, 100_000)

    assert store.database.write(adding(1, length=200_000)).result(5) == 1
    assert ids(store.database) == [1]


def test_a_commit_that_the_system_refuses_is_an_error_and_undone(tmp_path: Path) -> None:
    report = json.loads(run_child("limited", tmp_path / "store.db"))

    assert report == {
        "error": "The store could not write: disk I/O error.",
        "ids while full": [1],
        "whole": True,
        "others may write": True,
        "ids after": [1, 3],
    }


def test_a_fault_of_the_writer_itself_fails_the_batch_and_holds_no_lock(tmp_path: Path) -> None:
    faults: list[Exception] = []

    def monotonic() -> float:
        if faults:
            raise faults.pop()
        return 0.0

    path = tmp_path / "store.db"
    database = open_sqlite(path, monotonic=monotonic)
    database.write(lambda tx: tx.run(MAKE)).result(5)
    faults.append(ValueError("/a/path"))

    error = database.write(adding(1)).exception(5)

    assert str(error) == "The store could not write: internal error."
    assert can_lock(path)
    assert database.write(adding(2)).result(5) == 1
    assert ids(database) == [2]
    database.close()


# Killed processes


def test_every_acknowledged_write_is_there_after_a_kill_and_no_half_ones(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    acknowledged: set[int] = set()
    for start in (0, 1_000_000, 2_000_000):
        acknowledged |= acknowledged_before_kill(path, start)

        database = open_sqlite(path)
        stored = set(ids(database))
        whole = is_whole(database)
        database.close()

        assert whole
        assert acknowledged <= stored
        assert {n for n in stored if n ^ 1 not in stored} == set()
    assert len(acknowledged) > 300


def acknowledged_before_kill(path: Path, start: int) -> set[int]:
    child = subprocess.Popen(child_command("write", path, start), env=SAME_IMPORTS, stdout=subprocess.PIPE)
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(150)]
    child.kill()
    lines += child.stdout.read().splitlines(keepends=True)
    child.wait(10)
    child.stdout.close()
    return {int(line) for line in lines if line.endswith(b"\n")}


# Company


def test_processes_that_open_a_new_store_at_once_all_get_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "store.db"

    children = [waiting_child(path, number) for number in range(4)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=20)

    database = open_sqlite(path)
    applied = database.read(lambda tx: [row["number"] for row in tx.all("SELECT number FROM migration")]).result(5)
    stored = ids(database)
    database.close()
    assert [child.returncode for child in children] == [0, 0, 0, 0]
    assert applied == [migration.number for migration in bundled()]
    assert stored == [0, 1, 2, 3]


def test_a_new_store_waits_until_another_process_lets_its_file_go(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)")
    other.execute("BEGIN IMMEDIATE")  # the change to a write-ahead log is refused at once, not after a time
    Timer(0.2, other.close).start()

    database = open_sqlite(path)

    assert ids(database) == []
    database.close()


def waiting_child(path: Path, number: int) -> subprocess.Popen[bytes]:
    command = child_command("open", path, number)
    return subprocess.Popen(command, env=SAME_IMPORTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_write_waits_for_another_process_that_writes(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO thing VALUES (1, 'other')")

    future = store.database.write(adding(2))
    time.sleep(0.1)
    waited = not future.done()
    other.execute("COMMIT")
    other.close()

    assert waited
    assert future.result(5) == 1
    assert ids(store.database) == [1, 2]


def test_writes_that_wait_too_long_for_another_process_fail_together(store: Store, tmp_path: Path) -> None:
    store.database.write(lambda tx: tx.one("PRAGMA busy_timeout = 300")).result(5)
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.perf_counter()

    errors = [future.exception(5) for future in [store.database.write(adding(n)) for n in range(20)]]

    assert time.perf_counter() - started < 2
    assert {str(error) for error in errors} == {"The store could not write: database is locked."}
    other.close()
    assert store.database.write(adding(1)).result(5) == 1


def test_folder_and_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "store.db"
    mask = os.umask(0)
    try:
        database = open_sqlite(path)
    finally:
        os.umask(mask)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in [path.parent, *path.parent.iterdir()]}
    database.close()

    assert modes == {"data": 0o700, "store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


def test_a_closed_store_is_one_file(store: Store, tmp_path: Path) -> None:
    store.database.write(adding(1)).result(5)

    store.database.close()

    assert [file.name for file in tmp_path.iterdir()] == ["store.db"]


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer, " * 500)

    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        open_sqlite(path)

    assert path.read_text() == "Dear customer, " * 500


# Statements


def test_a_read_can_not_even_make_a_temporary_table(store: Store) -> None:
    error = store.database.read(lambda tx: tx.run("CREATE TEMPORARY TABLE t (x)")).exception(5)

    assert isinstance(error, sqlite3.OperationalError)


def test_lists_of_about_the_same_length_share_one_prepared_statement() -> None:
    texts = {bound("SELECT 1 WHERE 1 IN :ids", {"ids": list(range(length))})[0] for length in range(33, 65)}

    assert len(texts) == 1
