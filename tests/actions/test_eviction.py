"""What a profile may have of objects, and which of them goes for a new one ("Customer Profiles data limits")."""

from typing import Any

import pytest

from openprofiles.errors import BadRequestException
from openprofiles.settings import Quotas
from tests.api.mappings import system

from .shop import Shop
from .test_check import found


def with_quotas(shop: Shop, **quotas: int) -> None:
    shop.quotas = Quotas(**quotas)


def put(shop: Shop, name: str, *numbers: int, **members: Any) -> None:
    for number in numbers:
        shop.put(name, id=str(number), customer="ann", **members)


def left(shop: Shop) -> list[str]:
    """What is left of the customer's objects, as type and id, in the order of the types."""
    rows = shop.rows("profile_object", profile=bytes.fromhex(shop.one("customer", "ann")))
    names = {row["number"]: row["name"] for row in shop.rows("definition")}
    ids = [f"{names[row['object_type']]}{row['object'].partition(':')[2].split(',')[0].strip()}" for row in rows]
    return sorted(one.replace('"', "") for one in ids)


@pytest.fixture(autouse=True)
def _systems(shop: Shop) -> None:
    for name in ("a", "b"):
        shop.define(name, system(name))


def test_of_a_type_that_is_over_its_own_count_the_oldest_goes(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=2))
    put(shop, "b", 1, 2, 3)
    put(shop, "a", 1, 2, 3)
    assert left(shop) == ["a2", "a3", "b1", "b2", "b3"]
    assert shop.sums()["objects"] == 5
    assert found(shop) == []


def test_an_object_that_is_put_again_needs_no_room_and_is_the_newest(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=2))
    put(shop, "a", 1, 2, 1, 3)
    assert left(shop) == ["a1", "a3"]


def test_in_a_full_profile_the_oldest_of_the_type_that_came_in_goes(shop: Shop) -> None:
    with_quotas(shop, objects_per_profile=3)
    put(shop, "b", 1)
    put(shop, "a", 1, 2, 3)
    assert left(shop) == ["a2", "a3", "b1"]


def test_in_a_full_profile_the_first_of_a_type_takes_the_place_of_the_oldest_of_all(shop: Shop) -> None:
    with_quotas(shop, objects_per_profile=2)
    put(shop, "b", 1, 2)
    put(shop, "a", 1)
    assert left(shop) == ["a1", "b2"]


def test_in_a_full_profile_the_type_that_is_furthest_over_its_count_gives_way(shop: Shop) -> None:
    with_quotas(shop, objects_per_profile=4)
    put(shop, "b", 1, 2, 3)
    shop.define("b", system("b", MaxProfileObjectCount=1))
    put(shop, "a", 1, 2)
    assert left(shop) == ["a1", "a2", "b2", "b3"]


def test_objects_go_until_their_bytes_fit(shop: Shop) -> None:
    with_quotas(shop, object_bytes_per_profile=1_000)
    put(shop, "a", 1, 2, 3, note="x" * 200)
    put(shop, "a", 4, note="x" * 800)
    assert left(shop) == ["a4"]
    assert shop.sums()["bytes"] <= 1_000
    assert found(shop) == []


def test_objects_of_one_list_push_each_other_out(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=2))
    shop.put_many("a", [{"id": str(number), "customer": "ann", "first": f"A{number}"} for number in range(6)])
    assert left(shop) == ["a4", "a5"]
    assert shop.profile(shop.one("customer", "ann")) == {"FirstName": "A5"}
    assert found(shop) == []


def test_what_an_evicted_object_said_stays_until_its_type_goes(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=1))
    put(shop, "a", 1, first="Ann")
    put(shop, "a", 2, last="Lee")
    assert shop.profile(shop.one("customer", "ann")) == {"FirstName": "Ann", "LastName": "Lee"}
    assert shop.ids("aId", "1") == [shop.one("customer", "ann")]
    put(shop, "b", 1)
    shop.forget("a")
    shop.purge_types()
    assert shop.profile(shop.one("customer", "ann")) == {}
    assert found(shop) == []


def test_the_counts_of_all_types_fit_into_a_profile(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=600))
    with pytest.raises(BadRequestException, match="MaxProfileObjectCount 401 is more than the 400"):
        shop.define("b", system("b", MaxProfileObjectCount=401))
    shop.define("a", system("a", MaxProfileObjectCount=1000))


def test_a_domain_has_so_many_object_types(shop: Shop) -> None:
    with_quotas(shop, object_types=2)
    shop.define("b", system("b"))
    with pytest.raises(BadRequestException, match="has 2 object types"):
        shop.define("c", system("c"))


def test_an_account_has_so_many_domains_in_a_region(shop: Shop) -> None:
    with_quotas(shop, domains=1)
    with pytest.raises(BadRequestException, match="There are 1 domains"):
        shop.run("CreateDomain", DomainName="other", DefaultExpirationDays=1)
    shop.region = "eu-north-1"
    shop.run("CreateDomain", DomainName="other", DefaultExpirationDays=1)


def test_an_object_that_was_evicted_may_come_again_twice_in_the_same_list(shop: Shop) -> None:
    shop.define("a", system("a", MaxProfileObjectCount=1))
    put(shop, "a", 1, email="k1@example.com")
    again = [{"id": "1", "customer": "ann", "email": f"k{number}@example.com"} for number in (2, 3)]
    shop.put_many("a", [{"id": "2", "customer": "ann"}, *again])
    assert left(shop) == ["a1"]
    assert found(shop) == []
