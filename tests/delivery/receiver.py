"""A receiver of webhooks: an HTTP server in a thread, which keeps what it got and answers as it is told."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    """The client's port: the same for the requests of one connection."""


@dataclass(frozen=True)
class Answer:
    """`missing`: bytes of the body that are announced and never come. `delay`: seconds before the status, `drip` before
    each byte of it.
    """

    status: int = 200
    phrase: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    missing: int = 0
    delay: float = 0.0
    drip: float = 0.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are part of the tests, and nothing for their output."""


class Receiver:
    """`requests`: in the order in which they came. `answer` may be set to another function of the request."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Answer] = lambda request: Answer()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.scheme = "http" if context is None else "https"
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def always(self, status: int, phrase: str | None = None, **headers: str) -> None:
        self.answer = lambda request: Answer(status, phrase, tuple(headers.items()))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_listening()

    def stop_listening(self) -> None:
        """Nobody can connect any more."""
        self._server.shutdown()
        self._server.socket.close()

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's own self is the other one
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.path, headers, body, self.client_address[1])
                receiver.requests.append(request)
                self.give(receiver.answer(request))

            def give(self, answer: Answer) -> None:
                time.sleep(answer.delay)
                if answer.drip:
                    self.drip(answer)
                self.send_response(answer.status, answer.phrase)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body) + answer.missing))
                self.end_headers()
                self.wfile.write(answer.body)

            def drip(self, answer: Answer) -> None:
                for byte in b"HTTP/1.1 " + b" " * 10_000:
                    time.sleep(answer.drip)
                    self.wfile.write(bytes([byte]))

            def log_message(self, *arguments: object) -> None:
                """Nothing on the tests' output."""

        return Handler
