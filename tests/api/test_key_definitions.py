"""Keys of an object type: their names, and what each of their definitions does by itself.

Source: Key definitions in Customer Profiles object type mappings; Standard identifiers in Customer Profiles.
"""

import pytest

from .calls import DomainApi, data, refused
from .mappings import definition, key, keyed, text

PREDEFINED: list[str] = data("search_keys.json")["predefined"]
RESERVED = {"_profileId": "PROFILE", "_assetId": "ASSET", "_caseId": "CASE", "_orderId": "ORDER"}
OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}


def test_a_key_name_of_64_characters_is_accepted(api: DomainApi) -> None:
    api.define("crm", keyed({**OWN, "k" * 64: key("a")}))
    api.put("crm", {"id": "1", "a": "annie"})
    assert api.ids("k" * 64, "annie") == api.ids("crmId", "1") != []


@pytest.mark.parametrize("name", [name for name in PREDEFINED if name not in RESERVED])
def test_a_predefined_key_may_begin_with_an_underscore(api: DomainApi, name: str) -> None:
    api.define("crm", keyed({**OWN, name: key("a")}))
    api.put("crm", {"id": "1", "a": "123"})
    assert api.ids(name, "123") == api.ids("crmId", "1") != []


@pytest.mark.parametrize("name", RESERVED)
def test_a_reserved_key_is_accepted_for_look_up(api: DomainApi, name: str) -> None:
    reserved = key("a", RESERVED[name], "LOOKUP_ONLY")
    api.define("crm", keyed({**OWN, name: reserved}))
    assert api.definition("crm")["Keys"][name] == [reserved]


@pytest.mark.parametrize("name", RESERVED)
def test_a_value_of_a_reserved_key_is_not_stored(api: DomainApi, name: str) -> None:
    api.define("crm", keyed({**OWN, name: key("a", RESERVED[name], "LOOKUP_ONLY")}))
    api.put("crm", {"id": "1", "a": "0" * 32})
    assert (api.ids(name, "0" * 32), len(api.ids("crmId", "1"))) == ([], 1)


def test_each_definition_of_a_key_has_identifiers_of_its_own(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "UNIQUE"), "nick": [key("a", "PROFILE"), key("b")]}))
    api.put("crm", {"id": "1", "a": "annie", "b": "nan"})
    api.put("crm", {"id": "2", "a": "bobby", "b": "nan"})
    api.put("crm", {"id": "3", "a": "annie"})
    assert api.ids("crmId", "1") == api.ids("crmId", "3") != api.ids("crmId", "2")


def test_each_definition_of_a_key_has_fields_of_its_own(api: DomainApi) -> None:
    api.define("crm", keyed({**OWN, "name": [key(("a", "b")), key(("c", "d"))]}))
    api.put("crm", {"id": "1", "a": "Ann", "b": "Lee", "c": "Anna", "d": "Low"})
    assert api.ids("name", "Ann Lee") == api.ids("name", "Anna Low") == api.ids("crmId", "1") != []


def test_a_unique_key_finds_no_profile(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "UNIQUE"), "who": key("a", "PROFILE")}))
    holder = api.create(FirstName="Ann")
    api.add_key(holder, "crmId", "1")
    api.put("crm", {"id": "1", "a": "bob"})
    assert api.ids("who", "bob") not in ([], [holder])


def test_one_key_may_be_profile_unique_and_asset(api: DomainApi) -> None:
    fields = {"serial": text("serial", "_asset.SerialNumber"), "state": text("state", "_asset.Status")}
    api.define("crm", definition(fields, {"serial": key("serial", "ASSET", "PROFILE", "UNIQUE")}))
    for state in ("sold", "returned"):
        api.put("crm", {"serial": "S1", "state": state})
    profile_id = api.one("serial", "S1")["ProfileId"]
    assert [asset["Status"] for asset in api.objects(profile_id, "_asset")] == ["returned"]
    assert len(api.objects(profile_id, "crm")) == 1


@pytest.mark.parametrize("once", ["LOOKUP_ONLY", "NEW_ONLY"])
def test_profile_creation_can_not_be_allowed_where_no_key_is_always_stored(api: DomainApi, once: str) -> None:
    keys = {"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", once)}
    api.define("crm", keyed(keys, AllowProfileCreation=False))
    with refused("nick"):
        api.define("crm", keyed(keys, AllowProfileCreation=True))


def test_a_key_name_is_one_index_for_all_types(api: DomainApi) -> None:
    for name in ("crm", "shop"):
        api.define(name, keyed({f"{name}Id": key("id", "PROFILE", "UNIQUE"), "nick": key("a")}))
        api.put(name, {"id": "1", "a": "annie"})
    assert api.ids("nick", "annie") == sorted(api.ids("crmId", "1") + api.ids("shopId", "1"))


def test_one_more_definition_than_ten_is_refused_across_keys(api: DomainApi) -> None:
    nine = {"nick": [key("a") for _ in range(5)], "card": [key("b") for _ in range(4)]}
    api.define("crm", keyed({**OWN, **nine}))
    with refused("10"):
        api.define("crm", keyed({**OWN, **nine, "more": key("c")}))
