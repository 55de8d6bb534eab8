"""How a server is told of a PostgreSQL store, and what it says where it can not have it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from botocore.exceptions import ClientError

from openprofiles.settings import Settings, SettingsError, postgres_url, read_settings, refuse_password, without_secrets
from tests.conftest import LaunchServer, client_of
from tests.postgres import PostgresServer
from tests.server.process import PATIENCE, get_status, run_command, wait_until

PASSWORD = "sword-fish"


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with postgres.fresh(empty=True) as url:
        yield url


def refusal(*arguments: str, **environment: str) -> str:
    """The one line with which a command refuses."""
    ended = run_command(*arguments, **environment)
    assert (ended.returncode, ended.stdout) == (1, "")
    [line] = ended.stderr.splitlines()
    return line


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_url_of_postgresql_is_its_store(scheme: str) -> None:
    url = f"{scheme}://me@somewhere/profiles"
    assert postgres_url(Settings(store=url)) == url
    assert postgres_url(Settings(store="sqlite:////a.db")) is None
    assert postgres_url(Settings()) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://me:{PASSWORD}@host:1/db?sslmode=require", "postgresql://me@host:1/db"),
        (f"postgresql://host/db?user=me&password={PASSWORD}", "postgresql://host/db"),
        (f"postgresql://me:{PASSWORD}@[::1", "postgresql:…"),
        (f"postgresql://me:x@{PASSWORD}:y@host/db", "postgresql://me@host/db"),
        (f"postgresql://me:x@host:{PASSWORD}/db", "postgresql:…"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert without_secrets(url) == shown
    assert PASSWORD not in repr(Settings(store=url))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{PASSWORD}@host/db",
        f"postgres://me:{PASSWORD}@host/db",
        f"postgresql://host/db?password={PASSWORD}",
        "postgresql://host/db?sslcert=a&sslpassword=b",
    ],
)
def test_a_password_on_the_command_line_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PGPASSWORD"):
        refuse_password(url)
    line = refusal("serve", "--listen", "127.0.0.1:0", "--store", url)
    assert "OPENPROFILES_STORE" in line
    assert PASSWORD not in line


def test_a_url_without_password_is_taken_from_the_command_line(empty: str, tmp_path: Path) -> None:
    assert "Applied: 1, " in run_command("migrate", "--store", bare(empty), "--data", str(tmp_path)).stdout


def test_a_password_in_the_environment_is_taken(empty: str, tmp_path: Path) -> None:
    with_password = empty.replace("//postgres:@", f"//postgres:{PASSWORD}@")
    assert (
        "Applied: 1, "
        in run_command("migrate", OPENPROFILES_STORE=with_password, OPENPROFILES_DATA=str(tmp_path)).stdout
    )
    ended = run_command("migrate", "--store", bare(empty), OPENPROFILES_DATA=str(tmp_path), PGPASSWORD=PASSWORD)
    assert ended.stdout == "The store is up to date.\n"


def bare(url: str) -> str:
    """The URL without the (empty) password that it has."""
    return url.replace(":@", "@", 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"postgresql://me:{PASSWORD}@127.0.0.1:1/db", "Connection refused"),
        (f"postgresql://me:{PASSWORD}@127.0.0.1:port/db", "postgresql://USER@HOST:PORT/DATABASE"),
        (f"postgresql://me:x@{PASSWORD}@127.0.0.1:1/db", "postgresql://USER@HOST:PORT/DATABASE"),
        (f"postgresql://me:{PASSWORD}%@127.0.0.1:1/db", "postgresql://USER@HOST:PORT/DATABASE"),
        (f"postgresql://me:{PASSWORD}@[::1/db", "postgresql://USER@HOST:PORT/DATABASE"),
        (f"postgresql://me:{PASSWORD}@127.0.0.1:1/db?nonsense=1", "postgresql://USER@HOST:PORT/DATABASE"),
    ],
)
def test_a_store_that_can_not_be_reached_is_one_clear_line_without_secrets(
    tmp_path: Path, url: str, expected: str
) -> None:
    line = refusal("serve", "--listen", "127.0.0.1:0", OPENPROFILES_DATA=str(tmp_path), OPENPROFILES_STORE=url)
    assert line.startswith("openprofiles: Can not open the store postgresql:")
    assert expected in line
    assert PASSWORD not in line


def test_a_database_that_is_not_there_is_named(empty: str, tmp_path: Path) -> None:
    url = empty.replace("openprofiles_test_", "nowhere_")
    assert "does not exist" in refusal("migrate", OPENPROFILES_DATA=str(tmp_path), OPENPROFILES_STORE=url)


def test_a_store_that_is_behind_stops_a_server_that_may_not_change_it(
    empty: str, tmp_path: Path, launch_server: LaunchServer
) -> None:
    places = {"OPENPROFILES_DATA": str(tmp_path), "OPENPROFILES_STORE": empty}
    assert "Run `openprofiles migrate`" in refusal("serve", "--listen", "127.0.0.1:0", "--no-migrate", **places)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)

    run_command("migrate", **places)

    server = launch_server("--no-migrate", **places)
    assert get_status(f"{server.url}/-/ready") == 200


def test_an_sqlite_store_that_is_behind_stops_it_too(tmp_path: Path) -> None:
    assert "schema number 0" in refusal("serve", "--listen", "127.0.0.1:0", "--no-migrate", "--data", str(tmp_path))
    assert "schema number 0" in refusal("keys", "list", "--data", str(tmp_path), OPENPROFILES_MIGRATE="false")
    assert run_command("migrate", "--data", str(tmp_path)).stdout.startswith("Applied: 1, ")
    assert run_command("keys", "list", "--data", str(tmp_path), OPENPROFILES_MIGRATE="false").returncode == 0


def test_a_store_of_a_newer_program_is_one_clear_line(empty: str, tmp_path: Path) -> None:
    places = {"OPENPROFILES_DATA": str(tmp_path), "OPENPROFILES_STORE": empty}
    run_command("migrate", **places)
    with psycopg.connect(empty) as connection:
        connection.execute("INSERT INTO migration (number, name, applied_at) VALUES (9999, 'later', 0)")
    assert "schema number 9999" in refusal("migrate", **places)


def test_migrating_can_be_turned_off_by_the_environment() -> None:
    assert read_settings({"OPENPROFILES_MIGRATE": "false"}).migrate is False
    assert read_settings({}, migrate="false").migrate is False


def test_no_log_and_no_process_list_shows_the_password(empty: str, launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_STORE=empty.replace("//postgres:@", f"//postgres:{PASSWORD}@"))
    get_status(f"{server.url}/-/ready")
    with open(f"/proc/{server.process.pid}/cmdline") as file:
        assert PASSWORD not in file.read()
    assert server.stop() == 0
    assert PASSWORD not in server.errors.read_text() + server.output.read_text()


def test_who_is_unknown_makes_nobody_wait_for_the_database(empty: str, launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_STORE=empty)
    with (
        psycopg.connect(empty) as connection,
        ThreadPoolExecutor(1) as threads,
        closing(client_of(server, "AKIANOBODYNOBODYNOBO")) as nobody,
    ):
        connection.execute("LOCK TABLE access_key IN ACCESS EXCLUSIVE MODE")
        asked = threads.submit(code_of, nobody.list_domains)
        wait_until(lambda: is_waiting(empty))

        began = time.monotonic()
        assert get_status(f"{server.url}/-/health") == 200
        assert time.monotonic() - began < 0.5

        assert not asked.done()
        connection.rollback()
        assert asked.result(PATIENCE) == "UnrecognizedClientException"


def is_waiting(url: str) -> bool:
    """Whether somebody waits for a lock."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        return row is not None and row[0] > 0


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"])
