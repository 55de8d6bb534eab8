"""What pairs of records look like in general: how often each level occurs among all pairs, most of them unrelated."""

from collections.abc import Sequence

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt

from openprofiles.matching.probabilistic.comparisons import compare_pairs, levels_of
from openprofiles.matching.probabilistic.levels import BANDS, COMPARISONS

Counts = npt.NDArray[np.float64]

SAMPLE = 100_000
PAIRS_OF_A_RECORD = 30
"""Random pairs: so many, or so many for each record where that is less."""
LEAST_SEEN = 0.5
"""What a level counts that the sample does not show: it may be as frequent as that."""
BLOCKED = {"phone": (6,), "e-mail": (6, 7), "street": (6,)}
"""Levels that blocking finds all but completely: the candidates say how many unrelated pairs have them."""
SEED = 15

SHARED_PAIRS = {
    "first name": "SELECT band, sum(holders * (holders - 1) / 2) FROM first_name GROUP BY band",
    "last name": "SELECT band, sum(holders * (holders - 1) / 2) FROM last_name GROUP BY band",
    "date of birth": """
        SELECT 1, sum(holders * (holders - 1) / 2)
        FROM (SELECT count(*) AS holders FROM record WHERE birth IS NOT NULL GROUP BY birth)
    """,
    "phone": "SELECT circle, sum(holders * (holders - 1) / 2) FROM phone GROUP BY circle",
    "e-mail": "SELECT circle, sum(holders * (holders - 1) / 2) FROM email GROUP BY circle",
    "street": "SELECT circle, sum(holders * (holders - 1) / 2) FROM home GROUP BY circle",
    "account number": """
        SELECT if(circle <= 3, 1, 2), sum(holders * (holders - 1) / 2) FROM account_holder GROUP BY 1
    """,
}
"""Exact numbers of pairs that share a value; the level is the band or circle."""


HOLDERS = {
    "first name": "SELECT band, sum(holders) FROM first_name GROUP BY band",
    "last name": "SELECT band, sum(holders) FROM last_name GROUP BY band",
}
"""How many records have a name of each band: in that proportion, too, are the names that two records of one have."""


class Background(msgspec.Struct, frozen=True):
    """Pairs in all, for each comparison how many of them have each level (level 0: a side is missing), and for names
    how many records have one of each band.
    """

    pairs: float
    levels: list[Counts]
    holders: dict[str, Counts]


def background(database: duckdb.DuckDBPyConnection, records: int) -> Background:
    """Estimated from a random sample of pairs, and exactly where pairs share a value."""
    pairs = max(records * (records - 1) / 2, 1.0)
    sampled = _sampled(database, records)
    levels = []
    for comparison, seen in zip(COMPARISONS, sampled, strict=True):
        counts = np.maximum(seen, LEAST_SEEN) * (pairs / max(float(seen.sum()), 1.0))
        counts[list(BLOCKED.get(comparison.name, ()))] = 0.0
        if comparison.name in SHARED_PAIRS:
            shared = database.execute(SHARED_PAIRS[comparison.name]).fetchall()
            _put(counts, shared)
        levels.append(counts)
    return Background(pairs, levels, {name: _holders(database, sql) for name, sql in HOLDERS.items()})


def random_pairs(records: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The same pairs for the same number of records; all pairs where there are few."""
    wanted = min(SAMPLE, records * PAIRS_OF_A_RECORD)
    if records * (records - 1) // 2 <= wanted:
        low, high = np.triu_indices(records, 1)
        return low.astype(np.int64), high.astype(np.int64)
    drawn = np.random.default_rng(SEED).integers(0, records, (wanted, 2))
    drawn = drawn[drawn[:, 0] != drawn[:, 1]]
    return np.asarray(drawn.min(axis=1)), np.asarray(drawn.max(axis=1))


def _sampled(database: duckdb.DuckDBPyConnection, records: int) -> list[Counts]:
    levels = levels_of(compare_pairs(database, *random_pairs(records)).code)
    return [
        np.bincount(levels[:, place], minlength=len(comparison.levels)).astype(np.float64)
        for place, comparison in enumerate(COMPARISONS)
    ]


def _holders(database: duckdb.DuckDBPyConnection, sql: str) -> Counts:
    counts = np.full(len(BANDS) + 1, 0.5)
    _put(counts, database.execute(sql).fetchall())
    return counts[1:]


def _put(counts: Counts, shared: Sequence[tuple[int, float | None]]) -> None:
    for level, pairs in shared:
        counts[level] = float(pairs or 0)
