"""Objects that are accepted and can not be given to a profile are kept with the reason, and change nothing else."""

import json

import pytest

from tests.api.mappings import definition, key, system, text

from .shop import START, Shop, unique_key_bytes

CASES_AND_ASSETS = definition(
    {"id": text("id"), "customer": text("customer"), "serial": text("serial"), "tag": text("tag", "_asset.AssetName")},
    {
        "recordId": key("id", "UNIQUE"),
        "customer": key("customer", "PROFILE"),
        "serialNumber": key("serial", "ASSET"),
        "tag": key("tag", "ASSET"),
    },
)
"""Records of things, each found by its serial number or by its tag."""


def reject_without_match(shop: Shop) -> str:
    """Put an object that fits no profile and may make none; its unique key."""
    shop.define("lead", system("lead", AllowProfileCreation=False))
    return shop.put("lead", id="1", customer="nobody", first="Ann")


def reject_as_ambiguous(shop: Shop) -> str:
    """Put an object whose keys belong to two assets; its unique key."""
    shop.define("thing", CASES_AND_ASSETS)
    shop.put("thing", id="1", customer="ann", serial="S1", tag="T1")
    shop.put("thing", id="2", customer="ann", serial="S2", tag="T2")
    return shop.put("thing", id="3", customer="ann", serial="S1", tag="T2")


def test_an_object_that_fits_no_profile_and_may_make_none_is_kept_with_the_reason(shop: Shop) -> None:
    unique_key = reject_without_match(shop)
    [letter] = shop.rows("dead_letter")
    assert (letter["code"], letter["object_type_name"]) == ("NoMatchingProfile", "lead")
    assert letter["reason"] == "No profile matches, and object type lead does not allow profile creation."
    assert letter["unique_key"] == unique_key_bytes(unique_key)


def test_an_object_that_fits_two_standard_objects_is_kept_with_the_reason(shop: Shop) -> None:
    unique_key = reject_as_ambiguous(shop)
    [letter] = shop.rows("dead_letter")
    assert (letter["code"], letter["object_type_name"]) == ("AmbiguousStandardObject", "thing")
    assert letter["reason"] == "The keys of the object belong to 2 standard objects _asset."
    assert letter["unique_key"] == unique_key_bytes(unique_key)


def test_a_rejected_object_is_kept_whole_with_its_time(shop: Shop) -> None:
    shop.define("lead", system("lead", AllowProfileCreation=False))
    shop.now = START + 77
    shop.put("lead", id="1", customer="nobody", note="Zoë")
    [letter] = shop.rows("dead_letter")
    assert json.loads(letter["object"]) == {"id": "1", "customer": "nobody", "note": "Zoë"}
    assert letter["at"] == START + 77


@pytest.mark.parametrize("again", [{"id": "1", "customer": "x"}, {"id": "3", "customer": "ann", "serial": "S1"}])
def test_a_rejected_object_changes_nothing_else(shop: Shop, again: dict[str, str]) -> None:
    shop.define("lead", system("lead", AllowProfileCreation=False))
    shop.define("thing", CASES_AND_ASSETS)
    shop.put("thing", id="1", customer="ann", serial="S1", tag="T1")
    shop.put("thing", id="2", customer="ann", serial="S2", tag="T2")
    before = shop.contents()
    shop.put("thing" if "serial" in again else "lead", **again, tag="T2")
    after = shop.contents()
    assert len(after.pop("dead_letter")) == len(before.pop("dead_letter")) + 1
    assert {row["letter"] for row in after.pop("dead_letter_key")} > {
        row["letter"] for row in before.pop("dead_letter_key")
    }
    assert after | {"key_lock": []} == before | {"key_lock": []}


def test_a_rejected_object_does_not_disturb_its_neighbours(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    shop.put("crm", id="0", customer="ann")
    shop.define("lead", system("lead", AllowProfileCreation=False))
    shop.put_many(
        "lead", [{"id": "1", "customer": "ann"}, {"id": "2", "customer": "x"}, {"id": "3", "customer": "ann"}]
    )
    assert [entry["id"] for entry in shop.objects(shop.one("customer", "ann"))] == ["0", "1", "3"]
    assert len(shop.rows("dead_letter")) == 1


def test_a_rejected_replacement_leaves_the_former_object(shop: Shop) -> None:
    shop.define("thing", CASES_AND_ASSETS)
    shop.put("thing", id="1", customer="ann", serial="S1", tag="T1")
    shop.put("thing", id="2", customer="ann", serial="S2", tag="T2")
    shop.put("thing", id="2", customer="ann", serial="S1", tag="T2")
    assert [entry["serial"] for entry in shop.objects(shop.one("customer", "ann"))] == ["S1", "S2"]


def test_an_object_that_is_rejected_twice_is_kept_twice(shop: Shop) -> None:
    reject_without_match(shop)
    shop.put("lead", id="1", customer="nobody", first="Anna")
    assert [json.loads(letter["object"])["first"] for letter in shop.rows("dead_letter")] == ["Ann", "Anna"]


def test_an_object_of_bad_form_is_refused_and_not_kept(shop: Shop) -> None:
    shop.define("lead", system("lead", AllowProfileCreation=False))
    [reason] = shop.put_many("lead", [{"id": "1", "customer": ""}])
    assert reason == "Every PROFILE key is empty: customer."
    assert shop.rows("dead_letter") == []


def test_rejected_objects_go_with_their_type(shop: Shop) -> None:
    reject_without_match(shop)
    shop.define("other", system("other", AllowProfileCreation=False))
    shop.put("other", id="1", customer="nobody")
    shop.forget("lead")
    shop.purge_types()
    assert [letter["object_type_name"] for letter in shop.rows("dead_letter")] == ["other"]
