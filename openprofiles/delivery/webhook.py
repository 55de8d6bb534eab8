"""Records as signed POST requests, after the Standard Webhooks specification (standardwebhooks.com)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import ClassVar

import msgspec

from openprofiles import __version__
from openprofiles.delivery.posting import NoAnswer, NoConnection, post
from openprofiles.delivery.records import NotDelivered, Record
from openprofiles.events.uris import Address
from openprofiles.storage.migrate import wall_clock

NOT_TRIED = "It was not sent, because those before it took too long."


class Webhook(msgspec.Struct, frozen=True):
    """A webhook as a destination. `clock`: milliseconds since the epoch; `timeout`: seconds to connect and send, and
    again to answer; `patience`: seconds after which no further record is sent.
    """

    address: Address
    secret: bytes
    clock: Callable[[], int] = wall_clock
    timeout: float = 10.0
    patience: float = 30.0

    most_at_once: ClassVar[int] = 10
    """They go one after the other: those of a receiver that takes three seconds for each are still no failure."""

    def __repr__(self) -> str:
        """Without the secret, so that it reaches no log."""
        return f"Webhook({self.address.shown!r})"

    def deliver(self, records: Sequence[Record]) -> list[str | None]:
        """One request for each record; taken is what any 2xx answers. Where the host can not be reached, no more are
        tried, and its reason is that of all records that were left. Raises NotDelivered where that was so from the
        start.
        """
        reasons: list[str | None] = []
        until = time.monotonic() + self.patience
        for record in records:
            try:
                reasons.append(self._post(record) if time.monotonic() < until else NOT_TRIED)
            except NoConnection as failure:
                if not reasons:
                    raise NotDelivered(f"Webhook {self.address.shown}: {failure}") from failure
                return reasons + [str(failure)] * (len(records) - len(reasons))
        return reasons

    def _post(self, record: Record) -> str | None:
        """Why the receiver did not take a record. Raises NoConnection."""
        try:
            status = post(self.address, record.data, self._headers(record), self.timeout)
        except NoAnswer as failure:
            return str(failure)
        return None if 200 <= status < 300 else _status_words(status)

    def _headers(self, record: Record) -> dict[str, str]:
        timestamp = self.clock() // 1000
        return {
            "content-type": "application/json",
            "user-agent": f"openprofiles/{__version__}",
            "webhook-id": record.event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self.secret, record.event_id, timestamp, record.data),
        }


def signature(secret: bytes, event_id: str, timestamp: int, body: bytes) -> str:
    """What shows a receiver that the body is from somebody who knows the secret."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def _status_words(status: int) -> str:
    """Not the receiver's own phrase, in which there could be anything."""
    with suppress(ValueError):
        return f"{status} {HTTPStatus(status).phrase}"
    return str(status)
