"""The destination that a URI names."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from openprofiles.delivery.kinesis import KinesisStream
from openprofiles.delivery.ndjson import NdjsonFile
from openprofiles.delivery.records import Destination, NotDelivered, Record
from openprofiles.errors import BadRequestException
from openprofiles.events.signing import stream_secret
from openprofiles.events.uris import Address, Stream, place_of
from openprofiles.settings import Settings
from openprofiles.storage.database import Transaction
from openprofiles.storage.event_buckets import Due
from openprofiles.storage.event_streams import signing_key
from openprofiles.storage.migrate import wall_clock

FOLDER = "events"
"""In the data directory; each account has one of its own in it."""


class Refused(msgspec.Struct, frozen=True):
    """Stands for a destination that is not allowed any more."""

    reason: str
    most_at_once: int = 1

    def deliver(self, records: Sequence[Record]) -> list[str | None]:  # noqa: ARG002 - none of them
        raise NotDelivered(self.reason)


def destination_for(settings: Settings, tx: Transaction, due: Due) -> Destination:
    """Where the events of a stream go."""
    try:
        return destination_of(
            due.uri,
            region=due.region,
            account=due.account,
            webhook_hosts=settings.policy.webhook_hosts,
            directory=Path(settings.data) / FOLDER / due.account,
            secret=stream_secret(signing_key(tx), due.domain, due.stream),
        )
    except NotDelivered as refusal:
        return Refused(str(refusal))


def destination_of(
    uri: str,
    *,
    region: str,
    account: str,
    webhook_hosts: Sequence[str],
    directory: Path,
    secret: bytes,
    clock: Callable[[], int] = wall_clock,
) -> Destination:
    """`directory`: where its file would be; `secret`: what signs its webhooks; `clock`: milliseconds since the epoch.

    Raises NotDelivered where it may not be one (`uris.check_uri`): since a stream was made, its operator may have
    narrowed what is allowed.
    """
    try:
        place = place_of(uri, region, account, webhook_hosts)
    except BadRequestException as refusal:
        raise NotDelivered(refusal.message) from None
    if isinstance(place, Stream):
        return KinesisStream(place)
    if isinstance(place, Address):
        from openprofiles.delivery.webhook import Webhook  # noqa: PLC0415 - a twentieth of a second to load

        return Webhook(place, secret, clock)
    return NdjsonFile(directory, place.name)
