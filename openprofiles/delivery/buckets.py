"""One bucket of a stream's profiles is told what there is to tell: in order for each profile, at least once."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from openprofiles.delivery.kinesis import RECORD_BYTES
from openprofiles.delivery.records import Destination, NotDelivered, Record
from openprofiles.events import records
from openprofiles.events.records import Event, dashed
from openprofiles.storage import event_streams, outbox
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.event_streams import Due

LEASE = 15_000
"""Milliseconds for which a node that does not renew it keeps a bucket from the others."""

FIRST_PAUSE, LONGEST_PAUSE = 500, 60_000
"""Milliseconds until a stream that has failed is tried again, doubled with each failure."""

MOST_BYTES = 4 * 1024 * 1024
"""Of records that are handed over together; one more may make them longer."""

LONGEST_RECORD = RECORD_BYTES - 32
"""Above this, which with its key is as much as Kinesis takes, a record shows of absorbed profiles only their ids."""

LONGEST_MESSAGE = 1_000


class Delivery(msgspec.Struct, frozen=True):
    """What a node delivers with. `retention`: milliseconds after which an unhealthy stream is stopped; `clock` gives
    those of wall time; `jitter` a random share of a pause.
    """

    database: Database
    owner: bytes
    retention: int
    clock: Callable[[], int]
    jitter: Callable[[], float]
    stopping: threading.Event


class Settled(msgspec.Struct, frozen=True):
    """What came of a hand-over: events that were taken, and why others were not. `last`: the last profile."""

    taken: list[Event]
    last: bytes
    reason: str | None = None


def deliver_bucket(delivery: Delivery, due: Due, bucket: int, destination: Destination) -> str | None:
    """Deliver until the bucket is empty, or something fails: the reason. Does nothing where another node has it."""
    now = delivery.clock()
    leased = (due.domain, due.stream, bucket, delivery.owner)
    if not delivery.database.write(lambda tx: outbox.lease(tx, *leased, now, now + LEASE)).result():
        return None
    try:
        return _deliver(delivery, due, bucket, destination)
    finally:
        delivery.database.write(lambda tx: outbox.release(tx, *leased)).result()


def _deliver(delivery: Delivery, due: Due, bucket: int, destination: Destination) -> str | None:
    """Round and round through the profiles, one event of each at a time."""
    after, is_unhealthy = b"", due.is_unhealthy
    while not delivery.stopping.is_set():
        events = _next(delivery, due, bucket, after, destination.most_at_once)
        if not events and not after:
            return None
        if not events:
            after = b""
            continue
        settled = _hand_over(due, destination, events)
        settle = partial(_settle, delivery=delivery, due=due, bucket=bucket, settled=settled, is_unhealthy=is_unhealthy)
        if not delivery.database.write(settle).result():
            return None
        if settled.reason is not None:
            return settled.reason
        after, is_unhealthy = settled.last, False
    return None


def _next(delivery: Delivery, due: Due, bucket: int, after: bytes, most: int) -> list[Event]:
    of_bucket = (due.domain, due.stream, bucket, after, most)
    return delivery.database.read(lambda tx: outbox.first_of_each_profile(tx, *of_bucket), is_long=True).result()


def _hand_over(due: Due, destination: Destination, events: Sequence[Event]) -> Settled:
    """As many as may be handed over together."""
    wanted, size = [], 0
    for event in events:
        if size > MOST_BYTES:
            break
        wanted.append((event, _record(event, due.domain_name)))
        size += len(wanted[-1][1].data)
    try:
        reasons = destination.deliver([record for _, record in wanted])
    except NotDelivered as failure:
        return Settled([], wanted[-1][0].profile, str(failure)[:LONGEST_MESSAGE])
    taken = [event for (event, _), reason in zip(wanted, reasons, strict=True) if reason is None]
    return Settled(
        taken, wanted[-1][0].profile, _told([reason for reason in reasons if reason is not None], len(reasons))
    )


def _record(event: Event, domain_name: str) -> Record:
    data = records.record(event, domain_name)
    if len(data) > LONGEST_RECORD:
        data = records.record(records.cut(event), domain_name)
    return Record(dashed(event.id), event.profile.hex(), data)


def _told(reasons: list[str], of: int) -> str | None:
    return f"{len(reasons)} of {of} records were not taken: {reasons[0]}"[:LONGEST_MESSAGE] if reasons else None


def _settle(tx: Transaction, delivery: Delivery, due: Due, bucket: int, settled: Settled, is_unhealthy: bool) -> bool:
    """Write down what came of it. Whether the bucket is still this node's: if not, another sends the same again."""
    if not outbox.is_held(tx, due.domain, due.stream, bucket, delivery.owner):
        return False
    outbox.delete(tx, due.domain, due.stream, [(event.profile, event.position) for event in settled.taken])
    now = delivery.clock()
    if settled.reason is not None:
        _fail(tx, delivery, due, settled.reason, now)
    elif is_unhealthy and settled.taken:
        event_streams.recovered(tx, due.domain, due.stream, f"Delivers again since {records.iso(now)}.")
    return True


def _fail(tx: Transaction, delivery: Delivery, due: Due, reason: str, now: int) -> None:
    """Try again later, unless the stream has been unhealthy for too long: then it is stopped."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE << min(due.tries, 20))
    next_try_at = now + int(pause * (0.5 + delivery.jitter()))
    event_streams.failed(tx, due.domain, due.stream, now, next_try_at, reason)
    state = event_streams.find(tx, due.domain, due.stream)
    since = None if state is None else state.unhealthy_since
    if since is not None and since + delivery.retention <= now:
        stopped = f"Stopped: undelivered since {records.iso(since)}. The last failure: {reason}"
        event_streams.stop(tx, due.domain, due.stream, now, stopped[:LONGEST_MESSAGE])
