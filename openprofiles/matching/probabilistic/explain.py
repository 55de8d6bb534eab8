"""Why two rows are, or are not, taken for one customer: the weight of each comparison, the prior, what they share."""

import math

import duckdb
import msgspec
import numpy as np

from openprofiles.matching.probabilistic.closure import BAR, pair_key
from openprofiles.matching.probabilistic.comparisons import compare_pairs, levels_of
from openprofiles.matching.probabilistic.expectation import Model, log_odds
from openprofiles.matching.probabilistic.groups import Groups
from openprofiles.matching.probabilistic.levels import COMPARISONS

SHARED = """
SELECT 'first name', value.first, holders FROM first_name value JOIN record a USING (first) JOIN record b USING (first)
    WHERE a.id = $low AND b.id = $high
UNION ALL
SELECT 'last name', value.last, holders FROM last_name value JOIN record a USING (last) JOIN record b USING (last)
    WHERE a.id = $low AND b.id = $high
UNION ALL
SELECT 'phone', value.value::VARCHAR, holders FROM phone value, record a, record b
    WHERE a.id = $low AND b.id = $high
    AND list_contains(list_intersect(a.phones, b.phones), value.circle::BIGINT * 1000000000 + value.value)
UNION ALL
SELECT 'e-mail', value.value, holders FROM email value, record a, record b
    WHERE a.id = $low AND b.id = $high
    AND list_contains(list_intersect(a.emails, b.emails), (value.circle::UBIGINT << 60) | (hash(value.value) >> 4))
ORDER BY ALL
"""


class Weight(msgspec.Struct, frozen=True):
    """What one comparison says: its level, and how far that speaks for one customer, in natural log-odds, against two
    unrelated people and against two of one household. Zero where a side is missing.
    """

    comparison: str
    fields: tuple[str, ...]
    level: str
    against_unrelated: float
    against_household: float


class Shared(msgspec.Struct, frozen=True):
    """A value, in normal form, that both rows have, and how many rows have it in all."""

    comparison: str
    value: str
    holders: int


class Explanation(msgspec.Struct, frozen=True):
    """Why two rows are in one group or not.

    The log-odds are those of the nearer rival less a little for the other: log_odds = -log(exp(-unrelated) +
    exp(-household)), where each rival's total is its prior and the sum of the weights against it.
    `likely_alone` is whether the two, without other rows, would be one group; `kept_apart` whether they never may be.
    `path` is how the rows are held together where they are in one group: from row to row by the strongest links.
    """

    rows: tuple[int, int]
    weights: list[Weight]
    prior_against_unrelated: float
    prior_against_household: float
    log_odds: float
    probability: float
    shared: list[Shared]
    likely_alone: bool
    kept_apart: bool
    same_group: bool
    group_confidence: float | None
    path: list[tuple[int, int, float]]

    @property
    def total_against_unrelated(self) -> float:
        return self.prior_against_unrelated + sum(weight.against_unrelated for weight in self.weights)

    @property
    def total_against_household(self) -> float:
        return self.prior_against_household + sum(weight.against_household for weight in self.weights)


def explain_pair(
    database: duckdb.DuckDBPyConnection,
    model: Model,
    groups: Groups,
    forbidden: frozenset[int],
    row_a: int,
    row_b: int,
) -> Explanation:
    """Raises KeyError for a row that was not among the input, ValueError for twice the same row."""
    if row_a == row_b:
        raise ValueError(f"row {row_a} is explained against another row, not against itself")
    places = [groups.place(row) for row in (row_a, row_b)]
    compared = compare_pairs(database, np.array([min(places)]), np.array([max(places)]))
    levels = levels_of(compared.code)
    odds = float(log_odds(model, levels)[0])
    group = groups.of(row_a)
    same_group = row_b in group.rows
    return Explanation(
        rows=(row_a, row_b),
        weights=weights_of(model, [int(level) for level in levels[0]]),
        prior_against_unrelated=model.sizes[0] - model.sizes[2],
        prior_against_household=model.sizes[0] - model.sizes[1],
        log_odds=odds,
        probability=1 / (1 + math.exp(-odds)),
        shared=_shared(database, min(places), max(places)),
        likely_alone=odds > BAR,
        kept_apart=int(pair_key(compared.low, compared.high)[0]) in forbidden,
        same_group=same_group,
        group_confidence=group.confidence if same_group else None,
        path=strongest_path(links_of(database, model, groups, group.rows), row_a, row_b) if same_group else [],
    )


def weights_of(model: Model, levels: list[int]) -> list[Weight]:
    """The weight of each comparison at these levels."""
    weights = []
    for comparison, shares, level in zip(COMPARISONS, model.shares, levels, strict=True):
        same, household, unrelated = (share[level] for share in shares)
        name, fields, label = comparison.name, comparison.fields, comparison.levels[level]
        weights.append(Weight(name, fields, label, same - unrelated, same - household))
    return weights


Links = dict[tuple[int, int], float]


def links_of(database: duckdb.DuckDBPyConnection, model: Model, groups: Groups, rows: tuple[int, ...]) -> Links:
    """The log-odds of each pair of the rows, which ascend."""
    places = np.array([groups.place(row) for row in rows])
    first, second = np.triu_indices(len(rows), 1)
    compared = compare_pairs(database, places[first], places[second])
    odds = log_odds(model, levels_of(compared.code))
    row = groups.row
    return {
        (int(row[low]), int(row[high])): float(value)
        for low, high, value in zip(compared.low, compared.high, odds, strict=True)
    }


def strongest_path(links: Links, start: int, end: int) -> list[tuple[int, int, float]]:
    """The way from start to end whose weakest link is strongest; of such ways, one with few links."""
    reached: dict[int, list[tuple[int, int, float]]] = {start: []}
    while end not in reached:
        ways = [(odds, -len(reached[a]), a, b) for a, b, odds in _both_ways(links) if a in reached and b not in reached]
        odds, _, origin, target = max(ways)
        reached[target] = [*reached[origin], (origin, target, odds)]
    return reached[end]


def _both_ways(links: Links) -> list[tuple[int, int, float]]:
    return [step for (a, b), odds in links.items() for step in ((a, b, odds), (b, a, odds))]


def _shared(database: duckdb.DuckDBPyConnection, low: int, high: int) -> list[Shared]:
    found = database.execute(SHARED, {"low": low, "high": high}).fetchall()
    return [Shared(comparison, value, holders) for comparison, value, holders in found]
