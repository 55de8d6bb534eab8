"""HTTP loads from one process. In a closed loop each connection sends its next request when it has its answer."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import cast

import msgspec
import uvloop

CONNECTIONS = 64
PATIENCE = 30.0
"""Seconds after its end in which a load still waits for answers."""


class Measured(msgspec.Struct):
    """What a load saw. Latencies in seconds, in no order; `busy` is the share of the time that the load itself used."""

    requests: int
    failed: int
    seconds: float
    latencies: list[float]
    busy: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def latency(self, share: float) -> float:
        """The latency in seconds that this share of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Connection(asyncio.Protocol):
    """One keep-alive connection. `answered` is called with it after each answer, and may send the next request."""

    def __init__(self, answered: "Callable[[Connection], None]", bodies: list[bytes] | None = None) -> None:
        self.answered = answered
        self.bodies = bodies
        self.done = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.failed = 0
        self.buffer = b""
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, since: float) -> None:
        """Send; the latency counts from `since`."""
        self.since = since
        self.transport.write(request)

    def finish(self) -> None:
        self.transport.close()
        if not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        if len(rest) >= length:
            self.latencies.append(time.perf_counter() - self.since)
            self.failed += not head.startswith(b"HTTP/1.1 200")
            if self.bodies is not None:
                self.bodies.append(rest[:length])
            self.buffer = rest[length:]
            self.answered(self)

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.failed += 1
            self.done.set_result(None)


class ClosedLoop:
    """Gives the next request to who has its answer, until requests or time are used up."""

    def __init__(self, requests: Iterable[bytes], until: float) -> None:
        self.requests = iter(requests)
        self.until = until

    def go_on(self, connection: Connection) -> None:
        request, now = next(self.requests, None), time.perf_counter()
        if request is None or now > self.until:
            connection.finish()
        else:
            connection.send(request, now)


async def connected(
    port: int, count: int, answered: Callable[[Connection], None], bodies: list[bytes] | None = None
) -> list[Connection]:
    loop = asyncio.get_running_loop()
    connections = [Connection(answered, bodies) for _ in range(count)]
    for connection in connections:
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", port)  # type: ignore[misc]
    return connections


async def measured(connections: list[Connection], seconds: float, started: float, used: float) -> Measured:
    """Wait for all connections. What has no answer when patience is over has failed."""
    _, pending = await asyncio.wait([connection.done for connection in connections], timeout=seconds + PATIENCE)
    spent = time.perf_counter() - started
    latencies = [latency for connection in connections for latency in connection.latencies]
    failed = sum(connection.failed for connection in connections) + len(pending)
    return Measured(len(latencies), failed, spent, latencies, (time.process_time() - used) / spent)


async def closed_loop(
    port: int, requests: Iterable[bytes], count: int, seconds: float, bodies: list[bytes] | None
) -> Measured:
    """`run`, beside whatever else the event loop does."""
    loop = ClosedLoop(requests, 0.0)
    connections = await connected(port, count, loop.go_on, bodies)
    started, used = time.perf_counter(), time.process_time()
    loop.until = started + seconds
    for connection in connections:
        loop.go_on(connection)
    return await measured(connections, seconds, started, used)


def run(
    port: int,
    requests: Iterable[bytes],
    connections: int = CONNECTIONS,
    seconds: float = 5.0,
    bodies: list[bytes] | None = None,
) -> Measured:
    """Send requests until they are used up or the time is over. `bodies` is given the answers' bodies."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(closed_loop(port, requests, connections, seconds, bodies))
