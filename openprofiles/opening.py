"""Whole stores as commands open them: to look at, as they are at one moment, or to be filled."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Protocol, TypeVar

from openprofiles.errors import InternalServerException
from openprofiles.settings import Settings, SettingsError, postgres_url, store_path, without_secrets
from openprofiles.storage.copy import Incomplete, NotEmpty, refuse_incomplete
from openprofiles.storage.database import Database, Transaction, Work
from openprofiles.storage.migrate import NewerSchema, OlderSchema, check
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_reader import SqliteReader
from openprofiles.storage.sqlite_snapshot import sqlite_snapshot
from openprofiles.storage.sqlite_transaction import SqliteTransaction

T = TypeVar("T")

FAILURES = (OSError, sqlite3.Error, InternalServerException)
"""What a store of either engine may meet at any time."""


@contextmanager
def snapshot_of(settings: Settings) -> Iterator[Transaction]:
    """A store as it is now. Raises FAILURES."""
    url = postgres_url(settings)
    if url is None:
        with sqlite_snapshot(store_path(settings)) as connection:
            yield SqliteTransaction(connection)
        return
    from openprofiles.storage.postgres_whole import postgres_snapshot  # noqa: PLC0415 - who has none does not load it

    with postgres_snapshot(url) as tx:
        yield tx


class Reads(Protocol):
    """A store that is only looked at."""

    def __call__(self, work: Work[T], /) -> T:
        """Run `work` in a snapshot of its own."""


@contextmanager
def reads_of(settings: Settings) -> Iterator[Reads]:
    """A store in which nothing is changed, one snapshot after the other. Raises FAILURES."""
    url = postgres_url(settings)
    if url is None:
        with closing(SqliteReader(store_path(settings))) as reader:
            yield reader.read
        return
    from openprofiles.storage.postgres_whole import postgres_reads  # noqa: PLC0415 - as above

    with postgres_reads(url) as read:
        yield read


def check_whole(tx: Transaction, settings: Settings) -> None:
    """Raises NewerSchema, OlderSchema, and Incomplete."""
    check(lambda work: work(tx), "sqlite" if postgres_url(settings) is None else "postgres")
    refuse_incomplete(tx)


@contextmanager
def target_of(settings: Settings) -> Iterator[Database]:
    """The store to fill, made if it is not there. Raises FAILURES and NewerSchema."""
    url = postgres_url(settings)
    if url is None:
        with closing(open_sqlite(store_path(settings))) as database:
            yield database
        return
    from openprofiles.storage.postgres_whole import postgres_target  # noqa: PLC0415 - as above

    with postgres_target(url) as target:
        yield target


def name_of(settings: Settings) -> str:
    """The store as it may be shown."""
    url = postgres_url(settings)
    return str(store_path(settings)) if url is None else without_secrets(url)


@contextmanager
def told_with_name(settings: Settings) -> Iterator[None]:
    """Why a store can not be copied, or filled, as a SettingsError."""
    try:
        yield
    except (*FAILURES, Incomplete, NotEmpty, NewerSchema, OlderSchema) as error:
        raise SettingsError(f"{name_of(settings)}: {str(error).rstrip('.?')}.") from None
