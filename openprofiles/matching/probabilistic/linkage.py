"""Components → groups, by average linkage: two groups join while their records are, on average, likely one customer.

One weak link never joins two strong groups, since all pairs across count. Components of one size are worked through
together, as arrays; ties go to the smallest record numbers.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from openprofiles.matching.probabilistic.closure import APART, Scored, members_by_size, pair_key

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STRONGEST = 6.0
"""Log-odds are cut at this either way, so that no one pair outvotes all others."""
UNSCORED = -1.0
MOST_CELLS = 2_000_000


class Linked(msgspec.Struct, frozen=True):
    """For each record the smallest record of its group, and how sure it is that the group is one customer."""

    group: Numbers
    confidence: Floats


def link(records: int, root: Numbers, scored: Scored) -> Linked:
    """Groups within components."""
    group = np.arange(records, dtype=np.int64)
    confidence = np.ones(records)
    for members in members_by_size(root):
        size = members.shape[1]
        step = max(MOST_CELLS // size**2, 1)
        for start in range(0, len(members), step):
            part = members[start : start + step]
            labels, sure = average_linkage(pair_odds(part, scored))
            group[part] = np.take_along_axis(part, labels, axis=1)
            confidence[part] = np.take_along_axis(sure, labels, axis=1)
    return Linked(group, confidence)


def pair_odds(members: Numbers, scored: Scored) -> Floats:
    """For each component the log-odds of each pair, as a symmetric table with -inf on its diagonal."""
    count, size = members.shape
    odds = np.full((count, size, size), -np.inf)
    first, second = np.triu_indices(size, 1)
    keys = pair_key(members[:, first], members[:, second])
    place = np.minimum(np.searchsorted(scored.keys, keys), max(len(scored.keys) - 1, 0))
    known = np.where(scored.keys[place] == keys, scored.odds[place], UNSCORED)
    cut = np.where(known > APART, np.clip(known, -STRONGEST, STRONGEST), APART)
    odds[:, first, second] = odds[:, second, first] = cut
    return odds


def average_linkage(odds: Floats) -> tuple[Numbers, Floats]:
    """For tables of pair log-odds: the first member of each member's group, and the probability that each group, by
    its first member, is one customer: that of the weakest join that made it.
    """
    count, size, _ = odds.shape
    sums, weight = odds.copy(), np.ones((count, size))
    labels = np.tile(np.arange(size), (count, 1))
    sure = np.ones((count, size))
    open_tables = np.arange(count)
    for _ in range(size - 1):
        average = sums[open_tables] / (weight[open_tables, :, None] * weight[open_tables, None, :])
        best = average.reshape(len(open_tables), -1).argmax(axis=1)
        value = np.take_along_axis(average.reshape(len(open_tables), -1), best[:, None], axis=1)[:, 0]
        joined = value > 0
        open_tables, best, value = open_tables[joined], best[joined], value[joined]
        if not len(open_tables):
            break
        keep, gone = best // size, best % size
        _join(sums, weight, labels, open_tables, keep, gone)
        weakest = np.minimum(sure[open_tables, gone], probability(value))
        sure[open_tables, keep] = np.minimum(sure[open_tables, keep], weakest)
    return labels, sure


def probability(odds: Floats) -> Floats:
    """The probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-odds)))


def _join(sums: Floats, weight: Floats, labels: Numbers, table: Numbers, keep: Numbers, gone: Numbers) -> None:
    joined = sums[table, keep] + sums[table, gone]
    sums[table, keep] = sums[table, :, keep] = joined
    sums[table, gone] = sums[table, :, gone] = -np.inf
    sums[table, keep, keep] = -np.inf
    weight[table, keep] += weight[table, gone]
    moved = labels[table] == gone[:, None]
    labels[table] = np.where(moved, keep[:, None], labels[table])
