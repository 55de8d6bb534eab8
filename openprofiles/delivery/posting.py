"""One POST request to an address: nowhere else, through no proxy, and in bounded time."""

import socket
from contextlib import suppress
from threading import Timer
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    SSLError,
)

from openprofiles.events.uris import Address

CONNECTIONS, HOSTS = 32, 64
"""Open connections that are kept: for each host, as many as threads may send at once; for so many hosts."""

ANSWER_BYTES = 64 * 1024
"""What is read of an answer so that its connection can serve again; one with a longer answer is closed."""


class NoConnection(Exception):
    """A host could not be reached. The text says why."""


class NoAnswer(Exception):
    """A host was reached, and did not answer. The text says why."""


def post(address: Address, body: bytes, headers: dict[str, str], seconds: float) -> int:
    """The status of the answer. There are so many seconds to connect and send, and again to answer.

    Raises NoConnection and NoAnswer.
    """
    pool = POOLS.connection_from_host(address.host, address.port, address.scheme)
    try:
        answer: Any = pool.urlopen(
            "POST",
            address.path,
            body=body,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=Timeout(total=seconds),
            preload_content=False,
        )
    except (NewConnectionError, ConnectTimeoutError, SSLError, LocationParseError) as error:
        raise NoConnection(_words(error)) from error
    except HTTPError as error:
        raise NoAnswer(_words(error)) from error
    _finish(answer)
    return int(answer.status)


def _finish(answer: Any) -> None:
    """Free the connection. How the rest of an answer fares changes nothing: its status has come."""
    with suppress(HTTPError):
        answer.read(ANSWER_BYTES, decode_content=False)
    answer.deadline.cancel()
    answer.close()


class _Deadline(Timer):
    """Ends a connection after a time. The timeout of a socket starts anew with each byte, so that a host which sends
    one now and then would keep a thread for ever.
    """

    def __init__(self, seconds: float, connection: socket.socket) -> None:
        super().__init__(seconds, self._cut)
        self.daemon = True
        self.is_over = False
        self._connection = connection

    def _cut(self) -> None:
        """Whoever reads finds the end. It is not TLS's own shutdown, which no other thread may call."""
        self.is_over = True
        with suppress(OSError):
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        """An answer with a `deadline`, which is to be cancelled."""
        deadline = _Deadline(self.timeout or 0, self.sock)
        deadline.start()
        try:
            answer: Any = super().getresponse()
        except Exception:
            deadline.cancel()
            if deadline.is_over:
                raise TimeoutError from None
            raise
        answer.deadline = deadline
        return answer


class _TlsConnection(_Connection, HTTPSConnection):
    """The same with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def _pools() -> PoolManager:
    manager = PoolManager(num_pools=HOSTS, maxsize=CONNECTIONS)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
    return manager


POOLS = _pools()
"""Threads share them."""


def _words(error: Exception) -> str:
    """The kind of an error and the system's words, where it has some: neither is the host's."""
    cause = error.__cause__ or error.__context__ or (error.args[0] if error.args else None)
    words = cause.strerror if isinstance(cause, OSError) else None
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
