"""A domain's counters equal what a recount of its tables gives, whatever was done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprofiles.actions import delete
from openprofiles.actions.page_tokens import make_key
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.workers import purge_object_types
from tests.api.mappings import products, system

from .shop import Record, Shop, unique_key_text

TYPES = ("crm", "web")
NAMES = ("profiles", "objects", "bytes", "metered")
METERED_OBJECTS = 100
"""A profile counts once for each started hundred objects (model of DomainStats, MeteringProfileCount)."""

Step = tuple[str, int, int]
"""What to do, and two numbers that say to which type, customer, object or profile."""


def put(shop: Shop, first: int, second: int) -> None:
    shop.put(TYPES[first % 2], id=str(second), customer=f"c{first}", first="Ann" * second)


def put_many(shop: Shop, first: int, second: int) -> None:
    """Enough objects of one customer for a second hundred, when it is done again for other ids."""
    for start in range(second * 60, second * 60 + 60, 10):
        shop.put_many("crm", [{"id": f"m{number}", "customer": f"c{first}"} for number in range(start, start + 10)])


def put_product(shop: Shop, first: int, second: int) -> None:
    shop.put("product", email=f"c{first}@example.com", serial=str(second), name="Saw")


def remove_object(shop: Shop, first: int, second: int) -> None:
    live = {row["number"]: row["name"] for row in shop.rows("definition")}
    objects = [row for row in shop.rows("profile_object") if row["object_type"] in live]
    if objects:
        row = objects[(first * 7 + second) % len(objects)]
        shop.remove(live[row["object_type"]], row["profile"].hex(), unique_key_text(row["unique_key"]))


def create(shop: Shop, first: int, second: int) -> None:
    shop.create(EmailAddress=f"c{first}@example.com")


def profile_ids(shop: Shop) -> list[str]:
    return sorted(row["id"].hex() for row in shop.rows("profile"))


def update(shop: Shop, first: int, second: int) -> None:
    if ids := profile_ids(shop):
        shop.update(ids[first % len(ids)], LastName=f"Lee {second}")


def delete_profile(shop: Shop, first: int, second: int) -> None:
    if ids := profile_ids(shop):
        shop.delete(ids[(first + second) % len(ids)])


def merge(shop: Shop, first: int, second: int) -> None:
    ids = profile_ids(shop)
    if len(ids) > 1:
        main = ids.pop(first % len(ids))
        shop.merge(main, *{ids[second % len(ids)], ids[(first + second) % len(ids)]})


def redefine(shop: Shop, first: int, second: int) -> None:
    shop.forget(TYPES[first % 2])
    shop.define(TYPES[first % 2], system(TYPES[first % 2]))


def scrub(shop: Shop, first: int, second: int) -> None:
    purge_object_types(shop.database, shop.now)


STEPS: dict[str, Callable[[Shop, int, int], None]] = {
    "put": put,
    "put many": put_many,
    "put product": put_product,
    "remove object": remove_object,
    "create": create,
    "update": update,
    "delete profile": delete_profile,
    "merge": merge,
    "redefine": redefine,
    "scrub": scrub,
}
OFTEN = ("put", "put", "put", "put product", *STEPS)

runs = st.lists(st.tuples(st.sampled_from(OFTEN), st.integers(0, 4), st.integers(0, 4)), min_size=5, max_size=25)


def counters(shop: Shop) -> Record:
    row = shop.sums()
    return {name: row[name] for name in NAMES}


def recounted(shop: Shop) -> Record:
    """The same from the rows themselves."""
    profiles, objects = shop.rows("profile"), shop.rows("profile_object")
    of_each = [sum(row["profile"] == profile["id"] for row in objects) for profile in profiles]
    sizes = [len(row["object"].encode()) for row in objects]
    metered = [max(1, -(-count // METERED_OBJECTS)) for count in of_each]
    return dict(zip(NAMES, (len(profiles), len(objects), sum(sizes), sum(metered)), strict=True))


def objects_of_each(shop: Shop) -> tuple[list[int], list[int]]:
    """How many objects each profile says that it has, and how many it has."""
    profiles, objects = shop.rows("profile"), shop.rows("profile_object")
    counted = [sum(row["profile"] == profile["id"] for row in objects) for profile in profiles]
    return [profile["objects"] for profile in profiles], counted


def test_the_counters_equal_a_recount_after_any_run(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "store.sqlite3")
    database.write(make_key).result(5)
    numbers = iter(range(1_000_000))

    @settings(max_examples=60, deadline=None)
    @given(runs)
    def check(steps: list[Step]) -> None:
        shop = Shop(database, f"shop-{next(numbers)}")
        for name in TYPES:
            shop.define(name, system(name))
        shop.define("product", products())
        for name, first, second in steps:
            STEPS[name](shop, first, second)
        assert counters(shop) == recounted(shop)
        said, counted = objects_of_each(shop)
        assert said == counted
        shop.run("DeleteDomain")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delete, "SCRUBBED_AT_ONCE", 3)
        patch.setattr(delete, "PURGED_AT_ONCE", 3)
        check()
    database.close()


def test_a_profile_is_metered_once_more_with_each_started_hundred_objects(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    put_many(shop, 0, 0)
    put_many(shop, 0, 1)
    assert counters(shop)["metered"] == 2
    shop.remove("crm", shop.one("customer", "c0"), shop.put("crm", id="m0", customer="c0"))
    assert counters(shop) == recounted(shop)


def test_a_merge_of_two_profiles_over_a_hundred_is_metered_as_one(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    put_many(shop, 0, 0)
    put_many(shop, 1, 1)
    assert counters(shop)["metered"] == 2
    shop.merge(shop.one("customer", "c0"), shop.one("customer", "c1"))
    assert counters(shop) == {"profiles": 1, "objects": 120, "bytes": recounted(shop)["bytes"], "metered": 2}
