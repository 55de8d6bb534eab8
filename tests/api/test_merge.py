"""MergeProfiles: what the main profile has afterwards, and what is refused."""

from typing import Any

import pytest

from .calls import NOBODY, DomainApi, data, missing, refused
from .mappings import products, system

FIELDS = data("profile_fields.json")
ADDRESS = {"Address1": "Via Roma 1", "City": "Rome"}
VALUES: dict[str, tuple[Any, Any]] = {
    **{field: (f"{field} of main", f"{field} of other") for field in FIELDS["text"]},
    **{address: ({"City": "Milan"}, ADDRESS) for address in FIELDS["addresses"]},
    "Gender": ("FEMALE", "MALE"),
    "PartyType": ("BUSINESS", "INDIVIDUAL"),
    "ProfileType": ("PROFILE", "ACCOUNT_PROFILE"),
    "EngagementPreferences": (
        {"Phone": [{"KeyName": "_phone", "KeyValue": "1", "ContactType": "PhoneNumber"}]},
        {"Email": [{"KeyName": "_email", "KeyValue": "x", "ContactType": "EmailAddress"}]},
    ),
}


def without_id(api: DomainApi, profile_id: str) -> dict[str, Any]:
    profile = api.profile(profile_id)
    del profile["ProfileId"]
    return profile


def test_the_answer_has_a_message(api: DomainApi) -> None:
    main, other = api.create(FirstName="Ann"), api.create(FirstName="Anna")
    answer = api.client.merge_profiles(DomainName=api.domain, MainProfileId=main, ProfileIdsToBeMerged=[other])
    assert answer["Message"]


@pytest.mark.parametrize("field", VALUES)
def test_a_field_that_only_the_other_has_is_taken(api: DomainApi, field: str) -> None:
    main, other = api.create(BusinessName="Acme"), api.create(**{field: VALUES[field][1]})
    if field == "BusinessName":
        api.update(main, BusinessName="")
    api.merge(main, other)
    assert api.profile(main)[field] == VALUES[field][1]


@pytest.mark.parametrize("field", [field for field in VALUES if field not in FIELDS["addresses"]])
def test_the_main_profile_wins(api: DomainApi, field: str) -> None:
    main, other = (api.create(**{field: value}) for value in VALUES[field])
    api.merge(main, other)
    assert api.profile(main)[field] == VALUES[field][0]


@pytest.mark.parametrize("field", VALUES)
def test_a_named_profile_wins(api: DomainApi, field: str) -> None:
    main, other = (api.create(**{field: value}) for value in VALUES[field])
    api.merge(main, other, **{field: other})
    assert api.profile(main)[field] == VALUES[field][1]


@pytest.mark.parametrize("field", VALUES)
def test_a_named_profile_wins_even_without_a_value(api: DomainApi, field: str) -> None:
    main, other = api.create(**{field: VALUES[field][0]}), api.create(Attributes={"a": "1"})
    api.merge(main, other, **{field: other})
    assert without_id(api, main) == {"Attributes": {"a": "1"}}


def test_the_main_profile_may_be_named(api: DomainApi) -> None:
    main, other = api.create(LastName="Lee"), api.create(FirstName="Anna")
    api.merge(main, other, FirstName=main)
    assert without_id(api, main) == {"LastName": "Lee"}


def test_one_of_several_may_be_named(api: DomainApi) -> None:
    main, second, third = (api.create(FirstName=name) for name in ("Ann", "Anna", "Annabel"))
    api.merge(main, second, third, FirstName=third)
    assert without_id(api, main) == {"FirstName": "Annabel"}


def test_a_named_address_comes_whole(api: DomainApi) -> None:
    main = api.create(Address={"City": "Milan", "Country": "Italy"})
    other = api.create(Address={"City": "Rome", "PostalCode": "00100"})
    api.merge(main, other, Address=other)
    assert api.profile(main)["Address"] == {"City": "Rome", "PostalCode": "00100"}


@pytest.mark.parametrize(("enum", "word"), [("Gender", "FEMALE"), ("PartyType", "OTHER")])
def test_the_free_text_follows_its_enum(api: DomainApi, enum: str, word: str) -> None:
    main, other = api.create(**{enum: word}), api.create(**{f"{enum}String": "of its own"})
    api.merge(main, other, **{enum: other})
    assert without_id(api, main) == {f"{enum}String": "of its own"}


def test_attributes_are_united_and_the_main_profile_wins(api: DomainApi) -> None:
    main = api.create(Attributes={"both": "main", "main": "1"})
    api.merge(main, api.create(Attributes={"both": "other", "other": "2"}))
    assert api.profile(main)["Attributes"] == {"both": "main", "main": "1", "other": "2"}


def test_attributes_are_named_key_by_key(api: DomainApi) -> None:
    main = api.create(Attributes={"a": "main", "b": "main", "c": "main"})
    other = api.create(Attributes={"a": "other", "b": "other"})
    api.merge(main, other, Attributes={"a": other, "c": other})
    assert api.profile(main)["Attributes"] == {"a": "other", "b": "main"}


def test_the_merged_profile_is_gone(api: DomainApi) -> None:
    main, other = api.create(FirstName="Ann"), api.create(FirstName="Anna")
    api.merge(main, other)
    assert api.ids("_profileId", other) == []
    with missing(other):
        api.update(other, FirstName="Eve")


def test_a_merged_profile_is_an_error_of_batch_get(api: DomainApi) -> None:
    main, other = api.create(FirstName="Ann"), api.create(FirstName="Anna")
    api.merge(main, other)
    answer = api.client.batch_get_profile(DomainName=api.domain, ProfileIds=[main, other])
    assert [error["ProfileId"] for error in answer["Errors"]] == [other]


def test_the_keys_of_the_merged_profile_find_the_main_one(api: DomainApi) -> None:
    main, other = api.create(EmailAddress="ann@example.com"), api.create(EmailAddress="anna@example.com")
    api.add_key(other, "_ctrContactId", "contact-1")
    api.merge(main, other)
    assert api.ids("_email", "anna@example.com") == api.ids("_ctrContactId", "contact-1") == [main]


def two_customers(api: DomainApi) -> tuple[str, str]:
    """The profiles of customers a and b, with an object each."""
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "a", "first": "Ann"})
    api.put("crm", {"id": "2", "customer": "b", "first": "Anna"})
    return api.one("customer", "a")["ProfileId"], api.one("customer", "b")["ProfileId"]


def test_the_objects_of_the_merged_profile_move(api: DomainApi) -> None:
    main, other = two_customers(api)
    api.merge(main, other)
    assert sorted(value["id"] for value in api.objects(main, "crm")) == ["1", "2"]
    assert api.objects(other, "crm") == []


def test_the_standard_objects_of_the_merged_profile_move(api: DomainApi) -> None:
    api.define("products", products())
    api.put("products", {"email": "ann@example.com", "serial": "S1"})
    other, main = api.one("_email", "ann@example.com")["ProfileId"], api.create(FirstName="Ann")
    [asset] = api.objects(other, "_asset")
    api.merge(main, other)
    assert api.objects(main, "_asset") == [asset]
    assert api.ids("_assetId", asset["AssetId"]) == [main]


def test_later_objects_of_either_go_to_the_main_profile(api: DomainApi) -> None:
    main, other = two_customers(api)
    api.merge(main, other)
    api.put("crm", {"id": "3", "customer": "b"})
    assert len(api.objects(main, "crm")) == 3


def test_a_moved_object_is_replaced_where_it_is(api: DomainApi) -> None:
    main, other = two_customers(api)
    api.merge(main, other)
    api.put("crm", {"id": "2", "customer": "b", "note": "new"})
    assert [value.get("note") for value in api.objects(main, "crm")] == ["new", None]


def test_a_later_object_may_replace_a_merged_value_that_an_object_gave(api: DomainApi) -> None:
    main, other = two_customers(api)
    api.merge(main, other)
    assert api.profile(main)["FirstName"] == "Ann"
    api.put("crm", {"id": "3", "customer": "a", "first": "Annabel"})
    assert api.profile(main)["FirstName"] == "Annabel"


def test_a_manual_value_is_still_protected_after_a_merge(api: DomainApi) -> None:
    main, other = two_customers(api)
    api.update(other, LastName="Lee")
    api.merge(main, other)
    api.put("crm", {"id": "3", "customer": "a", "last": "Low"})
    assert api.profile(main)["LastName"] == "Lee"


def test_several_profiles_merge_at_once(api: DomainApi) -> None:
    main = api.create(FirstName="Ann")
    others = [api.create(AccountNumber=f"A{number}") for number in range(20)]
    api.merge(main, *others)
    assert api.ids("_account", *(f"A{number}" for number in range(20))) == [main]
    assert api.stats()["ProfileCount"] == 1


def test_a_merged_profile_can_be_merged_further(api: DomainApi) -> None:
    first, second, third = api.create(FirstName="Ann"), api.create(LastName="Lee"), api.create(AccountNumber="A")
    api.merge(second, third)
    api.merge(first, second)
    assert without_id(api, first) == {"FirstName": "Ann", "LastName": "Lee", "AccountNumber": "A"}


# Main profile, profiles to be merged, named sources: of the ids a, b, c (profiles) and nobody.
REFUSED: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "a profile with itself": ("a", ["a"], {}),
    "a profile among others with itself": ("a", ["b", "a"], {}),
    "an id twice": ("a", ["b", "b"], {}),
    "a source that takes no part": ("a", ["b"], {"FirstName": "c"}),
    "a source that nobody is": ("a", ["b"], {"FirstName": "nobody"}),
    "an attribute from a source that takes no part": ("a", ["b"], {"Attributes": {"x": "c"}}),
}
NOT_FOUND: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "an unknown main profile": ("nobody", ["b"], {}),
    "an unknown profile to be merged": ("a", ["nobody"], {}),
    "an unknown profile among known ones": ("a", ["b", "nobody"], {}),
}


def named(given: Any, ids: dict[str, str]) -> Any:
    """The same with ids for names."""
    if isinstance(given, dict):
        return {member: named(value, ids) for member, value in given.items()}
    return [ids[name] for name in given] if isinstance(given, list) else ids[given]


def three_people(api: DomainApi) -> dict[str, str]:
    people = {name: api.create(FirstName=name, AccountNumber=name, Attributes={"x": name}) for name in "abc"}
    return {**people, "nobody": NOBODY}


@pytest.mark.parametrize(("main", "others", "sources"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_merge_is_refused(api: DomainApi, main: str, others: list[str], sources: dict[str, Any]) -> None:
    ids = three_people(api)
    with refused():
        api.merge(ids[main], *named(others, ids), **named(sources, ids))


@pytest.mark.parametrize(("main", "others", "sources"), NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_a_merge_with_nobody_is_not_found(
    api: DomainApi, main: str, others: list[str], sources: dict[str, Any]
) -> None:
    ids = three_people(api)
    with missing(NOBODY):
        api.merge(ids[main], *named(others, ids), **named(sources, ids))


def test_a_refused_merge_changes_nothing(api: DomainApi) -> None:
    ids = three_people(api)
    before = {name: api.profile(ids[name]) for name in "abc"}
    with missing(NOBODY):
        api.merge(ids["a"], ids["b"], ids["c"], NOBODY)
    assert {name: api.profile(ids[name]) for name in "abc"} == before


def test_more_than_twenty_profiles_are_refused(api: DomainApi) -> None:
    with refused("profileIdsToBeMerged"):
        api.merge(api.create(FirstName="Ann"), *(f"{number:032x}" for number in range(21)))
