import math
from collections.abc import Iterator

import pytest

from openprofiles.matching.probabilistic.engine import Resolution, resolve
from openprofiles.matching.probabilistic.explain import strongest_path
from tests.matching.customers import Row, table

HOME = {"LastName": "Ferrante", "HomePhoneNumber": "212 555 7788", "Address.Address1": "17 Orchard Street"}
CASE: list[Row] = [
    {**HOME, "FirstName": "Marco", "BirthDate": "1970-03-04"},
    {**HOME, "FirstName": "Marco", "BirthDate": "1970-04-03"},
    {**HOME, "FirstName": "Elena", "BirthDate": "1982-08-14"},
]


@pytest.fixture(scope="module")
def first(others: list[Row]) -> int:
    return len(others)


@pytest.fixture(scope="module")
def resolution(others: list[Row]) -> Iterator[Resolution]:
    with resolve(table([*others, *CASE])) as resolved:
        yield resolved


def test_a_match_names_the_level_of_each_comparison(resolution: Resolution, first: int) -> None:
    explanation = resolution.explain(first, first + 1)

    levels = {weight.comparison: weight.level for weight in explanation.weights}
    assert explanation.same_group
    assert levels["date of birth"] == "day and month swapped"
    assert levels["phone"] == "shared, of a household"
    assert levels["e-mail"] == "missing"


def test_a_missing_value_weighs_nothing(resolution: Resolution, first: int) -> None:
    weights = {weight.comparison: weight for weight in resolution.explain(first, first + 1).weights}

    assert weights["e-mail"].against_unrelated == weights["e-mail"].against_household == 0


def test_a_relative_is_told_apart_by_the_weights_against_the_household(resolution: Resolution, first: int) -> None:
    explanation = resolution.explain(first, first + 2)

    weights = {weight.comparison: weight for weight in explanation.weights}
    assert not explanation.same_group
    assert explanation.total_against_unrelated > 0 > explanation.total_against_household
    assert weights["first name"].against_household < -2


def test_the_log_odds_are_those_of_the_two_totals(resolution: Resolution, first: int) -> None:
    explanation = resolution.explain(first, first + 1)

    rivals = math.exp(-explanation.total_against_unrelated) + math.exp(-explanation.total_against_household)
    assert explanation.log_odds == pytest.approx(-math.log(rivals))
    assert explanation.probability == pytest.approx(1 / (1 + rivals))


def test_shared_values_come_with_how_many_rows_have_them(resolution: Resolution, first: int) -> None:
    shared = {value.comparison: (value.value, value.holders) for value in resolution.explain(first, first + 1).shared}

    assert shared == {"first name": ("marco", 2), "last name": ("ferrante", 3), "phone": ("125557788", 3)}


def test_the_order_of_the_two_rows_makes_no_difference(resolution: Resolution, first: int) -> None:
    assert resolution.explain(first, first + 1).weights == resolution.explain(first + 1, first).weights


def test_an_unknown_row_is_refused(resolution: Resolution) -> None:
    with pytest.raises(KeyError):
        resolution.explain(0, 10_000_000)


def test_a_row_is_not_explained_against_itself(resolution: Resolution) -> None:
    with pytest.raises(ValueError, match="not against itself"):
        resolution.explain(0, 0)


def test_the_path_goes_round_a_weak_link() -> None:
    links = {(1, 2): 5.0, (2, 3): 4.0, (1, 3): -2.0}

    assert strongest_path(links, 1, 3) == [(1, 2, 5.0), (2, 3, 4.0)]
