"""Standard objects: from flat fields to the API's nested document and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.mapping.standard_objects import (
    ADDRESS_MEMBERS,
    ENUMS,
    FIELDS,
    FORBIDDEN,
    LISTS,
    PROFILE_FIELDS,
    STRUCTURES,
    SYSTEM_IDS,
    flatten,
    max_length,
    render,
)

DATA = Path(__file__).parent.parent / "data"
OBJECTS = json.loads((DATA / "standard_objects.json").read_text(encoding="utf-8"))
PROFILE = json.loads((DATA / "profile_fields.json").read_text(encoding="utf-8"))

# Facts. Sources: Standard profile, asset, case and order definitions in Customer Profiles.


def test_a_profile_has_the_documented_fields() -> None:
    assert set(PROFILE_FIELDS) == {*PROFILE["text"], "Gender", "PartyType"}


@pytest.mark.parametrize("prefix", OBJECTS["fields"])
def test_an_asset_a_case_and_an_order_have_the_documented_fields(prefix: str) -> None:
    ours = {"SourceLastUpdatedTimestamp", *(("StatusCode", "DataSource") if prefix == "_order" else ())}
    assert set(FIELDS[prefix]) - ours == set(OBJECTS["fields"][prefix])


def test_addresses_have_the_documented_members() -> None:
    assert (set(STRUCTURES["_profile"]), set(ADDRESS_MEMBERS)) == (
        set(PROFILE["addresses"]),
        set(PROFILE["address_members"]),
    )


def test_an_order_has_two_addresses_with_a_name_and_a_list_of_items() -> None:
    address = ("Name", *ADDRESS_MEMBERS)
    assert STRUCTURES["_order"] == {"BillingAddress": address, "ShippingAddress": address}
    assert LISTS["_order"] == {"OrderItems": ("Title", "Price", "Quantity")}


def test_the_service_sets_the_documented_ids() -> None:
    ids = {f"{prefix}.{name}" for prefix, name in SYSTEM_IDS.items()}
    others = {f"{prefix}.{name}" for prefix, names in FORBIDDEN.items() for name in names}
    assert ids | others == {*OBJECTS["forbidden"], "_profile.FoundByItems"}


@pytest.mark.parametrize(
    ("prefix", "path", "characters"),
    [
        ("_profile", "AdditionalInformation", 1000),
        ("_profile", "FirstName", 255),
        ("_profile", "Address.City", 255),
        ("_profile", "Attributes.AdditionalInformation", 255),
        ("_asset", "AdditionalInformation", 255),
    ],
)
def test_a_value_has_a_longest_length(prefix: str, path: str, characters: int) -> None:
    assert max_length(prefix, path) == characters


# Flat fields → document

RENDERED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "text": ("_profile", {"FirstName": "Ann"}, {"FirstName": "Ann"}),
    "address": (
        "_profile",
        {"Address.City": "Seattle", "BillingAddress.City": "Oslo", "Address.State": "WA"},
        {"Address": {"City": "Seattle", "State": "WA"}, "BillingAddress": {"City": "Oslo"}},
    ),
    "attributes": (
        "_profile",
        {"Attributes.tier": "gold", "Attributes.a.b c": "x"},
        {"Attributes": {"tier": "gold", "a.b c": "x"}},
    ),
    "empty text": ("_profile", {"FirstName": "", "LastName": "Lee"}, {"LastName": "Lee"}),
    "address without a value": ("_profile", {"Address.City": ""}, {}),
    "word of an enum": ("_profile", {"Gender": "MALE"}, {"Gender": "MALE", "GenderString": "MALE"}),
    "text beside an enum": ("_profile", {"Gender": "M"}, {"GenderString": "M"}),
    "word in another case": ("_profile", {"PartyType": "Business"}, {"PartyTypeString": "Business"}),
    "both of a pair": ("_profile", {"Gender": ["MALE", "man"]}, {"Gender": "MALE", "GenderString": "man"}),
    "empty enum": ("_profile", {"Gender": ""}, {}),
    "enum's name elsewhere": ("_case", {"Attributes.Gender": "MALE"}, {"Attributes": {"Gender": "MALE"}}),
    "structure as given": (
        "_profile",
        {"EngagementPreferences": {"Phone": [{"KeyName": "a"}]}},
        {"EngagementPreferences": {"Phone": [{"KeyName": "a"}]}},
    ),
    "order": (
        "_order",
        {"Name": "7", "ShippingAddress.Name": "Ann", "OrderItems": [{"Title": "Tea"}]},
        {"Name": "7", "ShippingAddress": {"Name": "Ann"}, "OrderItems": [{"Title": "Tea"}]},
    ),
    "dotted name of an open object": (
        "_airSegment",
        {"Departure.Date": "1", "Departure.Airport": "SEA"},
        {"Departure": {"Date": "1", "Airport": "SEA"}},
    ),
    "dotted name beside a value": (
        "_airSegment",
        {"Departure.Date": "1", "Departure": "SEA"},
        {"Departure.Date": "1", "Departure": "SEA"},
    ),
    "dotted name beside an empty value": (
        "_airSegment",
        {"Departure": "", "Departure.Date": "1"},
        {"Departure": {"Date": "1"}},
    ),
}


@pytest.mark.parametrize(("prefix", "fields", "document"), RENDERED.values(), ids=RENDERED)
def test_fields_are_shown_as_the_document_of_the_api(
    prefix: str, fields: dict[str, Any], document: dict[str, Any]
) -> None:
    assert render(fields, prefix) == document


@pytest.mark.parametrize(("enum", "word"), [(enum, word) for enum, words in ENUMS.items() for word in words])
def test_each_word_of_an_enum_is_shown_as_the_word_and_as_text(enum: str, word: str) -> None:
    assert render({enum: word}, "_profile") == {enum: word, f"{enum}String": word}


OPEN_FIELDS = st.dictionaries(st.text("ab.", min_size=1, max_size=4).filter(lambda name: name[0] != "."), st.text("xy"))


@given(OPEN_FIELDS, st.randoms(use_true_random=False))
def test_a_document_does_not_depend_on_the_order_of_the_fields(fields: dict[str, str], random: Any) -> None:
    shuffled = list(fields.items())
    random.shuffle(shuffled)
    assert render(dict(shuffled), "_device") == render(fields, "_device")


@given(OPEN_FIELDS)
def test_every_filled_field_is_in_the_document(fields: dict[str, str]) -> None:
    shown = [inner for value in render(fields, "_device").values() for inner in _values(value)]
    assert sorted(shown) == sorted(value for value in fields.values() if value)


def _values(value: Any) -> list[str]:
    return list(value.values()) if isinstance(value, dict) else [value]


def test_fields_are_not_changed_by_being_shown() -> None:
    fields = {"Address.City": "Oslo", "Gender": ["MALE", "man"], "LastName": ""}
    render(fields, "_profile")
    assert fields == {"Address.City": "Oslo", "Gender": ["MALE", "man"], "LastName": ""}


# Members of CreateProfile and UpdateProfile → flat fields

FLATTENED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"FirstName": "Ann", "ProfileType": "PROFILE"}, {"FirstName": "Ann", "ProfileType": "PROFILE"}),
    "empty text clears": ({"FirstName": ""}, {"FirstName": ""}),
    "address member by member": (
        {"Address": {"City": "Oslo", "State": ""}, "ShippingAddress": {"City": "Rome"}},
        {"Address.City": "Oslo", "Address.State": "", "ShippingAddress.City": "Rome"},
    ),
    "attributes by key": ({"Attributes": {"a.b": "x", "c": ""}}, {"Attributes.a.b": "x", "Attributes.c": ""}),
    "word alone": ({"Gender": "FEMALE"}, {"Gender": "FEMALE"}),
    "text alone": ({"PartyTypeString": "club"}, {"PartyType": "club"}),
    "both": ({"Gender": "MALE", "GenderString": "man"}, {"Gender": ["MALE", "man"]}),
    "both with equal words": ({"Gender": "MALE", "GenderString": "MALE"}, {"Gender": ["MALE", "MALE"]}),
    "empty free text clears both": ({"GenderString": ""}, {"Gender": ""}),
    "empty free text beside a word": ({"Gender": "MALE", "GenderString": ""}, {"Gender": ["MALE", ""]}),
    "preferences as given": (
        {"EngagementPreferences": {"Email": [{"KeyName": "a"}]}},
        {"EngagementPreferences": {"Email": [{"KeyName": "a"}]}},
    ),
    "what is no member of a profile": ({"DomainName": "d", "ProfileId": "0" * 32, "Shoe": "x"}, {}),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize(("members", "fields"), FLATTENED.values(), ids=FLATTENED)
def test_members_of_a_request_are_flat_fields(members: dict[str, Any], fields: dict[str, Any]) -> None:
    assert flatten(members) == fields


TEXT = st.text(min_size=1, max_size=8)
ADDRESS = st.dictionaries(st.sampled_from(ADDRESS_MEMBERS), TEXT, min_size=1, max_size=4)
PREFERENCES = st.fixed_dictionaries({"Phone": st.lists(st.fixed_dictionaries({"KeyName": TEXT, "KeyValue": TEXT}))})
PLAIN_MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(PROFILE["text"], TEXT),
    **dict.fromkeys(PROFILE["addresses"], ADDRESS),
    "Attributes": st.dictionaries(TEXT, TEXT, min_size=1, max_size=4),
    "ProfileType": st.sampled_from(["PROFILE", "ACCOUNT_PROFILE"]),
    "EngagementPreferences": PREFERENCES,
}
PAIRS: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.sampled_from(words) for name, words in ENUMS.items()},
    **{f"{name}String": TEXT | st.sampled_from(words) for name, words in ENUMS.items()},
}


@given(st.fixed_dictionaries({}, optional=PLAIN_MEMBERS))
def test_what_create_profile_carries_is_shown_as_it_was_given(members: dict[str, Any]) -> None:
    assert render(flatten(members), "_profile") == members


@given(st.fixed_dictionaries({}, optional=PAIRS))
def test_of_a_pair_each_is_shown_as_given_and_a_single_one_as_both_where_it_can_be(members: dict[str, Any]) -> None:
    shown = render(flatten(members), "_profile")
    expected = dict(members)
    for name, words in ENUMS.items():
        if name in members:
            expected.setdefault(f"{name}String", members[name])
        elif members.get(f"{name}String") in words:
            expected[name] = members[f"{name}String"]
    assert shown == expected


@given(st.fixed_dictionaries({}, optional=PLAIN_MEMBERS | PAIRS))
def test_a_document_given_back_shows_the_same_document(members: dict[str, Any]) -> None:
    document = render(flatten(members), "_profile")
    assert render(flatten(document), "_profile") == document
