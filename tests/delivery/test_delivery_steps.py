"""A node begins the delivery of what is due, and goes easy on a stream that has failed."""

import threading
from collections.abc import Sequence

import pytest

from openprofiles.delivery.records import NotDelivered, Record
from openprofiles.errors import InternalServerException
from openprofiles.storage.event_streams import BUCKETS
from tests.actions.shop import SECOND
from tests.server.process import wait_until

from . import nodes
from .nodes import ONE_OF_EACH_BUCKET, Start, buckets_of, refuse, refusing, waiting_for
from .outlet import Outbox, Outlet, profile_of, take, told_by

database, postgres_store, shop = nodes.database, nodes.postgres_store, nodes.shop
outbox, start, gate = nodes.outbox, nodes.start, nodes.gate


def test_all_buckets_of_a_healthy_stream_are_delivered_at_once(outbox: Outbox, start: Start) -> None:
    together = threading.Barrier(BUCKETS, timeout=10)

    def meet(records: Sequence[Record]) -> list[str | None]:
        together.wait()
        return take(records)

    outbox.add_changes(*ONE_OF_EACH_BUCKET)
    start(Outlet(meet)).step_until(lambda: outbox.left() == [])


def test_a_failure_is_told_with_the_name_of_the_domain(outbox: Outbox, start: Start) -> None:
    outbox.add_changes(profile_of(1))
    node = start(Outlet(refuse))
    with pytest.raises(InternalServerException, match="Events of domain shop can not be delivered: away"):
        wait_until(lambda: node.delivery.step(outbox.database, 0))


def test_a_node_that_stops_waits_for_what_is_under_way(outbox: Outbox, start: Start, gate: threading.Event) -> None:
    outbox.add_changes(profile_of(1), positions=[1, 2])
    outlet = Outlet(waiting_for(gate))
    node = start(outlet)
    node.step_until(lambda: bool(outlet.handed))
    stopping = threading.Thread(target=node.delivery.stop)
    stopping.start()
    stopping.join(0.2)
    has_waited = stopping.is_alive()
    gate.set()
    stopping.join(10)
    assert has_waited
    assert outbox.left() == [(profile_of(1), 2)]


# --- a stream that has failed


def test_an_unhealthy_stream_is_left_alone_until_its_next_try(outbox: Outbox, start: Start) -> None:
    outbox.add_changes(profile_of(1))
    outlet = Outlet(refuse)
    node = start(outlet)
    node.step_until(lambda: outbox.state().unhealthy_since is not None)
    outbox.clock.now = outbox.bucket()["next_try_at"] - 1
    for _ in range(5):
        node.step()
    assert len(outlet.handed) == 1


def test_a_stream_that_is_healthy_again_is_told_the_rest(outbox: Outbox, start: Start) -> None:
    outbox.add_changes(*ONE_OF_EACH_BUCKET)
    outbox.deliver(Outlet(refuse))
    outbox.clock.now = outbox.bucket()["next_try_at"]
    start(Outlet()).step_until(lambda: outbox.left() == [])
    assert outbox.state().unhealthy_since is None


def test_an_outage_that_all_buckets_meet_is_one_failure(outbox: Outbox, start: Start) -> None:
    together = threading.Barrier(BUCKETS, timeout=10)

    def fail_together(records: Sequence[Record]) -> list[str | None]:
        together.wait()
        raise NotDelivered("away")

    outbox.add_changes(*ONE_OF_EACH_BUCKET)
    outlet = Outlet(fail_together)
    node = start(outlet)
    node.step_until(lambda: len(outlet.handed) == BUCKETS)
    node.delivery.stop()
    outbox.clock.now = outbox.bucket()["next_try_at"]
    outbox.deliver(Outlet(refuse))
    assert outbox.bucket()["next_try_at"] - outbox.clock() == SECOND


def test_a_busy_bucket_does_not_keep_one_that_has_failed_from_its_next_try(outbox: Outbox, start: Start) -> None:
    busy, failed = ONE_OF_EACH_BUCKET[:2]
    answers: list[str | None] = ["full"]

    def answer(records: Sequence[Record]) -> list[str | None]:
        if buckets_of(records) == {1}:
            return [answers.pop() if answers else None]
        outbox.add_changes(busy, positions=[told_by(records[0])[1] + 1])
        return take(records)

    outbox.add_changes(busy, failed)
    node = start(Outlet(answer))

    def is_told_after_a_second() -> bool:
        outbox.clock.now += SECOND
        return (failed, 1) not in outbox.left()

    node.step_until(is_told_after_a_second, seconds=1.0)


def test_a_record_that_is_never_taken_does_not_hold_up_the_other_buckets(outbox: Outbox, start: Start) -> None:
    poisoned, other = ONE_OF_EACH_BUCKET[:2]
    outlet = refusing(poisoned)
    outbox.add_changes(poisoned)
    outbox.deliver(outlet)
    outbox.add_changes(other)
    node = start(outlet)
    while len(outlet.handed) < 8:
        outbox.clock.now = outbox.bucket()["next_try_at"]
        node.step()
    assert outbox.left() == [(poisoned, 1)]
