"""What the gateway counts for `/-/metrics`: requests where they are logged, calls and bytes where they are limited.

Each request pays for this. A base's method is called by its name, at half of the cost of `super()`.
"""

from typing import BinaryIO

from openprofiles.gateway.limits import BytesInFlight, Places
from openprofiles.gateway.log import RequestLog
from openprofiles.metrics import BYTES_IN_FLIGHT, WAITING, Counts


class CountingLog(RequestLog):
    """Counts each request that it logs: also those that are refused before the steps see them."""

    def __init__(self, stream: BinaryIO, json: bool, counts: Counts) -> None:
        super().__init__(stream, json)
        self._counts = counts

    def __call__(self, operation: str, status: int, seconds: float, request_id: str) -> None:
        self._counts.request(operation, status, seconds)
        RequestLog.__call__(self, operation, status, seconds, request_id)


class CountedPlaces(Places):
    """Places whose number all processes can see."""

    def __init__(self, limit: int, counts: Counts) -> None:
        super().__init__(limit)
        self._counts = counts

    def __enter__(self) -> None:
        Places.__enter__(self)
        self._counts.own[WAITING] += 1.0

    def __exit__(self, *_: object) -> None:
        Places.__exit__(self)
        self._counts.own[WAITING] -= 1.0


class CountedBytes(BytesInFlight):
    """Bytes in flight whose number all processes can see."""

    def __init__(self, limit: int, counts: Counts) -> None:
        super().__init__(limit)
        self._counts = counts

    def add(self, size: int) -> None:
        BytesInFlight.add(self, size)
        self._counts.own[BYTES_IN_FLIGHT] += size

    def remove(self, size: int) -> None:
        """Most requests have nothing to give back."""
        if size:
            BytesInFlight.remove(self, size)
            self._counts.own[BYTES_IN_FLIGHT] -= size
