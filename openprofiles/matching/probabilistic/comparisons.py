"""Pairs of records → the level of each comparison, all in one number (mixed radix), in SQL."""

import math

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from openprofiles.matching.probabilistic.levels import COMPARISONS

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]
Levels = npt.NDArray[np.uint8]

RADIX = [math.prod(len(other.levels) for other in COMPARISONS[:place]) for place in range(len(COMPARISONS))]

CODE = " + ".join(f"({comparison.sql})::BIGINT * {radix}" for comparison, radix in zip(COMPARISONS, RADIX, strict=True))
SHARED = """
SELECT low, high, a, b,
    coalesce((a.first = b.last OR near(a.first_whole, b.last)) AND (a.last = b.first OR near(a.last, b.first_whole)),
        false) AS swapped,
    list_intersect(a.phones, b.phones) AS shared_phones,
    list_intersect(a.emails, b.emails) AS shared_emails
FROM {pairs} pair JOIN record a ON a.id = low JOIN record b ON b.id = high
"""
COUNTED = """
SELECT *, len(shared_phones) AS phones_shared, list_min(shared_phones) AS phone_best,
    len(shared_emails) AS emails_shared, list_min(shared_emails) AS email_best
FROM ({shared})
"""
COMPARE = "SELECT low, high, {code} AS code FROM ({counted})"


class Compared(msgspec.Struct, frozen=True):
    """Pairs of records (low < high) with the code of their levels, sorted by pair."""

    low: Numbers
    high: Numbers
    code: Codes


def compare(database: duckdb.DuckDBPyConnection, pairs: str) -> Compared:
    """Compares the pairs of a table with the columns low and high."""
    sql = COMPARE.format(code=CODE, counted=COUNTED.format(shared=SHARED.format(pairs=pairs)))
    found = database.execute(sql).fetchnumpy()
    low, high, code = (np.asarray(found[name], np.int64) for name in ("low", "high", "code"))
    order = np.argsort((low << 32) | high, kind="stable")
    return Compared(low[order], high[order], code[order])


def compare_pairs(database: duckdb.DuckDBPyConnection, low: Numbers, high: Numbers) -> Compared:
    """Compares given pairs of record numbers."""
    database.register("given_pairs", pa.table({"low": low.astype(np.int32), "high": high.astype(np.int32)}))
    compared = compare(database, "given_pairs")
    database.unregister("given_pairs")
    return compared


def levels_of(codes: Codes) -> Levels:
    """The level of each comparison, a row for each code."""
    sizes = [len(comparison.levels) for comparison in COMPARISONS]
    columns = [codes // radix % size for radix, size in zip(RADIX, sizes, strict=True)]
    return np.stack(columns, axis=1).astype(np.uint8)
