"""How good the groups are on data with labels that the engine does not see."""

import pytest

from openprofiles.matching.probabilistic.engine import resolve
from tests.matching.customers import population, table
from tests.matching.febrl import febrl
from tests.matching.measures import cluster_f1


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_nearly_every_duplicate_of_febrl_is_found(number: int) -> None:
    rows, owners = febrl(number)

    with resolve(table(rows)) as resolution:
        assert cluster_f1(resolution.groups, owners) >= 0.998


def test_customers_of_households_are_told_apart_and_put_together() -> None:
    rows, owners = population(1_500, seed=7)

    with resolve(table(rows)) as resolution:
        assert cluster_f1(resolution.groups, owners) >= 0.96


def test_confidence_is_about_the_share_of_groups_that_are_right() -> None:
    rows, owners = population(1_500, seed=8)

    with resolve(table(rows)) as resolution:
        matches = list(resolution.groups.matches())

    right = sum(len({owners[row] for row in match.rows}) == 1 for match in matches)
    expected = sum(match.confidence for match in matches)
    assert right == pytest.approx(expected, rel=0.03)
