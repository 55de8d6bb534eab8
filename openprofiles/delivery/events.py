"""Events on their way to their destinations: every node looks for buckets that are due, and takes some of them."""

import random
import secrets
import threading
import time
from collections.abc import Callable

from openprofiles.delivery.buckets import LEASE, Delivery, deliver_bucket
from openprofiles.delivery.records import Destination
from openprofiles.errors import InternalServerException
from openprofiles.events.uris import kind_of
from openprofiles.metrics import COUNTS
from openprofiles.storage import event_buckets, event_streams, outbox
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.domains import can_be_forgotten
from openprofiles.storage.event_buckets import Bucket, Due
from openprofiles.storage.event_streams import Ended
from openprofiles.storage.migrate import wall_clock

MOST_AT_ONCE, MOST_OF_A_DOMAIN = 64, 4
"""Deliveries of one node that run beside each other, and how many of them may be of one domain; one of each stream may
run all the same. So destinations that do not answer hold up no others.
"""

PATIENCE = 10.0
"""Seconds for which the end of a server waits for deliveries that are under way."""

FindDestination = Callable[[Transaction, Due], Destination]
"""Where a stream's events go."""


class Task(threading.Thread):
    """A delivery that is under way. It ends with the process, whatever it waits for."""

    def __init__(self, deliver: Callable[[], str | None]) -> None:
        super().__init__(name="deliver", daemon=True)
        self._deliver = deliver
        self.reason: str | None = None

    def run(self) -> None:
        try:
            self.reason = self._deliver()
        except Exception as error:  # told by the next step, which logs it
            self.reason = f"{type(error).__name__}: {error}"


class EventDelivery:
    """Delivers the events of all streams. `retention` in milliseconds."""

    def __init__(
        self,
        destination_of: FindDestination,
        retention: int,
        clock: Callable[[], int] = wall_clock,
        lease_time: Callable[[Transaction], int] = event_buckets.lease_time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._destination_of = destination_of
        self._retention = retention
        self._clock = clock
        self._lease_time = lease_time
        self._jitter = jitter
        self._owner = secrets.token_bytes(16)
        self._stopping = threading.Event()
        self._running: dict[Bucket, Task] = {}
        self._served: dict[Bucket, int] = {}
        self._places: dict[Bucket, bytes] = {}
        self._renewed_at = 0
        self._now = 0

    def step(self, database: Database, now: int) -> bool:
        """Begin what is due and is not under way. Raises InternalServerException, which says what has failed since."""
        failures, self._now = self._finished(), now
        self._renew(database)
        for due in self._in_turn(database.read(lambda tx: event_buckets.due(tx, self._clock())).result()):
            self._begin(database, due)
        if failures:
            raise InternalServerException("; ".join(sorted(failures)))
        return False

    def stop(self) -> None:
        """Begin nothing more, and wait a while for what is under way: what it does not settle is sent again."""
        self._stopping.set()
        until = time.monotonic() + PATIENCE
        for task in self._running.values():
            task.join(max(0.0, until - time.monotonic()))

    def _in_turn(self, found: list[Due]) -> list[Due]:
        """Those first that have waited for a place the longest."""
        served = {due.key: self._served.get(due.key, 0) for due in found}
        self._served = {key: at for key, at in served.items() if at}
        return sorted(found, key=lambda due: served[due.key])

    def _begin(self, database: Database, due: Due) -> None:
        if due.key in self._running or not self._has_place(due):
            return
        task = Task(lambda: self._deliver(database, due))
        self._running[due.key] = task
        self._served[due.key] = time.monotonic_ns()
        task.start()

    def _has_place(self, due: Due) -> bool:
        of_domain = [key for key in self._running if key[0] == due.domain]
        is_first = all(key[1] != due.stream for key in of_domain)
        return len(self._running) < MOST_AT_ONCE and (is_first or len(of_domain) < MOST_OF_A_DOMAIN)

    def _deliver(self, database: Database, due: Due) -> str | None:
        destination = database.read(lambda tx: self._destination_of(tx, due)).result()
        reason = deliver_bucket(self._delivery(database), due, destination)
        if reason is None:
            return None
        COUNTS.delivery_error(kind_of(due.uri))
        return f"Events of domain {due.domain_name} can not be delivered: {reason}"

    def _delivery(self, database: Database) -> Delivery:
        return Delivery(
            database=database,
            owner=self._owner,
            retention=self._retention,
            clock=self._clock,
            now=lambda: self._now,
            lease_time=self._lease_time,
            jitter=self._jitter,
            stopping=self._stopping,
            places=self._places,
            has_store_alone=database.read(lambda tx: tx.runs_alone).result(),
        )

    def _finished(self) -> set[str]:
        """Forget deliveries that have come to an end; why some of them failed."""
        done = {key: task for key, task in self._running.items() if not task.is_alive()}
        for key in done:
            del self._running[key]
        return {task.reason for task in done.values() if task.reason is not None}

    def _renew(self, database: Database) -> None:
        """Buckets that take long stay this node's."""
        now = self._clock()
        if self._running and now - self._renewed_at > LEASE // 3:
            running, self._renewed_at = list(self._running), now
            database.write(lambda tx: self._renew_all(tx, running)).result()

    def _renew_all(self, tx: Transaction, running: list[Bucket]) -> None:
        event_buckets.renew(tx, running, self._owner, self._lease_time(tx) + LEASE)


PURGED_AT_ONCE = 500

UNREAD = "Stopped: no client has read it for ten minutes."


def purge_step(tx: Transaction, now: int, wall: int) -> bool:
    """Stop streams that nobody reads, and remove some events of streams that have ended. Whether there may be more."""
    for domain, stream in event_streams.unread(tx, wall):
        event_streams.stop(tx, domain, stream, wall, UNREAD)
    event_buckets.forget_outages(tx)
    return any(_purge(tx, one, now) for one in event_streams.ended(tx))


def _purge(tx: Transaction, ended: Ended, now: int) -> bool:
    removed = outbox.delete_some(tx, ended.domain, ended.stream, PURGED_AT_ONCE)
    if ended.is_deleted and removed < PURGED_AT_ONCE and can_be_forgotten(tx, ended.at, now):
        event_streams.forget(tx, ended.domain, ended.stream)
    return removed > 0
