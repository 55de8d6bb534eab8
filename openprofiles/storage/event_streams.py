"""Who listens to the events of a domain, and how the delivery to each goes."""

import secrets

import msgspec

from openprofiles.events.uris import READ_BY_CLIENTS
from openprofiles.storage import settings
from openprofiles.storage.database import Row, Transaction

COLUMNS = "stream, uri, carries_deletions, stopped_at, unhealthy_since, message, tries, next_try_at"
NAMES = tuple(COLUMNS.split(", "))

SIGNING_KEY_SETTING = "event_signing_key"


def make_signing_key(tx: Transaction) -> None:
    """Make the key that the secrets of webhooks are derived from, once for a store."""
    settings.get_or_add(tx, SIGNING_KEY_SETTING, secrets.token_hex(32))


def signing_key(tx: Transaction) -> bytes:
    return bytes.fromhex(settings.get(tx, SIGNING_KEY_SETTING))


class StreamState(msgspec.Struct, frozen=True):
    """A stream's row; times in milliseconds of wall time. `carries_deletions`: it is told what AWS's streams are not.

    `next_try_at`: when the next delivery is tried; for a stream that clients read, until when it waits for one.
    """

    stream: int
    uri: str
    carries_deletions: bool
    stopped_at: int | None = None
    unhealthy_since: int | None = None
    message: str | None = None
    tries: int = 0
    next_try_at: int = 0


class Listener(msgspec.Struct, frozen=True):
    """A stream that is told of events."""

    stream: int
    carries_deletions: bool


ADD = """
    INSERT INTO event_stream (domain, stream, uri, carries_deletions, tries, next_try_at)
    VALUES (:domain, :stream, :uri, :carries_deletions, 0, :next_try_at)
"""


def add(tx: Transaction, domain: int, state: StreamState) -> None:
    """The stream is told of all that happens from now on. The caller holds the domain's lock."""
    tx.run(
        ADD,
        domain=domain,
        stream=state.stream,
        uri=state.uri,
        carries_deletions=int(state.carries_deletions),
        next_try_at=state.next_try_at,
    )
    _count_listeners(tx, domain)


COUNT_LISTENERS = """
    UPDATE domain SET listeners = (
        SELECT count(*) FROM event_stream
        WHERE event_stream.domain = :domain AND stopped_at IS NULL AND event_stream.deleted_at IS NULL)
    WHERE domain = :domain
"""


def _count_listeners(tx: Transaction, domain: int) -> None:
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


def _state(row: Row) -> StreamState:
    state = StreamState(*[row[name] for name in NAMES])
    return msgspec.structs.replace(state, carries_deletions=bool(state.carries_deletions))


FAILED = """
    UPDATE event_stream SET unhealthy_since = coalesce(unhealthy_since, :now), message = :message, tries = tries + 1,
        next_try_at = :next_try_at
    WHERE domain = :domain AND stream = :stream AND stopped_at IS NULL AND deleted_at IS NULL
"""


def failed(tx: Transaction, domain: int, stream: int, now: int, next_try_at: int, message: str) -> None:
    """A delivery has failed: the stream is unhealthy until one succeeds."""
    tx.run(FAILED, domain=domain, stream=stream, now=now, next_try_at=next_try_at, message=message)


RECOVERED = """
    UPDATE event_stream SET unhealthy_since = NULL, message = :message, tries = 0, next_try_at = 0
    WHERE domain = :domain AND stream = :stream AND stopped_at IS NULL AND deleted_at IS NULL
"""


def recovered(tx: Transaction, domain: int, stream: int, message: str) -> None:
    """A delivery has succeeded again."""
    tx.run(RECOVERED, domain=domain, stream=stream, message=message)


WAITS_FOR_READER = 10 * 60 * 1000
"""Milliseconds after which a stream that clients read is stopped, where none has asked: its events would pile up."""

WAIT_FOR_READERS = """
    UPDATE event_stream SET next_try_at = :until
    WHERE uri = :read_by_clients AND stopped_at IS NULL AND deleted_at IS NULL AND next_try_at < :until
"""


def wait_for_readers(tx: Transaction, until: int) -> None:
    """A server starts: while there was none, no client could ask."""
    tx.run(WAIT_FOR_READERS, until=until, read_by_clients=READ_BY_CLIENTS)


WAIT_FOR_READER = "UPDATE event_stream SET next_try_at = :until WHERE domain = :domain AND stream = :stream"


def wait_for_reader(tx: Transaction, domain: int, stream: int, until: int) -> None:
    """Somebody has read the stream, and may do so again."""
    tx.run(WAIT_FOR_READER, domain=domain, stream=stream, until=until)


STOP = """
    UPDATE event_stream SET stopped_at = :now, message = :message
    WHERE domain = :domain AND stream = :stream AND stopped_at IS NULL AND deleted_at IS NULL
"""


def stop(tx: Transaction, domain: int, stream: int, now: int, message: str) -> None:
    """The stream is told of nothing any more; a worker removes what it has not been told yet."""
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
    WHERE domain.deleted_at IS NULL AND (event_stream.deleted_at IS NOT NULL OR stopped_at IS NOT NULL)
    ORDER BY event_stream.domain, stream /*postgres: FOR UPDATE OF event_stream SKIP LOCKED */
"""


def ended(tx: Transaction) -> list[Ended]:
    """Streams of living domains that have ended; none that another node is working on."""
    return [Ended(row["domain"], row["stream"], row["at"], bool(row["is_deleted"])) for row in tx.all(ENDED)]


FORGET_LEASES = "DELETE FROM event_lease WHERE domain = :domain AND stream = :stream"
FORGET = "DELETE FROM event_stream WHERE domain = :domain AND stream = :stream AND deleted_at IS NOT NULL"


def forget(tx: Transaction, domain: int, stream: int) -> None:
    """Nothing is left of a deleted stream."""
    tx.run(FORGET_LEASES, domain=domain, stream=stream)
    tx.run(FORGET, domain=domain, stream=stream)


class Due(msgspec.Struct, frozen=True):
    """A stream that can be told something now, and the domain that it belongs to."""

    domain: int
    domain_name: str
    account: str
    region: str
    stream: int
    uri: str
    tries: int
    is_unhealthy: bool


DUE = """
    SELECT event_stream.domain AS domain, name, account, region, stream, uri, tries, unhealthy_since
    FROM event_stream JOIN domain ON domain.domain = event_stream.domain
    WHERE domain.deleted_at IS NULL AND event_stream.deleted_at IS NULL AND stopped_at IS NULL
        AND next_try_at <= :now AND uri <> :read_by_clients
        AND EXISTS (SELECT 1 FROM event WHERE event.domain = event_stream.domain AND event.stream = event_stream.stream)
    ORDER BY event_stream.domain, stream
"""


def due(tx: Transaction, now: int) -> list[Due]:
    """The streams that have events and may be tried now."""
    return [
        Due(
            row["domain"],
            row["name"],
            row["account"],
            row["region"],
            row["stream"],
            row["uri"],
            row["tries"],
            row["unhealthy_since"] is not None,
        )
        for row in tx.all(DUE, now=now, read_by_clients=READ_BY_CLIENTS)
    ]


UNREAD = """
    SELECT event_stream.domain AS domain, stream FROM event_stream
    JOIN domain ON domain.domain = event_stream.domain
    WHERE domain.deleted_at IS NULL AND event_stream.deleted_at IS NULL AND stopped_at IS NULL
        AND uri = :read_by_clients AND next_try_at < :now
    ORDER BY event_stream.domain, stream
"""


def unread(tx: Transaction, now: int) -> list[tuple[int, int]]:
    """(domain, stream) of those that clients read and that no client has asked for too long."""
    return [(row["domain"], row["stream"]) for row in tx.all(UNREAD, now=now, read_by_clients=READ_BY_CLIENTS)]
