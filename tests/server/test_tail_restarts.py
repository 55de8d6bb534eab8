"""`openprofiles events tail` beside a server that goes away, or answers badly."""

import json
import signal
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import LaunchServer, client_of
from tests.extensions.listener import Listen, answer, listeners

from .process import PATIENCE, RunningServer
from .tailing import StartTail, names, tails


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartTail]:
    with tails(tmp_path) as start:
        yield start


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts what answers in a server's place: `listen(answer, …)`."""
    with listeners() as start:
        yield start


@pytest.fixture
def passing(launch_server: LaunchServer) -> RunningServer:
    """A server that does not stay."""
    return launch_server()


@pytest.fixture
def shop(passing: RunningServer) -> str:
    """A domain of it."""
    name = f"domain-{uuid.uuid4().hex}"
    with closing(client_of(passing)) as client:
        client.create_domain(DomainName=name, DefaultExpirationDays=366)
    return name


def back(launch_server: LaunchServer, passing: RunningServer) -> RunningServer:
    return launch_server("--listen", ":".join(map(str, passing.address)))


def create(server: RunningServer, domain: str, *first_names: str) -> None:
    with closing(client_of(server)) as client:
        for name in first_names:
            client.create_profile(DomainName=domain, FirstName=name)


def test_it_goes_on_when_the_server_is_back_without_loss_or_repetition(
    passing: RunningServer, shop: str, launch_server: LaunchServer, start: StartTail
) -> None:
    tail = start(passing, shop)
    create(passing, shop, "Ann")
    tail.lines(1)
    create(passing, shop, "Bob")
    passing.process.kill()
    tail.says("Trying again")
    again = back(launch_server, passing)
    tail.says("answers again")
    create(again, shop, "Cid")
    assert names(tail.records(3)) == ["Ann", "Bob", "Cid"]
    assert tail.end(signal.SIGINT) == 0
    assert [line.split(". ")[-1] for line in tail.said()[1:]] == [
        "Trying again.",
        "openprofiles: The server answers again.",
    ]


def test_ended_while_the_server_is_away_it_says_what_is_left(
    passing: RunningServer, shop: str, start: StartTail
) -> None:
    tail = start(passing, shop)
    passing.process.kill()
    tail.says("Trying again")
    assert tail.end(signal.SIGTERM) == 0
    assert "is left in domain" in tail.said()[-1]


def test_what_was_printed_is_acknowledged_again_where_no_answer_came(
    server: RunningServer, listen: Listen, start: StartTail
) -> None:
    listener = listen(
        answer({}),
        answer({"Records": [{"Object": {"FirstName": "Ann"}}], "Receipt": "r1"}),
        b"",
        answer({"Message": "Slower."}, "429 Too Many", "x-amzn-ErrorType: ThrottlingException"),
        answer({"Records": [{"Object": {"FirstName": "Bob"}}], "Receipt": "r2"}),
        answer({}),
    )
    tail = start(replace(server, url=listener.url), "shop", "--count", "2")
    assert tail.process.wait(PATIENCE) == 0
    assert names(tail.records(2)) == ["Ann", "Bob"]
    assert [json.loads(body)["Receipt"] for _, body in listener.asked[2:5]] == ["r1", "r1", "r1"]
    assert listener.targets[-1].startswith("DELETE /domains/shop/event-streams/tail-")
