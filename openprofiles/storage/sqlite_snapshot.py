"""An SQLite store as it is at one moment, for as long as somebody looks at it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from openprofiles.storage.sqlite_reader import open_read_only

TAKE_SNAPSHOT = "SELECT count(*) FROM sqlite_master"
"""A transaction sees the store as it is when it first reads, not when it begins."""


@contextmanager
def sqlite_snapshot(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads, in a transaction. It holds up nobody; the log grows while others write.

    Raises FileNotFoundError, and sqlite3.Error where the file is no store.
    """
    if not path.exists():
        raise FileNotFoundError("there is no store")
    with closing(open_read_only(path)) as connection:
        connection.execute("BEGIN")
        connection.execute(TAKE_SNAPSHOT).fetchone()
        yield connection
