"""Many connections to a server at once, bytes written to each, and what it says to them."""

import select
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

import msgspec

Address = tuple[str, int]

QUIET_SECONDS = 0.3
"""After an answer, so long without another says that there is none."""


class Heard(msgspec.Struct):
    """What came over one connection. `wanted`: so many answers have to come; `closed`: by the server; `answers`: all
    that came, if it is whole.
    """

    wanted: int
    received: bytes = b""
    closed: bool = False
    last: float = 0.0

    @property
    def answers(self) -> list["Answer"]:
        """Raises ValueError where what came is not a row of whole answers."""
        found, rest = [], self.received
        while rest:
            answer, rest = next_answer(rest)
            found.append(answer)
        return found

    @property
    def final(self) -> list["Answer"]:
        """The answers without those that only tell to go on."""
        return [answer for answer in self.answers if answer.status != 100]

    @property
    def is_whole(self) -> bool:
        try:
            return bool(self.final)
        except ValueError:
            return False

    @property
    def is_enough(self) -> bool:
        """Nothing more has to come."""
        return self.is_whole and (len(self.final) >= self.wanted or self.final[-1].is_last)


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def is_last(self) -> bool:
        """Whether the server says that it will close the connection."""
        return self.headers.get(b"connection") == b"close"


def next_answer(received: bytes) -> tuple[Answer, bytes]:
    """The first answer, and what comes behind it. Raises ValueError."""
    head, end, rest = received.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    version, status, _ = line.split(b" ", 2)
    if not end or version != b"HTTP/1.1":
        raise ValueError(received)
    headers = {name.lower(): value for name, _, value in (one.partition(b": ") for one in lines)}
    length = 0 if status == b"100" else int(headers[b"content-length"]) if b"content-length" in headers else -1
    if not 0 <= length <= len(rest):
        raise ValueError(received)
    return Answer(int(status), headers, rest[:length]), rest[length:]


def talk(address: Address, sent: Sequence[Sequence[bytes]], seconds: float, wanted: Sequence[int] = ()) -> list[Heard]:
    """What the server says on each connection, until it closes it or has given the answers that are wanted, one if that
    is not said, and says no more. To each are sent its pieces, one after the other.
    """
    connections = [socket.create_connection(address) for _ in sent]
    counts = wanted or [1] * len(sent)
    heard = {connection.fileno(): Heard(count) for connection, count in zip(connections, counts, strict=True)}
    for turn in range(max(map(len, sent))):
        for connection, pieces in zip(connections, sent, strict=True):
            if turn < len(pieces):
                with suppress(OSError):  # it may be closed already
                    connection.sendall(pieces[turn])
    try:
        _listen(connections, heard, time.monotonic() + seconds)
        return [heard[connection.fileno()] for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def _listen(connections: Sequence[socket.socket], heard: dict[int, Heard], until: float) -> None:
    by_number = {connection.fileno(): connection for connection in connections}
    poll = select.poll()
    for number in by_number:
        poll.register(number, select.POLLIN)
    while by_number and time.monotonic() < until:
        for number, _ in poll.poll(50):
            _receive(by_number[number], heard[number])
        quiet = time.monotonic() - QUIET_SECONDS
        for number in [number for number in by_number if _is_over(heard[number], quiet)]:
            poll.unregister(number)
            del by_number[number]


def _receive(connection: socket.socket, heard: Heard) -> None:
    try:
        data = connection.recv(65_536)
    except OSError:
        data = b""
    heard.received += data
    heard.closed = not data
    heard.last = time.monotonic()


def _is_over(heard: Heard, quiet: float) -> bool:
    return heard.closed or (heard.last < quiet and heard.is_enough)
