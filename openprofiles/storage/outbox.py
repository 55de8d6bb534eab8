"""Events on their way out: written in the transaction of what happened, removed once their stream has been told.

Those of one profile leave in the order of their positions, one at a time; a node that delivers holds the lease of a
bucket, which is some of the profiles.
"""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.events.records import Event
from openprofiles.storage.database import Row, Transaction
from openprofiles.storage.event_streams import Listener

BUCKETS = 4

COLUMNS = "profile, position, id, at, type, object_type, unique_key, object, merge"
NAMES = tuple(COLUMNS.split(", "))


def bucket_of(profile: bytes) -> int:
    """An id ends in random bits."""
    return profile[-1] % BUCKETS


ADD = f"""
    INSERT INTO event (domain, stream, bucket, {COLUMNS})
    VALUES (:domain, :stream, :bucket, :profile, :position, :id, :at, :type, :object_type, :unique_key, :object, :merge)
"""


def add_all(tx: Transaction, domain: int, listeners: Iterable[Listener], events: Sequence[Event]) -> None:
    """Each listener is to be told of all these events."""
    told = [(bucket_of(event.profile), *msgspec.structs.astuple(event)) for event in events]
    tx.run_many(ADD, [(domain, listener.stream, *row) for listener in listeners for row in told])


HAS_EVENTS = "SELECT 1 AS one FROM event WHERE domain = :domain AND stream = :stream AND bucket = :bucket LIMIT 1"


def filled_buckets(tx: Transaction, domain: int, stream: int) -> list[int]:
    """The buckets that have events of the stream."""
    found = tx.each(HAS_EVENTS, [(domain, stream, bucket) for bucket in range(BUCKETS)])
    return [bucket for bucket, rows in enumerate(found) if rows]


# From one profile to the next by seeks, however many events each has.
FIRST_OF_EACH_PROFILE = f"""
    WITH RECURSIVE waiting(profile) AS (
        SELECT * FROM (
            SELECT profile FROM event
            WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND profile > :after
            ORDER BY profile LIMIT 1) AS first
        UNION ALL
        SELECT (
            SELECT event.profile FROM event
            WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND event.profile > waiting.profile
            ORDER BY event.profile LIMIT 1)
        FROM waiting WHERE waiting.profile IS NOT NULL)
    SELECT {", ".join(f"event.{name} AS {name}" for name in NAMES)}
    FROM (SELECT profile FROM waiting WHERE profile IS NOT NULL LIMIT :limit) AS head
    JOIN event ON event.domain = :domain AND event.stream = :stream AND event.bucket = :bucket
        AND event.profile = head.profile AND event.position = (
            SELECT position FROM event
            WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND event.profile = head.profile
            ORDER BY position LIMIT 1)
    ORDER BY event.profile
"""


def first_of_each_profile(
    tx: Transaction, domain: int, stream: int, bucket: int, after: bytes, limit: int
) -> list[Event]:
    """The next event of each of some profiles, in the order of the profiles' ids from behind `after`."""
    rows = tx.all(FIRST_OF_EACH_PROFILE, domain=domain, stream=stream, bucket=bucket, after=after, limit=limit)
    return [_event(row) for row in rows]


SOME = f"""
    SELECT {COLUMNS} FROM event WHERE domain = :domain AND stream = :stream
    ORDER BY bucket, profile, position LIMIT :limit
"""


def some(tx: Transaction, domain: int, stream: int, limit: int) -> list[Event]:
    """Events of a stream: those of a profile in their order, from its first."""
    return [_event(row) for row in tx.all(SOME, domain=domain, stream=stream, limit=limit)]


DELETE = """
    DELETE FROM event
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND profile = :profile AND position = :position
"""


def delete(tx: Transaction, domain: int, stream: int, names: Iterable[tuple[bytes, int]]) -> None:
    """The stream has been told of these events: (profile, position)."""
    tx.run_many(
        DELETE, [(domain, stream, bucket_of(profile), profile, position) for profile, position in sorted(names)]
    )


DELETE_OF_PROFILE = """
    DELETE FROM event WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND profile = :profile
"""


def delete_of_profile(tx: Transaction, domain: int, streams: Iterable[int], profile: bytes) -> None:
    """Nobody is told any more of what happened to the profile before."""
    tx.run_many(DELETE_OF_PROFILE, [(domain, stream, bucket_of(profile), profile) for stream in streams])


DELETE_SOME = """
    DELETE FROM event WHERE domain = :domain AND (stream, bucket, profile, position) IN (
        SELECT stream, bucket, profile, position FROM event WHERE domain = :domain AND stream = :stream
        ORDER BY bucket, profile, position LIMIT :limit)
"""


def delete_some(tx: Transaction, domain: int, stream: int, limit: int) -> int:
    """Remove up to `limit` events of a stream; how many went."""
    return tx.run(DELETE_SOME, domain=domain, stream=stream, limit=limit)


LEASE = """
    INSERT INTO event_lease (domain, stream, bucket, owner, until)
    VALUES (:domain, :stream, :bucket, :owner, :until)
    ON CONFLICT (domain, stream, bucket) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE event_lease.until < :now OR event_lease.owner = excluded.owner
"""


def lease(tx: Transaction, domain: int, stream: int, bucket: int, owner: bytes, now: int, until: int) -> bool:
    """Whether `owner` alone delivers the bucket until then. Where one process serves the store, nobody else does."""
    if tx.runs_alone:
        return True
    return tx.run(LEASE, domain=domain, stream=stream, bucket=bucket, owner=owner, now=now, until=until) > 0


HELD = """
    SELECT 1 AS one FROM event_lease
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND owner = :owner /*postgres: FOR UPDATE */
"""


def is_held(tx: Transaction, domain: int, stream: int, bucket: int, owner: bytes) -> bool:
    """Whether nobody else has taken the bucket since; nobody does before the transaction ends."""
    return tx.runs_alone or tx.one(HELD, domain=domain, stream=stream, bucket=bucket, owner=owner) is not None


RENEW = """
    UPDATE event_lease SET until = :until
    WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND owner = :owner
"""


def renew(tx: Transaction, buckets: Iterable[tuple[int, int, int]], owner: bytes, until: int) -> None:
    """The owner needs these (domain, stream, bucket) for longer."""
    if not tx.runs_alone:
        tx.run_many(RENEW, [(until, *bucket, owner) for bucket in sorted(buckets)])


RELEASE = """
    DELETE FROM event_lease WHERE domain = :domain AND stream = :stream AND bucket = :bucket AND owner = :owner
"""


def release(tx: Transaction, domain: int, stream: int, bucket: int, owner: bytes) -> None:
    """Others may deliver the bucket."""
    if not tx.runs_alone:
        tx.run(RELEASE, domain=domain, stream=stream, bucket=bucket, owner=owner)


def _event(row: Row) -> Event:
    return Event(*[row[name] for name in NAMES])
