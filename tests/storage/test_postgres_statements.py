"""How statements and values are put in PostgreSQL's words."""

import pytest

from openprofiles.storage.postgres_statements import insert_arrays, look_up_arrays, many_rows, statement, waves
from openprofiles.storage.postgres_values import array, several, single


@pytest.mark.parametrize(
    ("sql", "text", "names"),
    [
        ("SELECT a WHERE b = :b AND c = :c", "SELECT a WHERE b = $1 AND c = $2", ("b", "c")),
        ("SELECT a WHERE b = :x OR c = :x", "SELECT a WHERE b = $1 OR c = $1", ("x",)),
        ("SELECT a WHERE b IN :bs AND c = :c", "SELECT a WHERE b = ANY($1) AND c = $2", ("bs", "c")),
        ("SELECT a WHERE b not in :bs", "SELECT a WHERE b <> ALL($1)", ("bs",)),
        ("SELECT a WHERE NOT b IN :bs", "SELECT a WHERE NOT b = ANY($1)", ("bs",)),
        ("SELECT a::text, 'x:y' WHERE b = :b", "SELECT a::text, 'x:y' WHERE b = $1", ("b",)),
        ("SELECT a WHERE b IN (SELECT 1)", "SELECT a WHERE b IN (SELECT 1)", ()),
        ("SELECT a /*postgres: FOR UPDATE */", "SELECT a FOR UPDATE", ()),
        ("SELECT a /*sqlite: NOT INDEXED */", "SELECT a /*sqlite: NOT INDEXED */", ()),
    ],
)
def test_names_become_places(sql: str, text: str, names: tuple[str, ...]) -> None:
    found = statement(sql, writes=True)

    assert (found.text.decode(), found.names) == (text, names)


def test_a_transaction_that_only_reads_locks_nothing() -> None:
    assert statement("SELECT a /*postgres: FOR UPDATE */", writes=False).text == b"SELECT a /*postgres: FOR UPDATE */"


def test_an_insert_takes_its_rows_as_arrays() -> None:
    many = many_rows("INSERT INTO t (a, b, c) VALUES (:a, 0, :c) ON CONFLICT DO NOTHING")
    assert many is not None

    assert insert_arrays(many, (True, True)).decode() == (
        "INSERT INTO t (a, b, c) SELECT given_row.c0, 0, given_row.c1 "
        "FROM unnest($1, $2) AS given_row (c0, c1) ON CONFLICT DO NOTHING"
    )
    assert insert_arrays(many, (True, False)).decode() == (
        "INSERT INTO t (a, b, c) SELECT given_row.c0, 0, NULL FROM unnest($1) AS given_row (c0) ON CONFLICT DO NOTHING"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET a = :a WHERE b = :b",
        "DELETE FROM t WHERE a = :a",
        "INSERT INTO t (a) SELECT a FROM u WHERE b = :b",
        "INSERT INTO t (a) VALUES (:a) ON CONFLICT (a) DO UPDATE SET b = :b",
        "INSERT INTO t (a, b) VALUES (lower(:a), :b) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
    ],
)
def test_other_statements_are_run_row_by_row(sql: str) -> None:
    assert many_rows(sql) is None


def test_rows_that_meet_come_in_different_waves() -> None:
    many = many_rows("INSERT INTO t (a, b, c) VALUES (:a, :b, :c) ON CONFLICT (a, b) DO UPDATE SET c = excluded.c")
    assert many is not None

    rows = [(1, 1, "a"), (1, 2, "b"), (1, 1, "c"), (1, 1, "d")]

    assert waves(many, rows) == [[rows[0], rows[1]], [rows[2]], [rows[3]]]


def test_a_query_is_run_for_each_row_of_arrays() -> None:
    text = look_up_arrays("SELECT a FROM t WHERE b = :b AND c = :c LIMIT 2", (True, False), False)

    assert text is not None
    assert text.decode() == (
        "SELECT given_row.place, found.* FROM unnest($1) WITH ORDINALITY AS given_row (c0, place) "
        "CROSS JOIN LATERAL (SELECT a FROM t WHERE b = given_row.c0 AND c = NULL LIMIT 2 OFFSET 0) AS found"
    )


@pytest.mark.parametrize("sql", ["DELETE FROM t WHERE a = :a RETURNING a", "SELECT a FROM t OFFSET :a"])
def test_other_queries_are_run_row_by_row_too(sql: str) -> None:
    assert look_up_arrays(sql, (True,), False) is None


@pytest.mark.parametrize("value", [True, 1, "x", b"x", 1.5, None])
def test_a_value_is_of_one_of_few_types(value: object) -> None:
    oid, data = single(value)

    assert (oid == 0) is (data is None) is (value is None)


@pytest.mark.parametrize("value", [[], {}, object(), 2**63])
def test_what_no_store_takes_is_refused(value: object) -> None:
    with pytest.raises(Exception, match=r"takes no|int|too large"):
        single(value)


def test_a_list_may_be_of_any_kind() -> None:
    assert several("x", [1, 2]) == several("x", (1, 2)) == several("x", {1: "", 2: ""}.keys())
    assert several("x", []) == several("x", [None]) == (0, None)


def test_an_array_has_the_type_of_its_first_value() -> None:
    assert array([None, "a"])[0] == array(["a"])[0] == 1009
    assert array([None, b"a"])[0] == 1001
    assert array([1, None])[0] == 1016
