"""Requests as bytes, for what no SDK would send."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse

from tests.server.process import PATIENCE, RunningServer

Address = tuple[str, int]


@contextmanager
def connected(server: RunningServer) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(*server.address, timeout=PATIENCE)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def opened(server: RunningServer) -> Iterator[socket.socket]:
    with socket.create_connection(server.address, timeout=PATIENCE) as connection:
        yield connection


def ask(
    server: RunningServer, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower-case) and body of the answer to an unsigned request."""
    with connected(server) as connection:
        connection.request(method, path, body, headers or {})
        return read_answer(connection.getresponse())


def read_answer(answer: HTTPResponse) -> tuple[int, dict[str, str], bytes]:
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def read_from(connection: socket.socket, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """The answer on a socket that a request was written to."""
    answer = HTTPResponse(connection, method=method)
    try:
        answer.begin()
        return read_answer(answer)
    finally:
        answer.close()


def request_head(method: str, path: str, **headers: str | int) -> bytes:
    """A request line and headers as bytes; underscores in names stand for dashes."""
    lines = [f"{method} {path} HTTP/1.1", "host: test"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
