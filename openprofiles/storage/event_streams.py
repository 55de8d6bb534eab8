"""Who listens to the events of a domain, and how the delivery to each goes."""

import secrets

import msgspec

from openprofiles.events.uris import READ_BY_CLIENTS
from openprofiles.storage import settings
from openprofiles.storage.database import Row, Transaction

COLUMNS = "stream, uri, carries_deletions, stopped_at, unhealthy_since, message, waits_until"
NAMES = tuple(COLUMNS.split(", "))

BUCKETS = 4
"""Of each stream: so many deliveries of it run beside each other."""

SIGNING_KEY_SETTING = "event_signing_key"


def make_signing_key(tx: Transaction) -> None:
    """Make the key that the secrets of webhooks are derived from, once for a store."""
    settings.get_or_add(tx, SIGNING_KEY_SETTING, secrets.token_hex(32))


def signing_key(tx: Transaction) -> bytes:
    return bytes.fromhex(settings.get(tx, SIGNING_KEY_SETTING))


class StreamState(msgspec.Struct, frozen=True):
    """A stream's row; times in milliseconds of wall time. `carries_deletions`: it is told what AWS's streams are not.

    `unhealthy_since`: since when one of its buckets can not be delivered; `waits_until`: until when a stream that
    clients read waits for one.
    """

    stream: int
    uri: str
    carries_deletions: bool
    stopped_at: int | None = None
    unhealthy_since: int | None = None
    message: str | None = None
    waits_until: int = 0


class Listener(msgspec.Struct, frozen=True):
    """A stream that is told of events."""

    stream: int
    carries_deletions: bool


ADD = """
    INSERT INTO event_stream (domain, stream, uri, carries_deletions, waits_until)
    VALUES (:domain, :stream, :uri, :carries_deletions, :waits_until)
"""

ADD_BUCKET = """
    INSERT INTO event_bucket (domain, stream, bucket, leased_until, tries, next_try_at)
    VALUES (:domain, :stream, :bucket, 0, 0, 0)
"""


def add(tx: Transaction, domain: int, state: StreamState) -> None:
    """The stream is told of all that happens from now on. The caller holds the domain's lock."""
    tx.run(
        ADD,
        domain=domain,
        stream=state.stream,
        uri=state.uri,
        carries_deletions=int(state.carries_deletions),
        waits_until=state.waits_until,
    )
    tx.run_many(ADD_BUCKET, [(domain, state.stream, bucket) for bucket in range(BUCKETS)])
    _count_listeners(tx, domain)


LOCK_DOMAIN = "SELECT domain FROM domain WHERE domain = :domain /*postgres: FOR UPDATE */"

COUNT_LISTENERS = """
    UPDATE domain SET listeners = (
        SELECT count(*) FROM event_stream
        WHERE event_stream.domain = :domain AND stopped_at IS NULL AND event_stream.deleted_at IS NULL)
    WHERE domain = :domain
"""


def _count_listeners(tx: Transaction, domain: int) -> None:
    """The caller holds the domain: who counts beside another would miss what that has just added."""
    tx.run(COUNT_LISTENERS, domain=domain)


LISTENING = """
    SELECT stream, carries_deletions FROM event_stream
    WHERE domain = :domain AND stopped_at IS NULL AND deleted_at IS NULL ORDER BY stream
"""


def listening(tx: Transaction, domain: int) -> list[Listener]:
    """The streams that are told of what happens in the domain now."""
    rows = tx.all(LISTENING, domain=domain)
    return [Listener(row["stream"], bool(row["carries_deletions"])) for row in rows]


NUMBERS = "SELECT stream FROM event_stream WHERE domain = :domain ORDER BY stream"


def numbers(tx: Transaction, domain: int) -> list[int]:
    """All streams that may have events, also those that are told of no more."""
    return [row["stream"] for row in tx.all(NUMBERS, domain=domain)]


FIND = f"SELECT {COLUMNS} FROM event_stream WHERE domain = :domain AND stream = :stream AND deleted_at IS NULL"


def find(tx: Transaction, domain: int, stream: int) -> StreamState | None:
    row = tx.one(FIND, domain=domain, stream=stream)
    return None if row is None else _state(row)


IS_RUNNING = """
    SELECT 1 AS one FROM event_stream
    WHERE domain = :domain AND stream = :stream AND stopped_at IS NULL AND deleted_at IS NULL
"""


def is_running(tx: Transaction, domain: int, stream: int) -> bool:
    """Whether the stream is told of events."""
    return tx.one(IS_RUNNING, domain=domain, stream=stream) is not None


def _state(row: Row) -> StreamState:
    state = StreamState(*[row[name] for name in NAMES])
    return msgspec.structs.replace(state, carries_deletions=bool(state.carries_deletions))


WAITS_FOR_READER = 10 * 60 * 1000
"""Milliseconds after which a stream that clients read is stopped, where none has asked: its events would pile up."""

WAIT_FOR_READERS = """
    UPDATE event_stream SET waits_until = :until
    WHERE uri = :read_by_clients AND stopped_at IS NULL AND deleted_at IS NULL AND waits_until < :until
"""


def wait_for_readers(tx: Transaction, until: int) -> None:
    """A server starts: while there was none, no client could ask."""
    tx.run(WAIT_FOR_READERS, until=until, read_by_clients=READ_BY_CLIENTS)


WAIT_FOR_READER = "UPDATE event_stream SET waits_until = :until WHERE domain = :domain AND stream = :stream"


def wait_for_reader(tx: Transaction, domain: int, stream: int, until: int) -> None:
    """Somebody has read the stream, and may do so again."""
    tx.run(WAIT_FOR_READER, domain=domain, stream=stream, until=until)


STOP = """
    UPDATE event_stream SET stopped_at = :now, message = :message
    WHERE domain = :domain AND stream = :stream AND stopped_at IS NULL AND deleted_at IS NULL
"""


def stop(tx: Transaction, domain: int, stream: int, now: int, message: str) -> None:
    """The stream is told of nothing any more; a worker removes what it has not been told yet."""
    tx.one(LOCK_DOMAIN, domain=domain)
    tx.run(STOP, domain=domain, stream=stream, now=now, message=message)
    _count_listeners(tx, domain)


BURY = "UPDATE event_stream SET deleted_at = :now WHERE domain = :domain AND stream = :stream AND deleted_at IS NULL"


def bury(tx: Transaction, domain: int, stream: int, now: int) -> None:
    """Leave a tombstone until a worker has removed the stream's events. The caller holds the domain's lock."""
    tx.run(BURY, domain=domain, stream=stream, now=now)
    _count_listeners(tx, domain)


class Ended(msgspec.Struct, frozen=True):
    """A stream that is told of nothing any more since `at`. `is_deleted`: it is forgotten once its events are gone."""

    domain: int
    stream: int
    at: int
    is_deleted: bool


ENDED = """
    SELECT event_stream.domain AS domain, stream, coalesce(event_stream.deleted_at, stopped_at) AS at,
        event_stream.deleted_at IS NOT NULL AS is_deleted
    FROM event_stream JOIN domain ON domain.domain = event_stream.domain
    WHERE domain.deleted_at IS NULL AND (event_stream.deleted_at IS NOT NULL OR stopped_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM event WHERE event.domain = event_stream.domain AND event.stream = event_stream.stream))
    ORDER BY event_stream.domain, stream /*postgres: FOR UPDATE OF event_stream SKIP LOCKED */
"""


def ended(tx: Transaction) -> list[Ended]:
    """Streams of living domains that were deleted, or stopped and have events left; none that another node is working
    on.
    """
    return [Ended(row["domain"], row["stream"], row["at"], bool(row["is_deleted"])) for row in tx.all(ENDED)]


FORGET_BUCKETS = "DELETE FROM event_bucket WHERE domain = :domain AND stream = :stream"
FORGET = "DELETE FROM event_stream WHERE domain = :domain AND stream = :stream AND deleted_at IS NOT NULL"


def forget(tx: Transaction, domain: int, stream: int) -> None:
    """Nothing is left of a deleted stream."""
    tx.run(FORGET_BUCKETS, domain=domain, stream=stream)
    tx.run(FORGET, domain=domain, stream=stream)


UNREAD = """
    SELECT event_stream.domain AS domain, stream FROM event_stream
    JOIN domain ON domain.domain = event_stream.domain
    WHERE domain.deleted_at IS NULL AND event_stream.deleted_at IS NULL AND stopped_at IS NULL
        AND uri = :read_by_clients AND waits_until < :now
    ORDER BY event_stream.domain, stream
"""


def unread(tx: Transaction, now: int) -> list[tuple[int, int]]:
    """(domain, stream) of those that clients read and that no client has asked for too long."""
    return [(row["domain"], row["stream"]) for row in tx.all(UNREAD, now=now, read_by_clients=READ_BY_CLIENTS)]
