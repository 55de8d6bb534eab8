"""What a run measured, as it stands in its JSON file."""

import statistics
from pathlib import Path

import msgspec

from benchmarks.load import Measured
from benchmarks.machine import Machine

FOLDER = Path(__file__).parent / "results"


class Figure(msgspec.Struct):
    """One round of one kind of work. Latencies in milliseconds, CPU in microseconds for each request or object.

    `cpu` is the server process's, `store_cpu` that of the database's processes; `load_busy` is the share of the time
    in which the load was busy itself: near 1 it was the load that was measured.
    """

    per_second: float
    cpu: float
    store_cpu: float = 0.0
    p50: float | None = None
    p99: float | None = None
    failed: int = 0
    load_busy: float = 0.0


class Row(msgspec.Struct):
    """All rounds of one kind of work on one store."""

    kind: str
    store: str
    figures: list[Figure]

    def median(self, member: str) -> float | None:
        values = [value for figure in self.figures if (value := getattr(figure, member)) is not None]
        return statistics.median(values) if values else None

    @property
    def failed(self) -> int:
        return sum(figure.failed for figure in self.figures)


class Reading(msgspec.Struct):
    """Numbers of one store that are no rates: memory, seconds, statements."""

    kind: str
    store: str
    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)


class Verdict(msgspec.Struct):
    """A value beside its target. `of` names the row that a ratio is of; "" for what is no ratio."""

    kind: str
    store: str
    of: str
    value: float
    target: float
    met: bool


class Results(msgspec.Struct):
    command: str
    machine: Machine
    rows: list[Row] = []
    readings: list[Reading] = []
    verdicts: list[Verdict] = []

    def row(self, kind: str, store: str) -> Row | None:
        return next((row for row in self.rows if (row.kind, row.store) == (kind, store)), None)

    def reading(self, kind: str, store: str) -> Reading | None:
        return next((each for each in self.readings if (each.kind, each.store) == (kind, store)), None)

    def add(self, kind: str, store: str, figure: Figure) -> None:
        row = self.row(kind, store)
        if row is None:
            self.rows.append(row := Row(kind, store, []))
        row.figures.append(figure)

    def read(self, kind: str, store: str, value: float) -> None:
        reading = self.reading(kind, store)
        if reading is None:
            self.readings.append(reading := Reading(kind, store, []))
        reading.values.append(value)


def ratio(row: Row, base: Row) -> float:
    """The median of the rounds' ratios: the rounds of both lie beside each other in time, so a drift takes no part."""
    pairs = zip(row.figures, base.figures, strict=False)
    return statistics.median(one.per_second / other.per_second for one, other in pairs)


def figure_of(measured: Measured, cpu: float, store_cpu: float) -> Figure:
    """`cpu` and `store_cpu` in seconds, used by all requests together."""
    count = max(1, measured.requests)
    return Figure(
        measured.per_second,
        cpu / count * 1e6,
        store_cpu / count * 1e6,
        measured.latency(0.5) * 1000,
        measured.latency(0.99) * 1000,
        measured.failed,
        measured.busy,
    )


def write(results: Results, name: str) -> Path:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    return path


def read(path: Path) -> Results:
    return msgspec.json.decode(path.read_bytes(), type=Results)
