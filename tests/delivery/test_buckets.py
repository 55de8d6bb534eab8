"""What a bucket holds leaves in order for each profile, at least once, and what can not leave stays."""

import json
import random
from collections.abc import Sequence

import pytest

from openprofiles.delivery.kinesis import BATCH_BYTES, RECORD_BYTES
from openprofiles.delivery.records import Record
from openprofiles.events.records import MERGED, Event, merge_text, record
from tests.actions.shop import SECOND

from . import nodes
from .nodes import on_postgres, refuse
from .outlet import ANN, BOB, CAY, NODE, OTHER, Outbox, Outlet, change_of, profile_of, told_by

database, postgres_store, shop, outbox = nodes.database, nodes.postgres_store, nodes.shop, nodes.outbox


# --- order


def test_one_hand_over_has_at_most_one_record_of_a_profile(outbox: Outbox) -> None:
    outbox.add_changes(ANN, BOB, CAY, positions=[4, 8])
    outlet = Outlet()
    outbox.deliver(outlet)
    assert [[told_by(one) for one in records] for records in outlet.handed] == [
        [(ANN, 4), (BOB, 4), (CAY, 4)],
        [(ANN, 8), (BOB, 8), (CAY, 8)],
    ]


def test_events_of_a_profile_leave_once_and_in_the_order_of_their_positions(outbox: Outbox) -> None:
    profiles = [profile_of(number) for number in range(7)]
    changes = [(profile, position) for profile in profiles for position in range(1, 20 + profile[14])]
    random.Random(6).shuffle(changes)
    outbox.add(*[change_of(*change) for change in changes])
    outlet = Outlet(most_at_once=3)
    outbox.deliver(outlet)
    assert outlet.told_of_each == {one: list(range(1, 20 + one[14])) for one in profiles}
    assert outbox.left() == []


def test_what_happens_meanwhile_is_delivered_too(outbox: Outbox) -> None:
    def take_and_change(records: Sequence[Record]) -> list[str | None]:
        if len(outlet.handed) < 5:
            outbox.add_changes(ANN, CAY, positions=[len(outlet.handed) + 1])
        return [None] * len(records)

    outbox.add_changes(ANN, BOB, CAY)
    outlet = Outlet(take_and_change)
    outbox.deliver(outlet)
    assert outlet.told_of_each == {ANN: [1, 2, 3, 4, 5], BOB: [1], CAY: [1, 2, 3, 4, 5]}


def test_only_the_events_of_the_bucket_leave(outbox: Outbox) -> None:
    outbox.add_changes(ANN, profile_of(1, bucket=2))
    outlet = Outlet()
    outbox.deliver(outlet, bucket=2)
    assert outlet.told == [(profile_of(1, bucket=2), 1)]
    assert outbox.left() == [(ANN, 1)]


def test_a_delivery_that_is_to_stop_does_so_after_a_hand_over(outbox: Outbox) -> None:
    def take_and_stop(records: Sequence[Record]) -> list[str | None]:
        outbox.stopping.set()
        return [None] * len(records)

    outbox.add_changes(ANN, positions=[1, 2])
    outbox.deliver(Outlet(take_and_stop))
    assert outbox.left() == [(ANN, 2)]


# --- size


def test_a_hand_over_that_would_be_too_large_is_split(outbox: Outbox) -> None:
    long = json.dumps({"FirstName": "x" * 1_000_000})
    outbox.add(*[change_of(profile_of(number), 1, object=long) for number in range(11)])
    outlet = Outlet()
    outbox.deliver(outlet)
    sizes = [sum(len(one.data) + len(one.partition_key) for one in records) for records in outlet.handed]
    assert outlet.told == [(profile_of(number), 1) for number in range(11)]
    assert len(sizes) == 3
    assert max(sizes) <= BATCH_BYTES


def merge_of(*absorbed: str) -> Event:
    return change_of(ANN, 1, type=MERGED, merge=merge_text(bytes(16), list(absorbed)))


def handed_merge(outbox: Outbox, event: Event) -> bytes:
    outbox.add(event)
    outlet = Outlet()
    outbox.deliver(outlet)
    [[one]] = outlet.handed
    return one.data


def test_a_merge_that_is_too_large_shows_only_the_ids_of_what_was_absorbed(outbox: Outbox) -> None:
    absorbed = [json.dumps({"ProfileId": one * 32, "FirstName": "x" * 600_000}) for one in "ab"]
    sent = json.loads(handed_merge(outbox, merge_of(*absorbed)))
    assert sent["DuplicateProfiles"] == [{"ProfileId": "a" * 32}, {"ProfileId": "b" * 32}]
    assert sent["Object"]["FirstName"] == "Ann"


@pytest.mark.parametrize(("more", "is_whole"), [(0, True), (1, False)])
def test_a_merge_is_cut_from_the_first_byte_that_is_too_much(outbox: Outbox, more: int, is_whole: bool) -> None:
    def event(size: int) -> Event:
        return merge_of(json.dumps({"ProfileId": "a" * 32, "FirstName": "x" * size}))

    room = RECORD_BYTES - len(ANN.hex()) - len(record(event(0), "shop"))
    [absorbed] = json.loads(handed_merge(outbox, event(room + more)))["DuplicateProfiles"]
    assert ("FirstName" in absorbed) == is_whole


# --- leases


@on_postgres
def test_a_bucket_that_another_node_has_is_left_to_it(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    outbox.lease(OTHER)
    outlet = Outlet()
    assert outbox.deliver(outlet) is None
    assert outlet.handed == []


@on_postgres
def test_a_bucket_whose_node_is_gone_is_taken_over(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    outbox.lease(OTHER)
    outbox.clock.now += 15 * SECOND + 1
    outlet = Outlet()
    outbox.deliver(outlet)
    assert outlet.told == [(ANN, 1)]


@on_postgres
def test_a_bucket_is_free_once_it_has_been_delivered(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    outbox.deliver(Outlet(refuse))
    assert outbox.lease(OTHER)


@on_postgres
@pytest.mark.parametrize("reason", [None, "full"])
def test_a_node_that_has_lost_its_bucket_writes_nothing_down(outbox: Outbox, reason: str | None) -> None:
    def lose_it(records: Sequence[Record]) -> list[str | None]:
        outbox.clock.now += 15 * SECOND + 1
        assert outbox.lease(OTHER)
        return [reason] * len(records)

    outbox.add_changes(ANN, BOB, positions=[1, 2])
    before = outbox.state()
    outlet = Outlet(lose_it)
    outbox.deliver(outlet)
    assert outlet.told == [(ANN, 1), (BOB, 1)]
    assert outbox.left() == [(ANN, 1), (ANN, 2), (BOB, 1), (BOB, 2)]
    assert outbox.state() == before


@on_postgres
def test_a_node_that_has_lost_its_bucket_leaves_the_other_its_lease(outbox: Outbox) -> None:
    def lose_it(records: Sequence[Record]) -> list[str | None]:
        outbox.clock.now += 15 * SECOND + 1
        outbox.lease(OTHER)
        return [None] * len(records)

    outbox.add_changes(ANN)
    outbox.deliver(Outlet(lose_it))
    assert not outbox.lease(NODE)


@on_postgres
def test_what_two_nodes_send_twice_has_the_same_event_id(outbox: Outbox) -> None:
    def other_is_faster(records: Sequence[Record]) -> list[str | None]:
        outbox.clock.now += 15 * SECOND + 1
        outbox.deliver(second, owner=OTHER)
        return [None] * len(records)

    outbox.add_changes(ANN, positions=[1, 2])
    first, second = Outlet(other_is_faster), Outlet()
    outbox.deliver(first)
    assert first.handed[0] == second.handed[0]
    assert (first.told, second.told) == ([(ANN, 1)], [(ANN, 1), (ANN, 2)])
