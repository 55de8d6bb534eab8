"""A file with an SQLite store as it is at one moment, taken while the store is served."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from openprofiles.storage.sqlite_snapshot import sqlite_snapshot

PAGES_AT_ONCE = 1_000
"""4 MB between two reports."""

LOG_FILES = ("", "-journal", "-wal", "-shm")

Report = Callable[[int, int], None]
"""Told how many pages are copied, and how many there are."""


class DamagedBackup(Exception):
    """What was copied is not what a store has to be; the text is SQLite's."""


def back_up(store: Path, file: Path, report: Report) -> None:
    """Copy the store to a new file, look at it, and give it its name last.

    Raises FileExistsError, DamagedBackup, OSError and sqlite3.Error; then there is no such file.
    """
    _refuse_existing(file)
    with _nameless_file_for(file) as nameless:
        _copy(store, nameless, report)
        _look_at(nameless)
        _refuse_existing(file)
        nameless.rename(file)
        _sync_directory(file.parent)


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise FileExistsError(f"{file} is there already")


@contextmanager
def _nameless_file_for(file: Path) -> Iterator[Path]:
    """A file in the same directory that only its owner can read; gone at the end unless it was renamed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for end in LOG_FILES:
            Path(name + end).unlink(missing_ok=True)


def _copy(store: Path, file: Path, report: Report) -> None:
    """The snapshot keeps SQLite from beginning again whenever somebody writes to the store."""
    with sqlite_snapshot(store) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target, pages=PAGES_AT_ONCE, progress=lambda _, left, total: report(total - left, total))


def _look_at(file: Path) -> None:
    """On a new connection, which reads what is on the disk. Without a log, the file is whole by itself."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DamagedBackup(str(found))


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
