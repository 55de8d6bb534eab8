"""What holds before a caller is known: bytes, seconds and connections.

The protocol below refuses what is no whole request head yet, and tells the steps when a body is late; the steps refuse
the rest.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from openprofiles.errors import ApiError, BadRequestException, RequestRefused, ThrottlingException
from openprofiles.gateway.codec import encode_error
from openprofiles.gateway.cork import CorkedTransport
from openprofiles.gateway.log import RequestLog
from openprofiles.gateway.request_ids import new_request_id
from openprofiles.settings import Limits

Headers = list[tuple[bytes, bytes]]

LEAST_READ = 64 * 1024
"""Bytes of an answer that a client has to take in the time that it has for a request. uvicorn holds back what goes
beyond as many, and waits.
"""

SURPLUS = 1.5
"""So many times the connections that are served may be open. One in surplus is refused when it asks for something."""

LINGER_SECONDS = 1.0
"""How long a refused client may go on sending. Closing at once would reset the connection under the answer."""


def check_head(raw_path: bytes, query_string: bytes, headers: Headers, limits: Limits) -> None:
    """Raises RequestRefused with status 431."""
    size = len(raw_path) + len(query_string) + sum([len(name) + len(value) + 4 for name, value in headers])
    if size > limits.header_bytes:
        raise head_too_large(limits)


def head_too_large(limits: Limits) -> RequestRefused:
    return RequestRefused(f"The request's address and headers are larger than {limits.header_bytes} bytes.", 431)


def too_slow(limits: Limits) -> RequestRefused:
    return RequestRefused(f"The request did not arrive in {limits.send_seconds:g} seconds.", 408)


def too_many_connections() -> ThrottlingException:
    return ThrottlingException("The server has too many connections; try again.")


def body_too_large(limit: int) -> RequestRefused:
    return RequestRefused(f"The request's body is larger than {limit} bytes.", 413)


class BytesInFlight:
    """The bodies of all requests that are being received or answered, and large answers that are not read yet."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0

    def add(self, size: int) -> None:
        """Raises ThrottlingException."""
        if self._bytes + size > self._limit:
            raise ThrottlingException("The server is busy with too many large requests; try again.")
        self._bytes += size

    def remove(self, size: int) -> None:
        self._bytes -= size


class Places:
    """The calls that the store may have in hand or waiting at once: `with places:` holds one of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0

    def __enter__(self) -> None:
        """Raises ThrottlingException at once: who waits longer than others do is better told to come again."""
        if self._taken >= self._limit:
            raise ThrottlingException("The server is busy with too many calls; try again.")
        self._taken += 1

    def __exit__(self, *_: object) -> None:
        self._taken -= 1


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits on connections, on the size and time of a request and on the time to take an
    answer.

    uvicorn itself waits for a head for ever and keeps all of it, and waits for ever until an answer is taken. Its
    answers to what is not HTTP are replaced by ours. `admitted` are the connections that are served; those past the
    limit do not disturb them.
    """

    limits: Limits
    log_request: RequestLog
    admitted: set["LimitedProtocol"]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(CorkedTransport(transport, self.loop))  # type: ignore[arg-type]
        self.refusal: ApiError | None = None
        self.is_told = False
        self.unread = 0
        self.reading_timer: asyncio.TimerHandle | None = None
        self.in_head = False
        self.in_message = False
        self.head_bytes = 0
        self.timer: asyncio.TimerHandle | None = None
        if len(self.connections) > SURPLUS * self.limits.connections:
            self.refusal = too_many_connections()
            self.transport.close()
            return
        self._admit()
        self._start_timer(self.limits.send_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self.admitted.discard(self)
        self._stop_timer()
        self._stop_reading_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.refusal is not None:
            return
        was_in_head = self.in_head
        super().data_received(data)
        if self.in_message and self.refusal is None:
            self._watch(len(data) if was_in_head and self.in_head else 0)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._stop_timer()
        self.in_message = self.in_head = True
        self.head_bytes = 0

    def on_headers_complete(self) -> None:
        self.in_head = False
        if not self._admit():
            self.refusal = too_many_connections()
            raise self.refusal  # stops the parser, which has uvicorn call `send_400_response`
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.in_message = False
        self._stop_timer()
        super().on_message_complete()

    def send_400_response(self, _msg: str) -> None:
        self._refuse(self.refusal or BadRequestException("The request is not valid HTTP/1.1."))

    def _admit(self) -> bool:
        """Whether this connection is served. One that came too early may have a place by its first request."""
        if len(self.admitted) < self.limits.connections:
            self.admitted.add(self)
        return self in self.admitted

    def _watch(self, head_bytes: int) -> None:
        """A message is not whole yet. The piece in which its head began is not counted: a body may stand before it."""
        self.head_bytes += head_bytes
        if self.head_bytes > self.limits.header_bytes:
            self._refuse(head_too_large(self.limits))
        elif self.timer is None:
            self._start_timer(self.limits.send_seconds)

    def _start_timer(self, seconds: float) -> None:
        self.timer = self.loop.call_later(seconds, self._late)

    def _stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def _late(self) -> None:
        """A body that is late wakes its reader, which finds nothing new; again and again, as it may not wait yet."""
        if self.in_head:
            self._refuse(too_slow(self.limits))
        elif self.in_message:
            self.cycle.message_event.set()
            self._start_timer(LINGER_SECONDS)
        else:
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.refusal is not None and not self._owes_answers():
            self._tell_refusal(self.refusal)

    def pause_writing(self) -> None:
        """More is written than the client takes."""
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_reading_timer()

    def timeout_keep_alive_handler(self) -> None:
        """uvicorn would wait until the rest of the last answer is taken."""
        if self.transport.get_write_buffer_size() > 0:
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _watch_reading(self) -> None:
        self.unread = self.transport.get_write_buffer_size()
        self.reading_timer = self.loop.call_later(self.limits.send_seconds, self._look_at_reading)

    def _look_at_reading(self) -> None:
        if self.unread - self.transport.get_write_buffer_size() < LEAST_READ:
            self.transport.abort()
        else:
            self._watch_reading()

    def _stop_reading_timer(self) -> None:
        if self.reading_timer is not None:
            self.reading_timer.cancel()
            self.reading_timer = None

    def _owes_answers(self) -> bool:
        """Whether requests that came whole before the refused one have no answer yet."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        refused_is_last = self.in_message and not self.in_head  # it has a cycle of its own
        return len(self.pipeline) + is_answering > refused_is_last

    def _refuse(self, error: ApiError) -> None:
        """Nothing more is taken in. Answers go in the order of the requests: the refusal waits for those before it."""
        self.refusal = error
        self._stop_timer()
        if not self._owes_answers():
            self._tell_refusal(error)

    def _tell_refusal(self, error: ApiError) -> None:
        if self.is_told or self.transport.is_closing():
            return
        self.is_told = True
        request_id = new_request_id()
        self.log_request("-", error.status, 0, request_id)
        self.transport.write(raw_answer(error, request_id))
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


def raw_answer(error: ApiError, request_id: str) -> bytes:
    """A whole HTTP answer that ends the connection."""
    body = encode_error(error)
    head = (
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\nx-amzn-requestid: {request_id}\r\n"
        f"x-amzn-errortype: {error.code}\r\nconnection: close\r\n\r\n"
    )
    return STATUS_LINE[error.status] + head.encode() + body


def protocol_with(limits: Limits, log_request: RequestLog) -> type[LimitedProtocol]:
    """uvicorn makes one protocol for each connection, from a class; so what it needs is handed over in the class."""
    members: dict[str, Any] = {"limits": limits, "log_request": log_request, "admitted": set()}
    return type("Protocol", (LimitedProtocol,), members)
