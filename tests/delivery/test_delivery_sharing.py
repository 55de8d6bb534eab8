"""Streams do not hold up each other, and nodes share the work without getting into each other's way."""

import threading
from collections import Counter
from collections.abc import Sequence

from openprofiles.delivery.records import Record
from openprofiles.storage.event_streams import BUCKETS
from tests.actions.shop import SECOND, Shop
from tests.server.process import wait_until

from . import nodes
from .nodes import ONE_OF_EACH_BUCKET, Start, buckets_of, on_postgres, waiting_for
from .outlet import OTHER, STREAM, Outbox, Outlet, profile_of, take

database, postgres_store, shop = nodes.database, nodes.postgres_store, nodes.shop
outbox, start, gate = nodes.outbox, nodes.start, nodes.gate


def test_a_stream_that_does_not_answer_holds_up_no_other(outbox: Outbox, start: Start, gate: threading.Event) -> None:
    outbox.listen(STREAM + 1)
    for stream in (STREAM, STREAM + 1):
        outbox.add_changes(*ONE_OF_EACH_BUCKET, stream=stream)
    node = start({STREAM: Outlet(waiting_for(gate)), STREAM + 1: Outlet()})
    node.step_until(lambda: outbox.left(STREAM + 1) == [])
    assert len(outbox.left(STREAM)) == BUCKETS


def test_the_streams_of_one_domain_hold_up_no_other_domain(outbox: Outbox, start: Start, gate: threading.Event) -> None:
    """As many as a domain may have."""
    silent = range(STREAM + 1, STREAM + 1 + outbox.shop.quotas.event_streams)
    for stream in silent:
        outbox.listen(stream)
        outbox.add_changes(*ONE_OF_EACH_BUCKET, stream=stream)
    other = Outbox(Shop(outbox.database, "other"))
    other.listen(STREAM)
    other.add_changes(profile_of(1))
    node = start({STREAM: Outlet(), **{stream: Outlet(waiting_for(gate)) for stream in silent}})
    node.step_until(lambda: other.left() == [], seconds=1.0)


# --- several nodes on one store


@on_postgres
def test_a_bucket_that_takes_long_stays_with_its_node(outbox: Outbox, start: Start, gate: threading.Event) -> None:
    outbox.add_changes(profile_of(1))
    outlet = Outlet(waiting_for(gate))
    node = start(outlet)
    node.step_until(lambda: bool(outlet.handed))
    got = []
    for _ in range(4):
        outbox.clock.now += 10 * SECOND
        node.step()
        got.append(outbox.lease(OTHER))
    assert got == [False] * 4


class Witness(Outlet):
    """Takes everything, and notes how many hand over events of the same bucket at the same time."""

    def __init__(self) -> None:
        super().__init__(self._take_slowly)
        self._lock = threading.Lock()
        self._busy: Counter[int] = Counter()
        self.most = 0

    def _take_slowly(self, records: Sequence[Record]) -> list[str | None]:
        buckets = buckets_of(records)
        with self._lock:
            self._busy.update(buckets)
            self.most = max(self.most, *self._busy.values())
        threading.Event().wait(0.005)
        with self._lock:
            self._busy.subtract(buckets)
        return take(records)


@on_postgres
def test_two_nodes_never_deliver_the_same_bucket_at_once(outbox: Outbox, start: Start) -> None:
    profiles = [profile_of(number, bucket) for number in range(10) for bucket in range(BUCKETS)]
    outbox.add_changes(*profiles, positions=range(1, 31))
    witness = Witness()
    both = [start(witness), start(witness)]

    def is_done() -> bool:
        for node in both:
            node.step()
        return outbox.left() == []

    wait_until(is_done)
    assert witness.most == 1
    assert len(witness.told) == len(set(witness.told)) == len(profiles) * 30
