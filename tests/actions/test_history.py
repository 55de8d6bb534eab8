"""Each change of a profile writes one row of its history: what was done, by whom, when, in which version."""

from collections.abc import Callable
from typing import Any

import pytest

from openprofiles.call import Principal
from tests.api.mappings import system

from .shop import CALLER, SECOND, START, Shop, unique_key_bytes

Change = Callable[[Shop, str], object]

# Action types: model of ActionType in the service model, "ListProfileHistoryRecords".
CHANGES: dict[str, tuple[str, Change]] = {
    "an update": ("UPDATED", lambda shop, ann: shop.update(ann, FirstName="Anna")),
    "an update that changes nothing": ("UPDATED", lambda shop, ann: shop.update(ann, FirstName="Ann")),
    "an object": ("INGESTED", lambda shop, ann: shop.put("crm", id="2", customer="ann", last="Lee")),
    "an object as before": ("INGESTED", lambda shop, ann: shop.put("crm", id="1", customer="ann", first="Ann")),
    "an object less": ("UPDATED", lambda shop, ann: shop.remove("crm", ann, object_key(shop))),
    "an added key": ("ADDED_PROFILE_KEY", lambda shop, ann: shop.add_key(ann, "_email", "ann@example.com")),
    "a deleted key": ("DELETED_PROFILE_KEY", lambda shop, ann: shop.delete_key(ann, "customer", "ann")),
    "a merge": ("MERGED", lambda shop, ann: shop.merge(ann, shop.create(FirstName="Anna"))),
    "a deletion": ("DELETED_BY_CUSTOMER", lambda shop, ann: shop.delete(ann)),
    "an object type less": ("UPDATED", lambda shop, ann: shop.forget("crm")),
}


def object_key(shop: Shop) -> str:
    """The unique key of Ann's object: the answer to putting it again is no part of the test."""
    answer = shop.run("ListProfileObjects", ObjectTypeName="crm", ProfileId=shop.one("customer", "ann"))
    return str(answer.items[0].profile_object_unique_key)


def with_ann(shop: Shop) -> str:
    """The id of a profile with one object."""
    shop.define("crm", system("crm"))
    shop.put("crm", id="1", customer="ann", first="Ann")
    return shop.one("customer", "ann")


@pytest.mark.parametrize(("action", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_writes_one_row_with_the_next_version(shop: Shop, action: str, change: Change) -> None:
    ann = with_ann(shop)
    change(shop, ann)
    before, after = shop.history(ann)
    assert (after["action"], after["version"]) == (action, before["version"] + 1)


@pytest.mark.parametrize(("action", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_says_who_made_it(shop: Shop, action: str, change: Change) -> None:
    ann = with_ann(shop)
    shop.caller = Principal("AKIDCLERK", CALLER.account)
    change(shop, ann)
    assert [row["performed_by"] for row in shop.history(ann)] == [
        "arn:aws:iam::111122223333:access-key/AKIDSHOP",
        "arn:aws:iam::111122223333:access-key/AKIDCLERK",
    ]


def test_a_created_profile_begins_its_history(shop: Shop) -> None:
    shop.now = START + 5 * SECOND
    [row] = shop.history(shop.create(FirstName="Ann"))
    assert (row["action"], row["version"], row["at"]) == ("CREATED", 1, START + 5 * SECOND)


def test_an_object_that_makes_a_profile_begins_its_history(shop: Shop) -> None:
    ann = with_ann(shop)
    [row] = shop.history(ann)
    assert (row["action"], row["version"]) == ("INGESTED", 1)


def test_a_change_by_an_object_names_it(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    unique_key = shop.put("crm", id="1", customer="ann", first="Ann")
    [row] = shop.history(shop.one("customer", "ann"))
    assert (row["object_type"], row["unique_key"]) == ("crm", unique_key_bytes(unique_key))


def test_a_change_keeps_the_fields_that_changed_and_no_others(shop: Shop) -> None:
    ann = shop.create(FirstName="Ann", LastName="Lee")
    shop.update(ann, FirstName="Anna", LastName="Lee", EmailAddress="")
    assert shop.history(ann)[1]["content"] == '{"FirstName":"Anna"}'


def test_a_cleared_field_is_kept_as_null(shop: Shop) -> None:
    ann = shop.create(FirstName="Ann")
    shop.update(ann, FirstName="")
    assert shop.history(ann)[1]["content"] == '{"FirstName":null}'


def test_the_version_of_a_profile_is_that_of_its_last_change(shop: Shop) -> None:
    ann = shop.create(FirstName="Ann")
    shop.update(ann, FirstName="Anna")
    shop.add_key(ann, "_email", "ann@example.com")
    assert shop.row("profile", id=bytes.fromhex(ann))["version"] == 3


def test_an_object_that_moves_changes_both_profiles(shop: Shop) -> None:
    ann = with_ann(shop)
    shop.put("crm", id="2", customer="bob", first="Bob")
    shop.put("crm", id="1", customer="bob", first="Ann")
    assert shop.actions(ann) == ["INGESTED", "UPDATED"]
    assert shop.actions(shop.one("customer", "bob")) == ["INGESTED", "INGESTED"]


def test_an_absorbed_profile_ends_its_history(shop: Shop) -> None:
    main, other = shop.create(FirstName="Ann"), shop.create(FirstName="Anna")
    shop.merge(main, other)
    assert shop.actions(other) == ["CREATED", "DELETED_BY_MERGE"]


def test_the_version_after_a_merge_is_the_next_one_however_often_the_absorbed_profile_changed(shop: Shop) -> None:
    main, other = shop.create(FirstName="Ann"), shop.create(FirstName="Anna")
    for number in range(3):
        shop.update(other, LastName=f"Lee {number}")
    shop.merge(main, other)
    assert [row["version"] for row in shop.history(main)] == [1, 2]
    assert [row["version"] for row in shop.history(other)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("last", ["delete", "merge"])
def test_the_last_row_of_a_profile_has_no_content(shop: Shop, last: str) -> None:
    ann = with_ann(shop)
    shop.delete(ann) if last == "delete" else shop.merge(shop.create(FirstName="Main"), ann)
    assert contentless(shop.history(ann)[-1])


def test_a_deleted_profile_leaves_only_rows_without_content(shop: Shop) -> None:
    ann = with_ann(shop)
    shop.update(ann, LastName="Lee")
    shop.delete(ann)
    assert shop.actions(ann) == ["INGESTED", "UPDATED", "DELETED_BY_CUSTOMER"]
    assert all(contentless(row) for row in shop.history(ann))


def contentless(row: dict[str, Any]) -> bool:
    return (row["object_type"], row["unique_key"], row["content"]) == (None, None, None)


def test_a_key_that_is_there_no_more_makes_no_change(shop: Shop) -> None:
    ann = shop.create(FirstName="Ann")
    shop.delete_key(ann, "_email", "ann@example.com")
    assert shop.actions(ann) == ["CREATED"]


def test_a_change_of_one_profile_leaves_the_history_of_others(shop: Shop) -> None:
    ann, bob = shop.create(FirstName="Ann"), shop.create(FirstName="Bob")
    shop.update(ann, LastName="Lee")
    assert shop.actions(bob) == ["CREATED"]
