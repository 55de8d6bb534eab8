"""PostgreSQL finds rows by all the columns that a statement gives, in a new store and in a filled one."""

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from openprofiles.storage.postgres_connection import parameters
from openprofiles.storage.postgres_statements import look_up_arrays, many_rows, statement
from tests.postgres import PostgresServer

from .test_plans import SCANS, STATEMENTS

EXPLAINS_UNKNOWN_VALUES = 160_000

LARGE = {
    "key_owner",
    "key_supply",
    "profile",
    "profile_object",
    "standard_object",
    "history",
    "gone_source",
    "merge_journal",
}

INDEXES = ("profile_pkey", *(LARGE - {"profile"}))
"""Beginnings of the names of their indexes."""

ROWS = {
    "key_owner": (6, "1, {id}, {owner}, 3, 2"),
    "key_supply": (5, "1, {owner}, {id}, '[]'"),
    "profile": (1, "1, {id}, 1, 1, 1, 1, 1, '{{}}', '{{}}'"),
    "profile_object": (4, "1, n % 4, {id}, {owner}, 1, 1, 1, 1, '{{}}', '{{}}'"),
    "standard_object": (1, "1, {id}, '_case', {owner}, 1, 1, 1, '{{}}', '{{}}'"),
    "history": (8, "1, {owner}, n, {id}, 'UPDATED', 1, 'x', NULL, NULL, NULL"),
    "gone_source": (1, "1, n % 20, {id}"),
    "merge_journal": (1, "1, {id}, {id}, 1, '{{}}'"),
}
"""Table → rows for each profile, and what is in them."""

PROFILES = 2_000


def fill(connection: psycopg.Connection) -> None:
    """One domain of some thousand profiles, and what the planner should know of it."""
    for table, (times, values) in ROWS.items():
        row = values.format(id="decode(md5(n::text), 'hex')", owner=f"decode(md5((n % {PROFILES})::text), 'hex')")
        connection.execute(
            f"INSERT INTO {table} SELECT {row} FROM generate_series(1, {times * PROFILES}) AS n".encode()
        )
    connection.execute("ANALYZE")


@pytest.fixture(scope="module", params=["new", "filled"])
def connection(request: pytest.FixtureRequest, postgres: PostgresServer) -> Iterator[psycopg.Connection]:
    with postgres.fresh() as url, psycopg.connect(**parameters(url), autocommit=True) as connection:
        if connection.info.server_version < EXPLAINS_UNKNOWN_VALUES:
            pytest.skip("this server can not explain a statement without its values")
        if request.param == "filled":
            fill(connection)
        yield connection


def plan(connection: psycopg.Connection, text: bytes) -> list[dict[str, Any]]:
    """The nodes of the plan that holds for all values."""
    result = connection.pgconn.exec_(b"EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + text)
    assert not result.error_message, result.error_message.decode()
    [answer] = json.loads(result.get_value(0, 0) or b"[]")
    return list(nodes(answer["Plan"]))


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from nodes(below)


def walks(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those nodes that go through a table, or through all that a domain has in it."""
    scans = [node for node in found if node["Node Type"].endswith("Scan") and node.get("Relation Name") in LARGE]
    indexes = [node for node in found if node.get("Index Name", "").startswith(INDEXES)]
    by_domain_alone = re.compile(r"^\((\w+\.)?domain = [^()]*\)$")
    return [
        *(node for node in scans if node["Node Type"] == "Seq Scan"),
        *(node for node in [*scans, *indexes] if by_domain_alone.match(node.get("Index Cond", ""))),
    ]


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - SCANS))
def test_no_statement_walks_through_a_domain(connection: psycopg.Connection, name: str) -> None:
    text = statement(STATEMENTS[name], writes=True).text

    assert walks(plan(connection, text)) == []


LOOK_UPS = ["key_supplies.FIND_SUPPLY", "keys.MATCHING", "keys.FOUND", "profile_objects.FIND_HEAD"]


@pytest.mark.parametrize("name", LOOK_UPS)
def test_no_look_up_of_many_rows_walks_through_a_domain(connection: psycopg.Connection, name: str) -> None:
    places = len(statement(STATEMENTS[name], writes=False).names)
    text = look_up_arrays(STATEMENTS[name], (True,) * places, False)
    assert text is not None

    assert walks(plan(connection, typed(text, name))) == []


def typed(text: bytes, name: str) -> bytes:
    """With the types that the arrays come with."""
    kinds = {"keys.FOUND": ["bigint", "bytea", "bytea", "bigint"], "profile_objects.FIND_HEAD": ["bigint"] * 2}
    for place, kind in enumerate([*kinds.get(name, ["bigint"]), "bytea", "bytea"], start=1):
        text = text.replace(b"$%d" % place, b"$%d::%s[]" % (place, kind.encode()))
    return text


INSERTS_OF_MANY = sorted(name for name, sql in STATEMENTS.items() if many_rows(sql) is not None)


def test_the_hot_path_inserts_many_rows_in_one_statement() -> None:
    hot = {"profiles.PUT", "profile_objects.PUT", "history.ADD", "domains.COUNT"}
    hot |= {"keys.ADD_LOCK", "key_supplies.PUT_SUPPLY", "key_supplies.ADD_OWNER"}
    assert hot <= set(INSERTS_OF_MANY)
