"""Key values: hashes, default keys of a profile, and the parts that a search value may stand for."""

import json
import tracemalloc
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.mapping.content_types import normalise
from openprofiles.mapping.keys import (
    IDENTIFIER_OF_STANDARD_OBJECT,
    KEY_FIELDS,
    PREDEFINED_KEYS,
    KeyValue,
    default_keys,
    key_content_type,
    match_hash,
    search_hash,
    search_parts,
)

DATA = Path(__file__).parent.parent / "data"
FACTS = json.loads((DATA / "search_keys.json").read_text(encoding="utf-8"))
IDENTIFIERS = json.loads((DATA / "standard_objects.json").read_text(encoding="utf-8"))["identifiers"]

NAMES = st.text("abYZ09_-", min_size=1, max_size=8)
PARTS = st.lists(st.text("ab \x01é", max_size=4), max_size=4).map(tuple)
CONTENT_TYPES = st.sampled_from(["STRING", "NUMBER", "EMAIL_ADDRESS", "NAME", "PHONE_NUMBER"])
WORDS = st.text("aB1@.-", min_size=1, max_size=6)


# Hashes


def test_a_hash_is_the_one_that_stores_hold() -> None:
    assert match_hash("_email", ("ann@example.com",)).hex() == "c99c3338e2eac8b1199948457cc00eaf"
    assert match_hash("invoice", ("7", "ann")).hex() == "d67245b5d4218996b86d6577e07e76cf"


@given(st.lists(st.tuples(NAMES, PARTS), unique=True, min_size=2, max_size=8))
def test_different_names_or_parts_have_different_hashes(keys: list[tuple[str, tuple[str, ...]]]) -> None:
    assert len({match_hash(name, parts) for name, parts in keys}) == len(keys)


CONFUSABLE = [
    ("key", ("a", "b")),
    ("key", ("a b",)),
    ("key", ("ab",)),
    ("key", ("ab", "")),
    ("key", ("", "ab")),
    ("keya", ("b",)),
    ("other", ("a", "b")),
]


@pytest.mark.parametrize(("one", "other"), list(combinations(CONFUSABLE, 2)))
def test_parts_are_kept_apart(one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> None:
    assert match_hash(*one) != match_hash(*other)


@given(NAMES, PARTS)
def test_a_hash_has_16_bytes(name: str, parts: tuple[str, ...]) -> None:
    assert len(match_hash(name, parts)) == 16


def test_a_key_of_one_part_is_searched_by_the_hash_that_it_is_matched_by() -> None:
    assert search_hash("_phone", "2063457890") == match_hash("_phone", ("2063457890",))


# Key names. Source: API reference SearchProfiles, AddProfileKey.


@pytest.mark.parametrize("name", [*FACTS["predefined"], "_profileId"])
def test_a_documented_key_is_predefined(name: str) -> None:
    assert name in PREDEFINED_KEYS


COMPARED = [
    ("_phone", "STRING", "PHONE_NUMBER"),
    ("_email", "STRING", "EMAIL_ADDRESS"),
    ("_fullName", "STRING", "NAME"),
    ("_account", "NUMBER", "STRING"),
    ("_profileId", "NAME", "STRING"),
    ("shoeSize", "NUMBER", "NUMBER"),
    ("nick", "NAME", "NAME"),
]


@pytest.mark.parametrize(("name", "mapped_as", "compared_as"), COMPARED)
def test_a_predefined_key_has_its_own_content_type_and_others_that_of_their_field(
    name: str, mapped_as: str, compared_as: str
) -> None:
    assert key_content_type(name, mapped_as) == compared_as


# Source: Standard identifiers in Customer Profiles.
@pytest.mark.parametrize(("kind", "identifier"), IDENTIFIERS.items(), ids=IDENTIFIERS)
def test_a_key_finds_standard_objects_of_the_kind_whose_identifier_it_carries(kind: str, identifier: str) -> None:
    carrying = KeyValue("serial", ("7",), frozenset({identifier, "UNIQUE"}))
    found = [other for other in IDENTIFIERS if carrying.finds(other)]
    assert found == [kind]


def test_only_documented_standard_objects_have_an_identifier() -> None:
    assert IDENTIFIER_OF_STANDARD_OBJECT == IDENTIFIERS


@pytest.mark.parametrize(
    ("identifier", "says"),
    [
        ("PROFILE", "is_profile"),
        ("SECONDARY", "is_secondary"),
        ("LOOKUP_ONLY", "lookup_only"),
        ("NEW_ONLY", "new_only"),
    ],
)
def test_a_key_value_says_which_identifier_it_carries(identifier: str, says: str) -> None:
    value = KeyValue("nick", ("ann",), frozenset({identifier}))
    properties = ["is_profile", "is_secondary", "lookup_only", "new_only"]
    assert [name for name in properties if getattr(value, name)] == [says]


# Default keys. Source: Standard profile definition in Customer Profiles.


@pytest.mark.parametrize(("key", "field", "value"), FACTS["fed_by_profile_field"])
def test_a_profile_field_feeds_its_default_key(key: str, field: str, value: str) -> None:
    assert default_keys({field: value}) == [(key, normalise(PREDEFINED_KEYS[key], value))]


FULL_NAMES = {
    "all three": (("John", "Q.", "Doe"), {"john q. doe", "john doe"}),
    "no middle name": (("John", None, "Doe"), {"john doe"}),
    "first name alone": (("John", None, None), {"john"}),
    "last name alone": ((None, None, "Doe"), {"doe"}),
    "no last name": (("John", "Q.", None), {"john q."}),
    "capitals and spaces": ((" JOHN ", "Q.   R.", "Doe"), {"john q. r. doe", "john doe"}),
    "spaces only": ((" ", None, " "), set[str]()),
}


@pytest.mark.parametrize(("parts", "names"), FULL_NAMES.values(), ids=FULL_NAMES)
def test_a_full_name_is_found_with_and_without_its_middle_name(parts: tuple[str | None, ...], names: set[str]) -> None:
    members = dict(zip(("FirstName", "MiddleName", "LastName"), parts, strict=True))
    fields = {member: value for member, value in members.items() if value is not None}
    found = default_keys(fields)
    assert ({name for name, _ in found} | {"_fullName"}, {value for _, value in found}) == ({"_fullName"}, names)


def test_equal_values_of_several_fields_are_one_key_value() -> None:
    fields = {"PhoneNumber": "+1 555 123 4567", "MobilePhoneNumber": "(555) 123-4567", "EmailAddress": "A@b.c"}
    assert default_keys({**fields, "BusinessEmailAddress": "a@B.C"}) == [("_phone", "5551234567"), ("_email", "a@b.c")]


def test_one_text_may_feed_keys_of_several_names() -> None:
    found = default_keys({"PhoneNumber": "5551234567", "EmailAddress": "5551234567", "AccountNumber": "5551234567"})
    assert [name for name, _ in found] == ["_phone", "_email", "_account"]


@pytest.mark.parametrize(
    "fields",
    [{"PhoneNumber": "n/a"}, {"EmailAddress": "  "}, {"AccountNumber": "x" * 256}, {"Address.City": "Seattle"}, {}],
    ids=["phone without digits", "spaces", "over 255 characters", "field that feeds no key", "no field"],
)
def test_what_gives_no_key_value_feeds_nothing(fields: dict[str, str]) -> None:
    assert default_keys(fields) == []


def test_a_value_of_255_characters_feeds_its_key() -> None:
    assert default_keys({"AccountNumber": "x" * 255}) == [("_account", "x" * 255)]


@pytest.mark.parametrize("field", sorted(KEY_FIELDS))
def test_every_key_field_feeds_a_key(field: str) -> None:
    assert default_keys({field: "5551234567"}) != []


# Searches


SINGLE = [
    ("STRING", "AbC", "AbC"),
    ("NUMBER", "12.50", "12.5"),
    ("EMAIL_ADDRESS", " Ann@Example.com", "ann@example.com"),
    ("NAME", "John  SMITH", "john smith"),
    ("PHONE_NUMBER", "+1 (206) 345-7890", "2063457890"),
]


@pytest.mark.parametrize(("content_type", "given_value", "part"), SINGLE)
def test_a_search_value_is_normalised_like_the_keys_field(content_type: str, given_value: str, part: str) -> None:
    assert search_parts(given_value, [[content_type]]) == [(part,)]


def test_a_value_without_content_searches_for_nothing() -> None:
    assert search_parts("n/a", [["PHONE_NUMBER"]]) == []


def test_definitions_of_one_content_type_are_searched_once() -> None:
    assert search_parts("Ann", [["NAME"], ["NAME"]]) == [("ann",)]


def test_each_definition_of_a_key_is_searched() -> None:
    assert search_parts("Ann", [["STRING"], ["NAME"]]) == [("Ann",), ("ann",)]


def test_a_composite_key_is_searched_by_its_parts_joined_by_a_space() -> None:
    found = search_parts("Ann@Example.com 007", [["EMAIL_ADDRESS", "NUMBER"]])
    assert {("ann@example.com", "7"), ("ann@example.com 7",)} <= set(found)


def test_a_part_of_a_composite_key_may_hold_spaces() -> None:
    found = search_parts("Mary Ann  Lee 007", [["NAME", "NUMBER"]])
    assert ("mary ann lee", "7") in found


@given(st.lists(st.tuples(CONTENT_TYPES, WORDS), min_size=2, max_size=4))
def test_a_composite_value_as_it_was_given_is_found(fields: list[tuple[str, str]]) -> None:
    types, words = [kind for kind, _ in fields], [word for _, word in fields]
    stored = tuple(normalise(kind, word) for kind, word in fields)
    found = search_parts(" ".join(words), [types])
    assert stored in found or not any(stored)


@given(st.lists(CONTENT_TYPES, min_size=1, max_size=3), st.text(max_size=30))
def test_no_search_is_for_an_empty_value(types: list[str], value: str) -> None:
    assert all(any(parts) for parts in search_parts(value, [types]))


def test_a_value_of_many_words_is_split_in_few_ways_and_little_memory() -> None:
    tracemalloc.start()
    found = search_parts(" ".join("a" * 128), [["STRING"] * 4])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found) <= 33, peak < 2_000_000) == (True, True)
