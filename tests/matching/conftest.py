from collections.abc import Callable, Sequence

import pytest

from openprofiles.matching.probabilistic.engine import resolve
from tests.matching.customers import Row, population, table

Grouped = Callable[[Sequence[Row]], list[list[int]]]


@pytest.fixture(scope="session")
def others() -> list[Row]:
    """Customers among whom a case takes place: without them no value would be rare or common."""
    return population(700, seed=1)[0]


@pytest.fixture(scope="session")
def grouped(others: list[Row]) -> Grouped:
    """Groups the rows of a case among the others: the groups that hold two of them or more, as indexes in the case."""

    def groups_among_others(case: Sequence[Row]) -> list[list[int]]:
        start = len(others)
        with resolve(table([*others, *case])) as resolution:
            found = [[row - start for row in match.rows if row >= start] for match in resolution.groups.matches()]
        return sorted(rows for rows in found if len(rows) > 1)

    return groups_among_others
