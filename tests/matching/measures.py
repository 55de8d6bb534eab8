"""How good groups are, measured against who each row truly is."""

from collections import Counter
from collections.abc import Hashable, Sequence

from openprofiles.matching.probabilistic.groups import Groups


def cluster_f1(groups: Groups, owners: Sequence[int]) -> float:
    """F1 over pairs of rows in one group, against all pairs of rows of one owner; rows are numbered from 0."""
    found = [int(group) for group in groups.group]
    both = _pairs(list(zip(found, owners, strict=True)))
    return 2 * both / (_pairs(found) + _pairs(owners))


def _pairs(labels: Sequence[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())
