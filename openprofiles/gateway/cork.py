"""Head and body of an answer in one write: each write to a socket is a call of the system, and dear."""

import asyncio
from typing import Any


class CorkedTransport:
    """A transport whose writes of one turn of the event loop leave together at the end of the turn."""

    __slots__ = ("_loop", "_pieces", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self.flush)
        self._pieces.append(data)

    def flush(self) -> None:
        """What a client that has gone since can no longer read is dropped: a closed transport refuses it loudly."""
        if self._pieces:
            data = b"".join(self._pieces)
            self._pieces.clear()
            if not self._transport.is_closing():
                self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """All else is the transport's own: addresses, flow control, the end."""
        return getattr(self._transport, name)
