"""Far more load than a server can bear: it says so fast, stays as small as it is, and serves on."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LaunchServer
from tests.faults.client import Client
from tests.server.process import RunningServer

CONNECTIONS = 400
ALLOWED = 300
WAITING = 40
SECONDS = 3.0
MEGABYTES_MORE = 60


@pytest.fixture
def small(launch_server: LaunchServer) -> RunningServer:
    limits = {"OPENPROFILES_LIMIT_CONNECTIONS": ALLOWED, "OPENPROFILES_LIMIT_WAITING": WAITING}
    return launch_server(**{name: str(value) for name, value in limits.items()}, OPENPROFILES_LOG_FORMAT="json")


def megabytes(server: RunningServer) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def creations(client: Client, count: int) -> Iterator[bytes]:
    """Requests that write a profile each."""
    for number in range(count):
        yield client.raw("POST", "/profiles", FirstName=f"Name {number}")


async def flood(server: RunningServer, requests: Iterator[bytes]) -> tuple[Counter[int], Counter[str], list[float]]:
    """Every connection sends a request when it has its answer, or again on a new connection where it was closed.
    Answers the statuses, what the refusals say, and how long each took.
    """
    statuses: Counter[int] = Counter()
    refusals: Counter[str] = Counter()
    refused_after: list[float] = []
    until = time.monotonic() + SECONDS

    async def one() -> None:
        while time.monotonic() < until:
            reader, writer = await asyncio.open_connection(*server.address)
            try:
                while time.monotonic() < until and (request := next(requests, None)):
                    sent = time.monotonic()
                    writer.write(request)
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                    body = await reader.readexactly(length)
                    status = int(head.split(b" ", 2)[1])
                    statuses[status] += 1
                    if status == 429:
                        refused_after.append(time.monotonic() - sent)
                        refusals[json.loads(body)["Message"]] += 1
            except (asyncio.IncompleteReadError, ConnectionError):
                await asyncio.sleep(0.05)
            finally:
                writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return statuses, refusals, refused_after


def test_a_flood_is_answered_fast_and_costs_no_memory(small: RunningServer) -> None:
    client = Client(small, "flood")
    client.create_domain()
    requests = list(creations(client, 20_000))
    before = megabytes(small)

    statuses, refusals, refused_after = asyncio.run(flood(small, iter(requests)))

    assert set(statuses) == {200, 429}
    assert {text.partition("too many ")[2].partition(";")[0] for text in refusals} == {"calls", "connections"}
    assert statuses[200] > 100  # the connections that were there first are served all the while
    assert sorted(refused_after)[len(refused_after) // 2] < 1
    assert megabytes(small) - before < MEGABYTES_MORE
    assert client.profile_count() >= statuses[200]
    assert client.create(FirstName="Ann").status == 200
    client.close()
