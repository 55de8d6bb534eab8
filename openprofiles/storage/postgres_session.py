"""One connection to PostgreSQL at libpq's level, in pipeline mode.

Statements are sent without waiting; only where an answer is asked for does the session wait, and then for the answers
to all that was sent. So BEGIN goes with the first statement, writes go with the next question or with COMMIT, and a
statement that is not prepared yet is prepared on the way. Round trips are what a transaction on PostgreSQL costs.
"""

import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer

from openprofiles.storage.database import Row

GOOD = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
BINARY = 1
ALL_BINARY = [[BINARY] * count for count in range(64)]

LOST = ("08", "57P", "25P03", "26000")
"""Beginnings of the codes after which the connection is of no use: it was cut, the server goes down, or it is another
session than the one that had the prepared statements.
"""


CLOSED = "the connection was closed"


class ConnectionLost(Exception):
    """The connection went before COMMIT was sent: nothing of the transaction stays."""


class CommitUnknown(Exception):
    """The connection went while COMMIT was under way: the transaction is there whole, or not at all."""


class TookTooLong(Exception):
    """The transaction is older than any may get; nothing of it stays."""


LONGEST_TRANSACTION = 300.0
"""Seconds. Who removes what a deleted domain or type left relies on it that none is older than twice that."""


class Prepared:
    """A statement that the server knows by a name, and how its rows are read."""

    __slots__ = ("_transformer", "columns", "name")

    def __init__(self, name: bytes, connection: psycopg.Connection[Any]) -> None:
        self.name = name
        self.columns: tuple[str, ...] = ()
        self._transformer = Transformer(connection)

    def rows(self, result: pq.abc.PGresult) -> list[Row]:
        """Rows that are read by their columns' names."""
        columns = self.columns or self._read_columns(result)
        return self.load(result, lambda values: dict(zip(columns, values, strict=True)))

    def load(self, result: pq.abc.PGresult, make_row: Callable[[Sequence[Any]], Any]) -> list[Any]:
        if not result.ntuples:
            return []
        if not self.columns:
            self._read_columns(result)
        self._transformer.set_pgresult(result, set_loaders=False)
        rows = self._transformer.load_rows(0, result.ntuples, make_row)
        self._transformer.set_pgresult(None, set_loaders=False)
        return rows

    def _read_columns(self, result: pq.abc.PGresult) -> tuple[str, ...]:
        names = [result.fname(place) or b"" for place in range(result.nfields)]
        self.columns = tuple(name.decode() for name in names)
        self._transformer.set_pgresult(result, set_loaders=True)
        return self.columns


class Session:
    """Used by one thread at a time. Raises ConnectionLost, CommitUnknown, TookTooLong, and psycopg.Error for what the
    server refuses.
    """

    def __init__(self, connection: psycopg.Connection[Any], limited: bool = True) -> None:
        self._connection = connection
        self._limited = limited
        self._started = 0.0
        self._pg = connection.pgconn
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)
        self._prepared: dict[tuple[bytes, tuple[int, ...]], Prepared] = {}
        self._names = 0
        self._sent: deque[tuple[bytes, tuple[int, ...]] | None] = deque()  # what each answer to come has prepared
        self._syncs_to_come = 0
        self._begin: bytes | None = None

    def begin(self, statement: bytes) -> None:
        """It goes with the first statement. What a former transaction left unread is read first."""
        try:
            while self._syncs_to_come:
                self._read_to_sync()
            while self._poll.poll(0):
                self._pg.consume_input()  # an idle connection has news only of its end
                if self._pg.status != pq.ConnStatus.OK or self._pg.is_busy():
                    raise psycopg.OperationalError(CLOSED)
            if self._pg.transaction_status != pq.TransactionStatus.IDLE:
                raise psycopg.OperationalError("the transaction before could not be ended")
        except psycopg.OperationalError as error:
            raise ConnectionLost(_first_line(error)) from error
        self._begin = statement
        self._started = time.monotonic()

    def send(
        self, text: bytes, oids: tuple[int, ...], values: Sequence[bytes | None], formats: Sequence[int] | None = None
    ) -> Prepared:
        """Send a statement without waiting for its answer."""
        try:
            if self._begin is not None:
                self._send_plain(self._begin)
                self._begin = None
            prepared = self._prepared.get((text, oids)) or self._prepare(text, oids)
            if formats is None:
                formats = ALL_BINARY[len(values)] if len(values) < len(ALL_BINARY) else [BINARY] * len(values)
            self._pg.send_query_prepared(prepared.name, values, formats, BINARY)
        except psycopg.OperationalError as error:
            raise ConnectionLost(_first_line(error)) from error
        self._sent.append(None)
        return prepared

    def answer(self) -> pq.abc.PGresult:
        """The answer to the last statement, once all before it have succeeded."""
        return self.answers(1)[0]

    def answers(self, count: int) -> list[pq.abc.PGresult]:
        """The answers to the last `count` statements, once all before them have succeeded."""
        self._check_age()
        try:
            self._sync()
            results = []
            while self._sent:
                is_preparation = self._sent[0] is not None
                result = self._take()
                if not is_preparation:
                    results.append(result)
            self._read_to_sync()
            return results[len(results) - count :]
        except psycopg.Error as error:
            if is_lost(error):
                raise ConnectionLost(_first_line(error)) from error
            self._read_to_sync()
            raise

    def commit(self) -> None:
        """Commit and wait for it."""
        if self._has_sent_nothing():
            return
        self._check_age()
        is_next = False
        try:
            self._send_end(b"COMMIT")
            while len(self._sent) > 1:
                self._take()
            is_next = True
            _check_committed(self._take())
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            if error.sqlstate is not None and not is_next:  # an earlier statement was refused, so COMMIT was not run
                raise ConnectionLost(_first_line(error)) from error
            raise CommitUnknown(_first_line(error)) from error

    def end_read(self) -> None:
        """End a transaction that has changed nothing; nobody waits for that."""
        if not self._has_sent_nothing():
            try:
                self._send_end(b"COMMIT")
            except psycopg.OperationalError as error:
                raise ConnectionLost(_first_line(error)) from error

    def roll_back(self) -> None:
        """Undo the transaction; nobody waits for that. The first sync ends the state in which the server skips all."""
        if not self._has_sent_nothing():
            try:
                self._sync()
                self._send_end(b"ROLLBACK")
            except psycopg.OperationalError as error:
                raise ConnectionLost(_first_line(error)) from error

    def close(self) -> None:
        self._connection.close()

    def _check_age(self) -> None:
        if self._limited and time.monotonic() - self._started > LONGEST_TRANSACTION:
            raise TookTooLong

    def _has_sent_nothing(self) -> bool:
        began, self._begin = self._begin is None, None
        return not began

    def _send_end(self, statement: bytes) -> None:
        self._send_plain(statement)
        self._sync()

    def _sync(self) -> None:
        """Ask for the answers to all that was sent. While the server then waits for us, its limit on idle transactions
        holds.
        """
        self._pg.pipeline_sync()
        self._syncs_to_come += 1
        self._flush()

    def _send_plain(self, statement: bytes) -> None:
        self._pg.send_query_params(statement, None)
        self._sent.append(None)

    def _prepare(self, text: bytes, oids: tuple[int, ...]) -> Prepared:
        self._names += 1
        prepared = Prepared(b"s%d" % self._names, self._connection)
        self._pg.send_prepare(prepared.name, text, oids)
        self._prepared[text, oids] = prepared
        self._sent.append((text, oids))
        return prepared

    def _flush(self) -> None:
        while self._pg.flush():  # the system takes no more for now; the server may wait for us to read
            self._poll.modify(self._pg.socket, select.POLLIN | select.POLLOUT)
            self._poll.poll()
            self._poll.modify(self._pg.socket, select.POLLIN)
            self._pg.consume_input()

    def _result(self) -> pq.abc.PGresult | None:
        pg = self._pg
        while pg.is_busy():
            self._poll.poll()
            pg.consume_input()
        return pg.get_result()

    def _take(self) -> pq.abc.PGresult:
        """The next answer. An error among them is raised."""
        result = self._result()
        if result is None:
            raise psycopg.OperationalError(CLOSED)
        self._result()  # each answer ends with nothing
        self._note(result)
        if result.status not in GOOD:
            raise error_of(result)
        return result

    def _note(self, result: pq.abc.PGresult) -> None:
        """What failed, or was skipped, is not prepared."""
        key = self._sent.popleft()
        if key is not None and result.status not in GOOD:
            self._prepared.pop(key, None)

    def _read_to_sync(self) -> None:
        """Pass over answers that nobody waits for."""
        gaps = 0
        while (result := self._result()) is None or result.status != pq.ExecStatus.PIPELINE_SYNC:
            gaps = gaps + 1 if result is None else 0
            if gaps > 1:
                raise psycopg.OperationalError(CLOSED)
            if result is not None and self._sent:
                self._note(result)
        self._syncs_to_come -= 1


def _check_committed(result: pq.abc.PGresult) -> None:
    """A COMMIT after an error is answered with success, and is a rollback."""
    if result.command_status != b"COMMIT":
        raise psycopg.errors.InFailedSqlTransaction("a statement before the commit had failed")


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection is of no use any more. What libpq itself finds has no code."""
    return error.sqlstate is None or error.sqlstate.startswith(LOST)


def error_of(result: pq.abc.PGresult) -> psycopg.Error:
    """The server's refusal, in its own words but without DETAIL, which shows values."""
    code = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    message = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or result.error_message or b"the connection went"
    text = message.decode(errors="replace").strip()
    if not code:
        return psycopg.OperationalError(text)
    return _class_of(code)(text)


def _class_of(code: str) -> type[psycopg.Error]:
    try:
        return psycopg.errors.lookup(code)
    except KeyError:
        return psycopg.DatabaseError


def _first_line(error: psycopg.Error) -> str:
    return str(error).partition("\n")[0]
