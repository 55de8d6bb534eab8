"""Statements of a work on one PostgreSQL session."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from psycopg import pq

from openprofiles.storage.database import Row, Value
from openprofiles.storage.postgres_session import BINARY, Prepared
from openprofiles.storage.postgres_statements import (
    ManyRows,
    insert_arrays,
    look_up_arrays,
    many_rows,
    statement,
    waves,
)
from openprofiles.storage.postgres_values import array, array_of_nulls, several, single

TEXT_FORM = 0


class Sends(Protocol):
    """What a transaction needs of a session."""

    def send(
        self, text: bytes, oids: tuple[int, ...], values: Sequence[bytes | None], formats: Sequence[int] | None = None
    ) -> Prepared: ...

    def answer(self) -> pq.abc.PGresult: ...

    def answers(self, count: int) -> list[pq.abc.PGresult]: ...


class PostgresTransaction:
    """A `Transaction` on a session whose owner begins and commits."""

    __slots__ = ("_writes", "session")
    runs_alone = False

    def __init__(self, session: Sends, writes: bool) -> None:
        self.session = session
        self._writes = writes

    def one(self, sql: str, **values: Value) -> Row | None:
        rows = self.all(sql, **values)
        return rows[0] if rows else None

    def all(self, sql: str, **values: Value) -> list[Row]:
        return self._send(sql, values).rows(self.session.answer())

    def run(self, sql: str, **values: Value) -> int:
        self._send(sql, values)
        return self.session.answer().command_tuples or 0

    def run_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Nothing waits for an answer: a refusal shows at the next question, or at COMMIT."""
        many = many_rows(sql) if len(rows) > 1 else None
        if many is None:
            self._send_each(sql, rows)
            return
        for wave in waves(many, rows):
            self._insert(many, wave)

    def each(self, sql: str, rows: Sequence[Sequence[Value]]) -> list[list[Row]]:
        columns = _columns(rows) if len(rows) > 1 else []
        text = look_up_arrays(sql, _filled(columns), self._writes) if columns else None
        if text is not None:
            return self._look_up(text, columns, len(rows))
        prepared = self._send_each(sql, rows)
        return [] if prepared is None else [prepared.rows(result) for result in self.session.answers(len(rows))]

    def _send(self, sql: str, values: Mapping[str, Value]) -> Prepared:
        text, names, lists = statement(sql, self._writes)
        if lists:
            return self._send_with_lists(text, names, lists, values)
        pairs = [single(values[name]) for name in names]
        return self.session.send(text, tuple([oid for oid, _ in pairs]), [data for _, data in pairs])

    def _send_with_lists(
        self, text: bytes, names: Sequence[str], lists: frozenset[str], values: Mapping[str, Value]
    ) -> Prepared:
        oids, data, formats = [], [], []
        for name in names:
            oid, dumped = several(name, values[name]) if name in lists else single(values[name])
            form = BINARY
            if dumped is None and name in lists:
                dumped, form = array_of_nulls(len(values[name])), TEXT_FORM  # type: ignore[arg-type]
            oids.append(oid)
            data.append(dumped)
            formats.append(form)
        return self.session.send(text, tuple(oids), data, formats)

    def _send_each(self, sql: str, rows: Sequence[Sequence[Value]]) -> Prepared | None:
        text, names, _ = statement(sql, self._writes)
        prepared = None
        for row in rows:
            pairs = [single(value) for value in row]
            if len(pairs) != len(names):
                raise ValueError(f"A row has {len(pairs)} values for {len(names)} names")
            prepared = self.session.send(text, tuple([oid for oid, _ in pairs]), [data for _, data in pairs])
        return prepared

    def _insert(self, many: ManyRows, rows: Sequence[Sequence[Value]]) -> None:
        columns = _columns(rows)
        self._send_columns(insert_arrays(many, _filled(columns)), columns)

    def _look_up(self, text: bytes, columns: list["Column"], count: int) -> list[list[Row]]:
        prepared = self._send_columns(text, columns)
        found: list[list[Row]] = [[] for _ in range(count)]
        for place, *values in prepared.load(self.session.answer(), tuple):
            found[place - 1].append(dict(zip(prepared.columns[1:], values, strict=True)))
        return found

    def _send_columns(self, text: bytes, columns: list["Column"]) -> Prepared:
        filled = [(oid, data) for oid, data in columns if data is not None]
        return self.session.send(text, tuple([oid for oid, _ in filled]), [data for _, data in filled])


Column = tuple[int, bytes | None]
"""The type and the bytes of an array; no bytes where the column holds nothing but NULL."""


def _columns(rows: Sequence[Sequence[Value]]) -> list[Column]:
    return [array(values) for values in zip(*rows, strict=True)]


def _filled(columns: list[Column]) -> tuple[bool, ...]:
    return tuple([data is not None for _, data in columns])
