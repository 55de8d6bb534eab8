"""Groups of rows: what a run gives back."""

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from openprofiles.matching.probabilistic.linkage import Linked

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Group(msgspec.Struct, frozen=True):
    """Rows that are one customer, and the probability that they all are. Its number is its smallest row."""

    number: int
    rows: tuple[int, ...]
    confidence: float


class Groups(msgspec.Struct, frozen=True):
    """For each row, in ascending order, the number of its group and the group's confidence."""

    row: Numbers
    group: Numbers
    confidence: Floats

    def table(self) -> pa.Table:
        """Columns Row, GroupId and ConfidenceScore, by row."""
        return pa.table({"Row": self.row, "GroupId": self.group, "ConfidenceScore": self.confidence})

    def matches(self) -> Iterator[Group]:
        """The groups of two rows or more, by number."""
        order = np.argsort(self.group, kind="stable")
        starts = np.flatnonzero(np.diff(self.group[order], prepend=-1))
        for members in np.split(order, starts[1:]) if len(order) else ():
            if len(members) > 1:
                yield self._group(members)

    def of(self, row: int) -> Group:
        """The group of a row. Raises KeyError for a row that was not among the input."""
        return self._group(np.flatnonzero(self.group == self.group[self.place(row)]))

    def place(self, row: int) -> int:
        """Where the row stands in the order. Raises KeyError for a row that was not among the input."""
        place = int(np.searchsorted(self.row, row))
        if place == len(self.row) or self.row[place] != row:
            raise KeyError(row)
        return place

    def _group(self, places: Numbers) -> Group:
        rows = tuple(int(row) for row in self.row[places])
        return Group(int(self.group[places[0]]), rows, float(self.confidence[places[0]]))


def groups_of(row: Numbers, linked: Linked) -> Groups:
    """Groups of records as groups of rows."""
    return Groups(row, row[linked.group], linked.confidence)
