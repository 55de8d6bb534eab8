"""How good a grouping is, beside the truth. Groups and persons are numbers, one for each record.

All figures come from counts of records by (group, person), so that a million records take about a second.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int64]
BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


class Score(msgspec.Struct, frozen=True):
    """Precision is 1 where nothing was claimed, recall where nothing was to be found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Bin(msgspec.Struct, frozen=True):
    """Groups with a confidence from `low` up to `high`: how many, their mean confidence, the share that is right."""

    low: float
    high: float
    groups: int
    confidence: float
    right: float


class Quality(msgspec.Struct, frozen=True):
    """`pairwise` over all pairs of records; `largest_wrong` is the number of records in the largest group that holds
    more than one person, 0 if there is none."""

    pairwise: Score
    b_cubed: Score
    largest_wrong: int


class Crossing(msgspec.Struct, frozen=True):
    """For each (group, person) that occurs: the group, the person, by number, and its records."""

    group: Ids
    person: Ids
    records: Counts

    @property
    def of_group(self) -> Counts:
        """The records of each group."""
        return _sums(self.group, self.records)

    @property
    def of_person(self) -> Counts:
        return _sums(self.person, self.records)


def quality(groups: Sequence[int] | Ids, persons: Sequence[int] | Ids) -> Quality:
    crossing = cross(groups, persons)
    return Quality(pairwise(crossing), b_cubed(crossing), largest_wrong(crossing))


def cross(groups: Sequence[int] | Ids, persons: Sequence[int] | Ids) -> Crossing:
    """Raises ValueError where the two are not of one length."""
    group, person = _numbered(groups), _numbered(persons)
    if len(group) != len(person):
        raise ValueError(f"{len(group)} groups for {len(person)} persons")
    width = int(person.max(initial=0)) + 1
    cells, records = np.unique(group * width + person, return_counts=True)
    return Crossing(cells // width, cells % width, records)


def pairwise(crossing: Crossing) -> Score:
    """Of pairs in one group, those of one person; of pairs of one person, those in one group."""
    both = _pairs(crossing.records)
    return Score(_share(both, _pairs(crossing.of_group)), _share(both, _pairs(crossing.of_person)))


def b_cubed(crossing: Crossing) -> Score:
    """The mean over the records of the share of each one's group that is its person's, and of each one's person that is
    in its group."""
    squares, total = crossing.records.astype(np.float64) ** 2, int(crossing.records.sum())
    precision = (squares / crossing.of_group[crossing.group]).sum()
    recall = (squares / crossing.of_person[crossing.person]).sum()
    return Score(_share(precision, total), _share(recall, total))


def largest_wrong(crossing: Crossing) -> int:
    wrong = np.bincount(crossing.group) > 1
    return int(crossing.of_group[wrong].max(initial=0))


def reliability(
    groups: Sequence[int] | Ids,
    persons: Sequence[int] | Ids,
    confidence: Sequence[float] | npt.NDArray[np.float64],
    edges: Sequence[float] = BINS,
) -> list[Bin]:
    """The groups of two records and more, by confidence. A group is right if all its records are of one person.

    `confidence` has a value for each record, the same within a group; the last bin holds its upper edge too.
    """
    crossing = cross(groups, persons)
    several = crossing.of_group > 1
    said = _of_groups(_numbered(groups), np.asarray(confidence, dtype=np.float64))[several]
    right = (np.bincount(crossing.group) == 1)[several]
    number = np.clip(np.searchsorted(np.asarray(edges), said, side="right") - 1, 0, len(edges) - 2)
    bins = ((index, number == index) for index in range(len(edges) - 1))
    return [_bin(edges[index], edges[index + 1], said[there], right[there]) for index, there in bins if there.any()]


def _bin(low: float, high: float, said: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> Bin:
    return Bin(low, high, len(said), float(said.mean()), float(right.mean()))


def _of_groups(group: Ids, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The value of each group's records."""
    found = np.zeros(int(group.max(initial=-1)) + 1)
    found[group] = values
    return found


def _numbered(ids: Sequence[int] | Ids) -> Ids:
    """The same ids as numbers from 0 without gaps."""
    return np.unique(np.asarray(ids), return_inverse=True)[1].astype(np.int64)


def _sums(of: Ids, records: Counts) -> Counts:
    return np.bincount(of, weights=records).astype(np.int64)


def _pairs(records: Counts) -> int:
    return int((records * (records - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0
