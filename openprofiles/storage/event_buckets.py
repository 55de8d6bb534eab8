"""Buckets of streams: which node delivers some of a stream's profiles, and how that goes. Each fails and recovers for
itself, so that a record that is never taken does not hold up the others; the stream is unhealthy as long as one is.
"""

from collections.abc import Iterable

import msgspec

from openprofiles.events.uris import READ_BY_CLIENTS
from openprofiles.storage.database import Transaction

Bucket = tuple[int, int, int]
"""Domain, stream and number."""


class Due(msgspec.Struct, frozen=True):
    """A bucket that can be delivered now, its stream, and the domain that it belongs to."""

    domain: int
    domain_name: str
    account: str
    region: str
    stream: int
    uri: str
    bucket: int

    @property
    def key(self) -> Bucket:
        return self.domain, self.stream, self.bucket


DUE = """
    SELECT event_bucket.domain AS domain, name, account, region, event_bucket.stream AS stream, uri, bucket
    FROM event_bucket
    JOIN event_stream ON event_stream.domain = event_bucket.domain AND event_stream.stream = event_bucket.stream
    JOIN domain ON domain.domain = event_bucket.domain
    WHERE domain.deleted_at IS NULL AND event_stream.deleted_at IS NULL AND stopped_at IS NULL
        AND next_try_at <= :now AND uri <> :read_by_clients
        AND EXISTS (
            SELECT 1 FROM event
            WHERE event.domain = event_bucket.domain AND event.stream = event_bucket.stream
                AND event.bucket = event_bucket.bucket)
    ORDER BY event_bucket.domain, event_bucket.stream, bucket
"""


def due(tx: Transaction, now: int) -> list[Due]:
    """The buckets that have events and may be tried now."""
    names = Due.__struct_fields__
    rows = tx.all(DUE, now=now, read_by_clients=READ_BY_CLIENTS)
    return [Due(*[row["name" if name == "domain_name" else name] for name in names]) for row in rows]


LEASE_TIME = """
    SELECT CAST(0 AS BIGINT) /*postgres: + (extract(epoch FROM clock_timestamp()) * 1000)::bigint */ AS now
"""


def lease_time(tx: Transaction) -> int:
    """The store's own time in milliseconds, since the clocks of nodes differ; 0 where one process serves the store."""
    row = tx.one(LEASE_TIME)
    return 0 if row is None else int(row["now"])


LEASE = """
    UPDATE event_bucket SET owner = :owner, leased_until = :until
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND (leased_until < :now OR owner = :owner)
"""


def lease(tx: Transaction, bucket: Bucket, owner: bytes, now: int, until: int) -> bool:
    """Whether `owner` alone delivers the bucket until then. Where one process serves the store, nobody else does."""
    if tx.runs_alone:
        return True
    domain, stream, number = bucket
    return tx.run(LEASE, domain=domain, stream=stream, bucket=number, owner=owner, now=now, until=until) > 0


RENEW = """
    UPDATE event_bucket SET leased_until = :until
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND owner = :owner
"""


def renew(tx: Transaction, buckets: Iterable[Bucket], owner: bytes, until: int) -> None:
    """The owner needs these for longer."""
    if not tx.runs_alone:
        tx.run_many(RENEW, [(until, *bucket, owner) for bucket in sorted(buckets)])


RELEASE = """
    UPDATE event_bucket SET owner = NULL, leased_until = 0
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND owner = :owner
"""


def release(tx: Transaction, bucket: Bucket, owner: bytes) -> None:
    """Others may deliver the bucket."""
    if not tx.runs_alone:
        tx.run_many(RELEASE, [(*bucket, owner)])


class Outage(msgspec.Struct, frozen=True):
    """How often a bucket could not be delivered, one time after the other, and since when (milliseconds)."""

    tries: int = 0
    since: int | None = None


HELD = """
    SELECT owner, tries, failed_since FROM event_bucket
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket /*postgres: FOR UPDATE */
"""


def held(tx: Transaction, bucket: Bucket, owner: bytes) -> Outage | None:
    """How it goes, until the transaction ends; None where somebody else has taken the bucket."""
    domain, stream, number = bucket
    row = tx.one(HELD, domain=domain, stream=stream, bucket=number)
    if row is None or not (tx.runs_alone or row["owner"] == owner):
        return None
    return Outage(row["tries"], row["failed_since"])


LOCK_STREAM = """
    SELECT stream FROM event_stream WHERE domain = :domain AND stream = :stream /*postgres: FOR UPDATE */
"""

SET_OUTAGE = """
    UPDATE event_bucket SET tries = :tries, failed_since = :failed_since, next_try_at = :next_try_at
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket
"""

SET_HEALTH = """
    UPDATE event_stream SET message = :message, unhealthy_since = (
        SELECT min(failed_since) FROM event_bucket
        WHERE event_bucket.domain = :domain AND event_bucket.stream = :stream)
    WHERE domain = :domain AND stream = :stream AND stopped_at IS NULL AND deleted_at IS NULL
"""


def _lock_stream(tx: Transaction, bucket: Bucket) -> None:
    """Of two nodes that look at all buckets of a stream beside each other none would see what both have done."""
    domain, stream, _ = bucket
    tx.one(LOCK_STREAM, domain=domain, stream=stream)


def failed(tx: Transaction, bucket: Bucket, outage: Outage, next_try_at: int, message: str) -> None:
    """The bucket is tried again later, and its stream is unhealthy until then."""
    domain, stream, _ = bucket
    tx.run_many(SET_OUTAGE, [(outage.tries, outage.since, next_try_at, *bucket)])
    _lock_stream(tx, bucket)
    tx.run(SET_HEALTH, domain=domain, stream=stream, message=message)


OUTAGES = """
    SELECT 1 AS one FROM event_bucket
    WHERE domain = :domain AND stream = :stream AND failed_since IS NOT NULL LIMIT 1
"""


def recovered(tx: Transaction, bucket: Bucket, message: str) -> None:
    """A delivery has succeeded again. `message`: what the stream shows once it has no other outage."""
    domain, stream, _ = bucket
    tx.run_many(SET_OUTAGE, [(0, None, 0, *bucket)])
    _lock_stream(tx, bucket)
    if tx.one(OUTAGES, domain=domain, stream=stream) is None:
        tx.run(SET_HEALTH, domain=domain, stream=stream, message=message)


IN_VAIN = """
    SELECT domain, stream, bucket FROM event_bucket
    WHERE failed_since IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM event
        WHERE event.domain = event_bucket.domain AND event.stream = event_bucket.stream
            AND event.bucket = event_bucket.bucket)
    ORDER BY domain, stream, bucket /*postgres: FOR UPDATE SKIP LOCKED */
"""

NOTHING_LEFT = "What could not be delivered is gone."


def forget_outages(tx: Transaction) -> None:
    """Where there is nothing to deliver, nothing is unhealthy."""
    for row in tx.all(IN_VAIN):
        recovered(tx, (row["domain"], row["stream"], row["bucket"]), NOTHING_LEFT)
