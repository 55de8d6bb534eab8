"""Numbered migrations of the store: each once, in one transaction with the record of it."""

import re
import sqlite3
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple, Protocol, TypeVar

from openprofiles.storage.database import Transaction, Work

T = TypeVar("T")


class Migration(NamedTuple):
    """One file `NNNN_name.sql`."""

    number: int
    name: str
    text: str


class NewerSchema(Exception):
    """A newer program made the store. `found` is the store's schema number, `known` the program's newest."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The store has schema number {found}, and this version of openprofiles knows only up to {known}. "
            "Start the version that made the store, or a newer one."
        )
        self.found = found
        self.known = known


class OlderSchema(Exception):
    """The store is behind the program, which was told to leave it as it is."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The store has schema number {found}, and this version of openprofiles needs {known}. "
            "Run `openprofiles migrate`."
        )
        self.found = found
        self.known = known


class Transact(Protocol):
    """Runs a work in a write transaction of its own and returns its value after the commit."""

    def __call__(self, work: Work[T], /) -> T: ...


MAKE_RECORD = """
    CREATE TABLE IF NOT EXISTS migration (
        number BIGINT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        applied_at BIGINT NOT NULL
    )
"""

RECORD_EXISTS = {
    "sqlite": "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
    "postgres": "SELECT 1 AS one WHERE to_regclass('migration') IS NOT NULL",
}
"""Asked first: making a table that exists needs rights that a server's own user may lack."""

APPLIED = "SELECT number FROM migration ORDER BY number"

RECORD = "INSERT INTO migration (number, name, applied_at) VALUES (:number, :name, :applied_at)"


def migrate(
    transact: Transact, now: int, engine: str = "sqlite", migrations: Sequence[Migration] | None = None
) -> list[int]:
    """Bring the store to the schema that the program knows; the numbers that were applied here.

    `now` is in milliseconds since the epoch. Raises NewerSchema. Where one migration fails, those before it stay and
    nothing of it does. Each transaction looks again at what is applied, so several processes may start at once.
    """
    known = bundled() if migrations is None else sorted(migrations)
    applied = transact(partial(_applied, known=known, engine=engine))
    pending = [migration for migration in known if migration.number not in applied]
    apply = partial(_apply, known=known, now=now, engine=engine)
    return [migration.number for migration in pending if transact(partial(apply, migration=migration))]


def check(transact: Transact, engine: str = "sqlite") -> None:
    """Raises NewerSchema and OlderSchema; changes nothing."""
    known = bundled()
    applied = transact(partial(_recorded, known=known, engine=engine))
    if any(migration.number not in applied for migration in known):
        raise OlderSchema(max(applied, default=0), known[-1].number)


def wall_clock() -> int:
    """Milliseconds since the epoch, UTC: when a migration was applied, unless a test says another time."""
    return time.time_ns() // 1_000_000


def add_functions(connection: sqlite3.Connection) -> None:
    """What migrations use and SQLite has not."""
    connection.create_function("base64", 1, lambda data: b64encode(data).decode(), deterministic=True)


def bundled() -> list[Migration]:
    """The migrations that come with the program, in order."""
    return read_folder(files("openprofiles.storage") / "migrations")


def read_folder(folder: Traversable) -> list[Migration]:
    return sorted(_read(file) for file in folder.iterdir() if file.name.endswith(".sql"))


TEXT_COLUMN = re.compile(r"^(\s+\w+ TEXT)\b", re.MULTILINE)


def statements(text: str, engine: str) -> Iterator[str]:
    """The statements of a migration, with what stands in `/*engine: … */` made plain for that engine.

    PostgreSQL is told to order text as SQLite does, by its bytes, whatever the language of the database.
    """
    plain = re.sub(rf"/\*{engine}:\s*(.*?)\s*\*/", r"\1", text, flags=re.DOTALL)
    if engine == "postgres":
        plain = TEXT_COLUMN.sub(r'\1 COLLATE "C"', plain)
    statement = ""
    for piece in re.findall(r"[^;]*;|[^;]+", plain):
        statement += piece
        if sqlite3.complete_statement(statement):  # else the semicolon stands in a comment or in a text
            yield statement.strip()
            statement = ""
    if statement.strip():  # comments, or a last statement without its semicolon
        yield statement.strip()


def _read(file: Traversable) -> Migration:
    number, _, name = file.name.removesuffix(".sql").partition("_")
    return Migration(int(number), name, file.read_text(encoding="utf-8"))


def _applied(tx: Transaction, known: Sequence[Migration], engine: str) -> set[int]:
    """What is applied; makes the record of it where there is none."""
    if tx.one(RECORD_EXISTS[engine]) is None:
        for statement in statements(MAKE_RECORD, engine):
            tx.run(statement)
    return _recorded(tx, known, engine)


def _recorded(tx: Transaction, known: Sequence[Migration], engine: str) -> set[int]:
    if tx.one(RECORD_EXISTS[engine]) is None:
        return set()
    applied = {row["number"] for row in tx.all(APPLIED)}
    newest_known = max((migration.number for migration in known), default=0)
    if max(applied, default=0) > newest_known:
        raise NewerSchema(max(applied), newest_known)
    return applied


def _apply(tx: Transaction, migration: Migration, known: Sequence[Migration], now: int, engine: str) -> bool:
    """The record comes first: a node that is a little later waits at it, and then finds the migration applied."""
    if migration.number in _applied(tx, known, engine):
        return False
    tx.run(RECORD, number=migration.number, name=migration.name, applied_at=now)
    for statement in statements(migration.text, engine):
        tx.run(statement)
    return True
