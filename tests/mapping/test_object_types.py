"""What an object says by its mapping: values for the profile and standard objects, keys, time, inferred values."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import ObjectTypeDocument
from openprofiles.mapping.keys import KeyValue
from openprofiles.mapping.object_types import (
    CompiledObjectType,
    MappedObject,
    compile_object_type,
    evaluate,
)
from tests.api.mappings import (
    Definition,
    Field,
    computed,
    definition,
    email,
    key,
    keyed,
    orders,
    phone,
    products,
    text,
    tickets,
    typed,
)

OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}


def compiled(wire: Definition) -> CompiledObjectType:
    return compile_object_type(msgspec.json.encode(msgspec.convert(wire, ObjectTypeDocument)).decode())


def mapped(wire: Definition, value: dict[str, Any]) -> MappedObject:
    return evaluate(compiled(wire), value)


def with_field(field: Field, value: Any, **options: Any) -> MappedObject:
    """An object with the member `a`, mapped by this field; every kind of standard object is allowed."""
    keys = {"crmId": key("id", "PROFILE", "UNIQUE", "ASSET", "CASE", "ORDER", "AIR_SEGMENT")}
    return mapped(definition({"id": text("id"), "a": field}, keys, **options), {"id": "1", "a": value})


def keys_of(wire: Definition, value: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [(found.name, found.parts) for found in mapped(wire, value).keys]


def refusal(wire: Definition, value: dict[str, Any]) -> str:
    with pytest.raises(BadRequestException) as refused:
        mapped(wire, value)
    return refused.value.message


# Values for the profile. Source: Field definitions in Customer Profiles object type mappings.

ADDRESS = {"City": "Oslo", "PostalCode": 123, "Planet": "Earth", "State": "", "Country": None, "County": {"a": 1}}

PROFILE_VALUES: dict[str, tuple[Field, Any, dict[str, str]]] = {
    "text": (text("a", "_profile.FirstName"), "Ann", {"FirstName": "Ann"}),
    "text as it was written": (text("a", "_profile.FirstName"), " aNN ", {"FirstName": " aNN "}),
    "number": (typed("NUMBER", "a", "_profile.AccountNumber"), Decimal("1234.50"), {"AccountNumber": "1234.5"}),
    "number written as text": (typed("NUMBER", "a", "_profile.AccountNumber"), "007", {"AccountNumber": "007"}),
    "true": (text("a", "_profile.Attributes.vip"), True, {"Attributes.vip": "true"}),
    "e-mail address": (email("a", "_profile.EmailAddress"), "Ann@B.c", {"EmailAddress": "Ann@B.c"}),
    "phone number": (phone("a", "_profile.PhoneNumber"), "(555) 123-4567", {"PhoneNumber": "(555) 123-4567"}),
    "null": (text("a", "_profile.FirstName"), None, {}),
    "empty text": (text("a", "_profile.FirstName"), "", {}),
    "phone without digits": (phone("a", "_profile.PhoneNumber"), "n/a", {}),
    "e-mail address of spaces": (email("a", "_profile.EmailAddress"), "  ", {}),
    "name of spaces": (typed("NAME", "a", "_profile.FirstName"), " \t", {}),
    "number of spaces": (typed("NUMBER", "a", "_profile.AccountNumber"), " ", {}),
    "text of spaces": (text("a", "_profile.FirstName"), " ", {"FirstName": " "}),
    "missing member": (text("b", "_profile.FirstName"), "Ann", {}),
    "object in a text": (text("a", "_profile.FirstName"), {"b": 1}, {}),
    "list in a text": (text("a", "_profile.FirstName"), ["b"], {}),
    "object in an attribute": (text("a", "_profile.Attributes.x"), {"b": [1]}, {"Attributes.x": '{"b":[1]}'}),
    "empty list in an attribute": (text("a", "_profile.Attributes.x"), [], {"Attributes.x": "[]"}),
    "constant": (computed("web shop", "_profile.Attributes.channel"), "", {"Attributes.channel": "web shop"}),
    "handlebars": (computed("Dr. {{_source.a}}", "_profile.LastName"), "No", {"LastName": "Dr. No"}),
    "free text of an enum": (text("a", "_profile.GenderString"), "M", {"Gender": "M"}),
    "enum with another text": (text("a", "_profile.Gender"), "M", {"Gender": "M"}),
    "member of an address": (text("a", "_profile.Address.City"), "Oslo", {"Address.City": "Oslo"}),
    "whole address": (
        text("a", "_profile.BillingAddress"),
        ADDRESS,
        {"BillingAddress.City": "Oslo", "BillingAddress.PostalCode": "123"},
    ),
    "address that is a text": (text("a", "_profile.Address"), "Oslo", {}),
    "no target": (text("a"), "Ann", {}),
    "no source": ({"Target": "_profile.FirstName"}, "Ann", {}),
}


@pytest.mark.parametrize(("field", "value", "fields"), PROFILE_VALUES.values(), ids=PROFILE_VALUES)
def test_an_object_gives_the_profile_the_values_that_it_carries(
    field: Field, value: Any, fields: dict[str, str]
) -> None:
    assert with_field(field, value).profile_fields == fields


LENGTHS = [
    ("_profile.FirstName", 255),
    ("_profile.Address.City", 255),
    ("_profile.Attributes.x", 255),
    ("_profile.AdditionalInformation", 1000),
    ("_asset.AdditionalInformation", 255),
]


@pytest.mark.parametrize(("target", "characters"), LENGTHS)
def test_a_value_has_a_longest_length(target: str, characters: int) -> None:
    kept = with_field(text("a", target), "x" * characters)
    assert "x" * characters in [*kept.profile_fields.values(), *kept.standard_objects.get("_asset", {}).values()]
    with pytest.raises(BadRequestException, match=f"{target} is longer than {characters} characters"):
        with_field(text("a", target), "x" * (characters + 1))


def test_a_long_value_without_target_and_key_is_kept_in_the_object_only() -> None:
    assert with_field(text("a"), "x" * 100_000).profile_fields == {}


def test_a_member_of_a_whole_address_has_a_longest_length() -> None:
    with pytest.raises(BadRequestException, match=r"_profile\.Address\.City is longer than 255"):
        with_field(text("a", "_profile.Address"), {"City": "x" * 256})


# Standard objects

STANDARD: dict[str, tuple[Field, Any, dict[str, dict[str, Any]]]] = {
    "asset": (text("a", "_asset.AssetName"), "Pump", {"_asset": {"AssetName": "Pump"}}),
    "number": (typed("NUMBER", "a", "_asset.Price"), Decimal("9.90"), {"_asset": {"Price": "9.9"}}),
    "attribute": (text("a", "_case.Attributes.x"), 1, {"_case": {"Attributes.x": "1"}}),
    "address of an order": (
        text("a", "_order.ShippingAddress"),
        {"Name": "Ann", "City": "Oslo"},
        {"_order": {"ShippingAddress.Name": "Ann", "ShippingAddress.City": "Oslo"}},
    ),
    "open object": (text("a", "_airSegment.Departure.Date"), "1", {"_airSegment": {"Departure.Date": "1"}}),
    "empty": (text("a", "_asset.AssetName"), "", {}),
    "each element": (
        computed("_source.a[].t", "_order.OrderItems[].Title"),
        [{"t": "Tea"}, {"t": 7}],
        {"_order": {"OrderItems": [{"Title": "Tea"}, {"Title": "7"}]}},
    ),
    "element without a value keeps its place": (
        computed("_source.a[].t", "_order.OrderItems[].Title"),
        [{}, {"t": "Tea"}],
        {"_order": {"OrderItems": [{}, {"Title": "Tea"}]}},
    ),
    "no element with a value": (computed("_source.a[].t", "_order.OrderItems[].Title"), [{}, {"t": ""}], {}),
    "text for a list": (text("a", "_order.OrderItems[].Title"), "Tea", {}),
}


@pytest.mark.parametrize(("field", "value", "objects"), STANDARD.values(), ids=STANDARD)
def test_an_object_gives_standard_objects_the_values_that_it_carries(
    field: Field, value: Any, objects: dict[str, dict[str, Any]]
) -> None:
    assert with_field(field, value).standard_objects == objects


def test_members_of_one_element_come_from_several_fields() -> None:
    fields = {
        "id": text("id"),
        "title": computed("_source.lines[].t", "_order.OrderItems[].Title"),
        "price": computed("_source.lines[].p", "_order.OrderItems[].Price"),
    }
    wire = definition(fields, {"id": key("id", "PROFILE", "UNIQUE", "ORDER")})
    found = mapped(wire, {"id": "1", "lines": [{"t": "Tea", "p": 2}, {"p": 3}, {"t": "Jam"}]})
    assert found.standard_objects["_order"]["OrderItems"] == [
        {"Title": "Tea", "Price": "2"},
        {"Price": "3"},
        {"Title": "Jam"},
    ]


def test_a_member_of_an_element_has_a_longest_length() -> None:
    with pytest.raises(BadRequestException, match=r"_order\.OrderItems is longer than 255"):
        with_field(computed("_source.a[].t", "_order.OrderItems[].Title"), [{"t": "x" * 256}])


# Keys. Source: Key definitions in Customer Profiles object type mappings; Standard identifiers in Customer Profiles.


def test_a_key_value_carries_what_its_definition_says() -> None:
    wire = keyed({"crmId": key("id", "UNIQUE"), "nick": [key("a", "PROFILE", "SECONDARY"), key("b")]})
    assert mapped(wire, {"id": "1", "a": "x", "b": "y"}).keys == [
        KeyValue("crmId", ("1",), frozenset({"UNIQUE"})),
        KeyValue("nick", ("x",), frozenset({"PROFILE", "SECONDARY"})),
        KeyValue("nick", ("y",), frozenset()),
    ]


# Source: Field definitions …, normalisation by content type.
NORMALISED = [
    ("STRING", " AbC", " AbC"),
    ("NUMBER", Decimal("12.50"), "12.5"),
    ("EMAIL_ADDRESS", "Ann@Example.com", "ann@example.com"),
    ("NAME", "John  SMITH", "john smith"),
    ("PHONE_NUMBER", "+1 (206) 345-7890", "2063457890"),
]


@pytest.mark.parametrize(("content_type", "value", "part"), NORMALISED)
def test_a_key_part_is_normalised_by_the_content_type_of_its_field(content_type: str, value: Any, part: str) -> None:
    wire = definition({"id": text("id"), "a": typed(content_type, "a")}, {**OWN, "nick": key("a")})
    assert ("nick", (part,)) in keys_of(wire, {"id": "1", "a": value})


def test_a_predefined_key_is_normalised_in_its_own_way() -> None:
    wire = definition({"id": text("id"), "a": text("a")}, {**OWN, "_email": key("a")})
    assert ("_email", ("ann@b.c",)) in keys_of(wire, {"id": "1", "a": "Ann@B.c"})


COMPOSITE = keyed({"crmId": key("id", "PROFILE", "UNIQUE"), "pair": key(("a", "b"))})
PARTS: dict[str, tuple[dict[str, Any], list[tuple[str, tuple[str, ...]]]]] = {
    "all parts": ({"a": "x", "b": "y z"}, [("pair", ("x", "y z"))]),
    "a part is missing": ({"a": "x"}, []),
    "a part is empty": ({"a": "", "b": "y"}, []),
    "all parts are empty": ({}, []),
}


@pytest.mark.parametrize(("value", "keys"), PARTS.values(), ids=PARTS)
def test_a_key_with_an_empty_part_is_passed_over(
    value: dict[str, Any], keys: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert keys_of(COMPOSITE, {"id": "1", **value}) == [("crmId", ("1",)), *keys]


UNIQUE_PAIR = keyed({"pair": key(("a", "b"), "UNIQUE"), "crmId": key("id", "PROFILE")})


def test_a_unique_key_may_have_empty_parts() -> None:
    found = mapped(UNIQUE_PAIR, {"id": "1", "b": "y"})
    assert (found.unique_parts, found.keys[0].parts) == (("", "y"), ("", "y"))


@pytest.mark.parametrize("value", [{}, {"a": "", "b": None}, {"a": {"x": 1}}])
def test_an_object_whose_unique_key_is_empty_is_refused(value: dict[str, Any]) -> None:
    assert refusal(UNIQUE_PAIR, {"id": "1", **value}) == "Every field of the UNIQUE key pair is empty."


TWO_PROFILE_KEYS = keyed(
    {"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE"), "card": key(("b", "c"), "PROFILE", "SECONDARY")}
)


def test_an_object_whose_profile_keys_are_all_empty_is_refused() -> None:
    assert refusal(TWO_PROFILE_KEYS, {"id": "1", "b": "x"}) == "Every PROFILE key is empty: nick, card."


@pytest.mark.parametrize("value", [{"a": "x"}, {"b": "x", "c": "y"}])
def test_one_filled_profile_key_is_enough(value: dict[str, Any]) -> None:
    assert len(mapped(TWO_PROFILE_KEYS, {"id": "1", **value}).keys) == 2


def test_a_phone_without_digits_is_an_empty_key() -> None:
    wire = definition({"id": text("id"), "a": phone("a")}, {"id": key("id", "UNIQUE"), "_phone": key("a", "PROFILE")})
    assert refusal(wire, {"id": "1", "a": "unknown"}) == "Every PROFILE key is empty: _phone."


def test_a_predefined_key_of_several_fields_is_one_text() -> None:
    fields = {"id": text("id"), "first": text("first"), "last": text("last")}
    wire = definition(fields, {**OWN, "_fullName": key(("first", "last"))})
    found = keys_of(wire, {"id": "1", "first": "John ", "last": " DOE"})
    assert ("_fullName", ("john doe",)) in found


def test_a_unique_key_keeps_its_parts_where_it_is_predefined() -> None:
    wire = keyed({"_account": key(("a", "b"), "PROFILE", "UNIQUE")})
    found = mapped(wire, {"b": "y"})
    assert (found.unique_parts, found.keys[0].parts) == (("", "y"), ("y",))


def test_a_key_part_has_at_most_255_characters() -> None:
    assert keys_of(keyed(OWN), {"id": "x" * 255}) == [("crmId", ("x" * 255,))]
    assert refusal(keyed(OWN), {"id": "x" * 256}) == "A value of key crmId is longer than 255 characters."


def test_the_length_of_a_key_part_is_that_of_its_normal_form() -> None:
    wire = definition({"id": typed("NAME", "id")}, OWN)
    assert keys_of(wire, {"id": "x" + " " * 1000 + "y"}) == [("crmId", ("x y",))]


# The time of the source. Source: API reference PutProfileObjectType.

TIME = text("a", "_profile.SourceLastUpdatedTimestamp")
TIMES = [("EpochMilli", 1_700_000_000_123, 1_700_000_000_123), ("yyyy-MM-dd", "1970-01-02", 86_400_000)]


@pytest.mark.parametrize(("pattern", "value", "milliseconds"), TIMES)
def test_an_object_says_its_time(pattern: str, value: Any, milliseconds: int) -> None:
    assert with_field(TIME, value, SourceLastUpdatedTimestampFormat=pattern).source_time == milliseconds


@pytest.mark.parametrize("value", [None, "", {"a": 1}])
def test_an_object_without_a_time_has_none(value: Any) -> None:
    assert with_field(TIME, value, SourceLastUpdatedTimestampFormat="EpochMilli").source_time is None


def test_the_time_is_no_field_of_the_profile() -> None:
    assert with_field(TIME, 1, SourceLastUpdatedTimestampFormat="EpochMilli").profile_fields == {}


@pytest.mark.parametrize(("pattern", "value"), [("EpochMilli", "today"), ("yyyy", "12345"), ("y" * 20, "1" * 20)])
def test_a_time_that_can_not_be_read_is_refused(pattern: str, value: str) -> None:
    with pytest.raises(BadRequestException, match=f"SourceLastUpdatedTimestamp can not be read as {pattern}"):
        with_field(TIME, value, SourceLastUpdatedTimestampFormat=pattern)


# What a profile that the object creates gets besides. Source: Inferred profiles.

INFERRED: dict[str, tuple[dict[str, Field], dict[str, Any], dict[str, str]]] = {
    "e-mail address": ({"a": email("a")}, {"a": "Ann@B.c"}, {"EmailAddress": "Ann@B.c"}),
    "phone number": ({"a": phone("a")}, {"a": "+1 555"}, {"PhoneNumber": "+1 555"}),
    "phone number that is a number": ({"a": phone("a")}, {"a": 5551234567}, {"PhoneNumber": "5551234567"}),
    "first of several": ({"a": email("a"), "b": email("b")}, {"a": "a@x", "b": "b@x"}, {"EmailAddress": "a@x"}),
    "first that is filled": ({"a": phone("a"), "b": phone("b")}, {"a": "n/a", "b": "55"}, {"PhoneNumber": "55"}),
    "text": ({"a": text("a")}, {"a": "ann@b.c"}, {}),
    "name": ({"a": typed("NAME", "a")}, {"a": "Ann"}, {}),
    "empty": ({"a": email("a")}, {"a": " "}, {}),
    "longer than a value may be": ({"a": email("a")}, {"a": "x" * 256}, {}),
}


@pytest.mark.parametrize(("fields", "value", "inferred"), INFERRED.values(), ids=INFERRED)
def test_a_contact_fills_a_profile_that_its_object_creates(
    fields: dict[str, Field], value: dict[str, Any], inferred: dict[str, str]
) -> None:
    found = mapped(definition({"id": text("id"), **fields}, OWN), {"id": "1", **value})
    assert (found.inferred, found.profile_fields) == (inferred, {})


# Documented examples. Source: Examples of object type mappings.


def test_an_account_is_found_by_its_number_and_searched_by_mail_and_name() -> None:
    fields = {
        "account": typed("NUMBER", "account", "_profile.AccountNumber"),
        "email": email("email", "_profile.EmailAddress"),
        "name": typed("NAME", "name"),
    }
    keys = {"_account": key("account", "PROFILE", "UNIQUE"), "_email": key("email"), "_fullName": key("name")}
    found = mapped(definition(fields, keys), {"account": 1234, "email": "John@Example.com", "name": "John  SMITH"})
    assert [(value.name, value.parts) for value in found.keys] == [
        ("_account", ("1234",)),
        ("_email", ("john@example.com",)),
        ("_fullName", ("john smith",)),
    ]
    assert found.profile_fields == {"AccountNumber": "1234", "EmailAddress": "John@Example.com"}


def test_the_smallest_mapping_gives_the_profile_nothing() -> None:
    found = mapped(definition({"id": text("id")}, OWN), {"id": "1", "FirstName": "Ann"})
    assert (found.unique_parts, found.profile_fields, found.inferred) == (("1",), {}, {})


def test_a_product_registration_is_an_asset_named_by_its_serial_number() -> None:
    found = mapped(products(), {"email": "a@b.c", "serial": "S1", "name": "Pump", "price": Decimal("10.00")})
    assert found.standard_objects == {"_asset": {"SerialNumber": "S1", "AssetName": "Pump", "Price": "10"}}
    assert [value.name for value in found.keys if value.finds("_asset")] == ["productSerialNumber"]


def test_a_service_ticket_is_a_case_and_finds_the_asset_without_writing_to_it() -> None:
    found = mapped(tickets(), {"email": "a@b.c", "serial": "S1", "ticket": "T1", "title": "Leak", "status": "open"})
    assert found.standard_objects == {"_case": {"Title": "Leak", "Status": "open"}}
    assert [value.name for value in found.keys if value.finds("_asset")] == ["productSerialNumber"]


def test_an_order_fills_its_address_and_attributes() -> None:
    found = mapped(orders(), {"email": "a@b.c", "order": "O1", "total": 12, "city": "Oslo", "coupon": "X"})
    assert found.standard_objects["_order"] == {
        "Name": "O1",
        "TotalPrice": "12",
        "ShippingAddress.City": "Oslo",
        "Attributes.coupon": "X",
    }


# Compiling


def test_a_definition_is_compiled_once() -> None:
    assert compiled(definition({"id": text("id")}, OWN)) is compiled(definition({"id": text("id")}, OWN))


@pytest.mark.parametrize(("allowed", "shown"), [(True, True), (False, False), (None, False)])
def test_profiles_are_created_only_where_the_definition_says_so(allowed: bool | None, shown: bool) -> None:
    assert compiled(keyed(OWN, AllowProfileCreation=allowed)).allow_profile_creation is shown


def test_the_priority_is_the_definitions() -> None:
    assert compiled(keyed(OWN, SourcePriority=3)).source_priority == 3


def test_a_profile_type_is_one_of_its_words() -> None:
    definition = {
        "Description": "d",
        "Fields": {
            "id": {"Source": "_source.id"},
            "type": {"Source": "_source.type", "Target": "_profile.ProfileType"},
        },
        "Keys": {"id": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE", "PROFILE"]}]},
    }
    compiled = compile_object_type(json.dumps(definition))

    assert evaluate(compiled, {"id": "1", "type": "PROFILE"}).profile_fields == {"ProfileType": "PROFILE"}
    with pytest.raises(BadRequestException, match="is none of ACCOUNT_PROFILE, PROFILE"):
        evaluate(compiled, {"id": "1", "type": "PERSON"})
