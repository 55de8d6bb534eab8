"""A deleted object type goes with all that it populated: some of it at once, the rest by a worker in small steps."""

import json
import time
from itertools import pairwise
from threading import Event

import pytest

from openprofiles.actions import delete, records
from openprofiles.errors import ResourceNotFoundException
from openprofiles.storage.database import Transaction
from openprofiles.workers import purge_object_types
from tests.api.mappings import products, system

from .shop import Shop, holding, unique_key_text

AT_ONCE = 3
OBJECTS = 11

MARK = "Quetzal"
"""Stands in the values of the deleted type, and nowhere else."""


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call and a step of the worker scrub few objects, so that a small type takes several steps."""
    monkeypatch.setattr(delete, "SCRUBBED_AT_ONCE", AT_ONCE)
    monkeypatch.setattr(delete, "PURGED_AT_ONCE", AT_ONCE)


@pytest.fixture
def filled(shop: Shop) -> Shop:
    """Eleven customers known to two systems, `crm` and `web`; the values of `web`, which came later, are shown."""
    for name in ("crm", "web"):
        shop.define(name, system(name))
    for number in range(OBJECTS):
        shop.put("crm", id=str(number), customer=f"c{number}", first="Ann", email=f"{number}@example.com")
        shop.put("web", id=f"{MARK}{number}", customer=f"c{number}", first=MARK, city=MARK, email=f"{number}@{MARK}.it")
    return shop


def counts(shop: Shop) -> tuple[int, int, int]:
    counter = shop.sums()
    return counter["profiles"], counter["objects"], counter["bytes"]


def recounted(shop: Shop) -> tuple[int, int, int]:
    objects = shop.rows("profile_object")
    return len(shop.rows("profile")), len(objects), sum(row["size"] for row in objects)


def test_a_deletion_scrubs_a_few_objects_and_leaves_the_rest_to_the_worker(filled: Shop) -> None:
    filled.forget("web")
    assert len(filled.rows("profile_object")) == 2 * OBJECTS - AT_ONCE
    assert len(filled.rows("object_type_purge")) == 1


def test_the_worker_takes_small_steps(filled: Shop) -> None:
    filled.forget("web")
    left = [len(filled.rows("profile_object"))]
    while purge_object_types(filled.database, filled.now):
        left.append(len(filled.rows("profile_object")))
    removed = [before - after for before, after in pairwise(left)]
    assert max(removed) == AT_ONCE
    assert sum(removed) == OBJECTS - AT_ONCE


def test_the_worker_leaves_no_object_of_the_type(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    assert len(filled.rows("profile_object")) == OBJECTS
    assert filled.rows("object_type_purge") == []


def test_the_worker_leaves_no_key_value_of_the_type(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    assert [row for row in filled.key_rows() if MARK.lower() in row["value"].lower()] == []
    assert filled.rows("key_name", name="webId") == []


def test_the_worker_leaves_no_claim_of_the_type(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    left = {table for table, row in holding(filled.database, MARK)}
    assert left <= {"history"}


def test_profiles_fall_back_to_the_next_best_claim(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    shown = [filled.profile(filled.one("customer", f"c{number}")) for number in range(OBJECTS)]
    assert shown == [{"FirstName": "Ann", "EmailAddress": f"{number}@example.com"} for number in range(OBJECTS)]


def test_profiles_are_found_by_the_value_that_they_fell_back_to(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    assert filled.ids("_email", f"10@{MARK}.it") == []
    assert filled.ids("_email", "10@example.com") == filled.ids("customer", "c10")


def test_the_counters_are_exact_afterwards(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    assert counts(filled) == recounted(filled)


def test_the_counters_are_exact_after_each_step(filled: Shop) -> None:
    filled.forget("web")
    assert counts(filled) == recounted(filled)
    while purge_object_types(filled.database, filled.now):
        assert counts(filled) == recounted(filled)


def test_each_scrubbed_profile_gets_one_row_of_history(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    histories = [filled.actions(filled.one("customer", f"c{number}")) for number in range(OBJECTS)]
    assert histories == [["INGESTED", "INGESTED", "UPDATED"]] * OBJECTS


def test_the_history_of_what_the_worker_did_names_the_product(filled: Shop) -> None:
    filled.forget("web")
    filled.purge_types()
    performers = {row["performed_by"] for row in filled.rows("history", action="UPDATED")}
    assert performers == {filled.caller.arn, "arn:aws:iam:::access-key/openprofiles"}


def test_values_of_objects_that_were_deleted_before_go_too(filled: Shop) -> None:
    for row in filled.rows("profile_object"):
        if MARK in row["object"]:
            filled.remove("web", row["profile"].hex(), unique_key_text(row["unique_key"]))
    filled.forget("web")
    filled.purge_types()
    assert {table for table, _ in holding(filled.database, MARK, MARK.lower())} <= {"history"}
    assert filled.rows("gone_source") == []


def test_a_type_without_objects_needs_no_worker_where_one_writes_alone(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    shop.forget("crm")
    assert bool(shop.rows("object_type_purge")) is not shop.runs_alone()
    assert bool(shop.purge_types()) is not shop.runs_alone()


def test_a_type_whose_objects_fit_one_call_needs_no_worker_where_one_writes_alone(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    for number in range(AT_ONCE - 1):
        shop.put("crm", id=str(number), customer=f"c{number}", first="Ann")
    shop.forget("crm")
    assert shop.rows("profile_object") == []
    assert bool(shop.rows("object_type_purge")) is not shop.runs_alone()


def test_many_objects_of_one_profile_are_scrubbed_too(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    for number in range(OBJECTS):
        shop.put("crm", id=str(number), customer="ann", first=f"Ann {number}")
    ann = shop.one("customer", "ann")
    shop.forget("crm")
    shop.purge_types()
    assert (shop.profile(ann), shop.objects(ann), shop.keys(ann, "customer")) == ({}, [], [])
    assert shop.row("profile", id=bytes.fromhex(ann))["objects"] == 0


# --- a new type of the same name


def test_a_new_type_of_the_same_name_has_none_of_the_old_objects(filled: Shop) -> None:
    filled.forget("web")
    filled.define("web", system("web"))
    last = filled.one("customer", "c10")
    answer = filled.run("ListProfileObjects", ObjectTypeName="web", ProfileId=last)
    assert answer.items == []


def test_an_old_object_can_not_be_deleted_through_a_new_type_of_the_same_name(filled: Shop) -> None:
    filled.forget("web")
    filled.define("web", system("web"))
    old = next(row for row in filled.rows("profile_object") if MARK in row["object"])
    with pytest.raises(ResourceNotFoundException):
        filled.remove("web", old["profile"].hex(), unique_key_text(old["unique_key"]))


def test_the_worker_leaves_the_objects_of_a_new_type_of_the_same_name(filled: Shop) -> None:
    filled.forget("web")
    filled.define("web", system("web"))
    for number in range(OBJECTS):
        filled.put("web", id=f"{MARK}{number}", customer=f"c{number}", last="Lee")
    filled.purge_types()
    assert len(filled.rows("profile_object")) == 2 * OBJECTS
    assert filled.profile(filled.one("customer", "c10")) == {
        "FirstName": "Ann",
        "LastName": "Lee",
        "EmailAddress": "10@example.com",
    }


def test_the_worker_leaves_the_keys_of_objects_of_a_new_type_of_the_same_name(filled: Shop) -> None:
    filled.forget("web")
    filled.define("web", system("web"))
    for number in range(OBJECTS):
        filled.put("web", id=f"{MARK}{number}", customer=f"c{number}", last="Lee")
    filled.purge_types()
    values = sorted(row["value"] for row in filled.key_rows(name="webId"))
    assert values == sorted(f"{MARK}{number}" for number in range(OBJECTS))


def test_the_worker_leaves_the_assets_of_a_new_type_of_the_same_name(shop: Shop) -> None:
    ann = with_new_drills_for_old_saws(shop)
    drills = [{"AssetName": "Drill", "SerialNumber": str(number)} for number in range(OBJECTS)]
    assert sorted(shop.standard("_asset", ann), key=lambda asset: int(asset["SerialNumber"])) == drills


def test_the_worker_leaves_the_keys_of_assets_of_a_new_type_of_the_same_name(shop: Shop) -> None:
    with_new_drills_for_old_saws(shop)
    assets = {row["id"] for row in shop.rows("standard_object")}
    assert {row["owner"] for row in shop.key_rows(name="productSerialNumber")} >= assets


def with_new_drills_for_old_saws(shop: Shop) -> str:
    """Products whose type was deleted and defined anew before the worker came by; their owner's id."""
    shop.define("product", products())
    for number in range(OBJECTS):
        shop.put("product", email="ann@example.com", serial=str(number), name="Saw")
    shop.forget("product")
    shop.define("product", products())
    for number in range(OBJECTS):
        shop.put("product", email="ann@example.com", serial=str(number), name="Drill")
    shop.purge_types()
    return shop.one("_email", "ann@example.com")


# --- profiles that fall back to more than they may hold


def test_a_type_goes_even_where_profiles_fall_back_to_more_than_they_may_hold(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MAX_PROFILE_BYTES", 300)
    for name in ("crm", "web"):
        shop.define(name, system(name))
    shop.put("crm", id="1", customer="ann", first="A" * 200)
    shop.put("web", id="1", customer="ann", first="Ann")
    shop.update(shop.one("customer", "ann"), LastName="L" * 100)
    shop.forget("web")
    shop.purge_types()
    assert [row["object"] for row in shop.rows("profile_object") if '"Ann"' in row["object"]] == []


# --- beside a deletion


def test_an_object_that_comes_again_while_its_type_is_being_deleted_is_counted_once(filled: Shop) -> None:
    deleted, may_commit = Event(), Event()
    delete_type = filled.work("DeleteProfileObjectType", ObjectTypeName="web")

    def delete_slowly(tx: Transaction) -> None:
        delete_type(tx)
        deleted.set()
        assert may_commit.wait(10)

    deletion = filled.database.write(delete_slowly)
    assert deleted.wait(10)
    again = json.dumps({"id": f"{MARK}0", "customer": "c0"})
    put = filled.start("PutProfileObject", ObjectTypeName="web", Object=again)
    time.sleep(0.3)  # it has looked at what is there, and waits for the deletion
    may_commit.set()

    deletion.result(10)
    put.exception(10)
    filled.purge_types()

    assert all(row["objects"] == 1 for row in filled.rows("profile"))
    assert counts(filled) == recounted(filled)


# --- after a merge


def test_nothing_of_the_type_is_left_of_what_a_profile_has_absorbed(filled: Shop) -> None:
    filled.put("web", id=f"{MARK}-own", customer="c-web", first=MARK, last=MARK, email=f"own@{MARK}.it")
    main, absorbed = filled.one("customer", "c0"), filled.one("customer", "c-web")
    filled.merge(main, absorbed)
    assert filled.ids("_email", f"own@{MARK}.it") == [main]

    filled.forget("web")
    filled.purge_types()

    assert {table for table, row in holding(filled.database, MARK)} <= {"history"}
    assert filled.ids("_email", f"own@{MARK}.it") == []
    assert filled.profile(main) == {"FirstName": "Ann", "EmailAddress": "0@example.com"}


def test_what_others_gave_to_an_absorbed_profile_stays_when_a_type_goes(filled: Shop) -> None:
    main, absorbed = filled.one("customer", "c0"), filled.create(PhoneNumber="2065550100")
    filled.merge(main, absorbed, filled.one("customer", "c1"))

    filled.forget("web")
    filled.purge_types()

    assert filled.ids("_phone", "2065550100") == [main]
    assert filled.ids("_email", "1@example.com") == [main]
