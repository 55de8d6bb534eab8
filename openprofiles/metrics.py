"""What a server counts, for whoever watches over it (`/-/metrics`): numbers in memory that all its processes share.

Each process counts in a row of its own, so nobody waits for anybody, and what it has counted stays when it dies and
another takes its row. Names are those of this file and of the tables of operations: no request can make a new one.
"""

import os
from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate
from mmap import mmap
from threading import Lock

import msgspec

from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS

NO_OPERATION = "-"
"""What a request is called that is for no operation and no page, as in the log."""

NAMES = (*OPERATIONS, *EXTENSIONS, "health", "ready", "openapi", "metrics", "preflight", NO_OPERATION)

STATUSES = (200, 400, 403, 404, 408, 413, 429, 431, 499, 500, 501, 503, 599)
OTHER_STATUS = "other"
STATUS_LABELS = (*map(str, STATUSES), OTHER_STATUS)

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: a look-up takes one millisecond, a listing some dozens, and SDKs give up after some ten seconds."""

DESTINATIONS = ("sqs", "kinesis", "webhook", "file")
"""Kinds of systems that something is delivered to."""

# A row: a block for each name, then the rest. A block: a cell for each status, for each bucket, and for the seconds.
BUCKETS_AT = len(STATUS_LABELS)
SECONDS_AT = BUCKETS_AT + len(BOUNDS) + 1
BLOCK = SECONDS_AT + 1

BLOCKS = {name: number * BLOCK for number, name in enumerate(NAMES)}
CELLS_OF_STATUS = {status: number for number, status in enumerate(STATUSES)}
REST = len(NAMES) * BLOCK
ERRORS = {destination: REST + number for number, destination in enumerate(DESTINATIONS)}
WAITING = REST + len(DESTINATIONS)
BYTES_IN_FLIGHT, PROCESS_ID, WIDTH = WAITING + 1, WAITING + 2, WAITING + 3

UNKNOWN_BLOCK, UNKNOWN_STATUS = BLOCKS[NO_OPERATION], len(STATUSES)

CELL_BYTES = 8


class Latencies(msgspec.Struct, frozen=True):
    """How many requests took up to each of BOUNDS, and all of them; and the seconds that they took together."""

    up_to: list[float]
    seconds: float


class Counted(msgspec.Struct, frozen=True):
    """What all processes have counted. `processes`: the ids of those that there are, by their numbers."""

    requests: Mapping[tuple[str, str], float]
    latencies: Mapping[str, Latencies]
    delivery_errors: Mapping[str, float]
    waiting: float
    bytes_in_flight: float
    processes: Mapping[int, int]


class Counts:
    """The numbers of one server. `own` is the row of this process, in which the thread of the event loop alone counts
    requests, calls and bytes.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.share(1)

    def share(self, processes: int) -> None:
        """Begin anew, with a row for each of so many processes, which are forked afterwards."""
        cells = memoryview(mmap(-1, processes * WIDTH * CELL_BYTES)).cast("d")
        self._rows = [cells[number * WIDTH : (number + 1) * WIDTH] for number in range(processes)]
        self.take(0)

    def take(self, number: int) -> None:
        """Count in this row from now on. Who had it before has left calls and bytes behind that are no more."""
        self.own = self._rows[number]
        self.own[WAITING] = self.own[BYTES_IN_FLIGHT] = 0.0
        self.own[PROCESS_ID] = os.getpid()

    def request(self, operation: str, status: int, seconds: float) -> None:
        """A request was answered. Each request pays for this: a dictionary and a few cells, no lock and no object."""
        own, block = self.own, BLOCKS.get(operation, UNKNOWN_BLOCK)
        own[block + CELLS_OF_STATUS.get(status, UNKNOWN_STATUS)] += 1.0
        own[block + BUCKETS_AT + bisect_left(BOUNDS, seconds)] += 1.0
        own[block + SECONDS_AT] += seconds

    def delivery_error(self, destination: str) -> None:
        """Something could not be delivered to a destination of this kind, one of DESTINATIONS. From any thread."""
        with self._lock:
            self.own[ERRORS[destination]] += 1.0

    def read(self) -> Counted:
        """The sums over all processes."""
        sums = [sum(cells) for cells in zip(*self._rows, strict=True)]
        return Counted(
            requests=_requests(sums),
            latencies={name: _latencies(sums, block) for name, block in BLOCKS.items() if _is_counted(sums, block)},
            delivery_errors={destination: sums[cell] for destination, cell in ERRORS.items()},
            waiting=sums[WAITING],
            bytes_in_flight=sums[BYTES_IN_FLIGHT],
            processes={number: int(row[PROCESS_ID]) for number, row in enumerate(self._rows) if row[PROCESS_ID]},
        )


def _requests(sums: list[float]) -> dict[tuple[str, str], float]:
    """By name and status; those that there were."""
    return {
        (name, label): sums[block + number]
        for name, block in BLOCKS.items()
        for number, label in enumerate(STATUS_LABELS)
        if sums[block + number]
    }


def _is_counted(sums: list[float], block: int) -> bool:
    return any(sums[block + BUCKETS_AT : block + SECONDS_AT])


def _latencies(sums: list[float], block: int) -> Latencies:
    return Latencies(list(accumulate(sums[block + BUCKETS_AT : block + SECONDS_AT])), sums[block + SECONDS_AT])


COUNTS = Counts()
"""Those of the server that this process belongs to."""
