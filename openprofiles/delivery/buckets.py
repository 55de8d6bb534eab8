"""A bucket of a stream's profiles is told what there is to tell: in order for each profile, at least once."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from openprofiles.delivery.kinesis import RECORD_BYTES
from openprofiles.delivery.records import Destination, NotDelivered, Record
from openprofiles.events import records
from openprofiles.events.records import Event, dashed
from openprofiles.storage import event_buckets, event_streams, outbox
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.event_buckets import Bucket, Due, Outage

LEASE = 15_000
"""Milliseconds for which a node that does not renew it keeps a bucket from the others."""

SLICE = 5_000
"""Milliseconds after which a bucket gives its place to others, however much there is left to tell."""

FIRST_PAUSE, LONGEST_PAUSE = 500, 60_000
"""Milliseconds until a bucket that has failed is tried again, doubled with each failure."""

MOST_IN_VAIN = 3
"""Hand-overs in a row that bring nothing: then the others wait for the next try as well."""

LONGEST_RECORD = RECORD_BYTES - 32
"""Above this, which with its key is as much as Kinesis takes, a record shows of absorbed profiles only their ids."""

LONGEST_MESSAGE = 1_000

NEVER = 1 << 62


class Delivery(msgspec.Struct, frozen=True):
    """What a node delivers with. `retention`: milliseconds after which a stream is stopped that does not take an event;
    `clock` gives those of wall time, `now` those of the data's time, `lease_time` those that all nodes share; `jitter`
    a random share of a pause. `places`: behind which profile of a bucket the next hand-over begins.
    """

    database: Database
    owner: bytes
    retention: int
    clock: Callable[[], int]
    now: Callable[[], int]
    lease_time: Callable[[Transaction], int]
    jitter: Callable[[], float]
    stopping: threading.Event
    places: dict[Bucket, bytes]
    has_store_alone: bool = False


class Settled(msgspec.Struct, frozen=True):
    """What came of a hand-over: events that were taken, and those that were not, and why. `is_away`: nothing has
    reached the destination.
    """

    taken: list[Event]
    left: list[Event]
    reason: str | None = None
    is_away: bool = False


class Failures(msgspec.Struct):
    """Of a round through a bucket: the first reason, when the oldest event happened that was not taken, whether others
    were taken, and how many hand-overs in a row have brought nothing.
    """

    reason: str = ""
    oldest: int = NEVER
    has_taken: bool = False
    in_vain: int = 0

    def note(self, settled: Settled) -> None:
        self.has_taken |= bool(settled.taken)
        self.in_vain = 0 if settled.taken else self.in_vain + 1
        if settled.reason is not None:
            self.reason = self.reason or settled.reason
            self.oldest = min([self.oldest, *(event.at for event in settled.left)])


def deliver_bucket(delivery: Delivery, due: Due, destination: Destination) -> str | None:
    """Deliver until the bucket is empty, its time is over, or something fails: the reason. Does nothing where another
    node has it.
    """
    if delivery.has_store_alone:
        return _deliver(delivery, due, destination)
    if not delivery.database.write(lambda tx: _lease(tx, delivery, due)).result():
        return None
    try:
        return _deliver(delivery, due, destination)
    finally:
        delivery.database.write(lambda tx: event_buckets.release(tx, due.key, delivery.owner)).result()


def _lease(tx: Transaction, delivery: Delivery, due: Due) -> bool:
    now = delivery.lease_time(tx)
    return event_buckets.lease(tx, due.key, delivery.owner, now, now + LEASE)


def _deliver(delivery: Delivery, due: Due, destination: Destination) -> str | None:
    """Round and round through the profiles, one event of each at a time. What is not taken does not hold up the others:
    the bucket fails at the end of the round, or where nothing is taken any more.
    """
    failures, until = Failures(), delivery.clock() + SLICE
    while not delivery.stopping.is_set() and delivery.clock() <= until:
        after = delivery.places.pop(due.key, b"")
        events = _next(delivery, due, after, destination.most_at_once)
        if not events and after and not failures.reason:
            continue
        if not events:
            break
        settled = _hand_over(due, destination, events)
        delivery.places[due.key] = events[-1].profile
        failures.note(settled)
        if not delivery.database.write(partial(_settle, delivery=delivery, due=due, settled=settled)).result():
            return None
        if settled.is_away or failures.in_vain >= MOST_IN_VAIN:
            break
    return _end_round(delivery, due, failures)


def _end_round(delivery: Delivery, due: Due, failures: Failures) -> str | None:
    if not failures.reason:
        return None
    delivery.database.write(lambda tx: _fail(tx, delivery, due, failures)).result()
    return failures.reason


def _next(delivery: Delivery, due: Due, after: bytes, most: int) -> list[Event]:
    """Nothing where the stream has been deleted or stopped meanwhile."""

    def read(tx: Transaction) -> list[Event]:
        if not event_streams.is_running(tx, due.domain, due.stream):
            return []
        return outbox.first_of_each_profile(tx, *due.key, after, most)

    return delivery.database.read(read, is_long=True).result()


def _hand_over(due: Due, destination: Destination, events: Sequence[Event]) -> Settled:
    try:
        reasons = destination.deliver([_record(event, due.domain_name) for event in events])
    except NotDelivered as failure:
        return Settled([], list(events), str(failure)[:LONGEST_MESSAGE], is_away=True)
    except Exception as error:  # a defect of the destination's code is an outage like others: with pauses, and shown
        return Settled([], list(events), type(error).__name__, is_away=True)
    pairs = list(zip(events, reasons, strict=True))
    taken = [event for event, reason in pairs if reason is None]
    left = [event for event, reason in pairs if reason is not None]
    return Settled(taken, left, _told([reason for reason in reasons if reason is not None], len(reasons)))


def _record(event: Event, domain_name: str) -> Record:
    data = records.record(event, domain_name)
    if len(data) > LONGEST_RECORD:
        data = records.record(records.cut(event), domain_name)
    return Record(dashed(event.id), event.profile.hex(), data)


def _told(reasons: list[str], of: int) -> str | None:
    return f"{len(reasons)} of {of} records were not taken: {reasons[0]}"[:LONGEST_MESSAGE] if reasons else None


def _settle(tx: Transaction, delivery: Delivery, due: Due, settled: Settled) -> bool:
    """Write down what was taken. Whether the bucket is still this node's: if not, another sends the same again."""
    outage = event_buckets.held(tx, due.key, delivery.owner)
    if outage is None:
        return False
    outbox.delete(tx, due.domain, due.stream, [(event.profile, event.position) for event in settled.taken])
    if settled.reason is None and outage.since is not None:
        event_buckets.recovered(tx, due.key, f"Delivers again since {records.iso(delivery.clock())}.")
    return True


def _fail(tx: Transaction, delivery: Delivery, due: Due, failures: Failures) -> None:
    """Try again later: soon, where something was taken. Where an event has waited too long the stream is stopped."""
    outage = event_buckets.held(tx, due.key, delivery.owner)
    if outage is None:
        return
    now, tries = delivery.clock(), 0 if failures.has_taken else outage.tries
    if failures.oldest + delivery.retention <= delivery.now():
        why = f"Stopped: undelivered since {records.iso(failures.oldest)}. The last failure: "
        event_streams.stop(tx, due.domain, due.stream, now, (why + failures.reason)[:LONGEST_MESSAGE])
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE << min(tries, 20))
    since = now if outage.since is None else outage.since
    next_try_at = now + int(pause * (0.5 + delivery.jitter()))
    event_buckets.failed(tx, due.key, Outage(tries + 1, since), next_try_at, failures.reason)
