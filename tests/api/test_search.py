"""SearchProfiles: which keys find what, and how keys combine."""

from typing import Any

import pytest

from .calls import DomainApi, data, refused
from .mappings import definition, email, key, keyed, orders, products, system, tickets, typed

KEYS = data("search_keys.json")
NORMALISATION = data("normalisation.json")


@pytest.mark.parametrize(("name", "field", "value"), KEYS["fed_by_profile_field"])
def test_a_created_field_feeds_its_key(api: DomainApi, name: str, field: str, value: str) -> None:
    profile_id = api.create(**{field: value})
    assert api.ids(name, value) == [profile_id]


@pytest.mark.parametrize(("name", "field", "value"), KEYS["fed_by_profile_field"])
def test_an_updated_field_feeds_its_key(api: DomainApi, name: str, field: str, value: str) -> None:
    profile_id = api.create(BusinessName="Acme")
    api.update(profile_id, **{field: value})
    assert api.ids(name, value) == [profile_id]


@pytest.mark.parametrize(("name", "field", "value"), KEYS["fed_by_profile_field"])
def test_an_ingested_field_feeds_its_key(api: DomainApi, name: str, field: str, value: str) -> None:
    fields = {"id": typed("STRING", "id"), "value": typed("STRING", "value", f"_profile.{field}")}
    api.define("crm", definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1", "value": value})
    assert api.ids(name, value) == [api.one("crmId", "1")["ProfileId"]]


def test_the_profile_id_finds_the_profile(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    assert api.ids("_profileId", profile_id) == [profile_id]


FULL_NAMES: dict[str, tuple[dict[str, str], str]] = {
    "all three": ({"FirstName": "Ann", "MiddleName": "Mae", "LastName": "Lee"}, "Ann Mae Lee"),
    "first and last besides a middle name": ({"FirstName": "Ann", "MiddleName": "Mae", "LastName": "Lee"}, "ann lee"),
    "without a middle name": ({"FirstName": "Ann", "LastName": "Lee"}, "Ann Lee"),
    "a last name alone": ({"LastName": "Lee"}, "lee"),
    "any case and spaces": ({"FirstName": "ANN", "LastName": "van  Lee"}, "Ann Van Lee"),
}


@pytest.mark.parametrize(("fields", "query"), FULL_NAMES.values(), ids=FULL_NAMES.keys())
def test_the_names_make_the_full_name(api: DomainApi, fields: dict[str, str], query: str) -> None:
    profile_id = api.create(**fields)
    assert api.ids("_fullName", query) == [profile_id]


def test_an_updated_name_gives_up_the_former_full_name(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann", LastName="Lee")
    api.update(profile_id, LastName="Low")
    assert (api.ids("_fullName", "Ann Lee"), api.ids("_fullName", "Ann Low")) == ([], [profile_id])


OWNED = {
    "_assetId": (products, "_asset", "AssetId", {"email": "ann@example.com", "serial": "S1"}),
    "_caseId": (tickets, "_case", "CaseId", {"email": "ann@example.com", "ticket": "T1", "title": "Help"}),
    "_orderId": (orders, "_order", "OrderId", {"email": "ann@example.com", "order": "O1"}),
}


@pytest.mark.parametrize("name", OWNED)
def test_the_id_of_a_standard_object_finds_its_owner(api: DomainApi, name: str) -> None:
    build, object_type, member, value = OWNED[name]
    api.define("source", build())
    api.put("source", value)
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    [standard] = api.objects(profile_id, object_type)
    assert api.ids(name, standard[member]) == [profile_id]


def one_key(content_type: str) -> dict[str, Any]:
    fields = {"id": typed("STRING", "id"), "value": typed(content_type, "value")}
    return definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE"), "value": key("value")})


@pytest.mark.parametrize(("content_type", "stored", "query"), NORMALISATION["equal"])
def test_equal_after_normalisation(api: DomainApi, content_type: str, stored: Any, query: str) -> None:
    api.define("crm", one_key(content_type))
    api.put("crm", {"id": "1", "value": stored})
    assert api.ids("value", query) == [api.one("crmId", "1")["ProfileId"]]


@pytest.mark.parametrize(("content_type", "stored", "query"), NORMALISATION["different"])
def test_different_after_normalisation(api: DomainApi, content_type: str, stored: Any, query: str) -> None:
    api.define("crm", one_key(content_type))
    api.put("crm", {"id": "1", "value": stored})
    assert api.ids("value", query) == []


@pytest.mark.parametrize("query", ["ann@example", "ann@example.co", "*", "%", "ann@example.com%", "_nn@example.com"])
def test_only_the_whole_value_is_found(api: DomainApi, query: str) -> None:
    api.create(EmailAddress="ann@example.com")
    assert api.ids("_email", query) == []


def test_a_key_name_that_nobody_defined_finds_nothing(api: DomainApi) -> None:
    api.create(EmailAddress="ann@example.com")
    assert api.ids("shoeSize", "ann@example.com") == []


def test_a_key_name_outside_the_pattern_is_refused(api: DomainApi) -> None:
    with refused("keyName"):
        api.search("shoe size", "38")


def test_a_search_value_over_255_characters_is_refused(api: DomainApi) -> None:
    with refused("values"):
        api.search("_email", "x" * 256)


def test_a_composite_key_is_found_by_its_parts_joined_by_a_space(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE"), "pair": key(("a", "b"))}))
    api.put("crm", {"id": "1", "a": "north", "b": "7"})
    assert api.ids("pair", "north 7") == [api.one("crmId", "1")["ProfileId"]]
    assert api.ids("pair", "north") == []


def test_the_parts_of_a_composite_key_are_normalised_each(api: DomainApi) -> None:
    fields = {"id": typed("STRING", "id"), "mail": typed("EMAIL_ADDRESS", "mail"), "shop": typed("STRING", "shop")}
    api.define("crm", definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE"), "pair": key(("mail", "shop"))}))
    api.put("crm", {"id": "1", "mail": "Ann@Example.com", "shop": "North"})
    assert api.ids("pair", "ann@example.com North") == [api.one("crmId", "1")["ProfileId"]]


def test_two_definitions_of_one_key_both_feed_it(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE"), "nick": [key("a"), key("b")]}))
    api.put("crm", {"id": "1", "a": "annie", "b": "nan"})
    assert api.ids("nick", "annie") == api.ids("nick", "nan") == [api.one("crmId", "1")["ProfileId"]]


def test_any_of_several_values_finds(api: DomainApi) -> None:
    found = [api.create(AccountNumber=number) for number in ("A", "B", "C")]
    assert api.ids("_account", "A", "C", "Z") == sorted([found[0], found[2]])


def also(*pairs: tuple[str, str], operator: str = "") -> dict[str, Any]:
    options: dict[str, Any] = {"AdditionalSearchKeys": [{"KeyName": name, "Values": [value]} for name, value in pairs]}
    return {**options, "LogicalOperator": operator} if operator else options


def people(api: DomainApi) -> dict[str, str]:
    return {
        "ann": api.create(LastName="Lee", EmailAddress="ann@example.com", PhoneNumber="2065550001", AccountNumber="1"),
        "bob": api.create(LastName="Lee", EmailAddress="bob@example.com", PhoneNumber="2065550001", AccountNumber="2"),
        "eve": api.create(LastName="Low", EmailAddress="eve@example.com", PhoneNumber="2065550003", AccountNumber="3"),
    }


def test_keys_are_alternatives_by_default(api: DomainApi) -> None:
    known = people(api)
    assert api.ids("_account", "1", **also(("_account", "3"))) == sorted([known["ann"], known["eve"]])


def test_or_finds_profiles_with_any_key(api: DomainApi) -> None:
    known = people(api)
    found = api.ids("_email", "eve@example.com", **also(("_phone", "2065550001"), operator="OR"))
    assert found == sorted(known.values())


def test_and_finds_profiles_with_all_keys(api: DomainApi) -> None:
    known = people(api)
    found = api.ids("_phone", "2065550001", **also(("_email", "bob@example.com"), operator="AND"))
    assert found == [known["bob"]]


def test_and_wants_one_of_the_values_of_each_key(api: DomainApi) -> None:
    known = people(api)
    found = api.ids("_account", "1", "2", "3", **also(("_fullName", "Lee"), operator="AND"))
    assert found == sorted([known["ann"], known["bob"]])


@pytest.mark.parametrize(("last", "expected"), [("ann", 1), ("eve", 0)])
def test_and_takes_five_keys(api: DomainApi, last: str, expected: int) -> None:
    known = people(api)
    pairs = [("_phone", "2065550001"), ("_account", "1"), ("_fullName", "Lee"), ("_profileId", known[last])]
    assert len(api.ids("_email", "ann@example.com", **also(*pairs, operator="AND"))) == expected


def test_a_sixth_key_is_refused(api: DomainApi) -> None:
    with refused("additionalSearchKeys"):
        api.search("_email", "x", **also(*[("_account", str(number)) for number in range(5)]))


def test_an_unknown_operator_is_refused(api: DomainApi) -> None:
    with refused("logicalOperator"):
        api.search("_email", "x", **also(("_account", "1"), operator="XOR"))


def found_by(profile: dict[str, Any]) -> dict[str, list[str]]:
    return {item["KeyName"]: item["Values"] for item in profile["FoundByItems"]}


def test_found_by_items_name_the_key_of_a_single_search(api: DomainApi) -> None:
    api.create(EmailAddress="ann@example.com")
    [profile] = api.search("_email", "ANN@example.com")
    assert found_by(profile) == {"_email": ["ANN@example.com"]}


def test_found_by_items_of_and_are_all_pairs(api: DomainApi) -> None:
    people(api)
    [profile] = api.search("_phone", "(206) 555-0001", **also(("_account", "1"), operator="AND"))
    assert found_by(profile) == {"_phone": ["(206) 555-0001"], "_account": ["1"]}


def test_found_by_items_of_or_are_those_that_matched(api: DomainApi) -> None:
    known = people(api)
    options = also(("_phone", "2065550001"), ("_fullName", "Low"), operator="OR")
    profiles = {item["ProfileId"]: found_by(item) for item in api.search("_account", "1", **options)}
    assert profiles == {
        known["ann"]: {"_account": ["1"], "_phone": ["2065550001"]},
        known["bob"]: {"_phone": ["2065550001"]},
        known["eve"]: {"_fullName": ["Low"]},
    }


def test_found_by_items_of_or_list_the_matching_values_only(api: DomainApi) -> None:
    people(api)
    options = also(("_fullName", "Nobody"), operator="OR")
    profiles = api.search("_account", "1", "3", "9", **options)
    assert sorted(found_by(profile)["_account"] for profile in profiles) == [["1"], ["3"]]


def test_profiles_found_by_an_earlier_key_come_first(api: DomainApi) -> None:
    known = people(api)
    options = also(("_account", "2"), ("_account", "1"), operator="OR")
    found = [profile["ProfileId"] for profile in api.search("_account", "3", **options)]
    assert found == [known["eve"], known["bob"], known["ann"]]


def test_profiles_found_by_one_key_come_in_the_order_of_their_ids(api: DomainApi) -> None:
    made = [api.create(AccountNumber="same") for _ in range(5)]
    assert [profile["ProfileId"] for profile in api.search("_account", "same")] == sorted(made)


def test_a_profile_found_by_two_keys_is_answered_once(api: DomainApi) -> None:
    known = people(api)
    assert api.ids("_email", "ann@example.com", **also(("_account", "1"))) == [known["ann"]]


def test_predefined_account_key_accepts_number_and_text(api: DomainApi) -> None:
    numbers = {"account": typed("NUMBER", "account", "_profile.AccountNumber"), "email": email("email")}
    api.define("bank", definition(numbers, {"_account": key("account", "PROFILE", "UNIQUE")}))
    texts = {"account": typed("STRING", "account", "_profile.AccountNumber"), "id": typed("STRING", "id")}
    api.define("shop", definition(texts, {"_account": key("account", "PROFILE"), "shopId": key("id", "UNIQUE")}))
    api.put("bank", {"account": 1234})
    api.put("shop", {"id": "1", "account": "1234"})
    profile_id = api.one("_account", "1234")["ProfileId"]
    assert (len(api.objects(profile_id, "bank")), len(api.objects(profile_id, "shop"))) == (1, 1)


def test_a_value_of_one_key_is_not_found_by_another(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "same"})
    assert api.ids("crmId", "same") == []
