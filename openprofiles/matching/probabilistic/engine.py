"""The engine: rows in, groups of rows that are one customer out, and why. Import after `require_packages()`."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import duckdb
import numpy as np

from openprofiles.matching.probabilistic.background import Background, background
from openprofiles.matching.probabilistic.blocking import block
from openprofiles.matching.probabilistic.closure import (
    Scored,
    bounded_components,
    ends,
    kept_apart,
    merged,
    pair_key,
    unscored_pairs,
)
from openprofiles.matching.probabilistic.comparisons import Compared, compare, compare_pairs, levels_of
from openprofiles.matching.probabilistic.copies import set_copies_aside, with_copies
from openprofiles.matching.probabilistic.database import Bounds, open_database
from openprofiles.matching.probabilistic.expectation import Model, learn, log_odds
from openprofiles.matching.probabilistic.explain import Explanation, explain_pair
from openprofiles.matching.probabilistic.groups import Groups, Numbers, groups_of
from openprofiles.matching.probabilistic.levels import NEAR
from openprofiles.matching.probabilistic.linkage import link
from openprofiles.matching.probabilistic.normalise import Rows, normalise
from openprofiles.matching.probabilistic.rating import rate

Progress = Callable[[str, float], None]
"""Told the name of the step and the share of the whole run that is done."""

ENDS = {
    "normalise": 0.25,
    "rate": 0.33,
    "block": 0.55,
    "compare": 0.85,
    "learn": 0.93,
    "close": 0.97,
    "link": 1.0,
}
"""The steps in their order, with the share of the run that is done at their end."""


class Resolution:
    """The result of a run. It holds the records in memory, for explanations, until it is closed."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, model: Model, groups: Groups, forbidden: frozenset[int]
    ) -> None:
        self._database = database
        self.model = model
        self.groups = groups
        self._forbidden = forbidden

    def explain(self, row_a: int, row_b: int) -> Explanation:
        """Why two rows are in one group or not."""
        return explain_pair(self._database, self.model, self.groups, self._forbidden, row_a, row_b)

    def close(self) -> None:
        """Frees the records; no explanation after this."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def resolve(
    rows: Rows,
    bounds: Bounds | None = None,
    progress: Progress | None = None,
    apart: Iterable[tuple[int, int]] = (),
) -> Resolution:
    """Groups the rows. Same rows, same groups: whatever their order, and however many threads.

    The pairs of rows in `apart` are never in one group, not even through others; unknown rows there are ignored.
    """
    told = progress or _untold
    database = open_database(bounds or Bounds())
    try:
        return _resolved(database, rows, told, apart)
    except BaseException:
        database.close()
        raise


def _resolved(
    database: duckdb.DuckDBPyConnection, rows: Rows, told: Progress, apart: Iterable[tuple[int, int]]
) -> Resolution:
    records = normalise(database, rows)
    told("normalise", ENDS["normalise"])
    rate(database)
    set_copies_aside(database)
    told("rate", ENDS["rate"])
    block(database, lambda share: told("block", ENDS["rate"] + share * (ENDS["block"] - ENDS["rate"])))
    database.execute(NEAR)
    compared = compare(database, "pair")
    told("compare", ENDS["compare"])
    model, scored = _learnt(compared, records, background(database, records))
    row_numbers = _row_numbers(database)
    forbidden = _pair_keys(row_numbers, apart)
    scored = kept_apart(scored, forbidden)
    told("learn", ENDS["learn"])
    root = bounded_components(records, scored)
    scored = merged(scored, _scored(compare_pairs(database, *ends(unscored_pairs(root, scored))), model))
    told("close", ENDS["close"])
    linked = with_copies(database, link(records, root, scored), np.concatenate(ends(forbidden)))
    groups = groups_of(row_numbers, linked)
    told("link", ENDS["link"])
    return Resolution(database, model, groups, frozenset(int(key) for key in forbidden))


def _learnt(compared: Compared, records: int, unlinked: Background) -> tuple[Model, Scored]:
    codes, pattern, counts = np.unique(compared.code, return_inverse=True, return_counts=True)
    levels = levels_of(codes)
    model = learn(levels, counts.astype(np.float64), records, unlinked)
    return model, Scored(pair_key(compared.low, compared.high), log_odds(model, levels)[pattern])


def _scored(compared: Compared, model: Model) -> Scored:
    return Scored(pair_key(compared.low, compared.high), log_odds(model, levels_of(compared.code)))


def _pair_keys(row_numbers: Numbers, pairs: Iterable[tuple[int, int]]) -> Numbers:
    """Pairs of rows as pairs of records; rows that are not there are left out."""
    rows = np.array([pair for pair in pairs if pair[0] != pair[1]], np.int64).reshape(-1, 2)
    rows = rows[np.isin(rows, row_numbers).all(axis=1)]
    places = np.searchsorted(row_numbers, rows)
    return np.unique(pair_key(places.min(axis=1), places.max(axis=1)))


def _row_numbers(database: duckdb.DuckDBPyConnection) -> Numbers:
    return np.asarray(database.execute("SELECT row FROM record ORDER BY id").fetchnumpy()["row"], np.int64)


def _untold(step: str, done: float) -> None:
    del step, done
