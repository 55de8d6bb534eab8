"""Pairs that are likely one customer → components of at most LARGEST records, with every pair inside them scored."""

import msgspec
import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LARGEST = 60
"""Records of a component. A larger one is cut again at a higher bar: no customer has so many records by chance."""
BAR = 0.0
"""The log-odds that a pair needs to link two records: more likely one customer than not."""
HIGHEST_BAR = 12.0
APART = -1e9
"""The log-odds of a pair that must never be in one group: no other pairs outvote it."""


class Scored(msgspec.Struct, frozen=True):
    """Pairs of records as one number each (`pair_key`), ascending, with their log-odds."""

    keys: Numbers
    odds: Floats


def pair_key(low: Numbers, high: Numbers) -> Numbers:
    """A pair as one number, in the order of its records."""
    return np.asarray((low << 32) | high)


def ends(keys: Numbers) -> tuple[Numbers, Numbers]:
    """The two records of each pair."""
    return keys >> 32, keys & 0xFFFFFFFF


def components(records: int, low: Numbers, high: Numbers) -> Numbers:
    """For each record the smallest record that it is linked with, directly or through others."""
    root = np.arange(records, dtype=np.int64)
    while True:
        least = np.minimum(root[low], root[high])
        before = root.copy()
        np.minimum.at(root, before[low], least)
        np.minimum.at(root, before[high], least)
        root = _flattened(root)
        apart = root[low] != root[high]
        low, high = low[apart], high[apart]
        if not len(low):
            return root


def bounded_components(records: int, scored: Scored, largest: int = LARGEST) -> Numbers:
    """Components at the lowest bar at which each is small enough."""
    bar = BAR
    linked = scored.odds > bar
    low, high = ends(scored.keys[linked])
    odds = scored.odds[linked]
    root = components(records, low, high)
    while True:
        oversize = np.bincount(root, minlength=records)[root] > largest
        if not oversize.any():
            return root
        bar += 1.0
        kept = ~oversize[low] | (odds > bar) & (bar <= HIGHEST_BAR)
        low, high, odds = low[kept], high[kept], odds[kept]
        root = components(records, low, high)


def members_by_size(root: Numbers) -> list[Numbers]:
    """Components of two or more records, by size: for each size a table with a row of ascending records for each."""
    order = np.argsort(root, kind="stable")
    sizes = np.bincount(root, minlength=len(root))
    size_of = sizes[root[order]]
    return [order[size_of == size].reshape(-1, size) for size in np.unique(sizes[sizes > 1])]


def unscored_pairs(root: Numbers, scored: Scored) -> Numbers:
    """The pairs inside components that have no score yet."""
    inside = [np.zeros(0, np.int64)]
    for members in members_by_size(root):
        first, second = np.triu_indices(members.shape[1], 1)
        inside.append(pair_key(members[:, first], members[:, second]).ravel())
    return np.setdiff1d(np.concatenate(inside), scored.keys, assume_unique=True)


def merged(scored: Scored, more: Scored) -> Scored:
    """Both, ascending."""
    keys = np.concatenate([scored.keys, more.keys])
    order = np.argsort(keys, kind="stable")
    return Scored(keys[order], np.concatenate([scored.odds, more.odds])[order])


def kept_apart(scored: Scored, keys: Numbers) -> Scored:
    """The scores with pairs that must never be in one group, whatever they look like."""
    others = scored.keys[~np.isin(scored.keys, keys)]
    odds = scored.odds[~np.isin(scored.keys, keys)]
    return merged(Scored(others, odds), Scored(keys, np.full(len(keys), APART)))


def _flattened(root: Numbers) -> Numbers:
    while True:
        jumped = root[root]
        if np.array_equal(jumped, root):
            return root
        root = jumped
