"""Events on their way to their destinations: every node looks for streams that are due, and takes buckets of them."""

import random
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from openprofiles.delivery.buckets import LEASE, Delivery, deliver_bucket
from openprofiles.delivery.records import Destination
from openprofiles.errors import InternalServerException
from openprofiles.events.uris import kind_of
from openprofiles.metrics import COUNTS
from openprofiles.storage import event_streams, outbox
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.domains import can_be_forgotten
from openprofiles.storage.event_streams import Due, Ended
from openprofiles.storage.migrate import wall_clock

MOST_AT_ONCE = 32
"""Deliveries of one node that run beside each other: those to destinations that do not answer hold up no other."""

Bucket = tuple[int, int, int]
"""Domain, stream and bucket."""

FindDestination = Callable[[Transaction, Due], Destination]
"""Where a stream's events go."""


class EventDelivery:
    """Delivers the events of all streams. `retention` in milliseconds."""

    def __init__(
        self,
        destination_of: FindDestination,
        retention: int,
        clock: Callable[[], int] = wall_clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._destination_of = destination_of
        self._retention = retention
        self._clock = clock
        self._jitter = jitter
        self._owner = secrets.token_bytes(16)
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="deliver")
        self._running: dict[Bucket, Future[str | None]] = {}
        self._renewed_at = 0

    def step(self, database: Database, _: int) -> bool:
        """Begin what is due and is not under way. Raises InternalServerException, which says what has failed since."""
        failures = self._finished()
        self._renew(database)
        for due in database.read(lambda tx: event_streams.due(tx, self._clock())).result():
            self._begin(database, due)
        if failures:
            raise InternalServerException("; ".join(sorted(failures)))
        return False

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, database: Database, due: Due) -> None:
        """A stream that is unhealthy is tried with one bucket at a time."""
        filled = database.read(lambda tx: outbox.filled_buckets(tx, due.domain, due.stream)).result()
        busy = [key for key in self._running if key[:2] == (due.domain, due.stream)]
        if due.is_unhealthy:
            filled = [] if busy else filled[:1]
        wanted = [bucket for bucket in filled if (due.domain, due.stream, bucket) not in self._running]
        if wanted:
            destination = database.read(lambda tx: self._destination_of(tx, due)).result()
        for bucket in wanted[: MOST_AT_ONCE - len(self._running)]:
            key = (due.domain, due.stream, bucket)
            self._running[key] = self._pool.submit(self._deliver, database, due, bucket, destination)

    def _deliver(self, database: Database, due: Due, bucket: int, destination: Destination) -> str | None:
        delivery = Delivery(database, self._owner, self._retention, self._clock, self._jitter, self._stopping)
        reason = deliver_bucket(delivery, due, bucket, destination)
        if reason is None:
            return None
        COUNTS.delivery_error(kind_of(due.uri))
        return f"Events of domain {due.domain_name} can not be delivered: {reason}"

    def _finished(self) -> set[str]:
        """Forget deliveries that have come to an end; why some of them failed."""
        done = {key: future for key, future in self._running.items() if future.done()}
        for key in done:
            del self._running[key]
        return {reason for future in done.values() if (reason := future.result()) is not None}

    def _renew(self, database: Database) -> None:
        """Buckets that take long stay this node's."""
        now = self._clock()
        if self._running and now - self._renewed_at > LEASE // 3:
            running, self._renewed_at = list(self._running), now
            database.write(lambda tx: outbox.renew(tx, running, self._owner, now + LEASE)).result()


PURGED_AT_ONCE = 500

UNREAD = "Stopped: no client has read it for ten minutes."


def purge_step(tx: Transaction, now: int, wall: int) -> bool:
    """Stop streams that nobody reads, and remove some events of streams that have ended. Whether there may be more."""
    for domain, stream in event_streams.unread(tx, wall):
        event_streams.stop(tx, domain, stream, wall, UNREAD)
    more = [_purge(tx, one, now) for one in event_streams.ended(tx)]
    return any(more)


def _purge(tx: Transaction, ended: Ended, now: int) -> bool:
    removed = outbox.delete_some(tx, ended.domain, ended.stream, PURGED_AT_ONCE)
    if ended.is_deleted and removed < PURGED_AT_ONCE and can_be_forgotten(tx, ended.at, now):
        event_streams.forget(tx, ended.domain, ended.stream)
    return removed > 0
