"""What every store promises through the interface in storage/database.py."""

import asyncio
import concurrent.futures
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence

import psycopg
import pytest

from openprofiles.errors import BadRequestException, InternalServerException
from openprofiles.storage.database import Database, Transaction, Work

from .conftest import Held

ADD = "INSERT INTO thing (id, name) VALUES (:id, :name)"
COUNT = "SELECT count(*) AS n FROM thing"
SLOW = """
    WITH RECURSIVE counting (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < 2000000)
    SELECT count(*) AS n FROM counting
"""

REFUSED = (sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
DUPLICATE = (sqlite3.IntegrityError, psycopg.errors.UniqueViolation)
"""Each engine's own class."""


def adding(number: int, name: str = "x") -> Work[int]:
    return lambda tx: tx.run(ADD, id=number, name=name)


def adding_then(number: int, error: BaseException) -> Work[int]:
    def work(tx: Transaction) -> int:
        tx.run(ADD, id=number, name="x")
        raise error

    return work


def raising(error: BaseException) -> Work[None]:
    def work(tx: Transaction) -> None:
        raise error

    return work


def ids(database: Database) -> list[int]:
    return database.read(lambda tx: [row["id"] for row in tx.all("SELECT id FROM thing ORDER BY id")]).result(5)


def names_of(database: Database, sql: str, **values: list[int] | list[str]) -> list[str]:
    return database.read(lambda tx: [row["name"] for row in tx.all(sql, **values)]).result(5)


# Statements


def test_a_row_is_read_by_its_column_names(database: Database) -> None:
    database.write(adding(1, "one")).result(5)

    row = database.read(lambda tx: tx.one("SELECT id, name FROM thing")).result(5)

    assert row is not None
    assert (row["id"], row["name"]) == (1, "one")


def test_one_is_none_where_there_is_no_row(database: Database) -> None:
    assert database.read(lambda tx: tx.one("SELECT id FROM thing")).result(5) is None


def test_run_tells_how_many_rows_it_changed(database: Database) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, "x") for n in range(3)])).result(5)

    changed = database.write(lambda tx: tx.run("UPDATE thing SET name = :name WHERE id > :id", name="y", id=0))

    assert changed.result(5) == 2


def test_bytes_text_and_null_come_back_as_they_were(database: Database) -> None:
    values = {"a": b"\x00\xff", "b": "zażółć 🎉", "c": None, "d": 2**62}

    row = database.read(lambda tx: tx.one("SELECT :a AS a, :b AS b, :c AS c, :d AS d", **values)).result(5)

    assert row is not None
    assert {name: row[name] for name in values} == values


@pytest.mark.parametrize("length", [1, 2, 3, 5, 64, 700])
def test_a_list_stands_for_all_of_its_members(database: Database, length: int) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, str(n)) for n in range(1000)])).result(5)

    found = names_of(database, "SELECT name FROM thing WHERE id IN :ids ORDER BY id", ids=list(range(length)))

    assert found == [str(n) for n in range(length)]


def test_an_empty_list_matches_nothing(database: Database) -> None:
    database.write(adding(1)).result(5)

    assert names_of(database, "SELECT name FROM thing WHERE id IN :ids", ids=[]) == []


def test_not_in_an_empty_list_matches_everything(database: Database) -> None:
    database.write(adding(1, "one")).result(5)

    assert names_of(database, "SELECT name FROM thing WHERE id NOT IN :ids", ids=[]) == ["one"]


def test_a_statement_may_take_several_lists(database: Database) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, str(n % 2)) for n in range(6)])).result(5)
    sql = "SELECT id || '-' || name AS name FROM thing WHERE id IN :ids AND name IN :names ORDER BY id"

    assert names_of(database, sql, ids=[1, 2, 3, 4], names=["1"]) == ["1-1", "3-1"]


@pytest.mark.parametrize("value", ["ab", b"ab", 1, None])
def test_a_single_value_in_place_of_a_list_is_refused(database: Database, value: object) -> None:
    reading = database.read(lambda tx: tx.all("SELECT id FROM thing WHERE name IN :names", names=value))  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="names"):
        reading.result(5)


# Writes


def test_a_write_is_visible_to_the_next_read(database: Database) -> None:
    for number in range(20):
        database.write(adding(number)).result(5)
        assert len(ids(database)) == number + 1


def test_works_take_effect_in_the_order_they_were_handed_over(database: Database) -> None:
    def append(letter: str) -> Work[int]:
        return lambda tx: tx.run("UPDATE thing SET name = name || :letter", letter=letter)

    database.write(adding(1, "")).result(5)

    concurrent.futures.wait([database.write(append(chr(97 + n % 26))) for n in range(200)], 10)

    assert names_of(database, "SELECT name FROM thing") == ["".join(chr(97 + n % 26) for n in range(200))]


def test_the_exception_of_a_work_is_its_answer(database: Database) -> None:
    error = BadRequestException("no")

    assert database.write(raising(error)).exception(5) is error


def test_nothing_of_a_failed_work_stays(database: Database) -> None:
    failed = database.write(adding_then(1, BadRequestException("no")))

    assert isinstance(failed.exception(5), BadRequestException)
    assert ids(database) == []


def test_a_row_written_by_a_query_with_returning_goes_with_its_work(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.one(ADD + " RETURNING id", id=1, name="x")
        raise BadRequestException("no")

    failed = database.write(work)

    assert isinstance(failed.exception(5), BadRequestException)
    assert ids(database) == []


def test_rows_before_the_failing_one_of_run_many_go_too(database: Database) -> None:
    failed = database.write(lambda tx: tx.run_many(ADD, [(n, "x") for n in (1, 2, 1)]))

    assert isinstance(failed.exception(5), DUPLICATE)
    assert ids(database) == []


def test_a_failed_work_leaves_its_neighbours_alone(database: Database, held: Held) -> None:
    with held():
        before = [database.write(adding(n)) for n in range(3)]
        failed = database.write(adding_then(99, BadRequestException("no")))
        after = [database.write(adding(n)) for n in range(10, 13)]

    assert [future.result(5) for future in before + after] == [1] * 6
    assert isinstance(failed.exception(5), BadRequestException)
    assert ids(database) == [0, 1, 2, 10, 11, 12]


def test_several_failed_works_of_a_batch_each_get_their_own_error(database: Database, held: Held) -> None:
    errors = [BadRequestException("a"), BadRequestException("b")]

    with held():
        failed = [database.write(adding_then(number, error)) for number, error in enumerate(errors)]
        good = database.write(adding(7))

    assert [future.exception(5) for future in failed] == errors
    assert good.result(5) == 1
    assert ids(database) == [7]


def test_an_error_of_the_engine_is_the_answer_of_its_work_alone(database: Database, held: Held) -> None:
    with held():
        good = database.write(adding(1))
        duplicate = database.write(adding(1))

    assert good.result(5) == 1
    assert isinstance(duplicate.exception(5), DUPLICATE)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), MemoryError()])
def test_no_exception_of_a_work_stops_the_writer(database: Database, error: BaseException) -> None:
    assert database.write(adding_then(1, error)).exception(5) is error

    assert database.write(adding(2)).result(5) == 1
    assert ids(database) == [2]


def test_a_work_that_was_cancelled_while_it_waited_is_not_run(database: Database, held: Held) -> None:
    with held():
        cancelled = database.write(adding(1))
        good = database.write(adding(2))
        assert cancelled.cancel()

    assert good.result(5) == 1
    assert ids(database) == [2]


def test_many_threads_may_write_at_once(database: Database) -> None:
    def write_some(start: int) -> None:
        for number in range(start, start + 20):
            database.write(adding(number)).result(10)

    threads = [threading.Thread(target=write_some, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ids(database)) == 160


# Many rows at once


UPSERT = ADD + " ON CONFLICT (id) DO UPDATE SET name = thing.name || excluded.name"


def test_run_many_writes_one_row_as_it_writes_many(database: Database) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(1, "one")])).result(5)
    database.write(lambda tx: tx.run_many(ADD, [(2, "two"), (3, "three")])).result(5)
    database.write(lambda tx: tx.run_many(ADD, [])).result(5)

    assert names_of(database, "SELECT name FROM thing ORDER BY id") == ["one", "two", "three"]


def test_rows_of_run_many_that_meet_take_effect_one_after_another(database: Database) -> None:
    rows = [(1, "a"), (2, "b"), (1, "c"), (1, "d"), (2, "e")]

    database.write(lambda tx: tx.run_many(UPSERT, rows)).result(5)

    assert names_of(database, "SELECT name FROM thing ORDER BY id") == ["acd", "be"]


def test_run_many_takes_rows_that_are_there_already_as_its_statement_says(database: Database) -> None:
    database.write(adding(1, "old")).result(5)

    database.write(lambda tx: tx.run_many(ADD + " ON CONFLICT DO NOTHING", [(1, "new"), (2, "new")])).result(5)

    assert names_of(database, "SELECT name FROM thing ORDER BY id") == ["old", "new"]


@pytest.mark.parametrize("count", [1, 3])
def test_run_many_runs_any_statement_for_each_row(database: Database, count: int) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, "x") for n in range(5)])).result(5)

    rename = "UPDATE thing SET name = :name WHERE id = :id"
    database.write(lambda tx: tx.run_many(rename, [(f"n{n}", n) for n in range(count)])).result(5)

    names = [f"n{n}" for n in range(count)] + ["x"] * (5 - count)
    assert names_of(database, "SELECT name FROM thing ORDER BY id") == names


def test_columns_may_hold_null_bytes_text_and_numbers(database: Database) -> None:
    make = "CREATE TABLE mixed (id BIGINT NOT NULL PRIMARY KEY, a BYTEA, b TEXT, c BIGINT, d BIGINT)"
    add = "INSERT INTO mixed (id, a, b, c, d) VALUES (:id, :a, :b, :c, :d)"
    rows = [(1, b"\x00\xff", None, None, None), (2, None, "ż", -1, None), (3, b"", "", 2**62, None)]
    database.write(lambda tx: tx.run(make)).result(5)

    database.write(lambda tx: tx.run_many(add, rows)).result(5)

    found = database.read(lambda tx: tx.all("SELECT id, a, b, c, d FROM mixed ORDER BY id")).result(5)
    assert [tuple(row[name] for name in ("id", "a", "b", "c", "d")) for row in found] == rows


def test_a_statement_after_run_many_sees_its_rows(database: Database) -> None:
    def work(tx: Transaction) -> int:
        tx.run_many(ADD, [(n, "x") for n in range(3)])
        row = tx.one(COUNT)
        return 0 if row is None else int(row["n"])

    assert database.write(work).result(5) == 3


ABOVE = "SELECT id, name FROM thing WHERE id > :id AND name <> :name ORDER BY id DESC LIMIT 2"


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_each_finds_the_rows_of_each_row_of_values_in_their_order(database: Database, count: int) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, str(n)) for n in range(4)])).result(5)
    rows = [(0, "x"), (3, "x"), (0, "3"), (1, "x"), (2, "x")][:count]

    found = database.read(lambda tx: tx.each(ABOVE, rows)).result(5)

    numbers = [[3, 2], [], [2, 1], [3, 2], [3]][:count]
    assert [[row["id"] for row in part] for part in found] == numbers
    assert [[row["name"] for row in part] for part in found] == [[str(n) for n in part] for part in numbers]


def test_each_takes_a_query_of_single_values_without_a_table(database: Database) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, str(n)) for n in range(4)])).result(5)
    ends = """
        SELECT (SELECT name FROM thing WHERE id >= :id ORDER BY id LIMIT 1) AS first,
            (SELECT name FROM thing WHERE id >= :id ORDER BY id DESC LIMIT 1) AS last
    """

    found = database.read(lambda tx: tx.each(ends, [(1,), (9,)])).result(5)

    assert [(row["first"], row["last"]) for [row] in found] == [("1", "3"), (None, None)]


def test_each_takes_any_statement_that_answers_with_rows(database: Database) -> None:
    found = database.write(lambda tx: tx.each(ADD + " RETURNING id", [(1, "a"), (2, "b")])).result(5)

    assert [[row["id"] for row in part] for part in found] == [[1], [2]]
    assert ids(database) == [1, 2]


def test_a_lock_that_only_one_engine_knows_is_a_comment_to_the_other(database: Database) -> None:
    database.write(adding(1)).result(5)
    sql = "SELECT id FROM thing WHERE id IN :ids ORDER BY id /*postgres: FOR UPDATE */"
    alone = "SELECT id FROM thing WHERE id = :id /*postgres: FOR UPDATE */"

    written = database.write(lambda tx: [len(tx.all(sql, ids=[1])), *map(len, tx.each(alone, [(1,), (2,)]))])
    read = database.read(lambda tx: len(tx.all(sql, ids=[1])))

    assert written.result(5) == [1, 1, 0]
    assert read.result(5) == 1


# Works that run together


def adding_all(tx: Transaction, numbers: Sequence[int]) -> list[int | BadRequestException]:
    """Adds positive numbers in one statement; refuses the others."""
    tx.run_many(ADD, [(number, "x") for number in numbers if number > 0])
    return [number if number > 0 else BadRequestException(str(number)) for number in numbers]


def test_works_of_a_group_that_wait_together_run_in_one_call(database: Database, held: Held) -> None:
    calls: list[list[int]] = []

    def many(tx: Transaction, numbers: Sequence[int]) -> list[int | BadRequestException]:
        calls.append(list(numbers))
        return adding_all(tx, numbers)

    with held():
        futures = [database.write_together("group", many, number) for number in range(1, 11)]

    assert [future.result(5) for future in futures] == list(range(1, 11))
    assert calls == [list(range(1, 11))]
    assert ids(database) == list(range(1, 11))


def test_works_of_different_groups_do_not_run_in_one_call(database: Database, held: Held) -> None:
    calls: list[list[int]] = []

    def many(tx: Transaction, numbers: Sequence[int]) -> list[int]:
        calls.append(sorted(numbers))
        return list(numbers)

    with held():
        futures = [database.write_together(number % 2, many, number) for number in range(6)]

    assert [future.result(5) for future in futures] == list(range(6))
    assert sorted(calls) == [[0, 2, 4], [1, 3, 5]]


def test_a_call_takes_no_more_than_64_works_of_a_group(database: Database, held: Held) -> None:
    calls: list[int] = []

    def many(tx: Transaction, numbers: Sequence[int]) -> list[int]:
        calls.append(len(numbers))
        return list(numbers)

    with held():
        futures = [database.write_together("group", many, number) for number in range(70)]

    assert [future.result(5) for future in futures] == list(range(70))
    assert max(calls) <= 64


def test_an_api_error_among_the_outcomes_is_the_exception_of_its_own_work(database: Database, held: Held) -> None:
    with held():
        futures = [database.write_together("group", adding_all, number) for number in (1, -2, 3)]

    assert isinstance(futures[1].exception(5), BadRequestException)
    assert [futures[0].result(5), futures[2].result(5)] == [1, 3]
    assert ids(database) == [1, 3]


def test_where_the_call_of_a_group_raises_each_work_is_run_alone(database: Database, held: Held) -> None:
    database.write(adding(2)).result(5)

    with held():
        futures = [database.write_together("group", adding_all, number) for number in (1, 2, 3)]

    assert [futures[0].result(5), futures[2].result(5)] == [1, 3]
    assert isinstance(futures[1].exception(5), DUPLICATE)
    assert ids(database) == [1, 2, 3]


def test_a_list_form_that_raises_leaves_nothing_of_the_call(database: Database, held: Held) -> None:
    def many(tx: Transaction, numbers: Sequence[int]) -> list[int]:
        tx.run_many(ADD, [(number, "x") for number in numbers])
        raise BadRequestException("no")

    with held():
        futures = [database.write_together("group", many, number) for number in (1, 2, 3)]

    assert all(isinstance(future.exception(5), BadRequestException) for future in futures)
    assert ids(database) == []


def test_a_group_and_single_works_do_not_disturb_each_other(database: Database, held: Held) -> None:
    with held():
        together = [database.write_together("group", adding_all, number) for number in (1, 2)]
        alone = [database.write(adding(number)) for number in (3, 4)]
        failed = database.write(adding_then(5, BadRequestException("no")))

    assert [future.result(5) for future in together + alone] == [1, 2, 1, 1]
    assert isinstance(failed.exception(5), BadRequestException)
    assert ids(database) == [1, 2, 3, 4]


# Reads


def test_a_read_sees_one_snapshot_from_its_first_statement_on(database: Database) -> None:
    def read_twice(tx: Transaction) -> tuple[int, int]:
        before = tx.all("SELECT id FROM thing")
        database.write(adding(1)).result(5)
        return len(before), len(tx.all("SELECT id FROM thing"))

    assert database.read(read_twice).result(5) == (0, 0)
    assert ids(database) == [1]


def test_a_read_never_sees_half_of_a_work(database: Database) -> None:
    def pair(number: int) -> Work[None]:
        return lambda tx: tx.run_many(ADD, [(2 * number + half, "x") for half in (0, 1)])

    def count(tx: Transaction) -> int:
        row = tx.one(COUNT)
        return 0 if row is None else row["n"]

    futures = [database.write(pair(number)) for number in range(300)]
    seen = []
    while not futures[-1].done():
        seen.append(database.read(count).result(5))

    assert [n for n in seen if n % 2] == []
    assert database.read(count).result(5) == 600


def test_a_write_in_a_read_is_refused(database: Database) -> None:
    assert isinstance(database.read(adding(1)).exception(5), REFUSED)

    assert database.write(adding(1)).result(5) == 1


def test_a_refused_read_leaves_the_next_read_alone(database: Database) -> None:
    error = BadRequestException("no")

    assert database.read(raising(error)).exception(5) is error
    assert ids(database) == []


def test_a_long_read_answers_later_and_holds_up_no_short_one(database: Database) -> None:
    started = time.perf_counter()
    slow = database.read(lambda tx: tx.one(SLOW))
    handed_over = time.perf_counter() - started
    short = ids(database)
    still_running = not slow.done()

    row = slow.result(30)

    assert row is not None
    assert row["n"] == 2_000_000
    assert short == []
    assert still_running
    assert handed_over < (time.perf_counter() - started) / 2


def test_long_reads_hold_up_no_short_one_however_they_came(database: Database) -> None:
    slow = [database.read(lambda tx: tx.one(SLOW)) for _ in range(3)]
    time.sleep(0.1)

    short = [ids(database) for _ in range(5)]

    assert short == [[]] * 5
    assert not any(future.done() for future in slow)
    assert [row["n"] for future in slow if (row := future.result(60))] == [2_000_000] * 3


def test_many_long_reads_all_answer(database: Database) -> None:
    sql = SLOW.replace("2000000", "50000")

    slow = [database.read(lambda tx: tx.one(sql)) for _ in range(12)]

    assert [row["n"] for future in slow if (row := future.result(30))] == [50_000] * 12


def test_short_reads_stay_short_however_many_there_are(database: Database) -> None:
    database.write(lambda tx: tx.run_many(ADD, [(n, "x") for n in range(500)])).result(5)

    assert all(len(ids(database)) == 500 for _ in range(200))


def test_a_read_may_start_another_read(database: Database) -> None:
    assert database.read(lambda tx: ids(database)).result(5) == []


def test_a_finished_read_serves_all_who_wait_for_futures(database: Database) -> None:
    async def awaited() -> list[int]:
        return await asyncio.wrap_future(database.read(lambda tx: [1]))

    reading = database.read(lambda tx: [1])
    called: list[object] = []
    concurrent.futures.wait([reading], 5)
    reading.add_done_callback(called.append)

    assert called == [reading]
    assert concurrent.futures.wait([reading], 5).done == {reading}
    assert list(concurrent.futures.as_completed([reading], 5)) == [reading]
    assert not reading.cancel()
    assert asyncio.run(awaited()) == [1]


# Closing


def test_close_finishes_what_was_handed_over(database: Database) -> None:
    writes = [database.write(adding(n)) for n in range(300)]
    slow = database.read(lambda tx: tx.one(SLOW.replace("2000000", "200000")))

    database.close()

    assert all(future.done() for future in writes)
    assert [future.result(0) for future in writes] == [1] * 300
    assert slow.result(0) is not None


@pytest.mark.parametrize("method", [lambda db: db.write, lambda db: db.read], ids=["write", "read"])
def test_a_closed_store_says_so(database: Database, method: Callable[[Database], Callable[..., object]]) -> None:
    database.close()

    answer = method(database)(lambda tx: 1)

    assert isinstance(answer, concurrent.futures.Future)
    with pytest.raises(InternalServerException, match="closed"):
        answer.result(5)


def test_closing_twice_does_no_harm(database: Database) -> None:
    database.close()
    database.close()


def test_a_long_read_runs_beside_whoever_asks_for_it(database: Database) -> None:
    ran_on = database.read(lambda tx: threading.get_ident(), is_long=True).result(5)
    assert ran_on != threading.get_ident()
