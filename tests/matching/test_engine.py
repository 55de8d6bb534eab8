import random

import pyarrow as pa
import pytest

from openprofiles.matching.probabilistic.database import Bounds
from openprofiles.matching.probabilistic.engine import ENDS, resolve
from openprofiles.matching.probabilistic.groups import Group
from openprofiles.matching.probabilistic.normalise import RowsNotNumbered
from tests.matching.customers import FIRST, Row, population, table

SOME = population(400, seed=3)[0]


def groups_of(rows: pa.Table, threads: int = 2) -> list[Group]:
    with resolve(rows, Bounds(threads=threads)) as resolution:
        return list(resolution.groups.matches())


def test_the_order_of_the_rows_makes_no_difference() -> None:
    rows = table(SOME)
    order = list(range(len(SOME)))
    random.Random(5).shuffle(order)

    assert groups_of(rows.take(pa.array(order))) == groups_of(rows)


def test_the_number_of_threads_makes_no_difference() -> None:
    assert groups_of(table(SOME), threads=1) == groups_of(table(SOME), threads=2)


def test_a_stream_of_batches_gives_what_a_table_gives() -> None:
    rows = table(SOME)
    stream = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches(max_chunksize=100))

    assert groups_of(stream) == groups_of(rows)


def test_groups_are_named_by_their_smallest_row_whatever_the_rows_numbers() -> None:
    first_row = 5_000_000_000

    matches = groups_of(table(SOME, first_row))

    assert matches
    assert all(match.number == min(match.rows) >= first_row for match in matches)


def test_every_row_is_in_one_group() -> None:
    with resolve(table(SOME)) as resolution:
        out = resolution.groups.table()

    assert out["Row"].to_pylist() == list(range(len(SOME)))
    assert out.column_names == ["Row", "GroupId", "ConfidenceScore"]
    assert all(0 < confidence <= 1 for confidence in out["ConfidenceScore"].to_pylist())


def test_progress_goes_from_step_to_step_and_ends_at_one() -> None:
    told: list[tuple[str, float]] = []

    with resolve(table(SOME), progress=lambda step, done: told.append((step, done))):
        pass

    assert list(dict(told)) == list(ENDS)
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert told[-1] == ("link", 1.0)


@pytest.mark.parametrize("rows", [[], [{}], [{"FirstName": "Ann"}], [{}, {}]])
def test_next_to_nothing_is_no_match(rows: list[Row]) -> None:
    assert groups_of(table(rows)) == []


def test_columns_may_be_absent_and_others_are_ignored() -> None:
    ann = {"EmailAddress": "a@example.com", "FirstName": "Ann", "Shoe": "9"}
    rows: list[Row] = [ann, ann, *({"FirstName": name} for name in FIRST[:40])]

    assert [match.rows for match in groups_of(table(rows))] == [(0, 1)]


def test_rows_without_numbers_are_refused() -> None:
    with pytest.raises(RowsNotNumbered, match="no column Row"):
        groups_of(pa.table({"FirstName": ["Ann"]}))


def test_rows_of_the_same_number_are_refused() -> None:
    with pytest.raises(RowsNotNumbered, match="2 rows have 1 different numbers"):
        groups_of(pa.table({"Row": [4, 4], "FirstName": ["Ann", "Bob"]}))


MARCO = {"FirstName": "Marco", "LastName": "Ferrante", "BirthDate": "1970-03-04"}


def test_rows_that_must_stay_apart_do_so_even_through_others() -> None:
    start = len(SOME)
    rows = table([*SOME, *[MARCO] * 5])

    with resolve(rows, apart=[(start + 4, start)]) as resolution:
        groups = [resolution.groups.of(start + place).number for place in range(5)]
        explanation = resolution.explain(start, start + 4)

    assert groups[0] != groups[4]
    assert explanation.kept_apart
    assert explanation.likely_alone


def test_a_surplus_copy_that_must_stay_apart_does_so() -> None:
    start = len(SOME)

    with resolve(table([*SOME, *[MARCO] * 50]), apart=[(start, start + 49)]) as resolution:
        assert resolution.groups.of(start).rows == tuple(range(start, start + 49))


def test_unknown_rows_that_must_stay_apart_are_ignored() -> None:
    with resolve(table([*SOME, MARCO, MARCO]), apart=[(7_000_000, 1)]) as resolution:
        assert len(resolution.groups.of(len(SOME)).rows) == 2
