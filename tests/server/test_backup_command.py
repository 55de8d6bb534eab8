"""`openprofiles backup`, beside a server."""

from pathlib import Path

from tests.conftest import LaunchServer, client_of
from tests.server.process import run_command


def test_a_server_on_the_backup_has_what_was_answered_before(tmp_path: Path, launch_server: LaunchServer) -> None:
    first = launch_server()
    client = client_of(first)
    client.create_domain(DomainName="shop", DefaultExpirationDays=366)
    client.close()

    done = run_command("backup", str(tmp_path / "monday"), OPENPROFILES_DATA=str(first.data))

    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'monday'} holds the store.\n")
    assert first.stop() == 0
    client = client_of(launch_server(OPENPROFILES_STORE=f"sqlite:///{tmp_path / 'monday'}"))
    assert [item["DomainName"] for item in client.list_domains()["Items"]] == ["shop"]
    client.close()


def refusal(*arguments: str, **environment: str) -> str:
    ended = run_command("backup", *arguments, **environment)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr.splitlines()[-1]


def test_what_can_not_be_done_is_one_line(tmp_path: Path) -> None:
    told = refusal(str(tmp_path / "backup"), "--data", str(tmp_path / "nothing"))

    store = tmp_path / "nothing" / "openprofiles.sqlite3"
    assert told == f"openprofiles: Can not back up {store} to {tmp_path / 'backup'}: there is no store."


def test_a_store_on_postgresql_is_backed_up_with_its_own_tool(tmp_path: Path) -> None:
    told = refusal(str(tmp_path / "backup"), OPENPROFILES_STORE="postgresql://me:sword-fish@host/profiles")

    assert "pg_dump" in told
    assert "sword-fish" not in told
