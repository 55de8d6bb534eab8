"""Requests whose bytes are damaged: each connection is answered or closed, in time, and the server serves on."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.client import Client
from tests.fuzz.connections import Heard, talk
from tests.fuzz.damage import DOUBTFUL, FRAMED, NEXT, UNFRAMED, smuggling
from tests.server.process import RunningServer, launch

SEND_SECONDS = 1
LONGEST_SECONDS = 8.0
AT_ONCE = 400
SIGNED_AGAIN = 20
"""Batches until signatures are made anew, as they grow old."""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that waits briefly. Nothing that comes may be a failure in its log."""
    limits = {"OPENPROFILES_LIMIT_SEND_SECONDS": str(SEND_SECONDS), "OPENPROFILES_LIMIT_CONNECTIONS": "2000"}
    folder: Path = tmp_path_factory.mktemp("fuzz")
    server = launch(folder, (), OPENPROFILES_LOG_FORMAT="json", **limits)
    yield server
    assert server.stop() == 0
    assert [line for line in server.log() if line["level"] not in ("info", "warning")] == []


def good_requests(server: RunningServer) -> list[bytes]:
    client = Client(server, "fuzz")
    return [
        client.raw("PUT", "/profiles", ProfileId="0" * 32, FirstName="Ann"),
        client.raw("POST", "", DefaultExpirationDays=1),
        client.raw("POST", "/profiles", FirstName="Ann", Attributes={"a": "b"}),
        client.raw("POST", "/profiles/search", KeyName="_email", Values=["a@b.c"]),
        client.raw("GET", ""),
    ]


def in_pieces(chance: Random, sent: bytes) -> list[bytes]:
    places = sorted(chance.randint(0, len(sent)) for _ in range(chance.choice([0, 0, 1, 3])))
    return [sent[start:end] for start, end in zip([0, *places], [*places, len(sent)], strict=True) if start < end]


def check(sent: list[bytes], heard: Heard) -> None:
    """The bytes stand in the message of what fails."""
    assert heard.received or heard.closed, f"no answer: {sent}"
    assert heard.is_whole or not heard.received, f"half an answer: {sent}\n{heard}"
    for answer in heard.answers:
        assert answer.status < 500 or answer.status == 501, f"{sent}\n{heard}"
        assert b"Traceback" not in answer.body, f"{sent}\n{heard}"


def check_next(sent: list[bytes], heard: Heard) -> None:
    """The request behind is answered too, unless the server has said that it will not: nothing gets out of step."""
    if not heard.final[-1].is_last:
        assert [answer.body for answer in heard.final[1:]] == [b'{"Status":"ok"}'], f"{sent}\n{heard}"


def serves(server: RunningServer) -> bool:
    [heard] = talk(server.address, [[NEXT]], LONGEST_SECONDS)
    return [answer.status for answer in heard.answers] == [200]


def test_damaged_requests_are_answered_or_closed_and_the_server_serves_on(
    strict: RunningServer, cases: int, seed: int
) -> None:
    good = good_requests(strict)
    for batch in range(-(-cases // AT_ONCE)):
        if batch % SIGNED_AGAIN == SIGNED_AGAIN - 1:
            good = good_requests(strict)
        chance = Random(f"{seed} {batch}")
        damaged = [chance.choice(UNFRAMED)(chance, chance.choice(good)) for _ in range(AT_ONCE // 2)]
        framed = [chance.choice(FRAMED)(chance, chance.choice(good)) + NEXT for _ in range(AT_ONCE // 2)]
        sent = [in_pieces(chance, one) for one in (*damaged, *framed)]

        heard = talk(strict.address, sent, LONGEST_SECONDS, [1] * len(damaged) + [2] * len(framed))

        for pieces, said in zip(sent, heard, strict=True):
            check(pieces, said)
        for pieces, said in zip(sent[-len(framed) :], heard[-len(framed) :], strict=True):
            check_next(pieces, said)
        assert serves(strict)


def test_no_doubt_about_where_a_request_ends_lets_another_through(strict: RunningServer) -> None:
    sent = [[smuggling(header)] for header in DOUBTFUL.values()]

    heard = talk(strict.address, sent, LONGEST_SECONDS)

    told = [[(answer.status, answer.is_last) for answer in one.answers] for one in heard]
    assert dict(zip(DOUBTFUL, told, strict=True)) == {name: [(400, True)] for name in DOUBTFUL}
