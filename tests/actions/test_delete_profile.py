"""After DeleteProfile nothing of the profile is left in any table, but rows of its history without content."""

import pytest

from openprofiles.storage.database import Database
from tests.api.mappings import Definition, definition, email, key, products, system, text

from .shop import Record, Shop, contents, holding, unique_key_bytes

MARK = "Quetzal"
"""Stands in every value of the profile that is deleted, and nowhere else."""

CONTACT: Record = {"id": f"{MARK}-1", "customer": MARK, "first": MARK, "tier": MARK, "email": f"{MARK}@example.com"}
REGISTRATION = {"email": f"{MARK}@example.com", "serial": f"{MARK}-S1", "name": MARK}


def with_ann(shop: Shop) -> str:
    """A profile with everything that a profile can have; its id."""
    shop.define("crm", system("crm"))
    shop.define("product", products())
    shop.put("crm", **CONTACT)
    ann = shop.one("customer", MARK)
    shop.put("product", **REGISTRATION)
    shop.put("product", **{**REGISTRATION, "serial": f"{MARK}-S2"})
    gone = shop.put("crm", id=f"{MARK}-2", customer=MARK, last=MARK)
    shop.remove("crm", ann, gone)
    shop.update(ann, MiddleName=MARK, Address={"City": MARK})
    shop.add_key(ann, "_account", MARK)
    return ann


def left_of(database: Database, *needles: str | bytes) -> list[tuple[str, Record]]:
    """The rows that hold any of the needles, but for history without content."""
    return [
        (table, row)
        for table, row in holding(database, *needles, MARK, MARK.lower())
        if table != "history" or row["content"] is not None or row["unique_key"] is not None
    ]


def test_the_profile_to_delete_is_in_every_table_that_a_profile_can_be_in(shop: Shop) -> None:
    with_ann(shop)
    tables = {table for table, _ in left_of(shop.database)}
    assert tables == {"history", "key_supply", "profile", "profile_object", "standard_object"}
    assert shop.rows("gone_source")


def test_nothing_with_content_is_left_of_a_deleted_profile(shop: Shop) -> None:
    shop.delete(with_ann(shop))
    assert left_of(shop.database) == []


def test_no_row_names_a_deleted_profile_but_its_history(shop: Shop) -> None:
    ann = with_ann(shop)
    shop.delete(ann)
    assert {table for table, _ in holding(shop.database, bytes.fromhex(ann), ann)} == {"history"}


def test_no_row_names_the_objects_of_a_deleted_profile(shop: Shop) -> None:
    ann = with_ann(shop)
    rows = shop.rows("profile_object", profile=bytes.fromhex(ann))
    assert len(rows) == 3
    shop.delete(ann)
    assert holding(shop.database, *(row["unique_key"][:12] for row in rows)) == []


def test_no_row_names_the_standard_objects_of_a_deleted_profile(shop: Shop) -> None:
    ann = with_ann(shop)
    assets = [row["id"] for row in shop.rows("standard_object")]
    assert len(assets) == 2
    shop.delete(ann)
    assert holding(shop.database, *assets) == []


def test_nothing_is_left_of_what_a_deleted_profile_had_absorbed(shop: Shop) -> None:
    ann = with_ann(shop)
    main = shop.create(FirstName="Ann")
    shop.merge(main, ann)
    shop.delete(main)
    assert left_of(shop.database) == []


def test_nothing_is_left_of_what_was_absorbed_at_second_hand(shop: Shop) -> None:
    ann = with_ann(shop)
    middle, main = shop.create(FirstName="Ann"), shop.create(FirstName="Ann")
    shop.merge(middle, ann)
    shop.merge(main, middle)
    shop.delete(main)
    assert left_of(shop.database) == []


def test_nothing_of_an_absorbed_profile_stays_in_a_journal(shop: Shop) -> None:
    ann = with_ann(shop)
    main = shop.create(FirstName="Ann")
    shop.merge(main, ann)
    assert shop.rows("merge_journal") != []
    shop.delete(main)
    assert shop.rows("merge_journal") == []


@pytest.mark.parametrize("absorbed", [False, True], ids=["alone", "after a merge"])
def test_other_profiles_stay_whole(shop: Shop, absorbed: bool) -> None:
    ann = with_ann(shop)
    shop.put("crm", id="9", customer="bob", first="Bob", email="bob@example.com")
    shop.put("product", email="bob@example.com", serial="S9", name="Saw")
    bob = shop.one("customer", "bob")
    before = [row for row in holding(shop.database, bytes.fromhex(bob)) if row[0] != "history"]
    if absorbed:
        shop.merge(ann, shop.create(FirstName="Anna"))
    shop.delete(ann)
    after = [row for row in holding(shop.database, bytes.fromhex(bob)) if row[0] != "history"]
    assert after == before


def test_a_deleted_profile_no_longer_attracts_objects(shop: Shop) -> None:
    ann = with_ann(shop)
    shop.delete(ann)
    shop.put("crm", **CONTACT)
    assert shop.one("customer", MARK) != ann
    assert shop.profile(shop.one("customer", MARK)) == {
        "FirstName": MARK,
        "EmailAddress": f"{MARK}@example.com",
        "Attributes": {"tier": MARK},
    }


def test_a_domain_with_its_only_profile_deleted_counts_nothing(shop: Shop) -> None:
    shop.delete(with_ann(shop))
    counter = shop.sums()
    assert {name: counter[name] for name in ("profiles", "objects", "bytes", "metered")} == {
        "profiles": 0,
        "objects": 0,
        "bytes": 0,
        "metered": 0,
    }


def test_deleting_an_object_leaves_nothing_of_the_object_itself(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    unique_key = shop.put("crm", id="1", customer="ann", note=MARK)
    shop.remove("crm", shop.one("customer", "ann"), unique_key)
    assert holding(shop.database, MARK) == []
    assert [row["unique_key"] for row in contents(shop.database)["profile_object"]] == []
    assert all(row["supplier"] != unique_key_bytes(unique_key)[:16] for row in shop.key_rows())


def test_what_its_objects_said_goes_from_standard_objects_that_belong_to_others_by_now(shop: Shop) -> None:
    shop.define("product", products())
    shop.put("product", email="ann@example.com", serial="S1", name=MARK)
    shop.define("resale", resales())
    shop.put("resale", id="1", email="bob@example.com", serial="S1", status="resold")
    shop.delete(shop.one("_email", "ann@example.com"))
    assert shop.standard("_asset", shop.one("_email", "bob@example.com")) == [{"Status": "resold"}]
    assert left_of(shop.database) == []


def resales() -> Definition:
    """Products that change hands, known by their serial number."""
    fields = {
        "id": text("id"),
        "email": email("email", "_profile.EmailAddress"),
        "serial": text("serial"),
        "status": text("status", "_asset.Status"),
    }
    keys = {
        "resaleId": key("id", "UNIQUE"),
        "_email": key("email", "PROFILE"),
        "productSerialNumber": key("serial", "ASSET"),
    }
    return definition(fields, keys)
