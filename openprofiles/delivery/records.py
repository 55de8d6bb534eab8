"""What is handed to a destination, and what every destination can do."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

LONGEST_REASON = 1_000
"""Characters of a reason: as many as an event stream shows of it."""


class Record(msgspec.Struct, frozen=True):
    """An event on its way. `event_id` is a dashed UUID, the same whenever the event is sent again; `partition_key`: the
    id of its profile; `data`: the record as JSON, without a newline.
    """

    event_id: str
    partition_key: str
    data: bytes


class NotDelivered(Exception):
    """Nothing of what was handed over has reached the destination, as far as anybody knows. The text says why, to an
    operator: it holds no secret and nothing of a record.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why[:LONGEST_REASON])


class Destination(Protocol):
    """Where the events of a stream go. One is used by many threads at once."""

    @property
    def most_at_once(self) -> int:
        """How many records are best handed over together at most."""
        ...

    def deliver(self, records: Sequence[Record]) -> list[str | None]:
        """Hand over records of different profiles, so that their order among each other does not matter.

        For each: None where it was taken, or why it was not. Raises NotDelivered.
        """
        ...
