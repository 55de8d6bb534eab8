"""Reads that wait together share their round trips, and disturb each other in nothing."""

import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import psycopg
import pytest

from openprofiles.errors import BadRequestException
from openprofiles.storage.database import Transaction, Work
from openprofiles.storage.postgres import PostgresDatabase, open_postgres
from openprofiles.storage.postgres_session import Session
from tests.postgres import PostgresServer

from .conftest import MAKE_THING

ONE = "SELECT name FROM thing WHERE id = :id"
ROWS = 40


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[PostgresDatabase]:
    """One reader, so that what waits is certain to be read together."""
    with postgres.fresh() as url:
        database = open_postgres(url, readers=1)
        database.write(lambda tx: tx.run(MAKE_THING)).result(5)
        add = "INSERT INTO thing (id, name) VALUES (:id, :name)"
        database.write(lambda tx: tx.run_many(add, [(n, f"n{n}") for n in range(ROWS)])).result(5)
        yield database
        database.close()


def together(database: PostgresDatabase, works: list[Work[Any]]) -> list[Future[Any]]:
    """Hand all over while the reader is held up."""
    started, release = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        started.set()
        release.wait(10)

    database.read(hold)
    started.wait(10)
    futures = [database.read(work) for work in works]
    release.set()
    return futures


def naming(*numbers: int) -> Work[list[str]]:
    """Asks for one row after another."""

    def work(tx: Transaction) -> list[str]:
        return [row["name"] for number in numbers if (row := tx.one(ONE, id=number)) is not None]

    return work


def test_each_read_gets_the_answers_to_its_own_questions(database: PostgresDatabase) -> None:
    questions = [range(number, number + number % 4) for number in range(16)]

    futures = together(database, [naming(*numbers) for numbers in questions])

    assert [future.result(5) for future in futures] == [[f"n{n}" for n in numbers] for numbers in questions]


def test_reads_that_wait_together_share_their_round_trips(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips: list[int] = []
    original = Session.answers

    def counted(self: Session, count: int) -> list[Any]:
        trips.append(count)
        return original(self, count)

    monkeypatch.setattr(Session, "answers", counted)

    futures = together(database, [naming(1, 2, 3) for _ in range(16)])

    assert [future.result(5) for future in futures] == [["n1", "n2", "n3"]] * 16
    assert trips == [16, 16, 16]


def test_a_read_that_asks_for_many_things_at_once_gets_them_all(database: PostgresDatabase) -> None:
    def each(tx: Transaction) -> list[str]:
        return [row["name"] for [row] in tx.each(ONE, [(1,), (2,), (3,)])]

    def row_by_row(tx: Transaction) -> list[str]:
        return [row["name"] for [row] in tx.each(ONE + " LIMIT 1 OFFSET 0", [(4,), (5,)])]

    futures = together(database, [naming(7), each, row_by_row, naming(8, 9)])

    assert [future.result(5) for future in futures] == [["n7"], ["n1", "n2", "n3"], ["n4", "n5"], ["n8", "n9"]]


def test_the_error_of_a_read_is_its_own(database: PostgresDatabase) -> None:
    refusal = BadRequestException("no")

    def refused(tx: Transaction) -> None:
        tx.one(ONE, id=1)
        raise refusal

    futures = together(database, [naming(1, 2), refused, naming(3, 4)])

    assert futures[1].exception(5) is refusal
    assert [futures[0].result(5), futures[2].result(5)] == [["n1", "n2"], ["n3", "n4"]]


def test_a_statement_that_the_server_refuses_fails_its_own_read_alone(database: PostgresDatabase) -> None:
    def broken(tx: Transaction) -> None:
        tx.one("SELECT 1 / :zero AS result", zero=0)

    futures = together(database, [naming(1, 2), broken, naming(3, 4)])

    assert isinstance(futures[1].exception(5), psycopg.errors.DivisionByZero)
    assert [futures[0].result(5), futures[2].result(5)] == [["n1", "n2"], ["n3", "n4"]]


def test_reads_together_see_one_snapshot_that_holds_all_that_was_acknowledged(database: PostgresDatabase) -> None:
    def count(tx: Transaction) -> tuple[int, int]:
        first, second = (tx.all("SELECT count(*) AS n FROM thing")[0]["n"] for _ in range(2))
        return first, second

    release = threading.Event()
    holding = database.read(lambda tx: release.wait(10))
    before = database.read(count)
    database.write(lambda tx: tx.run("INSERT INTO thing (id, name) VALUES (:id, 'x')", id=10_000)).result(5)
    after = database.read(count)
    release.set()
    holding.result(10)

    assert after.result(5) == (ROWS + 1, ROWS + 1)
    assert before.result(5)[0] == before.result(5)[1]
    database.write(lambda tx: tx.run("DELETE FROM thing WHERE id = 10000")).result(5)


def test_nothing_of_a_refused_read_is_left_for_the_garbage_collector(database: PostgresDatabase) -> None:
    gc.collect()
    gc.disable()
    try:
        kept = [weakref.ref(refusal) for refusal in refusals(database)]
        assert [ref() for ref in kept] == [None, None]
    finally:
        gc.enable()


def refusals(database: PostgresDatabase) -> list[BadRequestException]:
    def refused(tx: Transaction) -> None:
        tx.one(ONE, id=1)
        raise BadRequestException("no")

    futures = together(database, [refused, refused])
    return [error for future in futures if isinstance(error := future.exception(5), BadRequestException)]
