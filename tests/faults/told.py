"""What a stream has told of changes, held against what was written."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .changes import Change, Ledger, change_from
from .kinesis import Arrival

KINDS = ("_profile", "crm")
"""The records of one change, in their order."""


class Told(NamedTuple):
    """A record: which change it is about, and of what it shows the state."""

    profile_id: str
    change: Change
    kind: str


def first_arrivals(arrivals: Iterable[Arrival]) -> dict[str, Arrival]:
    """EventId → the record that has arrived first; any other is equal to it to the byte."""
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        event_id = json.loads(arrival.data)["EventId"]
        assert first.setdefault(event_id, arrival) == arrival, (first[event_id], arrival)
    return first


def told_by(arrival: Arrival) -> Told:
    record = json.loads(arrival.data)
    kind, shown = record["ObjectTypeName"], record["Object"]
    if kind == "_profile":
        return Told(shown["ProfileId"], change_from(shown["FirstName"]), kind)
    return Told(record["AssociatedProfileId"], change_from(shown["first"]), kind)


def told_of_each(first: Mapping[str, Arrival]) -> dict[str, list[Told]]:
    """Profile id → what was told of it, in order. All of that is in one shard, under the profile's key."""
    found: dict[str, list[Told]] = {}
    shards: dict[str, str] = {}
    for arrival in first.values():
        told = told_by(arrival)
        assert arrival.key == told.profile_id
        assert shards.setdefault(arrival.key, arrival.shard) == arrival.shard
        found.setdefault(told.profile_id, []).append(told)
    return found


def verify(first: Mapping[str, Arrival], ledger: Ledger) -> None:
    """Every acknowledged change has arrived, nothing that was not sent, each once, those of a profile in order."""
    of_each = told_of_each(first)
    told = [(one.change, one.kind) for records in of_each.values() for one in records]
    assert {(change, kind) for change in ledger.acknowledged for kind in KINDS} - set(told) == set()
    assert {change for change, _ in told} - ledger.sent == set()
    assert len(told) == len(set(told)), "two events tell of the same"
    for records in of_each.values():
        verify_order(records)


def verify_order(records: Sequence[Told]) -> None:
    """A change that a client has sent again counts as the same."""
    changes = [one.change for one in records[::2]]
    assert [one.kind for one in records] == [*KINDS] * len(changes), records
    assert changes == [one.change for one in records[1::2]], records
    assert len({change.profile for change in changes}) == 1, records
    counters = [change.counter for change in changes]
    assert counters == sorted(counters), records
