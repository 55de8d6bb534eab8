"""What the PostgreSQL store does when connections are cut, the database restarts, and works collide."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from openprofiles.errors import BadRequestException, InternalServerException, ThrottlingException
from openprofiles.storage import postgres_runs
from openprofiles.storage.database import Database, RunAgain, Transaction, Work
from openprofiles.storage.migrate import bundled
from openprofiles.storage.postgres import PostgresDatabase, open_postgres
from openprofiles.storage.postgres_connection import Unreachable
from tests.postgres import PostgresServer, RestartablePostgres

from .conftest import MAKE_THING

ADD = "INSERT INTO thing (id, name) VALUES (:id, :name)"
RENAME = "UPDATE thing SET name = :name WHERE id = :id"
OWN_BACKEND = "SELECT pg_backend_pid() AS pid"
CUT = "SELECT pg_terminate_backend(%s)"


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[PostgresDatabase]:
    database = open_postgres(url)
    database.write(lambda tx: tx.run(MAKE_THING)).result(5)
    yield database
    database.close()


@pytest.fixture
def cut(url: str) -> Iterator[Callable[[Transaction], None]]:
    """Cuts the connection that a transaction runs on."""
    with psycopg.connect(url, autocommit=True) as connection:

        def cut(tx: Transaction) -> None:
            row = tx.one(OWN_BACKEND)
            assert row is not None
            connection.execute(CUT, [row["pid"]])

        yield cut


def adding(number: int) -> Work[int]:
    return lambda tx: tx.run(ADD, id=number, name="x")


def ids(database: Database) -> list[int]:
    return database.read(lambda tx: [row["id"] for row in tx.all("SELECT id FROM thing ORDER BY id")]).result(10)


# A connection that goes


Cut = Callable[[Transaction], None]


def test_a_write_whose_connection_is_cut_before_its_commit_is_run_again(database: PostgresDatabase, cut: Cut) -> None:
    runs: list[int] = []

    def work(tx: Transaction) -> int:
        runs.append(1)
        tx.run(ADD, id=1, name="x")
        if len(runs) == 1:
            cut(tx)
        return tx.run(ADD, id=2, name="x")

    assert database.write(work).result(10) == 1
    assert len(runs) == 2
    assert ids(database) == [1, 2]


def test_a_group_whose_connection_is_cut_is_run_again_as_a_whole(database: PostgresDatabase, cut: Cut) -> None:
    runs: list[int] = []

    def many(tx: Transaction, numbers: Sequence[int]) -> list[int]:
        runs.append(len(numbers))
        tx.run_many(ADD, [(number, "x") for number in numbers])
        tx.one(OWN_BACKEND)
        if len(runs) == 1:
            cut(tx)
            tx.one(OWN_BACKEND)
        return list(numbers)

    futures = [database.write_together("group", many, number) for number in range(20)]

    assert [future.result(10) for future in futures] == list(range(20))
    assert ids(database) == list(range(20))


def test_a_read_whose_connection_is_cut_is_run_again(database: PostgresDatabase, cut: Cut) -> None:
    runs: list[int] = []

    def work(tx: Transaction) -> int:
        runs.append(1)
        if len(runs) == 1:
            cut(tx)
        return len(tx.all("SELECT id FROM thing"))

    assert database.read(work).result(10) == 0
    assert len(runs) == 2


def test_a_write_that_loses_each_connection_ends_with_an_error(database: PostgresDatabase, cut: Cut) -> None:
    def work(tx: Transaction) -> int:
        cut(tx)
        return tx.run(ADD, id=1, name="x")

    assert isinstance(database.write(work).exception(10), InternalServerException)
    assert database.write(adding(2)).result(10) == 1
    assert ids(database) == [2]


def test_a_connection_cut_while_it_is_idle_is_noticed_before_it_is_used(url: str) -> None:
    database = open_postgres(url, writers=1, readers=1)
    database.write(lambda tx: tx.run(MAKE_THING)).result(5)
    [writer] = database.write(lambda tx: [row["pid"] for row in tx.all(OWN_BACKEND)]).result(5)
    [reader] = database.read(lambda tx: [row["pid"] for row in tx.all(OWN_BACKEND)]).result(5)
    with psycopg.connect(url, autocommit=True) as connection:
        for pid in (writer, reader):
            connection.execute(CUT, [pid])
        time.sleep(0.1)

    only_writes: Future[None] = database.write(lambda tx: tx.run_many(ADD, [(1, "x")]))  # one trip, with its COMMIT

    assert only_writes.result(10) is None
    assert ids(database) == [1]
    database.close()


def test_a_commit_whose_answer_is_lost_is_an_error_and_is_not_run_again(database: PostgresDatabase, url: str) -> None:
    """A deferred constraint lets COMMIT take as long as it takes to cut its connection."""
    runs: list[int] = []
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("CREATE TABLE parent (id BIGINT PRIMARY KEY)")
        other.execute("CREATE TABLE child (id BIGINT REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        other.execute("INSERT INTO parent VALUES (1)")
        other.autocommit = False
        other.execute("DELETE FROM parent WHERE id = 1")  # a COMMIT that checks the reference has to wait for this one

        def work(tx: Transaction) -> None:
            runs.append(tx.all(OWN_BACKEND)[0]["pid"])
            tx.run("INSERT INTO child (id) VALUES (:id)", id=1)

        writing = database.write(work)
        wait_until_locked(url)
        with psycopg.connect(url, autocommit=True) as third:
            third.execute(CUT, [runs[0]])
        error = writing.exception(10)
        other.rollback()

    assert isinstance(error, InternalServerException)
    assert "not known" in error.message
    assert len(runs) == 1


def wait_until_locked(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(500):
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
            if row is not None and row[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")


# Works that collide


def test_works_that_lock_each_other_out_are_both_done(database: PostgresDatabase) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(1, ""), (2, "")])).result(5)
    both = threading.Barrier(2)
    met: list[int] = []

    def work(first: int, second: int) -> Work[int]:
        def run(tx: Transaction) -> int:
            tx.run(RENAME, id=first, name="x")
            if len(met) < 2:
                met.append(first)
                both.wait(5)
            return tx.run(RENAME, id=second, name="x")

        return run

    futures = [database.write(work(1, 2)), database.write(work(2, 1))]

    assert [future.result(20) for future in futures] == [1, 1]


def test_two_that_add_the_same_new_thing_are_both_answered(database: PostgresDatabase) -> None:
    both = threading.Barrier(2)
    met: list[int] = []

    def add_unless_there(tx: Transaction) -> str:
        if tx.one("SELECT id FROM thing WHERE id = :id", id=1) is not None:
            return "found"
        if len(met) < 2:
            met.append(1)
            both.wait(5)
        tx.run(ADD, id=1, name="x")
        return "added"

    futures = [database.write(add_unless_there) for _ in range(2)]

    assert sorted(future.result(10) for future in futures) == ["added", "found"]
    assert ids(database) == [1]


def test_a_work_that_asks_for_it_is_run_again_in_a_new_transaction(database: PostgresDatabase) -> None:
    runs: list[int] = []

    def work(tx: Transaction) -> int:
        runs.append(1)
        tx.run(ADD, id=len(runs), name="x")
        if len(runs) < 3:
            raise RunAgain("not yet")
        return len(runs)

    assert database.write(work).result(10) == 3
    assert ids(database) == [3]


def test_a_work_that_never_stops_colliding_is_told_to_come_later(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_runs, "LONGEST_PAUSE", 0.001)

    def work(tx: Transaction) -> int:
        raise RunAgain("never")

    assert isinstance(database.write(work).exception(10), ThrottlingException)


def test_a_refusal_after_a_write_that_nobody_waited_for_is_the_works_own_error(database: PostgresDatabase) -> None:
    def work(tx: Transaction) -> None:
        tx.run_many(ADD, [(1, "x"), (1, "y")])
        raise BadRequestException("no")

    assert isinstance(database.write(work).exception(10), BadRequestException)
    assert ids(database) == []


def test_a_work_that_passes_over_a_failed_statement_is_not_said_to_be_done(database: PostgresDatabase) -> None:
    def work(tx: Transaction) -> str:
        tx.run(ADD, id=1, name="x")
        with suppress(psycopg.Error):
            tx.run("SELECT 1 / :zero AS result", zero=0)
        return "done"

    assert isinstance(database.write(work).exception(10), psycopg.errors.InFailedSqlTransaction)
    assert ids(database) == []


def test_errors_of_the_engine_show_no_values(database: PostgresDatabase) -> None:
    database.write(adding(77_001)).result(5)

    error = database.write(adding(77_001)).exception(10)

    assert isinstance(error, psycopg.errors.UniqueViolation)
    assert "77001" not in str(error)


def test_many_transactions_of_two_nodes_that_touch_the_same_rows_all_get_through(
    database: PostgresDatabase, url: str
) -> None:
    other = open_postgres(url)
    database.write(lambda tx: tx.run_many(ADD, [(n, "0") for n in range(5)])).result(5)
    count = "UPDATE thing SET name = CAST(CAST(name AS BIGINT) + 1 AS TEXT) WHERE id = :id"

    def work(number: int) -> Work[None]:
        rows = [(place,) for place in ((0, 1, 2, 3, 4) if number % 2 else (4, 3, 2, 1, 0))]
        return lambda tx: tx.run_many(count, rows)

    futures = [(database, other)[number % 2].write(work(number // 2)) for number in range(16)]

    assert [future.exception(60) for future in futures] == [None] * 16
    assert database.read(lambda tx: [row["name"] for row in tx.all("SELECT name FROM thing")]).result(5) == ["16"] * 5
    other.close()


# Limits


def test_a_statement_that_takes_too_long_is_ended(url: str) -> None:
    database = open_postgres(url + ("&" if "?" in url else "?") + "options=-c%20statement_timeout%3D200ms")

    error = database.read(lambda tx: tx.one("SELECT pg_sleep(20) IS NULL AS slept")).exception(10)

    assert isinstance(error, InternalServerException)
    assert database.read(lambda tx: tx.all("SELECT 1 AS one")[0]["one"]).result(5) == 1
    database.close()


def test_a_work_that_stands_still_in_a_transaction_loses_it(url: str) -> None:
    database = open_postgres(
        url + ("&" if "?" in url else "?") + "options=-c%20idle_in_transaction_session_timeout%3D100ms"
    )
    runs: list[int] = []

    def work(tx: Transaction) -> int:
        runs.append(1)
        tx.one("SELECT 1 AS one")
        if len(runs) == 1:
            time.sleep(0.5)
        return len(tx.all("SELECT 1 AS one"))

    assert database.write(work).result(10) == 1
    assert len(runs) == 2
    database.close()


def test_a_work_that_takes_too_long_as_a_whole_is_ended(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openprofiles.storage.postgres_session.LONGEST_TRANSACTION", 0.05)

    def work(tx: Transaction) -> None:
        for number in range(100):
            tx.run(ADD, id=number, name="x")
            time.sleep(0.01)

    assert isinstance(database.write(work).exception(10), InternalServerException)
    assert ids(database) == []


# Nodes that start at once


def test_nodes_that_start_at_once_bring_the_schema_up_to_date_once(postgres: PostgresServer) -> None:
    with postgres.fresh(empty=True) as url:
        with ThreadPoolExecutor(6) as threads:
            databases = list(threads.map(lambda _: open_postgres(url), range(6)))
        numbers = "SELECT number FROM migration ORDER BY number"
        applied = databases[0].read(lambda tx: [row["number"] for row in tx.all(numbers)]).result(5)
        for database in databases:
            database.close()

    assert applied == [migration.number for migration in bundled()]


# A database that restarts


@pytest.fixture(scope="module")
def own_server() -> Iterator[RestartablePostgres]:
    with RestartablePostgres.running() as server:
        yield server


@pytest.fixture
def restartable(own_server: RestartablePostgres) -> Iterator[PostgresDatabase]:
    own_server.start()
    database = open_postgres(own_server.url)
    database.write(lambda tx: tx.run("DROP TABLE IF EXISTS thing")).result(5)
    database.write(lambda tx: tx.run(MAKE_THING)).result(5)
    yield database
    database.close()


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_works_go_on_when_the_database_has_restarted_and_nothing_acknowledged_is_lost(
    restartable: PostgresDatabase, own_server: RestartablePostgres, how: str
) -> None:
    acknowledged: list[int] = []
    stop = threading.Event()

    def write_on(start: int) -> None:
        number = start
        while not stop.is_set():
            if restartable.write(adding(number)).exception(30) is None:
                acknowledged.append(number)
            number += 1

    with ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write_on, 1_000_000 * n) for n in range(4)]
        time.sleep(0.3)
        own_server.stop(how)
        own_server.start()
        before = len(acknowledged)
        time.sleep(1.0)
        stop.set()
        for future in writing:
            future.result(30)

    assert len(acknowledged) > before
    assert set(acknowledged) <= set(ids(restartable))


def test_while_the_database_is_away_calls_fail_soon_and_when_it_is_back_they_work(
    restartable: PostgresDatabase, own_server: RestartablePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restartable.reach, "patience", 0.3)
    own_server.stop("immediate")

    started = time.monotonic()
    futures: list[Future[Any]] = [
        *(restartable.write(adding(n)) for n in range(40)),
        *(restartable.write_together("group", lambda tx, items: [tx.run(ADD, id=1, name="")], n) for n in range(40)),
        *(restartable.read(lambda tx: tx.one("SELECT 1 AS one")) for _ in range(40)),
    ]
    errors = [future.exception(20) for future in futures]
    seconds = time.monotonic() - started
    own_server.start()

    assert {type(error).__mro__[1] for error in errors} == {InternalServerException}
    assert seconds < 5
    deadline = time.monotonic() + 5
    while restartable.write(adding(7)).exception(10) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ids(restartable) == [7]


def test_a_server_that_is_not_there_at_the_start_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="failed"):
        open_postgres(f"postgresql:///db?host={tmp_path}")


def test_closing_while_the_database_is_away_does_not_hang(
    restartable: PostgresDatabase, own_server: RestartablePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restartable.reach, "patience", 0.3)
    own_server.stop("immediate")
    writing = restartable.write(adding(1))

    restartable.close()

    assert isinstance(writing.exception(0), InternalServerException)


def test_a_session_of_this_process_is_named_after_the_product(url: str) -> None:
    database = open_postgres(url)
    sql = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
    assert database.read(lambda tx: tx.all(sql)[0]["application_name"]).result(5) == "openprofiles"
    database.close()
