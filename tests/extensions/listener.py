"""A server that gives the answers that it was told, byte by byte, and keeps what it was asked."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Listener:
    """One answer for each connection, in order. `asked` holds (request line, body)."""

    def __init__(self, *answers: bytes) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def targets(self) -> list[str]:
        """Method and target of each request."""
        return [line.rpartition(" ")[0] for line, _ in self.asked]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.asked]

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        for answer in self._answers:
            connection, _ = self._socket.accept()
            with connection, connection.makefile("rb") as file:
                line, length = file.readline().decode().strip(), 0
                while header := file.readline().strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                self.asked.append((line, file.read(length)))
                connection.sendall(answer)


Listen = Callable[..., Listener]


@contextmanager
def listeners() -> Iterator[Listen]:
    """Starts listeners, `listen(answer, …)`, and closes them at the end."""
    started: list[Listener] = []

    def listen(*answers: bytes) -> Listener:
        started.append(Listener(*answers))
        return started[-1]

    yield listen
    for one in started:
        one.close()


def answer(body: object, status: str = "200 OK", *headers: str) -> bytes:
    """The bytes of an answer; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + content


def in_chunks(*chunks: bytes, ended: bool = True) -> bytes:
    """The bytes of an answer of unknown length."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    end = b"0\r\n\r\n" if ended else b""
    return head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end
