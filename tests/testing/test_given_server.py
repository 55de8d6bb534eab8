"""A run with `--openprofiles-url`."""

from pathlib import Path

import pytest

from tests.conftest import LaunchServer
from tests.server.process import RunningServer

from .project import run_tests

USES_IT = """
import os

def test_a(openprofiles_server, customer_profiles_client, customer_profiles_domain):
    assert openprofiles_server.url == os.environ["EXPECTED"]
    assert customer_profiles_client.get_domain(DomainName=customer_profiles_domain)
"""

SETS_THE_CLOCK = """
def test_a(openprofiles_clock):
    openprofiles_clock.advance(10)
"""


def key(server: RunningServer, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}_ACCESS_KEY_ID": server.access_key_id,
        f"{prefix}_SECRET_ACCESS_KEY": server.secret_access_key,
    }


@pytest.mark.parametrize("prefix", ["OPENPROFILES", "AWS"])
def test_the_server_there_is_used_with_a_key_of_the_environment(
    tmp_path: Path, server: RunningServer, prefix: str
) -> None:
    run = run_tests(
        tmp_path,
        {"test_a.py": USES_IT},
        f"--openprofiles-url={server.url}/",
        EXPECTED=server.url,
        **key(server, prefix),
    )
    assert run.outcomes == {"passed": 1}, run.said


def test_the_key_can_be_that_of_the_data_directory(tmp_path: Path, launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_ACCESS_KEY_ID="", OPENPROFILES_SECRET_ACCESS_KEY="")
    run = run_tests(
        tmp_path,
        {"test_a.py": USES_IT},
        f"--openprofiles-url={server.url}",
        EXPECTED=server.url,
        OPENPROFILES_DATA=str(server.data),
    )
    assert run.outcomes == {"passed": 1}, run.said


def test_a_server_that_is_not_for_tests_has_no_clock(tmp_path: Path, server: RunningServer) -> None:
    files, url = {"test_a.py": SETS_THE_CLOCK}, f"--openprofiles-url={server.url}"
    run = run_tests(tmp_path, files, url, **key(server, "OPENPROFILES"))
    assert run.outcomes == {"error": 1}
    assert "The server was not started for tests (--for-tests)." in run.said


def test_a_server_that_does_not_answer_is_told_without_a_traceback(tmp_path: Path) -> None:
    files, url = {"test_a.py": SETS_THE_CLOCK}, "--openprofiles-url=http://127.0.0.1:9"
    run = run_tests(tmp_path, files, url, AWS_ACCESS_KEY_ID="AKIANOBODYNOBODY", AWS_SECRET_ACCESS_KEY="n" * 40)
    assert "--openprofiles-url: No server answers at http://127.0.0.1:9: Connection refused." in run.said
    assert "server.py" not in run.said


def test_a_server_without_a_key_is_told(tmp_path: Path) -> None:
    run = run_tests(tmp_path, {"test_a.py": SETS_THE_CLOCK}, "--openprofiles-url=http://127.0.0.1:9")
    assert "There is no openprofiles-data/credentials yet" in run.said


def test_a_server_and_a_store_are_not_given_together(tmp_path: Path) -> None:
    both = "--openprofiles-url=http://127.0.0.1:9", "--openprofiles-store=postgresql://127.0.0.1/postgres"
    run = run_tests(tmp_path, {}, *both)
    assert run.status == pytest.ExitCode.USAGE_ERROR
    assert "Give --openprofiles-url or --openprofiles-store" in run.said
