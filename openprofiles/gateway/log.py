"""The server's log: one line for each event, as text for people or JSON for machines."""

import asyncio
import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, BinaryIO

import msgspec
import structlog
from structlog.typing import FilteringBoundLogger

Event = MutableMapping[str, Any]

_encode = msgspec.json.Encoder(enc_hook=str).encode


def open_log(stream: BinaryIO, json: bool) -> FilteringBoundLogger:
    """A logger that writes each line at once."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.BytesLogger(stream),
        processors=[_json_line if json else _text_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    ).bind()
    return log


def _json_line(_logger: object, level: str, event: Event) -> bytes:
    values = _shown(event)
    return _encode({"time": _now(), "level": level, "event": values.pop("event"), **values})


def _text_line(_logger: object, level: str, event: Event) -> bytes:
    values = _shown(event)
    name, trace = values.pop("event"), values.pop("exception", None)
    members = " ".join(f"{key}={value}" for key, value in values.items())
    line = f"{_now()} {level:<5} {name} {members}"
    return (f"{line}\n{trace}" if trace else line).encode(errors="backslashreplace")


def _now() -> str:
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{milliseconds:03}+00:00"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _shown(event: Event) -> Event:
    """The event with `exc_info` as text: kinds of errors and lines of code. What an error says may hold a customer's
    values, so it is left out.
    """
    error = event.pop("exc_info", None)
    if error:
        told = sys.exception() if error is True else error
        event["exception"] = _traceback(told) if isinstance(told, BaseException) else ""
    return event


def _traceback(error: BaseException) -> str:
    parts = []
    cause: BaseException | None = error
    while cause is not None:
        parts.append("".join(traceback.format_tb(cause.__traceback__)) + type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    return "\nCaused by:\n".join(parts)


class RequestLog:
    """Writes the one line of a request. Formed by hand, since each request pays for it: a fifth of an event's cost.

    Nothing in it needs escapes: names of operations and ids are letters, digits and dashes. Lines of requests that end
    in one turn of the event loop are written together.
    """

    def __init__(self, stream: BinaryIO, json: bool) -> None:
        self._write = structlog.BytesLogger(stream).msg
        self._form = _json_request if json else _text_request
        self._lines: list[str] = []

    def __call__(self, operation: str, status: int, seconds: float, request_id: str) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_soon(self.flush)
        self._lines.append(self._form(operation, status, seconds * 1000, request_id))

    def flush(self) -> None:
        """Write what has been told. Called once more when the event loop ends."""
        if self._lines:
            text = "\n".join(self._lines)
            self._lines.clear()
            self._write(text.encode())


def _json_request(operation: str, status: int, ms: float, request_id: str) -> str:
    return (
        f'{{"time":"{_now()}","level":"info","event":"request","operation":"{operation}",'
        f'"status":{status},"ms":{ms:.2f},"request_id":"{request_id}"}}'
    )


def _text_request(operation: str, status: int, ms: float, request_id: str) -> str:
    return f"{_now()} info  {operation} {status} {ms:.2f} ms {request_id}"


class IntoLog(logging.Handler):
    """Takes what libraries say through the standard `logging` into our log.

    Of a message only the first line up to a parenthesis: what stands behind it are arguments of calls, which may hold a
    customer's values.
    """

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage().strip().partition("\n")[0].partition("(")[0]
        self._log.log(record.levelno, said.strip(), source=record.name, exc_info=record.exc_info)
