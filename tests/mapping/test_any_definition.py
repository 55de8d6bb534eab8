"""Any accepted definition takes any object in, or refuses it with a reason."""

import json
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition
from openprofiles.mapping.keys import MAX_PART
from openprofiles.mapping.object_types import MappedObject, compile_object_type, evaluate
from openprofiles.mapping.parsing import parse_object
from openprofiles.mapping.standard_objects import FIELDS, STRUCTURES, render
from tests.api.mappings import Definition, computed, definition, key, text

# Definitions: each has an id that is UNIQUE and PROFILE, so that most are accepted.

STEPS = st.sampled_from([".a", ".b", "[0]", "[]", ".0", "['a b']", ".[a b]", "[7]"])
ACCESSORS = st.lists(STEPS, max_size=4).map(lambda steps: "_source" + "".join(steps))
PIECES = st.one_of(
    ACCESSORS.map(lambda accessor: f"{{{{{accessor}}}}}"),
    ACCESSORS.map(lambda accessor: f"{{{{#removeExtraSpace}}}} {{{{{accessor}}}}}  x{{{{/removeExtraSpace}}}}"),
    st.text("x }", max_size=3),
)
SOURCES = ACCESSORS | st.lists(PIECES, max_size=4).map("".join) | st.text("_source.[]{}#/a", max_size=12)
TARGETS = st.sampled_from(
    [
        *(f"{prefix}.{field}" for prefix in ("_profile", "_order") for field in FIELDS[prefix]),
        *(f"{prefix}.{structure}" for prefix in STRUCTURES for structure in STRUCTURES[prefix]),
        "_profile.Address.City",
        "_profile.Attributes.a.b",
        "_order.OrderItems[].Title",
        "_order.OrderItems[].Price",
        "_asset.Attributes.x",
        "_airSegment.Departure",
        "_airSegment.Departure.Date",
    ]
)
CONTENT_TYPES = st.sampled_from(["", "STRING", "NUMBER", "PHONE_NUMBER", "EMAIL_ADDRESS", "NAME"])
FORMATS = st.sampled_from(["EpochMilli", "yyyy-MM-dd", "y" * 20, "MMM d, yyyy h:mm a z"])

STANDARD = frozenset({"ASSET", "ORDER", "AIR_SEGMENT"})
NAMES_AND_IDENTIFIERS = st.sampled_from(
    [
        ("nick", {"PROFILE"}),
        ("card", {"PROFILE", "SECONDARY", "NEW_ONLY"}),
        ("_email", set[str]()),
        ("_phone", STANDARD),
        ("_fullName", {"PROFILE", "SECONDARY"}),
        ("_profileId", {"PROFILE", "LOOKUP_ONLY"}),
        ("_assetId", {"ASSET", "LOOKUP_ONLY"}),
    ]
)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    fields = {"id": text("id")}
    for number, target in enumerate(draw(st.lists(TARGETS, unique=True, min_size=2, max_size=5))):
        fields[f"f{number}"] = computed(draw(SOURCES), target, draw(CONTENT_TYPES))
    keys = {"crmId": key("id", "PROFILE", "UNIQUE", *sorted(STANDARD))}
    names = st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3)
    for name, identifiers in draw(st.lists(NAMES_AND_IDENTIFIERS, max_size=3)):
        keys[name] = key(tuple(draw(names)), *sorted(identifiers))
    return definition(fields, keys, SourceLastUpdatedTimestampFormat=draw(FORMATS))


def accepted(wire: Definition) -> ObjectTypeDocument:
    """The definition, if it is right; else this example is passed over."""
    document = msgspec.convert(wire, ObjectTypeDocument)
    try:
        check_definition(document, {})
    except BadRequestException:
        assume(False)
    return document


# Objects

ODD_TEXTS = ["Ann", "n/a", "", " ", "2024-01-31", "1700000000000", "+1 555", "x" * 256]
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(max_size=5)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([10**400, 1e300])
MEMBERS = st.sampled_from(["a", "b", "a b", "0", "City"])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.fixed_dictionaries(
    {"id": st.just("1") | TEXTS | NUMBERS}, optional={"a": VALUES, "b": VALUES, "a b": VALUES}
)


@given(definitions(), OBJECTS)
def test_an_accepted_definition_takes_an_object_in_or_refuses_it(wire: Definition, value: dict[str, Any]) -> None:
    stored = msgspec.json.encode(accepted(wire)).decode()
    try:
        found = evaluate(compile_object_type(stored), parse_object(json.dumps(value)))
    except BadRequestException as refused:
        assert refused.message  # noqa: PT017
    else:
        assert_sound(found)


def assert_sound(found: MappedObject) -> None:
    """It has a UNIQUE key, a PROFILE key, no empty value, and all of it can be stored as JSON."""
    assert any(found.unique_parts)
    assert any(value.is_profile for value in found.keys)
    assert all(len(part) <= MAX_PART for value in found.keys for part in value.parts)
    assert all(found.profile_fields.values())
    assert all(all(fields.values()) for fields in found.standard_objects.values())
    shown = [render(fields, kind) for kind, fields in found.standard_objects.items()]
    assert msgspec.json.encode([render(found.profile_fields, "_profile"), *shown])


@given(definitions(), OBJECTS)
def test_an_object_says_the_same_whenever_it_is_read(wire: Definition, value: dict[str, Any]) -> None:
    stored, written = msgspec.json.encode(accepted(wire)).decode(), json.dumps(value)
    try:
        first = evaluate(compile_object_type(stored), parse_object(written))
    except BadRequestException:
        return
    assert evaluate(compile_object_type(stored), parse_object(written)) == first


def test_elements_of_elements_are_followed_to_any_depth() -> None:
    fields = {"id": text("id"), "a": computed("_source.a" + "[]" * 490, "_profile.Attributes.x")}
    wire = msgspec.json.encode(accepted(definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE")})))
    value = parse_object('{"id": "1", "a": ' + "[" * 490 + '"x"' + "]" * 490 + "}")
    assert evaluate(compile_object_type(wire.decode()), value).profile_fields == {"Attributes.x": '["x"]'}
