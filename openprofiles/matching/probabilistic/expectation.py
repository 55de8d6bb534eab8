"""Expectation maximisation over all pairs of records, without labels, in three classes.

A pair is of one customer (SAME), of two people who share a household or a workplace (HOUSEHOLD), or UNRELATED. Only
candidates can be of the first two; every pair that blocking left out is unrelated and counts as the background says.
So the weights do not depend on which keys brought a pair in, and the prior of a match falls by itself as records grow
in number. Levels are taken as independent within a class.
"""

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from openprofiles.matching.probabilistic.background import Background
from openprofiles.matching.probabilistic.comparisons import Levels
from openprofiles.matching.probabilistic.levels import COMPARISONS
from openprofiles.matching.probabilistic.prior import (
    ALIKE,
    HOUSEHOLD,
    NAMED_ALIKE,
    PAIRS_OF_A_RECORD,
    PSEUDO_PAIRS,
    SAME,
    UNRELATED,
    UNRELATED_PAIRS,
)

Floats = npt.NDArray[np.float64]

MOST_ROUNDS = 30
SETTLED = 1e-3
"""The largest relative change of a class's size in a round at which the search ends."""
LEAST_PAIRS = 0.5
"""Pairs of a level that are taken to exist among the unrelated where none was seen."""


class Model(msgspec.Struct, frozen=True):
    """What was learnt: for each comparison and class the logarithm of each level's share, and of the classes' sizes.

    `shares[comparison][class][level]`; classes in the order same, household, unrelated. Level 0 says nothing: 0.
    """

    shares: list[list[list[float]]]
    sizes: list[float]


def learn(levels: Levels, counts: Floats, records: int, background: Background) -> Model:
    """The model of distinct level patterns and how often each occurs among the candidates."""
    model = starting_model(records, background)
    for _ in range(MOST_ROUNDS):
        found = maximised(levels, counts * belief(model, levels), background)
        settled = np.abs(np.subtract(found.sizes, model.sizes)).max() < SETTLED
        model = found
        if settled:
            break
    return model


def class_weights(model: Model, levels: Levels) -> Floats:
    """The logarithm of each class's probability times that of the pattern: a row for each class."""
    weights = np.repeat(np.asarray(model.sizes)[:, None], len(levels), axis=1)
    for place, shares in enumerate(model.shares):
        weights += np.asarray(shares)[:, levels[:, place]]
    return weights


def belief(model: Model, levels: Levels) -> Floats:
    """The probability of each class for each pattern: columns sum to one."""
    weights = class_weights(model, levels)
    odds = np.exp(weights - weights.max(axis=0))
    return np.asarray(odds / odds.sum(axis=0))


def log_odds(model: Model, levels: Levels) -> Floats:
    """The logarithm of the odds that a pair is of one customer rather than of two."""
    same, household, unrelated = class_weights(model, levels)
    return np.asarray(same - np.logaddexp(household, unrelated))


def starting_model(records: int, background: Background) -> Model:
    """The model before the data is seen, but for what pairs in general look like."""
    nothing = np.zeros((3, 0))
    sizes = np.array([records * share for share in PAIRS_OF_A_RECORD])
    model = maximised(np.zeros((0, len(COMPARISONS)), np.uint8), nothing, background)
    return Model(model.shares, _log_sizes(sizes, background))


def maximised(levels: Levels, pairs: Floats, background: Background) -> Model:
    """The model under which the believed pairs (class by pattern) are likeliest, given the prior."""
    shares = []
    for place, comparison in enumerate(COMPARISONS):
        size, name = len(comparison.levels), comparison.name
        same, household, unrelated = (_counted(levels[:, place], row, size) for row in pairs)
        others = np.maximum(background.levels[place] - same - household, unrelated)
        expected = UNRELATED_PAIRS * prior_share(UNRELATED, name, background)
        of_unrelated = _share(np.maximum(others, LEAST_PAIRS) + expected)
        of_same = _share(same + PSEUDO_PAIRS * prior_share(SAME, name, background))
        of_household = _of_household(name, household, of_same, of_unrelated, background)
        shares.append([_logarithms(of_class) for of_class in (of_same, of_household, of_unrelated)])
    return Model(shares, _log_sizes(pairs[:2].sum(axis=1), background))


def prior_share(prior: Mapping[str, tuple[float, ...]], name: str, background: Background) -> Floats:
    """The share of each level that is expected; that of equal names over the bands as records have them."""
    share = np.array(prior[name], np.float64)
    if name in background.holders:
        holders = background.holders[name]
        share[1 : len(holders) + 1] = share[1 : len(holders) + 1].sum() * holders / holders.sum()
    return share


def _counted(levels: Levels, pairs: Floats, size: int) -> Floats:
    return np.bincount(levels, pairs, minlength=size).astype(np.float64)


def _of_household(name: str, seen: Floats, same: Floats, unrelated: Floats, background: Background) -> Floats:
    if name in NAMED_ALIKE:
        return (1 - NAMED_ALIKE[name]) * unrelated + NAMED_ALIKE[name] * same
    expected = prior_share(HOUSEHOLD, name, background)
    if name in ALIKE:
        return (1 - ALIKE[name]) * unrelated + ALIKE[name] * _share(expected)
    return _share(seen + PSEUDO_PAIRS * expected)


def _share(counts: Floats) -> Floats:
    """Shares among the levels at which neither side is missing."""
    present = counts.copy()
    present[0] = 0.0
    return np.asarray(present / max(present.sum(), 1e-300))


def _logarithms(share: Floats) -> list[float]:
    logarithms = np.log(np.maximum(share, 1e-12))
    logarithms[0] = 0.0
    return [float(logarithm) for logarithm in logarithms]


def _log_sizes(sizes: Floats, background: Background) -> list[float]:
    related = np.maximum(sizes, 1.0)
    unrelated = max(background.pairs - related.sum(), 1.0)
    return [float(size) for size in np.log(np.append(related, unrelated) / background.pairs)]
