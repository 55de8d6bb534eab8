"""`openprofiles events tail`: what happens in a domain, line by line, from an event stream of its own."""

import os
import secrets
import select
import signal
import string
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import msgspec

from openprofiles.client import CallError, Endpoint, NotNow, call
from openprofiles.events.uris import READ_BY_CLIENTS
from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS
from openprofiles.tailing.lines import Lines

PAUSE = 0.5
"""Seconds until the server is asked again, where it had nothing to tell or did not answer."""

LETTERS = 10

Tell = Callable[[str], None]


class Page(msgspec.Struct, rename="pascal"):
    """Records, and what acknowledges them."""

    records: list[msgspec.Raw]
    receipt: str | None = None


class OwnStream(msgspec.Struct, frozen=True):
    """An event stream that lives as long as the command."""

    endpoint: Endpoint
    domain: str
    name: str

    def create(self) -> None:
        self._call("CreateEventStream", Uri=READ_BY_CLIENTS)

    def read(self, receipt: str | None) -> Page:
        acknowledged = {} if receipt is None else {"Receipt": receipt}
        return msgspec.json.decode(self._call("ReadEventStream", **acknowledged), type=Page)

    def delete(self) -> None:
        self._call("DeleteEventStream")

    def _call(self, operation: str, **members: str) -> bytes:
        """Raises CallError."""
        named = {"DomainName": self.domain, "EventStreamName": self.name, **members}
        return call(self.endpoint, OPERATIONS.get(operation) or EXTENSIONS[operation], named)


def tail(endpoint: Endpoint, domain: str, count: int | None, as_json: bool, tell: Tell) -> None:
    """Print the events of a domain: `count` of them, or all until Ctrl-C, SIGTERM or SIGHUP, or until nobody reads
    standard output any more. `tell` takes what a person should know besides. Raises CallError, OSError.
    """
    _take_as_ctrl_c(signal.SIGTERM, signal.SIGHUP)
    stream = OwnStream(
        endpoint, domain, f"tail-{''.join(secrets.choice(string.ascii_lowercase) for _ in range(LETTERS))}"
    )
    line_of = _as_json if as_json else Lines().line_of
    try:
        with _living(stream, tell):
            tell(f"Following domain {domain}; Ctrl-C ends it.")
            for record in islice(_records(stream, tell), count):
                _print(line_of(record))
    except KeyboardInterrupt:
        return
    except BrokenPipeError:
        _forget_output()


def _take_as_ctrl_c(*numbers: signal.Signals) -> None:
    """One that is ignored, as nohup has it for SIGHUP, stays so."""
    for number in numbers:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@contextmanager
def _living(stream: OwnStream, tell: Tell) -> Iterator[None]:
    """The stream is there; afterwards it is not, whatever has happened. One whose creation was not answered may be."""
    is_made = False
    try:
        stream.create()
        is_made = True
        yield
    finally:
        why = _delete(stream)
        if is_made and why:
            tell(f"The event stream {stream.name} is left in domain {stream.domain}: {why}")


def _delete(stream: OwnStream) -> str | None:
    """Why it may still be there. A closing terminal sends its signals twice; a second Ctrl-C has no patience."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stream.delete()
    except CallError as error:
        return None if error.code == "ResourceNotFoundException" else str(error)
    except KeyboardInterrupt:
        return "its deletion was interrupted."
    return None


# --- records


def _records(stream: OwnStream, tell: Tell) -> Iterator[bytes]:
    """Each record once: those of an answer are acknowledged when all have been taken, and not before."""
    receipt = None
    while True:
        page = _read(stream, receipt, tell)
        yield from map(bytes, page.records)
        if not page.records:
            _wait()
        receipt = page.receipt


def _read(stream: OwnStream, receipt: str | None, tell: Tell) -> Page:
    """As often as needed: what was acknowledged before is acknowledged again, and what was lost comes again."""
    is_away = False
    while True:
        try:
            page = stream.read(receipt)
        except NotNow as failure:
            if not is_away:
                tell(f"{failure} Trying again.")
            is_away = True
            _wait()
        else:
            if is_away:
                tell("The server answers again.")
            return page


# --- standard output


def _as_json(record: bytes) -> str:
    """On one line, whatever the line breaks between the members of an object that was put."""
    return msgspec.json.format(record, indent=-1).decode()


def _print(line: str) -> None:
    output: Any = sys.stdout.buffer
    output.write(f"{line}\n".encode())
    output.flush()


def _wait() -> None:
    """Raises BrokenPipeError as soon as nobody reads standard output any more."""
    waiting = select.poll()
    waiting.register(sys.stdout.fileno(), 0)
    if waiting.poll(PAUSE * 1000):
        raise BrokenPipeError


def _forget_output() -> None:
    """What is still to be written goes nowhere, so that Python's end does not stumble over it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
