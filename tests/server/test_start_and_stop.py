"""From the first start to the last answer."""

import configparser
import re
import signal
import sqlite3
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LaunchServer, client_of
from tests.server.process import SECRET_ACCESS_KEY, RunningServer, run_command, wait_until
from tests.server.wire import ask, opened, read_from, request_head

NO_CREDENTIALS = {"OPENPROFILES_ACCESS_KEY_ID": "", "OPENPROFILES_SECRET_ACCESS_KEY": ""}


def written_credentials(data: Path) -> tuple[str, str]:
    parser = configparser.RawConfigParser()
    parser.read(data / "credentials")
    return parser["default"]["aws_access_key_id"], parser["default"]["aws_secret_access_key"]


def test_the_first_start_writes_credentials_for_the_owner_only(launch_server: LaunchServer) -> None:
    server = launch_server(**NO_CREDENTIALS)
    key_id, secret = written_credentials(server.data)
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", key_id)
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", secret)
    assert stat.S_IMODE((server.data / "credentials").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_the_written_credentials_sign_and_survive_a_restart(launch_server: LaunchServer) -> None:
    first = launch_server(**NO_CREDENTIALS)
    credentials = written_credentials(first.data)
    assert first.stop() == 0
    second = launch_server(**NO_CREDENTIALS)
    assert written_credentials(second.data) == credentials
    client = client_of(second, *credentials)
    assert client.list_domains()["Items"] == []
    client.close()


def test_given_credentials_are_used_and_not_written(server: RunningServer) -> None:
    assert not (server.data / "credentials").exists()
    assert SECRET_ACCESS_KEY not in server.output.read_text()


def test_the_start_prints_address_credentials_and_snippets(launch_server: LaunchServer) -> None:
    server = launch_server(**NO_CREDENTIALS)
    said = server.output.read_text()
    assert f"listens on {server.url}" in said
    assert f"Credentials: {server.data}/credentials" in said
    assert f'boto3.client("customer-profiles", endpoint_url="{server.url}"' in said
    assert f"aws customer-profiles list-domains --endpoint-url {server.url}" in said
    assert written_credentials(server.data)[1] not in said


def test_the_printed_python_runs(launch_server: LaunchServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server = launch_server(**NO_CREDENTIALS)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "")
    snippet = server.output.read_text().partition("Python:\n")[2].partition("\n\n")[0]
    names: dict[str, Any] = {}
    exec("\n".join(line.removeprefix("    ") for line in snippet.splitlines()), names)
    names["client"].close()


def is_reachable(server: RunningServer) -> bool:
    try:
        return ask(server, "GET", "/-/health")[0] == 200
    except ConnectionError:
        return False


@pytest.mark.parametrize("asked_by", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_finished_before_the_end(launch_server: LaunchServer, asked_by: signal.Signals) -> None:
    server = launch_server()
    with opened(server) as connection:
        connection.sendall(request_head("POST", "/domains/shop", content_length=2) + b"{")
        assert ask(server, "GET", "/-/health")[0] == 200
        server.process.send_signal(asked_by)
        wait_until(lambda: not is_reachable(server))
        connection.sendall(b"}")
        status, headers, _ = read_from(connection)
    assert (status, headers["connection"]) == (403, "close")
    assert server.process.wait(10) == 0


def test_each_request_that_is_answered_at_the_end_is_in_the_log(launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_LOG_FORMAT="json")
    with ExitStack() as stack:
        connections = [stack.enter_context(opened(server)) for _ in range(20)]
        for connection in connections:
            connection.sendall(request_head("POST", "/domains/shop", content_length=2) + b"{")
        assert ask(server, "GET", "/-/health")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not is_reachable(server))
        for connection in connections:
            connection.sendall(b"}")
        answered = {read_from(connection)[1]["x-amzn-requestid"] for connection in connections}
    assert server.process.wait(10) == 0
    assert answered <= {line.get("request_id") for line in server.log()}


def test_an_idle_connection_does_not_hold_up_the_end(launch_server: LaunchServer) -> None:
    server = launch_server()
    with opened(server) as connection:
        connection.sendall(request_head("GET", "/-/health"))
        assert read_from(connection)[0] == 200
        assert server.stop() == 0


def test_a_port_in_use_is_one_clear_line(server: RunningServer, tmp_path: Path) -> None:
    address = server.url.removeprefix("http://")
    ended = run_command("serve", "--listen", address, "--data", str(tmp_path / "data"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"openprofiles: Can not listen on {address}: Address already in use.\n"
    assert not (tmp_path / "data").exists()


def test_a_store_of_a_newer_program_is_one_clear_line(tmp_path: Path) -> None:
    assert run_command("migrate", "--data", str(tmp_path)).returncode == 0
    with sqlite3.connect(tmp_path / "openprofiles.sqlite3") as store:
        store.execute("INSERT INTO migration (number, name, applied_at) VALUES (9999, 'later', 0)")
    store.close()
    assert_refused("schema number 9999", "--data", str(tmp_path))


def test_a_file_that_is_no_store_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam, " * 100)
    assert_refused("letter.txt", "--data", str(tmp_path), "--store", f"sqlite:///{tmp_path}/letter.txt")


def test_a_data_directory_that_can_not_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert_refused("data directory", "--data", str(tmp_path / "file" / "data"))


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--listen", "8090", "HOST:PORT"),
        ("--listen", "127.0.0.1:99999", "HOST:PORT"),
        ("--listen", "no.such.host.invalid:0", "no.such.host.invalid"),
        ("--store", "mysql://somewhere", "sqlite:///PATH"),
    ],
)
def test_a_wrong_option_is_one_clear_line(tmp_path: Path, option: str, value: str, expected: str) -> None:
    assert_refused(expected, "--data", str(tmp_path), option, value)


def assert_refused(expected: str, *options: str) -> None:
    ended = run_command("serve", "--listen", "127.0.0.1:0", *options)
    assert (ended.returncode, ended.stdout) == (1, "")
    [line] = ended.stderr.splitlines()
    assert line.startswith("openprofiles: ")
    assert expected in line


def test_a_store_is_served_by_one_process(server: RunningServer) -> None:
    assert_refused(f"Process {server.process.pid} serves the store", "--data", str(server.data))


def test_a_store_is_served_again_after_a_kill(launch_server: LaunchServer) -> None:
    first = launch_server()
    first.process.kill()
    first.process.wait()
    assert launch_server().stop() == 0


def test_the_root_key_has_the_account_that_is_set(launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_ACCOUNT_ID="111122223333")
    client = client_of(server)
    client.create_domain(DomainName="shop", DefaultExpirationDays=30, Tags={"a": "b"})
    arn = "arn:aws:profile:us-east-1:111122223333:domains/shop"
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    client.close()
