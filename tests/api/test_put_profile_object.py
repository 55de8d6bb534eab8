"""PutProfileObject: what of an object is kept, and what its fields write to the standard objects."""

import base64
from typing import Any

import pytest

from .calls import DomainApi, data, missing, refused
from .mappings import computed, definition, email, key, keyed, orders, products, system, text, tickets, typed

OBJECTS = data("standard_objects.json")
PROFILE_FIELDS = data("profile_fields.json")


def test_the_unique_key_is_base64_of_32_bytes(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    unique_key = api.put("crm", {"id": "1", "customer": "c"})
    assert len(base64.b64decode(unique_key, validate=True)) == 32


def test_the_same_unique_value_gives_the_same_unique_key(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    first = api.put("crm", {"id": "1", "customer": "c"})
    assert api.put("crm", {"id": "1", "customer": "c", "first": "Ann"}) == first


@pytest.mark.parametrize("other", [("crm", "2"), ("shop", "1")], ids=["value", "type"])
def test_another_unique_value_or_type_gives_another_unique_key(api: DomainApi, other: tuple[str, str]) -> None:
    api.define("crm", system("crm"))
    api.define("shop", system("shop"))
    first = api.put("crm", {"id": "1", "customer": "c"})
    assert api.put(other[0], {"id": other[1], "customer": "c"}) != first


def test_an_object_is_found_at_once(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c"})
    assert len(api.ids("customer", "c")) == 1


def test_the_whole_object_is_kept(api: DomainApi) -> None:
    value = {"id": "1", "customer": "c", "unmapped": {"deep": [1, 2.50, None, True, "ü 🙂"]}, "": ""}
    api.define("crm", system("crm"))
    api.put("crm", value)
    assert api.objects(api.one("customer", "c")["ProfileId"], "crm") == [value]


def test_numbers_of_an_object_are_kept_to_the_last_digit(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", '{"id":"1","customer":"c","n":12345678901234567890.123456789012345678}')
    [listed] = api.listed(api.one("customer", "c")["ProfileId"], "crm")
    assert "12345678901234567890.123456789012345678" in listed["Object"]


def test_a_replaced_object_is_replaced_wholly(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c", "note": "old", "extra": 1})
    api.put("crm", {"id": "1", "customer": "c", "note": "new"})
    assert api.objects(api.one("customer", "c")["ProfileId"], "crm") == [{"id": "1", "customer": "c", "note": "new"}]


# Source expression, members of the object, the value that it gives (None: nothing is written).
SOURCES: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "member": ("_source.a", {"a": "x"}, "x"),
    "nested member": ("_source.a.b.c", {"a": {"b": {"c": "x"}}}, "x"),
    "element of a list": ("_source.a[1].b", {"a": [{"b": "x"}, {"b": "y"}]}, "y"),
    "odd member name": ("_source.['a b']", {"a b": "x"}, "x"),
    "missing member": ("_source.a", {}, None),
    "member of a missing member": ("_source.a.b", {}, None),
    "member of a text": ("_source.a.b", {"a": "x"}, None),
    "null": ("_source.a", {"a": None}, None),
    "empty text": ("_source.a", {"a": ""}, None),
    "whole number": ("_source.a", {"a": 1234}, "1234"),
    "zero": ("_source.a", {"a": 0}, "0"),
    "fraction": ("_source.a", {"a": 1.5}, "1.5"),
    "true": ("_source.a", {"a": True}, "true"),
    "false": ("_source.a", {"a": False}, "false"),
    "object into an attribute": ("_source.a", {"a": {"b": [1, "x"]}}, '{"b":[1,"x"]}'),
    "list into an attribute": ("_source.a", {"a": [1, 2]}, "[1,2]"),
    "constant": ("web shop", {}, "web shop"),
    "interpolation": ("{{_source.a}}", {"a": "x"}, "x"),
    "interpolation with spaces": ("{{ _source.a }}", {"a": "x"}, "x"),
    "interpolation of a nested member": ("{{_source.a.b}}", {"a": {"b": "x"}}, "x"),
    "interpolation of a number": ("n{{_source.a}}", {"a": 7}, "n7"),
    "interpolation of nothing": ("<{{_source.a}}>", {"a": None}, "<>"),
    "interpolation of nothing alone": ("{{_source.a}}", {}, None),
    "concatenation": ("{{_source.a}}-{{_source.b}}/x", {"a": "1", "b": "2"}, "1-2/x"),
    "no escaping": ("{{_source.a}}", {"a": 'O\'Neil & <Co> "x"'}, 'O\'Neil & <Co> "x"'),
    "spaces as they are": ("{{_source.a}} {{_source.b}} {{_source.c}}", {"a": "A", "c": "C"}, "A  C"),
    "removeExtraSpace": (
        "{{#removeExtraSpace}}{{_source.a}} {{_source.b}} {{_source.c}}{{/removeExtraSpace}}",
        {"a": " A", "c": "C "},
        "A C",
    ),
    "if and else": ("{{#if _source.a}}yes{{else}}no{{/if}}", {"a": ""}, "no"),
    "unless": ("{{#unless _source.a}}none{{/unless}}", {}, "none"),
    "each": ("{{#each _source.a}}{{this}}{{#unless @last}},{{/unless}}{{/each}}", {"a": ["x", "y"]}, "x,y"),
    "with": ("{{#with _source.a}}{{b}}/{{../_source.c}}{{/with}}", {"a": {"b": "x"}, "c": "y"}, "x/y"),
    "removeExtraSpace in a text": (
        "Dr. {{#removeExtraSpace}} {{_source.a}}   {{_source.b}} {{/removeExtraSpace}}!",
        {"a": "A", "b": "B"},
        "Dr. A B!",
    ),
}


@pytest.mark.parametrize(("source", "members", "expected"), SOURCES.values(), ids=SOURCES.keys())
def test_a_source_gives_its_value(api: DomainApi, source: str, members: dict[str, Any], expected: str | None) -> None:
    fields = {"id": text("id"), "value": computed(source, "_profile.Attributes.value")}
    api.define("crm", definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1", **members})
    assert api.one("crmId", "1").get("Attributes", {}).get("value") == expected


def test_a_fraction_is_written_without_trailing_zeros(api: DomainApi) -> None:
    fields = {"id": text("id"), "value": text("a", "_profile.Attributes.value")}
    api.define("crm", definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", '{"id": "1", "a": 1.50}')
    assert api.one("crmId", "1")["Attributes"] == {"value": "1.5"}


@pytest.mark.parametrize("value", [{"first": "Ann"}, ["Ann"]], ids=["object", "list"])
def test_a_structure_is_no_value_of_a_text_field(api: DomainApi, value: Any) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c", "first": value})
    assert "FirstName" not in api.one("customer", "c")


def put_mapped(api: DomainApi, target: str, value: Any) -> dict[str, Any]:
    """The profile after one object whose member `value` has the target."""
    fields = {"id": text("id"), "value": text("value", target)}
    api.define("crm", definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1", "value": value})
    profile = api.one("crmId", "1")
    del profile["ProfileId"]
    return profile


@pytest.mark.parametrize("field", PROFILE_FIELDS["text"])
def test_a_target_writes_a_field_of_the_profile(api: DomainApi, field: str) -> None:
    assert put_mapped(api, f"_profile.{field}", "as it came") == {field: "as it came"}


@pytest.mark.parametrize("address", PROFILE_FIELDS["addresses"])
def test_a_target_writes_a_member_of_an_address(api: DomainApi, address: str) -> None:
    assert put_mapped(api, f"_profile.{address}.PostalCode", "00100") == {address: {"PostalCode": "00100"}}


@pytest.mark.parametrize("address", PROFILE_FIELDS["addresses"])
def test_a_target_writes_a_whole_address(api: DomainApi, address: str) -> None:
    value = {"Address1": "Via Roma 1", "City": "Rome", "State": "", "Planet": "Earth"}
    assert put_mapped(api, f"_profile.{address}", value) == {address: {"Address1": "Via Roma 1", "City": "Rome"}}


# Target, text of the source, the enum and the text that the profile shows.
WORDS = [
    ("_profile.Gender", "FEMALE", "Gender", "FEMALE", "FEMALE"),
    ("_profile.Gender", "M", "Gender", None, "M"),
    ("_profile.GenderString", "MALE", "Gender", "MALE", "MALE"),
    ("_profile.GenderString", "woman", "Gender", None, "woman"),
    ("_profile.PartyType", "BUSINESS", "PartyType", "BUSINESS", "BUSINESS"),
    ("_profile.PartyType", "company", "PartyType", None, "company"),
]


@pytest.mark.parametrize(("target", "value", "enum", "word", "free"), WORDS)
def test_enum_words_and_other_words(
    api: DomainApi, target: str, value: str, enum: str, word: str | None, free: str
) -> None:
    profile = put_mapped(api, target, value)
    assert (profile.get(enum), profile[f"{enum}String"]) == (word, free)


def test_a_field_without_a_target_writes_nothing(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE"), "nick": key("a")}))
    api.put("crm", {"id": "1", "a": "annie"})
    profile = api.one("crmId", "1")
    assert profile == {"ProfileId": profile["ProfileId"]}


def test_a_value_is_written_as_received(api: DomainApi) -> None:
    api.define(
        "crm",
        definition({"mail": email("mail", "_profile.EmailAddress")}, {"_email": key("mail", "PROFILE", "UNIQUE")}),
    )
    api.put("crm", {"mail": "Ann.Lee@Example.COM"})
    assert api.one("_email", "ann.lee@example.com")["EmailAddress"] == "Ann.Lee@Example.COM"


@pytest.mark.parametrize(("prefix", "id_member"), [("_asset", "AssetId"), ("_case", "CaseId"), ("_order", "OrderId")])
def test_every_field_of_a_standard_object_is_written(api: DomainApi, prefix: str, id_member: str) -> None:
    members = {field: f"{field} as it came" for field in OBJECTS["fields"][prefix]}
    fields = {field: text(field, f"{prefix}.{field}") for field in members}
    keys = {"crmId": key("id", "PROFILE", "UNIQUE"), "record": key("id", OBJECTS["identifiers"][prefix])}
    api.define("crm", definition({"id": text("id"), **fields, "extra": text("x", f"{prefix}.Attributes.extra")}, keys))
    api.put("crm", {"id": "1", "x": "y", **members})
    [standard] = api.objects(api.one("crmId", "1")["ProfileId"], prefix)
    assert standard.pop(id_member)
    assert standard == {**members, "Attributes": {"extra": "y"}}


def test_numbers_on_a_standard_object_become_text(api: DomainApi) -> None:
    api.define("products", products())
    api.put("products", {"email": "ann@example.com", "serial": "S1", "price": 129.5})
    [asset] = api.objects(api.one("_email", "ann@example.com")["ProfileId"], "_asset")
    assert asset["Price"] == "129.5"


def test_an_order_has_addresses_and_attributes(api: DomainApi) -> None:
    api.define("orders", orders())
    api.put("orders", {"email": "ann@example.com", "order": "O1", "total": "12.00", "city": "Rome", "coupon": "X"})
    [order] = api.objects(api.one("_email", "ann@example.com")["ProfileId"], "_order")
    assert (order["Name"], order["TotalPrice"]) == ("O1", "12.00")
    assert (order["ShippingAddress"], order["Attributes"]) == ({"City": "Rome"}, {"coupon": "X"})


def test_a_standard_object_is_updated_by_its_own_key(api: DomainApi) -> None:
    api.define("tickets", tickets())
    for status in ("open", "closed"):
        api.put("tickets", {"email": "ann@example.com", "ticket": "T1", "title": "Help", "status": status})
    [case] = api.objects(api.one("_email", "ann@example.com")["ProfileId"], "_case")
    assert (case["Title"], case["Status"]) == ("Help", "closed")


def test_an_empty_value_never_blanks_a_standard_object(api: DomainApi) -> None:
    api.define("tickets", tickets())
    api.put("tickets", {"email": "ann@example.com", "ticket": "T1", "title": "Help", "status": "open"})
    api.put("tickets", {"email": "ann@example.com", "ticket": "T1", "title": "", "status": "closed"})
    [case] = api.objects(api.one("_email", "ann@example.com")["ProfileId"], "_case")
    assert (case["Title"], case["Status"]) == ("Help", "closed")


def test_two_keys_make_two_standard_objects(api: DomainApi) -> None:
    api.define("products", products())
    for serial in ("S1", "S2"):
        api.put("products", {"email": "ann@example.com", "serial": serial})
    assets = api.objects(api.one("_email", "ann@example.com")["ProfileId"], "_asset")
    assert sorted(asset["SerialNumber"] for asset in assets) == ["S1", "S2"]
    assert len({asset["AssetId"] for asset in assets}) == 2


@pytest.mark.parametrize("name", ["_profile", "_asset", "_case", "_order", "_communicationRecord", "_loyalty"])
def test_a_standard_object_can_not_be_put(api: DomainApi, name: str) -> None:
    with refused(name):
        api.put(name, {"id": "1"})


def test_an_unknown_type_is_not_found(api: DomainApi) -> None:
    with missing("crm"):
        api.put("crm", {"id": "1"})


@pytest.mark.parametrize(
    ("target", "longest"),
    [("_profile.FirstName", 255), ("_profile.AdditionalInformation", 1000), ("_profile.Attributes.a", 255)],
)
def test_a_value_longer_than_its_field_is_refused(api: DomainApi, target: str, longest: int) -> None:
    assert put_mapped(api, target, "x" * longest)
    with refused(target):
        api.put("crm", {"id": "1", "value": "x" * (longest + 1)})


def test_a_dotted_name_on_a_travel_object_is_written(api: DomainApi) -> None:
    fields = {"id": text("id"), "date": typed("STRING", "date", "_airSegment.Departure.Date")}
    keys = {"crmId": key("id", "PROFILE", "UNIQUE"), "segment": key("id", "AIR_SEGMENT")}
    api.define("flights", definition(fields, keys))
    api.put("flights", {"id": "1", "date": "2024-01-31"})
    assert len(api.objects(api.one("crmId", "1")["ProfileId"], "flights")) == 1
