"""Requests whose bytes are damaged: each connection is answered or closed, in time, and the server serves on."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.faults.client import Client
from tests.server.process import RunningServer, launch

SEND_SECONDS = 1
LONGEST_SECONDS = 6.0
AT_ONCE = 400


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    server = launch(folder, (), OPENPROFILES_LIMIT_SEND_SECONDS=str(SEND_SECONDS), OPENPROFILES_LOG_FORMAT="json")
    yield server
    assert server.stop() == 0


def good_requests(server: RunningServer) -> list[bytes]:
    client = Client(server, "fuzz")
    return [
        client.raw("PUT", "/profiles", ProfileId="0" * 32, FirstName="Ann"),
        client.raw("POST", "/profiles/search", KeyName="_email", Values=["a@b.c"]),
        client.raw("GET", ""),
        b"GET /-/health HTTP/1.1\r\nhost: x\r\n\r\n",
    ]


Mutation = Callable[[Random, bytes], bytes]


def flipped(chance: Random, request: bytes) -> bytes:
    made = bytearray(request)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(chance: Random, request: bytes) -> bytes:
    return request[: chance.randrange(len(request))]


def spliced(chance: Random, request: bytes) -> bytes:
    place, other = chance.randrange(len(request)), chance.randrange(len(request))
    return request[:place] + request[other:]


def with_header(chance: Random, request: bytes) -> bytes:
    """A header that is odd, too long, or contradicts another."""
    line, _, rest = request.partition(b"\r\n")
    odd = [
        b"content-length: 5",
        b"content-length: -1",
        b"content-length: 99999999999999999999",
        b"transfer-encoding: chunked",
        b"transfer-encoding: chunked, identity",
        b"expect: 100-continue",
        b"x: " + b"y" * 40_000,
        b": empty",
        b"no colon",
        b" folded: 1",
        b"\x00: 1",
        b"connection: close",
        b"upgrade: websocket",
        b"host: other",
    ]
    return line + b"\r\n" + chance.choice(odd) + b"\r\n" + rest


def chunked(chance: Random, request: bytes) -> bytes:
    """The body in chunks whose sizes may be wrong."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    size = chance.choice([b"%x" % len(body), b"%x" % (len(body) + 1), b"0", b"-1", b"ffffffffffffffff", b"zz"])
    end = chance.choice([b"\r\n0\r\n\r\n", b"", b"\r\n0\r\nx: y\r\n\r\n"])
    return b"\r\n".join([*lines, b"transfer-encoding: chunked"]) + b"\r\n\r\n" + size + b"\r\n" + body + end


def pipelined(chance: Random, request: bytes) -> bytes:
    return request * chance.randint(2, 5) + flipped(chance, request)


def noise(chance: Random, _: bytes) -> bytes:
    return chance.randbytes(chance.randint(1, 3_000))


MUTATIONS: tuple[Mutation, ...] = (flipped, cut, spliced, with_header, chunked, pipelined, noise)


def answers(server: RunningServer, requests: list[bytes]) -> list[bytes]:
    """What the server says to each on a connection of its own, until it closes the connection or says no more."""
    connections = [socket.create_connection(server.address) for _ in requests]
    said = dict.fromkeys(connections, b"")
    for connection, request in zip(connections, requests, strict=True):
        connection.setblocking(False)
        with suppress(OSError):
            connection.send(request)
    until, waiting = time.monotonic() + LONGEST_SECONDS, set(connections)
    while waiting and time.monotonic() < until:
        for connection in select.select(list(waiting), [], [], 0.1)[0]:
            data = receive(connection)
            said[connection] += data
            if not data:
                waiting.discard(connection)
        waiting = {connection for connection in waiting if not is_whole(said[connection])}
    assert not [connection for connection in waiting if not said[connection]], "a connection hangs without an answer"
    for connection in connections:
        connection.close()
    return [said[connection] for connection in connections]


def receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except OSError:
        return b""


def is_whole(said: bytes) -> bool:
    head, end, body = said.partition(b"\r\n\r\n")
    _, marker, length = head.lower().partition(b"content-length: ")
    return bool(end and marker) and len(body) >= int(length.split(b"\r\n")[0])


def test_damaged_requests_are_answered_or_closed_and_the_server_serves_on(
    strict: RunningServer, cases: int, seed: int
) -> None:
    good = good_requests(strict)
    for batch in range(max(1, cases // AT_ONCE)):
        if batch % 20 == 19:
            good = good_requests(strict)  # signatures grow old
        chance = Random(f"{seed} {batch}")
        requests = [chance.choice(MUTATIONS)(chance, chance.choice(good)) for _ in range(AT_ONCE)]

        for request, said in zip(requests, answers(strict, requests), strict=True):
            statuses = [int(line.split()[1]) for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
            assert all(status < 500 or status == 501 for status in statuses), (request, said)

        assert b"200 OK" in answers(strict, [good[-1]])[0]
    assert "failed" not in {line["event"] for line in strict.log()}
