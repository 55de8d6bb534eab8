"""Of which type an object goes when several have too many ("Customer Profiles data limits")."""

import json

import pytest

from openprofiles.settings import Quotas
from tests.api.mappings import system

from .shop import Shop


def put(shop: Shop, name: str, *numbers: int) -> None:
    for number in numbers:
        shop.put(name, id=str(number), customer="ann")


def left(shop: Shop) -> list[str]:
    """What is left of the customer's objects, as type and id."""
    names = {row["number"]: row["name"] for row in shop.rows("definition")}
    rows = shop.rows("profile_object")
    return sorted(f"{names[row['object_type']]}{json.loads(row['object'])['id']}" for row in rows)


@pytest.fixture(autouse=True)
def _systems(shop: Shop) -> None:
    """Of the type `b` there are three objects, two more than it may have by now."""
    for name in ("a", "b"):
        shop.define(name, system(name))
    put(shop, "b", 1, 2, 3)
    shop.define("b", system("b", MaxProfileObjectCount=1))


def test_one_object_goes_for_one_that_comes_in(shop: Shop) -> None:
    shop.quotas = Quotas(objects_per_profile=4)
    put(shop, "a", 1)
    before = left(shop)
    put(shop, "a", 2)
    assert (before, left(shop)) == (["a1", "b1", "b2", "b3"], ["a1", "a2", "b2", "b3"])


def test_types_within_their_counts_give_way_to_none_that_is_over(shop: Shop) -> None:
    shop.quotas = Quotas(objects_per_profile=4)
    put(shop, "a", 1, 2, 3)
    assert left(shop) == ["a1", "a2", "a3", "b3"]


def test_one_object_goes_for_one_of_a_type_whose_count_was_lowered(shop: Shop) -> None:
    put(shop, "b", 4)
    assert left(shop) == ["b2", "b3", "b4"]


def test_the_type_that_is_furthest_over_its_count_gives_way_to_another_that_is_over(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=1))
    put(shop, "a", 1, 2)
    assert left(shop) == ["a1", "a2", "b2", "b3"]
