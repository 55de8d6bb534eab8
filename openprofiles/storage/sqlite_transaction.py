"""Statements of a work on one SQLite connection."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeVar

from openprofiles.errors import InternalServerException
from openprofiles.storage.database import Row, Transaction, Value

T = TypeVar("T")

STORE_FAILURES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes that tell of the machine, not of the statement: https://www.sqlite.org/rescode.html"""

NAME = re.compile(r"(?<![:\w]):(\w+)")
LIST_NAME = re.compile(r"\bIN\s*:(\w+)", re.IGNORECASE)

# Lists are filled up to a power of two, so that few texts of a statement exist; not near SQLite's 32,766 variables.
LONGEST_FILLED_LIST = 16_384


class WriterError(Exception):
    """The writer can not go on with the works it has, and this text says why."""


class SqliteTransaction:
    """A `Transaction` on a connection whose owner begins and commits."""

    __slots__ = ("_connection", "_runs")
    runs_alone = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs = 0

    def one(self, sql: str, **values: Value) -> Row | None:
        row: Row | None = self._connection.execute(*bound(sql, values)).fetchone()
        return row

    def all(self, sql: str, **values: Value) -> list[Row]:
        return self._connection.execute(*bound(sql, values)).fetchall()

    def run(self, sql: str, **values: Value) -> int:
        changed = self._connection.execute(*bound(sql, values)).rowcount
        self._runs += 1
        return max(changed, 0)

    def run_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        if rows:
            self._connection.executemany(numbered(sql), rows)
            self._runs += 1

    def each(self, sql: str, rows: Sequence[Sequence[Value]]) -> list[list[Row]]:
        execute, statement = self._connection.execute, numbered(sql)
        return [execute(statement, row).fetchall() for row in rows]

    def write_mark(self) -> tuple[int, int]:
        """Differs from a former mark when something was written since, by `run` or by a query with RETURNING."""
        return self._runs, self._connection.total_changes


def in_transaction(connection: sqlite3.Connection, work: Callable[[Transaction], T]) -> T:
    """Run `work` in a write transaction of its own."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        value = work(SqliteTransaction(connection))
        connection.execute("COMMIT")
    except BaseException:
        end_transaction(connection)
        raise
    return value


def end_transaction(connection: sqlite3.Connection) -> None:
    """Roll back what is open. SQLite has done so already after some errors."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def is_store_failure(error: BaseException, failures: frozenset[int] = STORE_FAILURES) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in failures


def store_failure(error: BaseException, what: str) -> InternalServerException:
    """The answer where the store itself failed; SQLite's texts name no paths and no values."""
    reason = str(error) if isinstance(error, sqlite3.Error | WriterError) else "internal error"
    failure = InternalServerException(f"The store {what}: {reason}.")
    failure.__cause__ = error
    return failure


def bound(sql: str, values: Mapping[str, Value]) -> tuple[str, list[Any]]:
    """The statement by places, with what stands in them; each list `IN :name` is written out as `IN (?2, ?3)`."""
    names, lists = names_of(sql)
    if not lists:
        return numbered(sql), [values[name] for name in names]
    flat: list[Any] = []
    lengths = []
    for name in names:
        members = _filled(name, values[name]) if name in lists else [values[name]]
        flat += members
        lengths.append(len(members))
    return _written_out(sql, tuple(lengths)), flat


@lru_cache(maxsize=4096)
def names_of(sql: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The names in a statement, in the order in which they first stand in it, and which of them stand for lists."""
    return tuple(dict.fromkeys(NAME.findall(sql))), frozenset(LIST_NAME.findall(sql))


@lru_cache(maxsize=4096)
def numbered(sql: str) -> str:
    """The statement with `?1`, `?2` for its names: bound by place, a value costs a third of what it costs by name."""
    places = {name: place for place, name in enumerate(names_of(sql)[0], start=1)}
    return NAME.sub(lambda match: f"?{places[match[1]]}", sql)


def _filled(name: str, members: Any) -> list[Any]:
    """A list's members. Repeating the last changes no meaning."""
    if isinstance(members, str | bytes | int | float | None):
        raise TypeError(f"The value of :{name} must be a list")
    count = len(members)
    places = 1 << (count - 1).bit_length() if 0 < count <= LONGEST_FILLED_LIST else count
    return [*members, *[members[-1]] * (places - count)] if places > count else list(members)


@lru_cache(maxsize=512)
def _written_out(sql: str, lengths: tuple[int, ...]) -> str:
    """An empty list is `IN ()`, which SQLite takes as matching nothing."""
    names, lists = names_of(sql)
    behind = list(accumulate(lengths, initial=1))
    places = {name: range(first, end) for name, first, end in zip(names, behind, behind[1:], strict=False)}

    def written(match: re.Match[str]) -> str:
        numbers = ", ".join(f"?{place}" for place in places[match[1]])
        return f"IN ({numbers})" if match[1] in lists else numbers

    return NAME.sub(written, LIST_NAME.sub(written, sql))
