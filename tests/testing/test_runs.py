"""What a run of pytest with the plugin starts, and leaves behind."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from openprofiles.testing.server import ServerError, server
from tests.postgres import PostgresServer
from tests.server.process import get_status, wait_until

from .project import run_tests

TELLS_ADDRESS = """
import os, pathlib, time

def test_a(openprofiles_server):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    pathlib.Path(worker + ".url").write_text(openprofiles_server.url)
    while len(list(pathlib.Path().glob("*.url"))) < int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")):
        time.sleep(0.05)
"""

IS_KILLED = """
import os, pathlib, signal

def test_a(openprofiles_server):
    pathlib.Path("alone.url").write_text(openprofiles_server.url)
    os.kill(os.getpid(), signal.SIGKILL)
"""

KILLS_THE_SERVER = """
import os, pathlib, signal

def test_a(openprofiles_server):
    [process] = map(int, pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
"""

USES_NOTHING = """
import sys

def test_a():
    assert sorted(name for name in sys.modules if name.startswith("openprofiles")) == [
        "openprofiles", "openprofiles.testing"
    ]
"""

LEAVES_NOTHING = """
import os, sys
import boto3
import pytest

@pytest.fixture(scope="session")
def before():
    boto3.setup_default_session(region_name="eu-west-1")
    return boto3.DEFAULT_SESSION, dict(os.environ) | {"PYTEST_CURRENT_TEST": ""}

def test_a(before, openprofiles_environment, openprofiles_clock, openprofiles_faults):
    boto3.client("customer-profiles")
    openprofiles_clock.advance(1_000_000)
    openprofiles_faults.set(ingestion_delay_seconds=1)

def test_b(before, openprofiles_server):
    assert (boto3.DEFAULT_SESSION, dict(os.environ) | {"PYTEST_CURRENT_TEST": ""}) == before
    assert abs(openprofiles_server.call("GetClock")["OffsetSeconds"]) < 0.01
    assert openprofiles_server.call("GetFaults")["IngestionDelaySeconds"] == 0
"""

HAS_NO_BOTO3 = """
import sys
sys.modules["boto3"] = None

def test_a(customer_profiles_domain, openprofiles_environment):
    pass

def test_b(customer_profiles_client):
    pass
"""


def answers(url: str) -> bool:
    try:
        return get_status(f"{url}/-/health") == 200
    except OSError:
        return False


def addresses(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.glob("*.url")]


# --- costs


def test_the_plugin_loads_nothing_but_itself() -> None:
    loaded = "sorted(set(sys.modules) - before)"
    code = f"import sys, pytest; before = set(sys.modules); import openprofiles.testing; print(*{loaded})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["openprofiles", "openprofiles.testing"]


def test_a_run_that_uses_no_fixture_loads_nothing_else(tmp_path: Path) -> None:
    run = run_tests(tmp_path, {"test_a.py": USES_NOTHING})
    assert run.outcomes == {"passed": 1}, run.said


# --- what is left


def test_the_server_stops_with_the_run(tmp_path: Path) -> None:
    run = run_tests(tmp_path, {"test_a.py": TELLS_ADDRESS})
    [url] = addresses(tmp_path)
    assert (run.outcomes, answers(url)) == ({"passed": 1}, False)


def test_the_server_stops_after_a_run_that_was_killed(tmp_path: Path) -> None:
    run_tests(tmp_path, {"test_a.py": IS_KILLED})
    [url] = addresses(tmp_path)
    wait_until(lambda: not answers(url))


def test_each_worker_has_a_server(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    files = {f"test_{name}.py": TELLS_ADDRESS for name in "ab"}
    run = run_tests(tmp_path, files, "-p", "xdist", "-n", "2")
    urls = addresses(tmp_path)
    assert (run.outcomes, len(set(urls)), any(map(answers, urls))) == ({"passed": 2}, 2, False), run.said


def test_environment_session_clock_and_faults_are_after_a_test_as_before(tmp_path: Path) -> None:
    run = run_tests(tmp_path, {"test_a.py": LEAVES_NOTHING})
    assert run.outcomes == {"passed": 2}, run.said


def test_the_store_that_the_environment_names_is_not_touched(tmp_path: Path) -> None:
    real = tmp_path / "real.sqlite3"
    run = run_tests(tmp_path, {"test_a.py": TELLS_ADDRESS}, OPENPROFILES_STORE=f"sqlite:///{real}")
    assert (run.outcomes, real.exists()) == ({"passed": 1}, False)


# --- what can go wrong


def test_a_server_that_can_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a directory")
    with pytest.raises(ServerError, match=r"did not start(.*\n)+openprofiles: Can not make the data directory"):
        server(tmp_path, {}, None, None).__enter__()


def test_a_server_that_ended_early_is_told(tmp_path: Path) -> None:
    run = run_tests(tmp_path, {"test_a.py": KILLS_THE_SERVER})
    assert run.outcomes == {"passed": 1, "error": 1}
    assert "The server ended before the tests did." in run.said


def test_without_boto3_only_its_client_is_missing(tmp_path: Path) -> None:
    run = run_tests(tmp_path, {"test_a.py": HAS_NO_BOTO3})
    assert run.outcomes == {"passed": 1, "error": 1}
    assert "The fixture customer_profiles_client needs boto3, which is not installed" in run.said


# --- on PostgreSQL


ON_POSTGRES = """
import pathlib

def test_a(openprofiles_server, customer_profiles_domain):
    [log] = pathlib.Path("temp").rglob("log")
    assert not list(log.parent.rglob("*.sqlite3"))
"""


def databases(postgres: PostgresServer) -> set[str]:
    with psycopg.connect(postgres.url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_a_server_has_a_database_of_its_own_which_goes(tmp_path: Path, postgres: PostgresServer) -> None:
    before = databases(postgres)
    run = run_tests(tmp_path, {"test_a.py": ON_POSTGRES}, f"--openprofiles-store={postgres.url}")
    assert (run.outcomes, databases(postgres)) == ({"passed": 1}, before), run.said


def test_the_database_that_is_named_stays_as_it_is(tmp_path: Path, postgres: PostgresServer) -> None:
    with postgres.fresh(empty=True) as url:
        run_tests(tmp_path, {"test_a.py": TELLS_ADDRESS}, f"--openprofiles-store={url}")
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        ("sqlite:///store", "write postgresql://USER@HOST/DATABASE"),
        ("postgresql://ann:hush@127.0.0.1:9/postgres", "Connection refused"),
        ("postgresql://ann:hu%sh@127.0.0.1/postgres", "its URL can not be read"),
        ("postgresql://ann:hu/sh@127.0.0.1/postgres", "has an @ behind its host"),
    ],
)
def test_a_store_that_can_not_be_used_is_told_without_a_password(tmp_path: Path, store: str, reason: str) -> None:
    with pytest.raises(ServerError, match=f"^--openprofiles-store: .*{reason}") as told:
        server(tmp_path, {}, None, store).__enter__()
    assert "hu" not in str(told.value)
