"""The demo from end to end, with a real server as its child."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from openprofiles.demo.dirt import FAULTS
from openprofiles.demo.run import main
from openprofiles.demo.sample import make_sample
from tests.server.process import RunningServer

BROKEN = sum(count for _, _, count, _ in FAULTS)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the environment must not lead the demo to another store or to other credentials."""
    for name in [name for name in os.environ if name.startswith(("OPENPROFILES_", "AWS_"))]:
        monkeypatch.delenv(name)


def run(data: Path, endpoint_url: str | None = None) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=200)
    status = main(data, objects=300, endpoint_url=endpoint_url, console=console)
    assert isinstance(console.file, io.StringIO)
    return status, console.file.getvalue()


def cells(printed: str, first: str) -> list[str]:
    """The cells of the table row that begins with the text."""
    rows = [[cell.strip() for cell in line.strip("│┃ ").split("│")] for line in printed.splitlines()]
    return next(row for row in rows if row[0] == first)


def test_the_demo_succeeds_twice_over_the_same_data_and_tells_its_numbers(tmp_path: Path) -> None:
    lines = make_sample(300).lines

    first, _ = run(tmp_path)
    status, printed = run(tmp_path)

    assert (first, status) == (0, 0), printed
    assert cells(printed, "all") == ["all", str(len(lines)), str(len(lines) - BROKEN), str(BROKEN)]
    assert cells(printed, "people in the sample")[1] == "50"
    assert int(cells(printed, "profiles found")[1]) in range(45, 65)
    assert cells(printed, "_phone")[2] == cells(printed, "_email")[2] == cells(printed, "_account")[2] == "the customer"
    assert cells(printed, "FirstName")[2] == "crm-contact"
    assert str(tmp_path / "credentials") in printed


def test_a_domain_that_no_demo_has_made_is_left_alone(tmp_path: Path, server: RunningServer, client: Any) -> None:
    client.create_domain(DomainName="demo", DefaultExpirationDays=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", server.access_key_id)
        patch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_access_key)
        status, printed = run(tmp_path, endpoint_url=server.url)

    assert (status, "no demo has made" in printed) == (1, True)
    assert client.get_domain(DomainName="demo")["DefaultExpirationDays"] == 30
    client.delete_domain(DomainName="demo")


def test_a_server_that_is_not_there_is_one_line_and_status_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-nobody")

    status, printed = run(tmp_path, endpoint_url="http://127.0.0.1:9")

    assert status == 1
    assert "The demo can not go on: Could not connect" in printed


def test_a_server_that_does_not_start_is_told_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENPROFILES_ACCOUNT_ID", "not an account")

    status, printed = run(tmp_path)

    assert status == 1
    assert "demo-server.log ends with" in printed
    assert "OPENPROFILES_ACCOUNT_ID" in printed
