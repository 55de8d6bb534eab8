"""`openprofiles copy`: a whole store into another one, on whichever engine, with a progress bar."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from openprofiles.opening import FAILURES, check_whole, name_of, snapshot_of, target_of, told_with_name
from openprofiles.settings import Settings, SettingsError, has_password, read_settings
from openprofiles.storage.copy import BYTES_AT_ONCE, add, begin, counts, finish, pages, tables_to_copy
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.sqlite_schema import Table


def store_given(url: str) -> Settings:
    """A store whose URL stands on the command line. Raises SettingsError."""
    if has_password(url):
        raise SettingsError(
            "A password on the command line shows in the list of processes. Give the URL without it, and the password "
            "in PGPASSWORD or in a passfile."
        )
    if "://" not in url:
        raise SettingsError(f"{url!r} is no store: write sqlite:///PATH or postgresql://USER@HOST/DATABASE.")
    return read_settings(os.environ, store=url)


def copy_store(source: Settings, target: Settings) -> int:
    """How many rows were copied, once both stores have the same numbers of rows. Raises SettingsError."""
    tables = tables_to_copy()
    with _told_what_is_left(target), ExitStack() as stack:
        with _told_why_not(source):
            rows = stack.enter_context(snapshot_of(source))
            check_whole(rows, source)
        with _told_why_not(target):
            database = stack.enter_context(target_of(target))
            database.write(begin).result()
        wanted = counts(rows, tables)
        _fill(database, rows, tables, sum(wanted.values()))
        _compare(target, tables, wanted)
        database.write(finish).result()
    return sum(wanted.values())


@contextmanager
def _told_why_not(settings: Settings) -> Iterator[None]:
    """Before anything is written: whoever stops it here must not be told to remove the target, which may be in use."""
    try:
        with told_with_name(settings):
            yield
    except KeyboardInterrupt:
        raise SettingsError("Stopped before anything was copied.") from None


class Different(Exception):
    """The target has not as many rows as the source."""


@contextmanager
def _told_what_is_left(target: Settings) -> Iterator[None]:
    left = f"{name_of(target)} is incomplete, and no server starts on it: remove it, then copy again."
    try:
        yield
    except KeyboardInterrupt:
        raise SettingsError(f"Stopped. {left}") from None
    except (*FAILURES, Different) as error:
        raise SettingsError(f"{str(error).rstrip('.')}. {left}") from None


def _fill(database: Database, source: Transaction, tables: list[Table], total: int) -> None:
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("copy", total=total)
        for table in tables:
            bar.update(task, description=table.name)
            for rows in pages(source, table):
                database.write(partial(add, table=table, rows=rows), BYTES_AT_ONCE).result()
                bar.advance(task, len(rows))


def _compare(target: Settings, tables: list[Table], wanted: dict[str, int]) -> None:
    with snapshot_of(target) as tx:
        found = counts(tx, tables)
    for table, count in wanted.items():
        if found[table] != count:
            raise Different(f"The table {table} has {found[table]} rows, and should have {count}")
