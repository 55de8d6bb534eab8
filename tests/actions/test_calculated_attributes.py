"""The values of calculated attributes are right to the moment, whatever a worker has kept in advance."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openprofiles.actions import calculate
from openprofiles.actions.records import DAY
from openprofiles.calculation.upkeep import MANY_OBJECTS
from openprofiles.mapping.attributes import Attributes
from openprofiles.storage.database import Database
from openprofiles.workers import recalculate
from tests.api.mappings import Definition, products, system

from .shop import Shop, holding, unique_key_text


def orders(**settings: Any) -> Definition:
    """Orders, whose customers are known by a number."""
    return system("orders", **settings)


def define(shop: Shop, name: str, statistic: str, expression: str = "{orders.price}", **members: Any) -> None:
    names = [{"Name": part.split("}")[0].split(".", 1)[1]} for part in expression.split("{")[1:]]
    details = {"Expression": expression, "Attributes": names}
    shop.run(
        "CreateCalculatedAttributeDefinition",
        CalculatedAttributeName=name,
        AttributeDetails=details,
        Statistic=statistic,
        **members,
    )


def value(shop: Shop, name: str, customer: str = "c1") -> str | None:
    answer = shop.run(
        "GetCalculatedAttributeForProfile", CalculatedAttributeName=name, ProfileId=shop.one("customer", customer)
    )
    found: str | None = answer.value
    return found


def explained(shop: Shop, name: str, customer: str = "c1") -> list[str]:
    """The verdicts on all objects, newest first."""
    answer = shop.run(
        "ExplainCalculatedAttribute", CalculatedAttributeName=name, ProfileId=shop.one("customer", customer)
    )
    return [one.verdict for one in answer.objects]


def recalculated(shop: Shop) -> None:
    """Let the worker do all that it wants to."""
    while recalculate(shop.database, shop.now):
        pass


def put(shop: Shop, number: int, price: object = 1, customer: str = "c1", **members: Any) -> str:
    return shop.put("orders", id=str(number), customer=customer, price=price, **members)


@pytest.fixture
def store(shop: Shop) -> Shop:
    shop.define("orders", orders())
    return shop


MANY = 40
"""More objects than a profile may have before series are kept."""


def fill(shop: Shop, count: int = MANY) -> None:
    for start in range(0, count, 10):
        shop.put_many(
            "orders", [{"id": str(number), "customer": "c1", "price": number} for number in range(start, start + 10)]
        )


def kept(shop: Shop) -> int:
    return len(shop.rows("calculated_series"))


def test_decimals_have_no_noise(store: Shop) -> None:
    define(store, "spent", "SUM")
    put(store, 1, 0.1)
    put(store, 2, 0.2)
    assert value(store, "spent") == "0.3"


def test_only_objects_after_the_definition_count_unless_it_says_otherwise(store: Shop) -> None:
    put(store, 1, 5)
    define(store, "later", "SUM")
    define(store, "all", "SUM", UseHistoricalData=True)
    put(store, 2, 7)
    assert (value(store, "later"), value(store, "all")) == ("7", "12")


def test_an_object_that_leaves_the_window_counts_no_more(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions={"Range": {"Value": 30, "Unit": "DAYS"}})
    put(store, 1, 5)
    store.now += 31 * DAY
    put(store, 2, 7)
    assert value(store, "spent") == "7"


def test_an_object_that_is_replaced_counts_as_it_is_now(store: Shop) -> None:
    define(store, "spent", "SUM")
    put(store, 1, 5)
    put(store, 1, 7)
    assert value(store, "spent") == "7"


def test_an_object_that_is_deleted_counts_no_more(store: Shop) -> None:
    define(store, "spent", "SUM")
    key = put(store, 1, 5)
    put(store, 2, 7)
    store.remove("orders", store.one("customer", "c1"), key)
    assert value(store, "spent") == "7"


def test_an_object_that_has_expired_counts_no_more_though_nobody_has_removed_it(shop: Shop) -> None:
    shop.define("orders", orders(ExpirationDays=10))
    define(shop, "spent", "SUM")
    put(shop, 1, 5)
    profile_id = shop.one("customer", "c1")
    shop.update(profile_id, FirstName="Ann")
    shop.now += 11 * DAY
    assert value(shop, "spent") is None


def test_objects_that_a_merge_moves_count_in_the_profile_that_stays(store: Shop) -> None:
    define(store, "spent", "SUM")
    put(store, 1, 5)
    put(store, 2, 7, customer="c2")
    store.merge(store.one("customer", "c1"), store.one("customer", "c2"))
    assert value(store, "spent") == "12"


def test_a_deleted_object_type_leaves_no_value(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    store.create(FirstName="Ann")
    store.add_key(store.one("customer", "c1"), "_account", "a1")
    recalculated(store)
    store.forget("orders")
    assert value_of_account(store) is None


def value_of_account(shop: Shop) -> str | None:
    profile_id = shop.one("_account", "a1")
    found: str | None = shop.run(
        "GetCalculatedAttributeForProfile", CalculatedAttributeName="spent", ProfileId=profile_id
    ).value
    return found


# --- what is kept of many objects


def test_nothing_is_kept_of_few_objects(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store, 20)
    recalculated(store)
    assert kept(store) == 0


def test_what_is_kept_of_many_objects_gives_the_same_value(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    before = value(store, "spent")
    recalculated(store)
    assert kept(store) == 1
    assert value(store, "spent") == before == str(sum(range(MANY)))


def test_changes_behind_what_is_kept_count(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    put(store, 1000, 1000)
    key = put(store, 1001, 2000)
    put(store, 0, 5)
    store.remove("orders", store.one("customer", "c1"), key)
    assert value(store, "spent") == str(sum(range(MANY)) + 1005)


def test_objects_that_move_away_do_not_count_any_more(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    put(store, 1000, 1, customer="c2")
    put(store, 1, 1, customer="c2")
    assert value(store, "spent") == str(sum(range(MANY)) - 1)


def test_a_merge_behind_what_is_kept_counts(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    put(store, 1000, 1000, customer="c2")
    store.merge(store.one("customer", "c1"), store.one("customer", "c2"))
    assert value(store, "spent") == str(sum(range(MANY)) + 1000)


def test_profiles_that_have_many_objects_already_are_found_for_a_new_definition(store: Shop) -> None:
    fill(store)
    define(store, "spent", "SUM", UseHistoricalData=True)
    recalculated(store)
    assert kept(store) == 1
    assert value(store, "spent") == str(sum(range(MANY)))


def test_nothing_is_kept_for_a_definition_that_is_gone(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    store.run("DeleteCalculatedAttributeDefinition", CalculatedAttributeName="spent")
    store.now += 20 * 60 * 1000
    recalculated(store)
    assert kept(store) == 0
    assert store.rows("calculation_sweep") == []


def test_nothing_is_kept_of_a_deleted_profile(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    store.delete(store.one("customer", "c1"))
    recalculated(store)
    assert (kept(store), store.rows("recalculation")) == (0, [])


def test_nothing_is_kept_of_an_absorbed_profile(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    put(store, 1000, 1000, customer="c2")
    store.merge(store.one("customer", "c2"), store.one("customer", "c1"))
    recalculated(store)
    [row] = store.rows("calculated_series")
    assert bytes(row["profile"]).hex() == store.one("customer", "c2")


def test_a_new_mapping_holds_for_all_objects_that_count(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    mapping = orders()
    mapping["Fields"]["price"] = {"Source": "_source.id"}
    store.define("orders", mapping)
    recalculated(store)
    assert value(store, "spent") == str(sum(range(MANY)))
    assert kept(store) == 1


# --- any history


Change = tuple[Any, ...]

CHANGES = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 60), st.decimals(-99, 99, places=2), st.sampled_from(["c1", "c2"])),
    st.tuples(st.just("many"), st.integers(0, 60)),
    st.tuples(st.just("remove"), st.integers(0, 60)),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("work")),
    st.tuples(st.just("merge")),
)

STATISTICS = {
    "count": "COUNT",
    "sum": "SUM",
    "least": "MINIMUM",
    "most": "MAXIMUM",
    "average": "AVERAGE",
    "first": "FIRST_OCCURRENCE",
    "last": "LAST_OCCURRENCE",
    "mode": "MAX_OCCURRENCE",
    "recent": "RECENT_OCCURRENCES",
}

CONDITIONS = {"Range": {"Value": 30, "Unit": "DAYS"}, "ObjectCount": 35}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, max_size=25))
def test_values_are_those_of_all_objects_directly(database: Database, changes: list[Change]) -> None:
    shop = Shop(database, f"d{hash(repr(changes)) & 0xFFFFFFFF}", is_new=True)
    shop.define("orders", orders())
    for name, statistic in STATISTICS.items():
        define(shop, name, statistic, Conditions=CONDITIONS)
    for change in changes:
        APPLY[change[0]](shop, *change[1:])
        for customer in ("c1", "c2"):
            for profile_id in shop.ids("customer", customer):
                assert values_of(shop, profile_id) == directly(shop, profile_id)
    shop.run("DeleteDomain")


def _put(shop: Shop, number: int, price: Decimal, customer: str) -> None:
    put(shop, number, str(price), customer)


def _many(shop: Shop, first: int) -> None:
    objects = [{"id": str(first + number), "customer": "c1", "price": number} for number in range(40)]
    for start in range(0, 40, 10):
        shop.put_many("orders", objects[start : start + 10])


def _remove(shop: Shop, number: int) -> None:
    for row in shop.rows("profile_object"):
        if json.loads(row["object"])["id"] == str(number):
            shop.remove("orders", bytes(row["profile"]).hex(), unique_key_text(bytes(row["unique_key"])))


def _wait(shop: Shop, days: int) -> None:
    shop.now += days * DAY


def _merge(shop: Shop) -> None:
    found = [*shop.ids("customer", "c1"), *shop.ids("customer", "c2")]
    if len(set(found)) == 2:
        shop.merge(*found)


APPLY: dict[str, Callable[..., None]] = {
    "put": _put,
    "many": _many,
    "remove": _remove,
    "wait": _wait,
    "work": recalculated,
    "merge": _merge,
}


def values_of(shop: Shop, profile_id: str) -> dict[str, str | None]:
    return {
        name: shop.run("GetCalculatedAttributeForProfile", CalculatedAttributeName=name, ProfileId=profile_id).value
        for name in STATISTICS
    }


def directly(shop: Shop, profile_id: str) -> dict[str, str | None]:
    """As a person would work it out, from the objects of the profile."""
    now = shop.now
    rows = [
        row
        for row in shop.rows("profile_object", profile=bytes.fromhex(profile_id))
        if row["ingested_at"] >= now - 30 * DAY and row["expires_at"] > now
    ]
    rows.sort(key=lambda row: (row["ingested_at"], row["sequence"], bytes(row["unique_key"])))
    prices = [str(json.loads(row["object"])["price"]) for row in rows][-35:]
    if not prices:
        return {**dict.fromkeys(STATISTICS), "count": "0"}
    numbers = [Decimal(price) for price in prices]
    modes = sorted(
        set(prices), key=lambda price: (prices.count(price), max(i for i, p in enumerate(prices) if p == price))
    )
    recent = prices[::-1]
    while len(json.dumps(recent, separators=(",", ":"))) > 255:
        recent.pop()
    return {
        "count": str(len(prices)),
        "sum": plain(sum(numbers)),
        "least": plain(min(numbers)),
        "most": plain(max(numbers)),
        "average": plain(Decimal(f"{sum(numbers) / len(numbers):.17g}")),
        "first": prices[0],
        "last": prices[-1],
        "mode": modes[-1],
        "recent": json.dumps(recent, separators=(",", ":")),
    }


def plain(number: Decimal | int) -> str:
    text = f"{Decimal(number):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "-0") or "0"


# --- what hangs on other profiles, and what must not stay


def test_an_asset_that_another_profile_s_object_has_changed_counts_as_it_is(shop: Shop) -> None:
    shop.define("product", products())
    define(shop, "names", "LAST_OCCURRENCE", "{_asset.AssetName}", UseHistoricalData=True)
    shop.put("product", email="a@example.com", serial="1", name="Saw")
    profile_id = shop.one("_email", "a@example.com")
    first = asset_names(shop, profile_id)
    shop.put("product", email="a@example.com", serial="1", name="Axe")
    assert (first, asset_names(shop, profile_id)) == ("Saw", "Axe")


def asset_names(shop: Shop, profile_id: str) -> str | None:
    found: str | None = shop.run(
        "GetCalculatedAttributeForProfile", CalculatedAttributeName="names", ProfileId=profile_id
    ).value
    return found


def test_nothing_is_kept_of_standard_objects(shop: Shop) -> None:
    shop.define("product", products())
    define(shop, "names", "LAST_OCCURRENCE", "{_asset.AssetName}", UseHistoricalData=True)
    for number in range(MANY):
        shop.put("product", email="a@example.com", serial=str(number), name="Saw")
    recalculated(shop)
    assert kept(shop) == 0


def test_what_a_deleted_object_said_is_not_kept(store: Shop) -> None:
    define(store, "notes", "LAST_OCCURRENCE", "{orders.note}")
    fill(store)
    key = put(store, 1000, note="secret of ann")
    recalculated(store)
    store.remove("orders", store.one("customer", "c1"), key)
    recalculated(store)
    assert [name for name, _ in holding(store.database, "secret of ann") if name == "calculated_series"] == []


def test_nothing_is_kept_of_a_profile_that_has_few_objects_again(store: Shop) -> None:
    define(store, "spent", "SUM")
    keys = [put(store, number, number) for number in range(MANY_OBJECTS)]
    recalculated(store)
    before = kept(store)
    store.remove("orders", store.one("customer", "c1"), keys[0])
    recalculated(store)
    assert (before, kept(store)) == (1, 0)


def test_an_object_type_that_is_put_again_as_it_was_changes_nothing(store: Shop) -> None:
    define(store, "spent", "SUM")
    fill(store)
    recalculated(store)
    before = store.rows("calculated_series")
    store.define("orders", orders())
    recalculated(store)
    assert store.rows("calculated_series") == before


def test_a_field_that_is_too_much_work_has_no_value(shop: Shop) -> None:
    mapping = orders()
    mapping["Fields"]["all"] = {"Source": "{{#each _source.list}}{{#each ../_source.list}}x{{/each}}{{/each}}"}
    shop.define("orders", orders())
    define(shop, "spent", "SUM", UseHistoricalData=True, Filter=only_with("all"))
    put(shop, 1, 5, list=list(range(2_000)))
    shop.define("orders", mapping)
    assert value(shop, "spent") is None


def test_a_field_is_worked_out_once_for_each_object(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.define("orders", orders())
    for number in range(5):
        define(shop, f"a{number}", "COUNT", "{orders.id}", UseHistoricalData=True)
    put(shop, 1)
    asked: list[Any] = []
    follow = Attributes._followed

    def noted(self: Attributes, source: Any) -> Any:
        asked.append(source)
        return follow(self, source)

    monkeypatch.setattr(Attributes, "_followed", noted)
    shop.run("ListCalculatedAttributesForProfile", ProfileId=shop.one("customer", "c1"))
    assert len(asked) == 1


def only_with(name: str) -> dict[str, Any]:
    dimension = {"Attributes": {name: {"DimensionType": "CONTAINS", "Values": ["x"]}}}
    return {"Include": "ALL", "Groups": [{"Type": "ALL", "Dimensions": [dimension]}]}


def test_one_profile_that_takes_too_much_work_does_not_stop_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = orders()
    mapping["Fields"]["price"] = {"Source": "{{#each _source.list}}{{this}}{{/each}}"}
    shop.define("orders", mapping)
    define(shop, "spent", "SUM")
    for number in range(MANY):
        put(shop, number, list=[1, 2, 3])
    monkeypatch.setattr(calculate, "MOST_STEPS", 10)
    recalculated(shop)
    assert (kept(shop), shop.rows("recalculation")) == (0, [])
