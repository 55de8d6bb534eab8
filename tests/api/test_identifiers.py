"""What each standard identifier does, and keys with several or with empty parts.

Source: Standard identifiers in Customer Profiles; How Customer Profiles adds keys to the index for lookups.
"""

from typing import Any

import pytest

from .calls import DomainApi, refused
from .mappings import Key, definition, key, keyed, products, text, tickets

UNIQUE_ID = {"crmId": key("id", "UNIQUE")}


def define(api: DomainApi, **keys: Key | list[Key]) -> None:
    """A type `crm` with the UNIQUE key crmId on id, and more keys."""
    api.define("crm", keyed({**UNIQUE_ID, **keys}))


def put(api: DomainApi, number: str, **members: str) -> None:
    api.put("crm", {"id": number, **members})


def owner(api: DomainApi, number: str) -> str:
    """The profile that holds the object."""
    return str(api.one("crmId", number)["ProfileId"])


def test_a_key_without_identifiers_matches_no_profile(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b"))
    put(api, "1", a="ann", b="same")
    put(api, "2", a="bob", b="same")
    assert owner(api, "1") != owner(api, "2")


def test_a_key_without_identifiers_is_searchable(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b"))
    put(api, "1", a="ann", b="annie")
    assert api.ids("nick", "annie") == [owner(api, "1")]


def test_a_unique_key_finds_the_object_to_replace(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"))
    put(api, "1", a="ann", b="old")
    put(api, "1", a="ann", b="new")
    assert [value["b"] for value in api.objects(owner(api, "1"), "crm")] == ["new"]


def test_a_unique_key_is_searchable(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"))
    put(api, "1", a="ann")
    assert api.ids("crmId", "1") == api.ids("who", "ann") != []


def test_a_profile_key_matches(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"))
    put(api, "1", a="ann")
    put(api, "2", a="ann")
    assert owner(api, "1") == owner(api, "2")


def test_a_secondary_key_matches_where_no_primary_does(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "SECONDARY"))
    put(api, "1", a="ann", b="annie")
    put(api, "2", a="unknown", b="annie")
    assert owner(api, "2") == owner(api, "1")


def test_a_secondary_key_comes_after_all_primary_keys(api: DomainApi) -> None:
    define(api, nick=key("b", "PROFILE", "SECONDARY"), who=key("a", "PROFILE"))
    put(api, "1", a="ann", b="annie")
    put(api, "2", a="bob", b="bobby")
    put(api, "3", a="bob", b="annie")
    assert owner(api, "3") == owner(api, "2")


def test_a_secondary_key_is_stored_even_if_a_primary_matched(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "SECONDARY"))
    put(api, "1", a="ann")
    put(api, "2", a="ann", b="annie")
    assert api.ids("nick", "annie") == [owner(api, "1")]


def test_a_lookup_only_key_matches(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "LOOKUP_ONLY"))
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "nick", "annie")
    put(api, "1", a="ann", b="annie")
    assert owner(api, "1") == profile_id


def test_a_lookup_only_key_is_never_stored(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "LOOKUP_ONLY"))
    put(api, "1", a="ann", b="annie")
    assert api.ids("nick", "annie") == []


def test_a_lookup_only_value_matches_no_later_object(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "LOOKUP_ONLY"))
    put(api, "1", a="ann", b="annie")
    put(api, "2", a="bob", b="annie")
    assert owner(api, "2") != owner(api, "1")


def test_a_new_only_key_is_stored_with_the_profile_that_it_makes(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "NEW_ONLY"))
    put(api, "1", a="ann", b="annie")
    assert api.ids("nick", "annie") == [owner(api, "1")]


def test_a_new_only_key_is_not_stored_on_a_profile_that_was_there(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "NEW_ONLY"))
    put(api, "1", a="ann")
    put(api, "2", a="ann", b="annie")
    assert api.ids("nick", "annie") == []


def test_a_new_only_key_matches_in_the_first_pass(api: DomainApi) -> None:
    define(api, nick=key("b", "PROFILE", "NEW_ONLY"), who=key("a", "PROFILE"))
    put(api, "1", a="ann", b="annie")
    put(api, "2", a="bob")
    put(api, "3", a="bob", b="annie")
    assert owner(api, "3") == owner(api, "1")


def test_a_secondary_new_only_key_is_stored_with_the_profile_that_it_makes(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "SECONDARY", "NEW_ONLY"))
    put(api, "1", a="ann", b="annie")
    put(api, "2", a="ann", b="nan")
    assert (api.ids("nick", "annie"), api.ids("nick", "nan")) == ([owner(api, "1")], [])


def test_a_secondary_new_only_key_matches_in_the_second_pass(api: DomainApi) -> None:
    define(api, nick=key("b", "PROFILE", "SECONDARY", "NEW_ONLY"), who=key("a", "PROFILE"))
    put(api, "1", a="ann", b="annie")
    put(api, "2", a="bob")
    put(api, "3", a="bob", b="annie")
    put(api, "4", a="unknown", b="annie")
    assert (owner(api, "3"), owner(api, "4")) == (owner(api, "2"), owner(api, "1"))


STANDARD = {
    "ASSET": ("_asset", "_asset.AssetName", "AssetName"),
    "CASE": ("_case", "_case.Title", "Title"),
    "ORDER": ("_order", "_order.Name", "Name"),
}


def define_standard(api: DomainApi, identifier: str) -> tuple[str, str]:
    """Two types whose objects write the same standard object by the key `record`. Answers its name and a member."""
    prefix, target, member = STANDARD[identifier]
    for name in ("first", "second"):
        fields = {"id": text("id"), "who": text("who"), "record": text("record"), "value": text("value", target)}
        keys = {f"{name}Id": key("id", "UNIQUE"), "who": key("who", "PROFILE"), "record": key("record", identifier)}
        api.define(name, definition(fields, keys))
    return prefix, member


@pytest.mark.parametrize("identifier", STANDARD)
def test_a_standard_identifier_without_a_match_makes_a_record(api: DomainApi, identifier: str) -> None:
    prefix, member = define_standard(api, identifier)
    api.put("first", {"id": "1", "who": "ann", "record": "r1", "value": "x"})
    [record] = api.objects(api.one("who", "ann")["ProfileId"], prefix)
    assert record[member] == "x"


@pytest.mark.parametrize("identifier", STANDARD)
def test_a_standard_identifier_with_one_match_attaches(api: DomainApi, identifier: str) -> None:
    prefix, member = define_standard(api, identifier)
    api.put("first", {"id": "1", "who": "ann", "record": "r1", "value": "x"})
    api.put("second", {"id": "1", "who": "ann", "record": "r1", "value": "y"})
    [record] = api.objects(api.one("who", "ann")["ProfileId"], prefix)
    assert record[member] == "y"


@pytest.mark.parametrize("identifier", STANDARD)
def test_another_value_of_a_standard_identifier_makes_another_record(api: DomainApi, identifier: str) -> None:
    prefix, member = define_standard(api, identifier)
    api.put("first", {"id": "1", "who": "ann", "record": "r1", "value": "x"})
    api.put("second", {"id": "1", "who": "ann", "record": "r2", "value": "y"})
    records = api.objects(api.one("who", "ann")["ProfileId"], prefix)
    assert sorted(record[member] for record in records) == ["x", "y"]


@pytest.mark.parametrize("identifier", STANDARD)
def test_a_standard_identifier_is_searchable(api: DomainApi, identifier: str) -> None:
    define_standard(api, identifier)
    api.put("first", {"id": "1", "who": "ann", "record": "r1", "value": "x"})
    assert api.ids("record", "r1") == api.ids("who", "ann") != []


def test_a_standard_identifier_alone_matches_no_profile(api: DomainApi) -> None:
    define_standard(api, "ASSET")
    api.put("first", {"id": "1", "who": "ann", "record": "r1", "value": "x"})
    api.put("second", {"id": "1", "who": "bob", "record": "r1"})
    assert api.ids("who", "ann") != api.ids("who", "bob")


def test_an_object_whose_keys_find_two_records_is_not_stored(api: DomainApi) -> None:
    fields = {
        "id": text("id"),
        "who": text("who"),
        "serial": text("serial"),
        "label": text("label", "_asset.AssetName"),
    }
    keys = {"who": key("who", "PROFILE"), "serial": key("serial", "ASSET"), "label": key("label", "ASSET")}
    api.define("crm", definition(fields, {**UNIQUE_ID, **keys}))
    api.put("crm", {"id": "1", "who": "ann", "serial": "s1", "label": "Kettle"})
    api.put("crm", {"id": "2", "who": "ann", "serial": "s2", "label": "Toaster"})
    profile_id = api.one("who", "ann")["ProfileId"]
    before = api.objects(profile_id, "_asset")
    assert api.put("crm", {"id": "3", "who": "ann", "serial": "s1", "label": "Toaster"})
    assert (api.objects(profile_id, "_asset"), len(api.objects(profile_id, "crm"))) == (before, 2)


def test_an_asset_is_found_by_its_own_id(api: DomainApi) -> None:
    api.define("products", products())
    api.put("products", {"email": "ann@example.com", "serial": "S1", "name": "Kettle"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    [asset] = api.objects(profile_id, "_asset")
    fields = {"id": text("id"), "who": text("who"), "asset": text("asset"), "state": text("state", "_asset.Status")}
    keys = {"_email": key("who", "PROFILE"), "_assetId": key("asset", "ASSET", "LOOKUP_ONLY")}
    fields["who"]["ContentType"] = "EMAIL_ADDRESS"
    api.define("repairs", definition(fields, {**UNIQUE_ID, **keys}))
    api.put("repairs", {"id": "1", "who": "ann@example.com", "asset": asset["AssetId"], "state": "repaired"})
    assert api.objects(profile_id, "_asset") == [{**asset, "Status": "repaired"}]


def test_a_link_updates_no_asset(api: DomainApi) -> None:
    api.define("products", products())
    api.define("tickets", tickets())
    api.put("products", {"email": "ann@example.com", "serial": "S1", "name": "Kettle"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    before = api.objects(profile_id, "_asset")
    api.put("tickets", {"email": "ann@example.com", "serial": "S1", "ticket": "T1", "title": "Leaks"})
    assert api.objects(profile_id, "_asset") == before != []


def test_a_link_of_another_customer_leaves_the_asset_with_its_owner(api: DomainApi) -> None:
    api.define("products", products())
    api.define("tickets", tickets())
    api.put("products", {"email": "ann@example.com", "serial": "S1", "name": "Kettle"})
    api.put("tickets", {"email": "bob@example.com", "serial": "S1", "ticket": "T1", "title": "Leaks"})
    owners = [api.one("_email", address)["ProfileId"] for address in ("ann@example.com", "bob@example.com")]
    assert [len(api.objects(profile_id, "_asset")) for profile_id in owners] == [1, 0]


def test_a_composite_profile_key_matches_in_combination_only(api: DomainApi) -> None:
    define(api, pair=key(("a", "b"), "PROFILE"))
    put(api, "1", a="x", b="y")
    put(api, "2", a="x", b="z")
    put(api, "3", a="x", b="y")
    assert owner(api, "1") == owner(api, "3") != owner(api, "2")


def test_the_parts_of_a_composite_key_do_not_run_together(api: DomainApi) -> None:
    define(api, pair=key(("a", "b"), "PROFILE"))
    put(api, "1", a="x y", b="z")
    put(api, "2", a="x", b="y z")
    assert owner(api, "1") != owner(api, "2")


def test_a_unique_key_is_unique_in_combination_only(api: DomainApi) -> None:
    api.define("crm", keyed({"line": key(("a", "b"), "UNIQUE"), "who": key("c", "PROFILE")}))
    for a, b in [("1", "1"), ("1", "2"), ("1", "1")]:
        api.put("crm", {"a": a, "b": b, "c": "ann"})
    assert len(api.objects(api.one("who", "ann")["ProfileId"], "crm")) == 2


EMPTY: dict[str, Any] = {"absent": {}, "null": {"a": None}, "empty text": {"a": ""}}


@pytest.mark.parametrize("members", EMPTY.values(), ids=EMPTY.keys())
def test_an_object_with_an_empty_unique_key_is_refused(api: DomainApi, members: dict[str, Any]) -> None:
    api.define("crm", keyed({"crmId": key("a", "UNIQUE"), "who": key("b", "PROFILE")}))
    with refused("crmId"):
        api.put("crm", {"b": "ann", **members})


@pytest.mark.parametrize("members", EMPTY.values(), ids=EMPTY.keys())
def test_an_object_with_every_profile_key_empty_is_refused(api: DomainApi, members: dict[str, Any]) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE", "SECONDARY"))
    with refused("PROFILE"):
        api.put("crm", {"id": "1", **members})


def test_one_empty_profile_key_does_no_harm(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE"))
    put(api, "1", b="annie")
    assert api.ids("nick", "annie") == [owner(api, "1")]


def test_empty_values_are_not_equal(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"), nick=key("b", "PROFILE"))
    put(api, "1", a="", b="annie")
    put(api, "2", a="", b="bobby")
    assert owner(api, "1") != owner(api, "2")


def test_a_unique_key_with_some_parts_empty_is_accepted(api: DomainApi) -> None:
    api.define("crm", keyed({"line": key(("a", "b"), "UNIQUE"), "who": key("c", "PROFILE")}))
    first = api.put("crm", {"a": "1", "c": "ann"})
    assert api.put("crm", {"a": "1", "b": "", "c": "ann"}) == first
    assert api.put("crm", {"b": "1", "c": "ann"}) != first


def test_another_key_with_a_part_empty_is_skipped(api: DomainApi) -> None:
    define(api, who=key("c", "PROFILE"), pair=key(("a", "b"), "PROFILE"))
    put(api, "1", a="x", c="ann")
    put(api, "2", a="x", c="bob")
    assert owner(api, "1") != owner(api, "2")
    assert api.ids("pair", "x") == []


def test_a_key_part_over_255_characters_is_refused(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"))
    with refused("255"):
        put(api, "1", a="x" * 256)


def test_a_key_part_of_255_characters_is_found(api: DomainApi) -> None:
    define(api, who=key("a", "PROFILE"))
    put(api, "1", a="x" * 255)
    assert api.ids("who", "x" * 255) == [owner(api, "1")]
