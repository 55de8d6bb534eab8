"""An open-loop load: requests are due at times that do not depend on the server, as those of many strangers are."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterable

import uvloop

from benchmarks.load import CONNECTIONS, Connection, Measured, connected, measured


class OpenLoop:
    """Sends each request when it is due, or as soon after that as a connection is free. Latency counts from when it
    was due. Timers tick in milliseconds, so up to one is the load's own.
    """

    def __init__(self, requests: Iterable[bytes], dues: Iterable[float]) -> None:
        self.waiting = deque(zip(dues, requests, strict=False))
        self.idle: list[Connection] = []
        self.count = 0

    def start(self, connections: list[Connection]) -> None:
        self.count = len(connections)
        self.idle = list(connections)
        self.tick()

    def answered(self, connection: Connection) -> None:
        self.idle.append(connection)
        self.send()

    def tick(self) -> None:
        self.send()
        if self.waiting:
            wait = max(0.0, self.waiting[0][0] - time.perf_counter())
            asyncio.get_running_loop().call_later(wait or 0.001, self.tick)

    def send(self) -> None:
        while self.waiting and self.idle and self.waiting[0][0] <= time.perf_counter():
            due, request = self.waiting.popleft()
            self.idle.pop().send(request, due)
        if not self.waiting and len(self.idle) == self.count:
            for connection in self.idle:
                connection.finish()


def due_times(started: float, rate: float, seconds: float, seed: int) -> list[float]:
    """Moments at which strangers send `rate` requests a second together: a Poisson process."""
    generator, due = random.Random(seed), started
    dues = []
    while (due := due + generator.expovariate(rate)) < started + seconds:
        dues.append(due)
    return dues


async def open_loop(port: int, requests: Iterable[bytes], rate: float, seconds: float, seed: int = 0) -> Measured:
    """`run`, beside whatever else the event loop does."""
    loop = OpenLoop((), ())
    connections = await connected(port, CONNECTIONS, loop.answered)
    started, used = time.perf_counter(), time.process_time()
    loop.waiting.extend(zip(due_times(started, rate, seconds, seed), requests, strict=False))
    loop.start(connections)
    return await measured(connections, seconds, started, used)


def run(port: int, requests: Iterable[bytes], rate: float, seconds: float, seed: int = 0) -> Measured:
    """Send `rate` requests a second for so many seconds, as far as there are requests."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(open_loop(port, requests, rate, seconds, seed))
