"""`openprofiles copy`: nobody's first choice of a store is final."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LaunchServer, client_of
from tests.postgres import PostgresServer
from tests.server.process import RunningServer, run_command


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with postgres.fresh(empty=True) as url:
        yield url


def domains(server: RunningServer) -> list[str]:
    client = client_of(server)
    names = [item["DomainName"] for item in client.list_domains()["Items"]]
    client.close()
    return names


def test_what_was_stored_on_sqlite_is_there_on_postgresql_and_goes_on(
    tmp_path: Path, launch_server: LaunchServer, empty: str
) -> None:
    first = launch_server()
    client = client_of(first)
    client.create_domain(DomainName="shop", DefaultExpirationDays=366)
    client.close()
    assert first.stop() == 0

    done = run_command("copy", f"sqlite:///{first.data / 'openprofiles.sqlite3'}", empty)

    assert (done.returncode, done.stdout.endswith("rows copied, and counted again in both stores.\n")) == (0, True)
    second = launch_server(OPENPROFILES_STORE=empty)
    client = client_of(second)
    client.create_domain(DomainName="bank", DefaultExpirationDays=366)
    client.close()
    assert domains(second) == ["bank", "shop"]


def test_a_password_on_the_command_line_is_refused_and_not_shown() -> None:
    done = run_command("copy", "sqlite:///a", "postgresql://me:sword-fish@host/profiles")

    assert (done.returncode, done.stdout) == (1, "")
    assert "PGPASSWORD" in done.stderr
    assert "sword-fish" not in done.stderr
