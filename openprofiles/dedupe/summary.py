"""What a person wants to know of a run: how many groups, how sure, the largest, the values that most rows share."""

from collections import Counter

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute

from openprofiles.matching.probabilistic.fields import EMAILS, PHONES
from openprofiles.matching.probabilistic.groups import Group, Groups

LARGEST, SHARED = 10, 10

BANDS = (0.99, 0.95, 0.9, 0.8, 0.0)
"""From which confidence on a group counts into a line of the summary."""


class Shared(msgspec.Struct, frozen=True):
    """A value that several rows have."""

    field: str
    value: str
    rows: int


class Summary(msgspec.Struct, frozen=True):
    """`groups` have two rows or more; `bands`: how many of them are at least so sure (and less than the line above)."""

    rows: int
    customers: int
    groups: int
    bands: tuple[tuple[float, int], ...]
    largest: tuple[Group, ...]
    shared: tuple[Shared, ...]


def summarise(rows: pa.Table, groups: Groups) -> Summary:
    numbers, counts = np.unique(groups.group, return_counts=True)
    several = numbers[counts > 1]
    confidence = groups.confidence[np.searchsorted(groups.row, several)]
    order = np.lexsort((several, -counts[counts > 1]))[:LARGEST]
    return Summary(
        rows=rows.num_rows,
        customers=len(numbers),
        groups=len(several),
        bands=_bands(confidence.tolist()),
        largest=tuple(groups.of(int(number)) for number in several[order]),
        shared=_most_shared(rows),
    )


def _bands(confidence: list[float]) -> tuple[tuple[float, int], ...]:
    found = Counter(next(band for band in BANDS if one >= band) for one in confidence)
    return tuple((band, found[band]) for band in BANDS)


def _most_shared(rows: pa.Table) -> tuple[Shared, ...]:
    found = [
        Shared(field, str(one["values"]), int(one["counts"]))
        for field in (*PHONES, *EMAILS)
        if field in rows.column_names
        for one in pa.compute.value_counts(rows.column(field)).to_pylist()
        if one["values"] and one["counts"] > 1
    ]
    return tuple(sorted(found, key=lambda shared: (-shared.rows, shared.field, shared.value))[:SHARED])


def lines_of(summary: Summary) -> list[str]:
    """As the command prints it."""
    lines = [
        f"{summary.rows:,} rows are {summary.customers:,} customers; {summary.groups:,} of these have several rows."
    ]
    if summary.groups:
        lines += ["", "How sure:", *_band_lines(summary), "", "The largest groups:"]
        lines += [
            f"  {_rows(group)}  {len(group.rows)} rows, {min(group.confidence, MOST_SURE):.2f} sure"
            for group in summary.largest
        ]
    if summary.shared:
        lines += ["", "The values that most rows share:"]
        lines += [f"  {shared.rows:,} rows: {shared.field} {shared.value}" for shared in summary.shared]
    return lines


def _band_lines(summary: Summary) -> list[str]:
    return [
        f"  {f'{band:.2f} or more' if band else 'less than that'}: {count:,} groups"
        for band, count in summary.bands
        if count
    ]


SHOWN_ROWS = 6

MOST_SURE = 0.99
"""Nobody is told that something is certain."""


def _rows(group: Group) -> str:
    shown = ", ".join(map(str, group.rows[:SHOWN_ROWS]))
    return f"{shown}, …" if len(group.rows) > SHOWN_ROWS else shown
