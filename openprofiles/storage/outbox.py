"""Events on their way out: written in the transaction of what happened, removed once their stream has been told.

Those of one profile leave in the order of their positions, one at a time.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from openprofiles.events.records import Event
from openprofiles.storage.database import Row, Transaction
from openprofiles.storage.event_streams import BUCKETS, Listener

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


AT_ONCE, MOST_BYTES = 20, 4 * 1024 * 1024
"""Events may be large: so many are read together, until there are so many bytes of them."""


def size_of(event: Event) -> int:
    """About the bytes of what it tells."""
    return len(event.object or "") + len(event.merge or "")


def first_of_each_profile(
    tx: Transaction, domain: int, stream: int, bucket: int, after: bytes, limit: int
) -> list[Event]:
    """The next event of each of some profiles, in the order of the profiles' ids from behind `after`; about MOST_BYTES
    of them at most.
    """
    found: list[Event] = []
    size, of_bucket = 0, {"domain": domain, "stream": stream, "bucket": bucket}
    while len(found) < limit and size < MOST_BYTES:
        most = min(AT_ONCE, limit - len(found))
        page = [_event(row) for row in tx.all(FIRST_OF_EACH_PROFILE, after=after, limit=most, **of_bucket)]
        found, size = found + page, size + sum(map(size_of, page))
        if len(page) < most:
            break
        after = page[-1].profile
    return _fitting(found)


def _fitting(events: list[Event]) -> list[Event]:
    """From the first on, until they have MOST_BYTES."""
    sizes = accumulate(map(size_of, events), initial=0)
    return [event for event, before in zip(events, sizes, strict=False) if before < MOST_BYTES]


SOME = f"""
    SELECT {COLUMNS}, bucket FROM event
    WHERE domain = :domain AND stream = :stream AND (bucket, profile, position) > (:bucket, :profile, :position)
    ORDER BY bucket, profile, position LIMIT :limit
"""

BEFORE_ALL = (-1, b"", -1)


def some(tx: Transaction, domain: int, stream: int, limit: int) -> list[Event]:
    """Events of a stream: those of a profile in their order, from its first. No more than about MOST_BYTES of them."""
    found: list[Event] = []
    behind, size = BEFORE_ALL, 0
    while len(found) < limit and size < MOST_BYTES:
        most = min(AT_ONCE, limit - len(found))
        bucket, profile, position = behind
        of_stream = {"domain": domain, "stream": stream}
        rows = tx.all(SOME, bucket=bucket, profile=profile, position=position, limit=most, **of_stream)
        page = [_event(row) for row in rows]
        found, size = found + page, size + sum(map(size_of, page))
        if len(page) < most:
            break
        behind = (rows[-1]["bucket"], page[-1].profile, page[-1].position)
    return found


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


def _event(row: Row) -> Event:
    return Event(*[row[name] for name in NAMES])
