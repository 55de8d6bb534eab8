"""A closed-loop HTTP load from one process: every connection sends its next request when it has its answer."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
import uvloop


class Measured(msgspec.Struct):
    """What a load saw. Latencies in seconds, in no order."""

    requests: int
    failed: int
    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def latency(self, share: float) -> float:
        """The latency in seconds that this share of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, requests: Iterator[bytes], until: float, done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.until = until
        self.done = done
        self.latencies: list[float] = []
        self.failed = 0
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def send(self) -> None:
        request = next(self.requests, None)
        self.sent = time.perf_counter()
        if request is None or self.sent > self.until:
            self.finish()
        else:
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
            self.latencies.append(time.perf_counter() - self.sent)
            self.failed += not head.startswith(b"HTTP/1.1 200")
            self.buffer = rest[length:]
            self.send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.failed += 1
            self.done.set_result(None)


async def _run(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Measured:
    loop = asyncio.get_running_loop()
    supply, started = iter(requests), time.perf_counter()
    protocols = []
    for _ in range(connections):
        connection = Connection(supply, started + seconds, loop.create_future())
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", port)  # type: ignore[misc]
        protocols.append(connection)
    await asyncio.gather(*(connection.done for connection in protocols))
    spent = time.perf_counter() - started
    latencies = [latency for connection in protocols for latency in connection.latencies]
    return Measured(len(latencies), sum(connection.failed for connection in protocols), spent, latencies)


def run(port: int, requests: Sequence[bytes], connections: int = 64, seconds: float = 5.0) -> Measured:
    """Send requests until they are used up or the time is over."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(port, requests, connections, seconds))
