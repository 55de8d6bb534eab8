"""Nodes that deliver from a store of each engine to destinations in memory, and the fixtures for it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import pytest

from openprofiles.delivery.events import EventDelivery
from openprofiles.delivery.records import NotDelivered, Record
from openprofiles.errors import InternalServerException
from openprofiles.storage.event_streams import BUCKETS
from tests.actions import conftest as stores
from tests.actions.shop import Shop
from tests.server.process import wait_until

from .outlet import STREAM, Answer, Outbox, Outlet, profile_of, take, told_by

database, postgres_store, shop = stores.database, stores.postgres_store, stores.shop

on_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)
"""Leases matter only where several processes serve a store."""

ONE_OF_EACH_BUCKET = [profile_of(1, bucket) for bucket in range(BUCKETS)]


@pytest.fixture
def outbox(shop: Shop) -> Outbox:
    """A domain with one stream that has been told everything."""
    outbox = Outbox(shop)
    outbox.listen()
    return outbox


class Node:
    """One that delivers to these outlets: stream → outlet."""

    def __init__(self, outbox: Outbox, outlets: dict[int, Outlet]) -> None:
        self.database = outbox.database
        self.clock = outbox.clock
        self.delivery = EventDelivery(
            lambda _, due: outlets[due.stream],
            outbox.retention,
            outbox.clock,
            lambda _: outbox.clock(),
            lambda: outbox.jitter,
        )

    def step(self) -> None:
        with suppress(InternalServerException):
            self.delivery.step(self.database, self.clock())

    def step_until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        def stepped() -> bool:
            self.step()
            return holds()

        wait_until(stepped, seconds)


Start = Callable[[dict[int, Outlet] | Outlet], Node]


@pytest.fixture
def start(outbox: Outbox) -> Iterator[Start]:
    """Starts nodes: `start({stream: outlet})`, or `start(outlet)` for the one stream."""
    nodes: list[Node] = []

    def started(outlets: dict[int, Outlet] | Outlet) -> Node:
        nodes.append(Node(outbox, {STREAM: outlets} if isinstance(outlets, Outlet) else outlets))
        return nodes[-1]

    yield started
    for node in nodes:
        node.delivery.stop()


@pytest.fixture
def gate(start: Start) -> Iterator[threading.Event]:
    """What destinations that do not answer wait for; it opens at the end of the test."""
    gate = threading.Event()
    yield gate
    gate.set()


def waiting_for(gate: threading.Event) -> Answer:
    def answer(records: Sequence[Record]) -> list[str | None]:
        gate.wait(20)
        return take(records)

    return answer


def refuse(records: Sequence[Record]) -> list[str | None]:
    raise NotDelivered("away")


def refusing(*profiles: bytes) -> Outlet:
    """Takes everything but what is about these profiles."""
    return Outlet(lambda records: ["full" if told_by(one)[0] in profiles else None for one in records])


def buckets_of(records: Sequence[Record]) -> set[int]:
    return {told_by(one)[0][-1] for one in records}
