"""An export that is refused gives nothing of the domain; one that is open holds no writer up."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from openprofiles.storage.database import Transaction
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_checkpoints import BEGIN_ANEW, BYTES_BETWEEN, LONGEST_LOG
from tests.api.calls import DomainApi
from tests.api.extensions import Extensions
from tests.api.mappings import system
from tests.conftest import client_of

from .process import RunningServer, launch


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that has room for few bytes at once."""
    running = launch(tmp_path, OPENPROFILES_LIMIT_BYTES_IN_FLIGHT="200000")
    yield running
    assert running.stop() == 0


def test_an_export_for_which_there_is_no_room_is_refused_whole(narrow: RunningServer) -> None:
    with closing(client_of(narrow)) as client:
        client.create_domain(DomainName="large", DefaultExpirationDays=10)
        api = DomainApi(client, "large")
        api.define("crm", system("crm"))
        for number in range(4):
            api.put("crm", {"id": str(number), "customer": f"c{number}", "note": "x" * 90_000})
    own = Extensions(narrow, api)
    target, headers = own.signed("GET", "/export")
    with closing(http.client.HTTPConnection(*narrow.address, timeout=30)) as connection:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (429, "ThrottlingException")
    assert len(body) < 1_000
    assert int(answer.headers["content-length"]) == len(body)


PAGES = 2_000


def add_pages(tx: Transaction) -> None:
    tx.run_many("INSERT INTO page (text) VALUES (:text)", [("x" * 4_096,)] * PAGES)


def test_an_open_snapshot_makes_no_writer_wait(tmp_path: Path) -> None:
    statements: list[str] = []
    database = open_sqlite(tmp_path / "store.db", trace=statements.append)
    database.write(lambda tx: tx.run("CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")).result(5)
    snapshot = database.snapshot()
    snapshot.read(lambda tx: tx.one("SELECT count(*) AS pages FROM page")).result(5)
    for _ in range(5 * LONGEST_LOG // PAGES // 2):
        database.write(add_pages, size=BYTES_BETWEEN).result(20)
    assert BEGIN_ANEW not in statements
    snapshot.close()
    database.close()
