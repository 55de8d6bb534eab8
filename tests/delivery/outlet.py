"""A destination in memory, and a domain on a real store with streams that lead there."""

from collections.abc import Callable, Sequence
from threading import Event as Signal
from typing import Any

from openprofiles.delivery.buckets import Delivery, deliver_bucket
from openprofiles.delivery.records import Destination, Record
from openprofiles.events.records import UPDATED, Event
from openprofiles.storage import event_buckets, event_streams, outbox
from openprofiles.storage.database import Transaction
from openprofiles.storage.event_buckets import Bucket, Due
from openprofiles.storage.event_streams import Listener, StreamState
from tests.actions.shop import CALLER, DAY, REGION, START, Shop

Answer = Callable[[Sequence[Record]], list[str | None]]
Told = tuple[bytes, int]
"""Profile and position."""

STREAM = 1_001

ARN = "arn:aws:kinesis:eu-west-1:111122223333:stream/changes"

NODE, OTHER = b"this node's name", b"the other's name"


class Clock:
    """Wall time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def take(records: Sequence[Record]) -> list[str | None]:
    return [None] * len(records)


class Outlet:
    """Takes what it is handed, unless a test gives it another `answer`."""

    def __init__(self, answer: Answer = take, most_at_once: int = 500) -> None:
        self.answer = answer
        self.most_at_once = most_at_once
        self.handed: list[list[Record]] = []

    def deliver(self, records: Sequence[Record]) -> list[str | None]:
        self.handed.append(list(records))
        return self.answer(records)

    @property
    def told(self) -> list[Told]:
        """What it was handed, in order."""
        return [told_by(record) for records in self.handed for record in records]

    @property
    def told_of_each(self) -> dict[bytes, list[int]]:
        """The positions of each profile, in the order in which it was handed them."""
        found: dict[bytes, list[int]] = {}
        for profile, position in self.told:
            found.setdefault(profile, []).append(position)
        return found


def told_by(record: Record) -> Told:
    """Ids of events are made of what they are about, so that a test needs no table."""
    number = int(record.event_id.replace("-", ""), 16)
    return bytes.fromhex(record.partition_key), number & 0xFFFF_FFFF


def profile_of(number: int, bucket: int = 0) -> bytes:
    return number.to_bytes(15) + bytes([bucket])


ANN, BOB, CAY = (profile_of(number) for number in range(3))


def change_of(profile: bytes, position: int, at: int = START, **members: Any) -> Event:
    event_id = profile[-8:] + position.to_bytes(8)
    return Event(profile, position, event_id, at, **{"type": UPDATED, "object": '{"FirstName":"Ann"}', **members})


class Outbox:
    """The streams of a domain, and what they are still to be told of."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.database = shop.database
        self.clock = Clock()
        self.retention = DAY
        self.jitter = 0.5
        self.stopping = Signal()
        self.places: dict[Bucket, bytes] = {}

    def listen(self, stream: int = STREAM) -> None:
        state = StreamState(stream, ARN, carries_deletions=False)
        self._write(lambda tx: event_streams.add(tx, self.shop.number, state))

    def add(self, *events: Event, stream: int = STREAM) -> None:
        self._write(lambda tx: outbox.add_all(tx, self.shop.number, [Listener(stream, False)], events))

    def add_changes(self, *profiles: bytes, positions: Sequence[int] = (1,), stream: int = STREAM) -> None:
        self.add(*[change_of(profile, position) for position in positions for profile in profiles], stream=stream)

    def forget(self, profile: bytes) -> None:
        """As the deletion of a profile does."""
        self._write(lambda tx: outbox.delete_of_profile(tx, self.shop.number, [STREAM], profile))

    def bury(self) -> None:
        """As the deletion of a stream does."""
        self._write(lambda tx: event_streams.bury(tx, self.shop.number, STREAM, self.clock()))

    def left(self, stream: int = STREAM) -> list[Told]:
        """What the stream has not been told of yet."""
        rows = self.shop.rows("event", stream=stream)
        return sorted((bytes(row["profile"]), int(row["position"])) for row in rows)

    def state(self, stream: int = STREAM) -> StreamState:
        found = self.database.read(lambda tx: event_streams.find(tx, self.shop.number, stream)).result(10)
        assert found is not None
        return found

    def bucket(self, number: int = 0) -> dict[str, Any]:
        """How the delivery of a bucket goes."""
        return self.shop.row("event_bucket", domain=self.shop.number, stream=STREAM, bucket=number)

    def due(self, bucket: int = 0) -> Due:
        """A bucket of the one stream."""
        return Due(self.shop.number, self.shop.domain, CALLER.account, REGION, STREAM, ARN, bucket)

    def deliver(
        self, destination: Destination, bucket: int = 0, due: Due | None = None, owner: bytes = NODE
    ) -> str | None:
        """Deliver a bucket as a node does; the reason why that has failed."""
        delivery = Delivery(
            self.database,
            owner,
            self.retention,
            self.clock,
            self.clock,
            lambda _: self.clock(),
            lambda: self.jitter,
            self.stopping,
            self.places,
        )
        return deliver_bucket(delivery, due or self.due(bucket), destination)

    def lease(self, owner: bytes, bucket: int = 0, seconds: int = 15) -> bool:
        """Whether a node gets the bucket."""
        now = self.clock()
        key = (self.shop.number, STREAM, bucket)
        return bool(self._write(lambda tx: event_buckets.lease(tx, key, owner, now, now + seconds * 1000)))

    def _write(self, work: Callable[[Transaction], Any]) -> Any:
        return self.database.write(work).result(10)
