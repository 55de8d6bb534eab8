"""The stores that are measured: an SQLite file, and a database of a PostgreSQL that was started for it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks import postgres
from benchmarks.postgres import Postgres

SQLITE, POSTGRES = "sqlite", "postgresql"
STORES = (SQLITE, POSTGRES)


class Store(msgspec.Struct, frozen=True):
    """`environment` says to a command where its data lie; `cpu_seconds` is what the database's own processes used."""

    name: str
    environment: dict[str, str]
    cpu_seconds: Callable[[], float]


class Stores(msgspec.Struct, frozen=True):
    """Makes empty stores below a folder."""

    folder: Path
    postgres: Postgres | None

    def fresh(self, store: str, name: str) -> Store:
        data = self.folder / f"{store}-{name}"
        environment = {"OPENPROFILES_DATA": str(data), "OPENPROFILES_STORE": ""}
        if store == SQLITE or self.postgres is None:
            return Store(SQLITE, environment, lambda: 0.0)
        environment["OPENPROFILES_STORE"] = self.postgres.database(f"bench_{name}")
        return Store(POSTGRES, environment, self.postgres.cpu_seconds)


@contextmanager
def running(folder: Path, names: Sequence[str]) -> Iterator[Stores]:
    """A PostgreSQL is started only where it is wanted."""
    if POSTGRES not in names:
        yield Stores(folder, None)
        return
    with postgres.running(folder / "postgres") as server:
        yield Stores(folder, server)
