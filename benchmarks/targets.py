"""What the figures are held against."""

from collections.abc import Iterator

import msgspec

from benchmarks import names
from benchmarks.names import NO_STORE
from benchmarks.results import Results, Row, Verdict, ratio
from benchmarks.stores import POSTGRES, SQLITE


class Ratio(msgspec.Struct, frozen=True):
    """So many times the speed of another row, at least."""

    kind: str
    store: str
    base: str
    base_store: str
    least: float


class Limit(msgspec.Struct, frozen=True):
    """A reading on any store, at most."""

    kind: str
    most: float


RATIOS = (
    Ratio(names.PUT_HALF, SQLITE, names.HELLO, NO_STORE, 0.15),
    Ratio(names.PUT_HALF, POSTGRES, names.PUT_HALF, SQLITE, 0.5),
    Ratio(names.LOAD, SQLITE, names.PUT_HALF, SQLITE, 2.0),
    Ratio(names.LOAD, POSTGRES, names.PUT_HALF, POSTGRES, 2.0),
    Ratio(names.SEARCH_EMAIL, SQLITE, names.HELLO, NO_STORE, 0.35),
    Ratio(names.SEARCH_ID, SQLITE, names.HELLO, NO_STORE, 0.35),
    Ratio(names.SEARCH_EMAIL, POSTGRES, names.HELLO, NO_STORE, 0.12),
    Ratio(names.SEARCH_ID, POSTGRES, names.HELLO, NO_STORE, 0.12),
    Ratio(names.CALCULATED_FEW, SQLITE, names.HELLO, NO_STORE, 0.15),
    Ratio(names.CALCULATED_FEW, POSTGRES, names.HELLO, NO_STORE, 0.15),
    Ratio(names.CALCULATED_MANY, SQLITE, names.CALCULATED_FEW, SQLITE, 1 / 3),
    Ratio(names.CALCULATED_MANY, POSTGRES, names.CALCULATED_FEW, POSTGRES, 1 / 3),
    Ratio(names.INGEST_BLOCKS, SQLITE, names.INGEST_PLAIN, SQLITE, 1 / 1.3),
    Ratio(names.INGEST_PLAIN, SQLITE, names.INGEST_NO_HISTORY, SQLITE, 0.9),
    Ratio(names.INGEST_ATTRIBUTE, SQLITE, names.INGEST_PLAIN, SQLITE, 1 / 1.05),
    Ratio(names.INGEST_STREAM, SQLITE, names.INGEST_PLAIN, SQLITE, 1 / 1.25),
    Ratio(names.AT_MILLION[names.PUT_NEW], SQLITE, names.AT_SMALL[names.PUT_NEW], SQLITE, 0.6),
    Ratio(names.AT_MILLION[names.PUT_KNOWN], SQLITE, names.AT_SMALL[names.PUT_KNOWN], SQLITE, 0.4),
)

P99_AT_HALF_LOAD = 10.0
"""Milliseconds, at most."""

P99_OF_DELIVERY = 250.0
"""Milliseconds from a change to its arrival, at most."""

P99_BESIDE = 2.0
"""So many times that of the same puts alone, at most."""

LIMITS = (
    Limit(names.READY, 1.0),
    Limit(names.READY_MILLION, 1.5),
    Limit(names.IDLE, 80.0),
    Limit(names.IDLE_MILLION, 80.0),
    Limit(names.PEAK_MILLION, 300.0),
    Limit(names.LOG_SIZE, 200.0),
)


def verdicts(results: Results) -> list[Verdict]:
    """On all that was measured."""
    return [*_of_ratios(results), *_of_latencies(results), *_of_limits(results)]


def _of_ratios(results: Results) -> Iterator[Verdict]:
    for target in RATIOS:
        row, base = results.row(target.kind, target.store), results.row(target.base, target.base_store)
        if row is not None and base is not None:
            value = ratio(row, base)
            yield Verdict(row.kind, row.store, target.base, value, target.least, value >= target.least)


def _of_latencies(results: Results) -> Iterator[Verdict]:
    for row in results.rows:
        p99, most = row.median("p99"), _longest_p99(results, row)
        if p99 is not None and most is not None:
            yield Verdict(row.kind, row.store, "", p99, most, p99 <= most)


def _longest_p99(results: Results, row: Row) -> float | None:
    alone = results.row(names.ALONE, row.store)
    if row.kind in names.BESIDE and alone is not None:
        return P99_BESIDE * (alone.median("p99") or 0)
    if row.kind == names.DELIVER_PACED:
        return P99_OF_DELIVERY
    return P99_AT_HALF_LOAD if row.kind in names.HALF_LOAD.values() else None


def _of_limits(results: Results) -> Iterator[Verdict]:
    limits = {limit.kind: limit.most for limit in LIMITS}
    for reading in results.readings:
        if reading.kind in limits:
            most = limits[reading.kind]
            yield Verdict(reading.kind, reading.store, "", reading.median, most, reading.median <= most)
