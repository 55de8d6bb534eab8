"""All rows of a store, table by table, on their way to another store."""

from collections.abc import Iterator, Sequence

from openprofiles.storage.database import Row, Transaction, Value
from openprofiles.storage.sqlite_schema import Table, all_tables

FIRST_ROWS = 100
MOST_ROWS = 2_000
BYTES_AT_ONCE = 4 * 1024 * 1024
"""About as much as one page of rows may hold."""


LEFT_OUT = {"key_lock"}
"""Rows that hold nothing: what ingestions lock on PostgreSQL, where each makes those that it misses."""


def tables_to_copy() -> list[Table]:
    return [table for table in all_tables() if table.name not in LEFT_OUT]


class NotEmpty(Exception):
    """There is something already in the store that is to be filled."""


class Incomplete(Exception):
    """Not all of another store has been copied to this one."""

    def __init__(self) -> None:
        super().__init__("a copy to it was not finished. Remove it, then copy again")


MARK = "incomplete_copy"

MARKED = "SELECT 1 AS one FROM setting WHERE name = :name"


def is_incomplete(tx: Transaction) -> bool:
    """Whether a copy to this store has begun and was not finished."""
    return tx.one(MARKED, name=MARK) is not None


def refuse_incomplete(tx: Transaction) -> None:
    """Raises Incomplete."""
    if is_incomplete(tx):
        raise Incomplete


ANY = "SELECT 1 AS one FROM {table} LIMIT 1"

SET_MARK = "INSERT INTO setting (name, value) VALUES (:name, '')"


def begin(tx: Transaction) -> None:
    """Mark an empty store as incomplete. Raises NotEmpty and Incomplete."""
    refuse_incomplete(tx)
    for table in all_tables():
        if tx.one(ANY.format(table=table.name)) is not None:
            raise NotEmpty(f"it is not empty: there are rows in its table {table.name}")
    tx.run(SET_MARK, name=MARK)


REMOVE_MARK = "DELETE FROM setting WHERE name = :name"


def finish(tx: Transaction) -> None:
    """The store holds all that it has to."""
    tx.run(REMOVE_MARK, name=MARK)


FIRST_PAGE = "SELECT * FROM {table} ORDER BY {columns} LIMIT :limit"

NEXT_PAGE = "SELECT * FROM {table} WHERE ({columns}) > ({values}) ORDER BY {columns} LIMIT :limit"

Rows = list[tuple[Value, ...]]


def pages(tx: Transaction, table: Table) -> Iterator[Rows]:
    """All rows in the order of their keys. A page has more rows, or fewer, as those of the one before were short or
    long.
    """
    limit = FIRST_ROWS
    rows = _values(table, tx.all(_sql(FIRST_PAGE, table), limit=limit))
    while rows:
        yield rows
        limit = _fitting(rows)
        rows = _values(table, tx.all(_sql(NEXT_PAGE, table), limit=limit, **_key_of(table, rows[-1])))


def _sql(template: str, table: Table) -> str:
    values = ", ".join(f":{column}" for column in table.key)
    return template.format(table=table.name, columns=", ".join(table.key), values=values)


def _values(table: Table, rows: list[Row]) -> Rows:
    return [tuple(row[column] for column in table.columns) for row in rows]


def _key_of(table: Table, row: tuple[Value, ...]) -> dict[str, Value]:
    values = dict(zip(table.columns, row, strict=True))
    return {column: values[column] for column in table.key}


def _fitting(rows: Rows) -> int:
    """How many rows such as these make a page."""
    size = sum(len(value) if isinstance(value, str | bytes) else 8 for row in rows for value in row)
    return max(1, min(MOST_ROWS, BYTES_AT_ONCE * len(rows) // max(size, 1)))


ADD = "INSERT INTO {table} ({columns}) VALUES ({values})"


def add(tx: Transaction, table: Table, rows: Rows) -> None:
    values = ", ".join(f":{column}" for column in table.columns)
    tx.run_many(ADD.format(table=table.name, columns=", ".join(table.columns), values=values), rows)


COUNT = "SELECT count(*) AS found FROM {table}"


def counts(tx: Transaction, tables: Sequence[Table]) -> dict[str, int]:
    """How many rows each table has, without the mark of a copy."""
    found = {table.name: int(tx.all(COUNT.format(table=table.name))[0]["found"]) for table in tables}
    found["setting"] -= is_incomplete(tx)
    return found
