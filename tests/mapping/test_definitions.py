"""Definitions of object types: each documented rule, what breaks it, and what is right."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition, content_types_of_keys
from tests.api.mappings import (
    Definition,
    Field,
    Key,
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

DATA = Path(__file__).parent.parent / "data"
IDENTIFIERS: dict[str, str] = json.loads((DATA / "standard_objects.json").read_text(encoding="utf-8"))["identifiers"]
OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}
Taken = dict[str, list[list[str]]]


def document(wire: Definition) -> ObjectTypeDocument:
    return msgspec.convert(wire, ObjectTypeDocument)


def refusal(wire: Definition, taken: Taken | None = None) -> str:
    with pytest.raises(BadRequestException) as refused:
        check_definition(document(wire), taken or {})
    return refused.value.message


def with_field(name: str, field: Field, **options: Any) -> Definition:
    """A right definition with one more field."""
    return definition({"id": text("id"), name: field}, OWN, **options)


def with_targets(*targets: str, **options: Any) -> Definition:
    """A right definition with fields f0, f1 … that have these targets."""
    fields = {f"f{number}": text("a", target) for number, target in enumerate(targets)}
    return definition({"id": text("id"), **fields}, OWN, **options)


def with_keys(keys: Mapping[str, Key | list[Key]], **options: Any) -> Definition:
    """A right definition with more keys, on the fields a, b, c and d."""
    return keyed({**OWN, **keys}, **options)


TIME = "_profile.SourceLastUpdatedTimestamp"
NO_LETTER = "must begin with a letter"

# Source: Field definitions in Customer Profiles object type mappings.
FIELD_RULES: dict[str, tuple[Definition, str]] = {
    "a name begins with a letter, not a digit": (with_field("1st", text("a")), f"Field name 1st {NO_LETTER}"),
    "a name begins with a letter, not an underscore": (with_field("_a", text("a")), f"Field name _a {NO_LETTER}"),
    "a name begins with a letter, not a dot": (with_field(".a", text("a")), f"Field name .a {NO_LETTER}"),
    "a name begins with a letter, not a hyphen": (with_field("-a", text("a")), f"Field name -a {NO_LETTER}"),
    "no field is named Tags": (with_field("Tags", text("a")), "Field name Tags"),
    "no field is named tags": (with_field("tags", text("a")), "Field name tags"),
    "at most 250 fields": (
        definition({"id": text("id"), **{f"f{n}": text("a") for n in range(250)}}, OWN),
        "251 fields; at most 250",
    ),
    "the only root is _source": (with_field("a", computed("_profile.FirstName")), "the only root of a source"),
    "handlebars are right": (with_field("a", computed("{{_source.a")), "is not valid handlebars"),
    "there are some blocks": (
        with_field("a", computed("{{#lookup _source.a}}{{/lookup}}")),
        "block lookup is not supported",
    ),
    "a target is a place of a standard object": (with_targets("_pet.Name"), "_pet.Name does not begin"),
    "a target is a real field": (with_targets("_profile.BusinessEmail"), "names no field of _profile"),
    "a target is not set by the service": (with_targets("_profile.ProfileId"), "is set by the service"),
    "an attribute has a name of at most 255 characters": (
        with_targets(f"_profile.Attributes.{'a' * 256}"),
        "names no field of _profile",
    ),
    "Gender excludes GenderString": (
        with_targets("_profile.Gender", "_profile.GenderString"),
        "_profile.Gender and _profile.GenderString exclude each other",
    ),
    "PartyType excludes PartyTypeString": (
        with_targets("_profile.PartyTypeString", "_profile.PartyType"),
        "_profile.PartyType and _profile.PartyTypeString exclude each other",
    ),
    "the time of the source needs a format": (with_targets(TIME), "needs a SourceLastUpdatedTimestampFormat"),
    "the format can be read": (
        with_targets(TIME, SourceLastUpdatedTimestampFormat="yyyy-bb"),
        "SourceLastUpdatedTimestampFormat yyyy-bb can not be read at position 5",
    ),
    "a format without use can be read too": (
        with_targets(SourceLastUpdatedTimestampFormat="yyyy-bb"),
        "SourceLastUpdatedTimestampFormat yyyy-bb",
    ),
}

NICK = key("a", "PROFILE")
COMPANION = "another PROFILE key without either must be there"
# Source: Key definitions in Customer Profiles object type mappings; Standard identifiers in Customer Profiles.
KEY_RULES: dict[str, tuple[Definition, str]] = {
    "a name begins with a letter, not a digit": (with_keys({"1key": key("a")}), f"Key name 1key {NO_LETTER}"),
    "a name begins with a letter, not a hyphen": (with_keys({"-key": key("a")}), f"Key name -key {NO_LETTER}"),
    "a name with an underscore is predefined": (with_keys({"_mine": key("a")}), f"Key name _mine {NO_LETTER}"),
    "no key is named Tags": (with_keys({"Tags": key("a")}), "Key name Tags"),
    "no key is named tags": (with_keys({"tags": key("a")}), "Key name tags"),
    "a key has a definition": (with_keys({"nick": []}), "Key nick has no definition"),
    "a definition names a field": (with_keys({"nick": key(())}), "Key nick names no field"),
    "each named field is there": (with_keys({"nick": key("shoe")}), "Key nick names the field shoe"),
    "each of several named fields is there": (with_keys({"nick": key(("a", "shoe"))}), "names the field shoe"),
    "each definition's fields are there": (with_keys({"nick": [key("a"), key("shoe")]}), "names the field shoe"),
    "at most 10 keys": (with_keys({f"k{number}": key("a") for number in range(10)}), "11 key definitions; at most 10"),
    "each definition of a key counts": (with_keys({"nick": [key("a")] * 10}), "11 key definitions; at most 10"),
    "one key is UNIQUE": (keyed({"nick": NICK}), "Exactly one key must carry UNIQUE; here none does"),
    "only one key is UNIQUE": (with_keys({"nick": key("a", "UNIQUE")}), "UNIQUE; here crmId, nick does"),
    "only one definition is UNIQUE": (
        keyed({"nick": [key("a", "PROFILE", "UNIQUE"), key("b", "UNIQUE")]}),
        "UNIQUE; here nick, nick does",
    ),
    "one key is PROFILE": (keyed({"crmId": key("id", "UNIQUE")}), "At least one key must carry PROFILE"),
    "UNIQUE excludes LOOKUP_ONLY": (
        keyed({"nick": NICK, "crmId": key("id", "UNIQUE", "LOOKUP_ONLY")}),
        "Key crmId: UNIQUE can not be combined with LOOKUP_ONLY",
    ),
    "UNIQUE excludes NEW_ONLY": (
        keyed({"nick": NICK, "crmId": key("id", "UNIQUE", "PROFILE", "NEW_ONLY")}),
        "Key crmId: UNIQUE can not be combined with NEW_ONLY",
    ),
    "LOOKUP_ONLY needs a plain PROFILE key beside it": (
        keyed({"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", "LOOKUP_ONLY")}),
        f"Key nick is LOOKUP_ONLY or NEW_ONLY: {COMPANION}",
    ),
    "NEW_ONLY needs a plain PROFILE key beside it": (
        keyed({"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", "SECONDARY", "NEW_ONLY")}),
        f"Key nick is LOOKUP_ONLY or NEW_ONLY: {COMPANION}",
    ),
    "_profileId is no plain PROFILE key": (
        keyed(
            {
                "crmId": key("id", "UNIQUE"),
                "_profileId": key("b", "PROFILE", "LOOKUP_ONLY"),
                "nick": key("a", "PROFILE", "NEW_ONLY"),
            }
        ),
        f"Key nick is LOOKUP_ONLY or NEW_ONLY: {COMPANION}",
    ),
    "SECONDARY goes with PROFILE": (with_keys({"nick": key("a", "SECONDARY")}), "Key nick: SECONDARY goes only"),
    "_profileId is LOOKUP_ONLY": (with_keys({"_profileId": NICK}), "Key _profileId is reserved"),
    "_orderId is LOOKUP_ONLY": (with_keys({"_orderId": key("a", "ORDER")}), "Key _orderId is reserved"),
    "_caseId is LOOKUP_ONLY": (with_keys({"_caseId": key("a", "CASE", "NEW_ONLY")}), "Key _caseId is reserved"),
    "_assetId is LOOKUP_ONLY": (with_keys({"_assetId": key("a")}), "Key _assetId is reserved"),
}

RULES = {
    f"{kind}: {rule}": case
    for kind, rules in [("field", FIELD_RULES), ("key", KEY_RULES)]
    for rule, case in rules.items()
}


@pytest.mark.parametrize(("wrong", "reason"), RULES.values(), ids=RULES)
def test_a_definition_that_breaks_a_rule_is_refused_with_the_rule(wrong: Definition, reason: str) -> None:
    assert reason in refusal(wrong)


@pytest.mark.parametrize(("kind", "identifier"), IDENTIFIERS.items(), ids=IDENTIFIERS)
def test_a_target_on_a_standard_object_needs_its_identifier(kind: str, identifier: str) -> None:
    message = refusal(with_targets(f"{kind}.Attributes.a"))
    assert message == f"Fields target {kind}, so a key must carry {identifier}; none does."


@pytest.mark.parametrize(("kind", "identifier"), IDENTIFIERS.items(), ids=IDENTIFIERS)
def test_the_identifier_allows_the_target(kind: str, identifier: str) -> None:
    fields = {"id": text("id"), "a": text("a", f"{kind}.Attributes.a")}
    check_definition(document(definition(fields, {**OWN, "record": key("id", identifier)})), {})


@pytest.mark.parametrize("identifier", IDENTIFIERS.values())
def test_an_identifier_needs_no_target(identifier: str) -> None:
    check_definition(document(with_keys({"record": key("a", identifier)})), {})


RIGHT: dict[str, Definition] = {
    "dots, hyphens and underscores in a field name": with_field("Address.City.x-1_b", text("a")),
    "field without source and target": with_field("a", {"ContentType": "STRING"}),
    "field that is both key and target": definition(
        {"mail": email("mail", "_profile.EmailAddress")}, {"_email": key("mail", "PROFILE", "UNIQUE")}
    ),
    "constant": with_field("a", computed("web shop", "_profile.Attributes.channel")),
    "handlebars": with_field("a", computed("{{#removeExtraSpace}}{{_source.a}} {{_source.b}}{{/removeExtraSpace}}")),
    "250 fields": definition({"id": text("id"), **{f"f{n}": text("a") for n in range(249)}}, OWN),
    "whole address beside another": with_targets("_profile.Address", "_profile.BillingAddress.City"),
    "free text alone": with_targets("_profile.GenderString", "_profile.PartyType"),
    "time with a format": with_targets(TIME, SourceLastUpdatedTimestampFormat="EpochMilli"),
    "format without a target": with_targets(SourceLastUpdatedTimestampFormat="yyyy-MM-dd'T'HH:mm:ssXXX"),
    "time of another object": definition(
        {"id": text("id"), "t": text("t", "_loyalty.SourceLastUpdatedTimestamp")},
        {"id": key("id", "PROFILE", "UNIQUE", "LOYALTY")},
    ),
    "the same member of a list from two fields": definition(
        {"id": text("id"), "a": text("a", "_order.OrderItems[].Title"), "b": text("b", "_order.OrderItems[].Title")},
        {"id": key("id", "PROFILE", "UNIQUE", "ORDER")},
    ),
    "smallest": definition({"id": text("id")}, OWN),
    "hyphens and underscores in a key name": with_keys({"my-key_1": key("a")}),
    "predefined key": with_keys({"_email": NICK}),
    "key without identifiers": with_keys({"nick": key("a")}),
    "key whose identifiers are absent": with_keys({"nick": {"FieldNames": ["a"]}}),
    "composite key": with_keys({"nick": key(("a", "b", "c"))}),
    "10 definitions": with_keys({**{f"k{number}": key("a") for number in range(7)}, "nick": [key("a"), key("b")]}),
    "UNIQUE and PROFILE on two keys": keyed({"crmId": key("id", "UNIQUE"), "nick": NICK}),
    "UNIQUE with a standard object": keyed({"serial": key("a", "ASSET", "PROFILE", "UNIQUE")}),
    "UNIQUE with SECONDARY": keyed({"crmId": key("id", "UNIQUE", "PROFILE", "SECONDARY")}),
    "SECONDARY with PROFILE": with_keys({"nick": key("a", "PROFILE", "SECONDARY")}),
    "LOOKUP_ONLY beside a plain PROFILE key": with_keys({"nick": key("a", "PROFILE", "LOOKUP_ONLY")}),
    "NEW_ONLY beside a plain PROFILE key": with_keys({"nick": key("a", "PROFILE", "NEW_ONLY")}),
    "a secondary PROFILE key is plain": keyed(
        {"crmId": key("id", "UNIQUE", "PROFILE", "SECONDARY"), "nick": key("a", "PROFILE", "LOOKUP_ONLY")}
    ),
    "_profileId as the only PROFILE key": keyed(
        {"crmId": key("id", "UNIQUE"), "_profileId": key("a", "PROFILE", "LOOKUP_ONLY")}
    ),
    "_orderId with LOOKUP_ONLY": with_keys({"_orderId": key("a", "ORDER", "LOOKUP_ONLY")}),
    "product registrations": products(),
    "service tickets": tickets(),
    "orders": orders(),
}


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT)
def test_a_right_definition_is_accepted(right: Definition) -> None:
    check_definition(document(right), {})


@pytest.mark.parametrize("once", ["LOOKUP_ONLY", "NEW_ONLY"])
@pytest.mark.parametrize("allowed", [False, None])
def test_where_no_profiles_are_created_no_plain_profile_key_is_needed(once: str, allowed: bool | None) -> None:
    keys = {"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", once)}
    check_definition(document(keyed(keys, AllowProfileCreation=allowed)), {})


# Key names are global in a domain. Source: Key definitions in Customer Profiles object type mappings.

CARD = definition({"card": typed("NUMBER", "card")}, {"card": key("card", "PROFILE", "UNIQUE")})
PAIR = definition(
    {"card": typed("NUMBER", "card"), "mail": email("mail")}, {"card": key(("card", "mail"), "PROFILE", "UNIQUE")}
)
ACCOUNT = definition({"account": typed("NUMBER", "a")}, {"_account": key("account", "PROFILE", "UNIQUE")})

CLASHES: dict[str, tuple[Definition, Taken]] = {
    "other content type": (CARD, {"card": [["STRING"]]}),
    "more fields": (PAIR, {"card": [["NUMBER"]]}),
    "fewer fields": (CARD, {"card": [["NUMBER", "EMAIL_ADDRESS"]]}),
    "fields in another order": (PAIR, {"card": [["EMAIL_ADDRESS", "NUMBER"]]}),
    "within one definition": (
        definition(
            {"card": typed("NUMBER", "card"), "name": text("name")},
            {"card": [key("card", "PROFILE", "UNIQUE"), key("name")]},
        ),
        {},
    ),
}


@pytest.mark.parametrize(("wire", "taken"), CLASHES.values(), ids=CLASHES)
def test_a_re_used_key_name_keeps_the_content_types_of_its_fields(wire: Definition, taken: Taken) -> None:
    assert "Key card is used in the domain with fields of content type" in refusal(wire, taken)


SHARED: dict[str, tuple[Definition, Taken]] = {
    "same content type": (CARD, {"card": [["NUMBER"]]}),
    "same content types": (PAIR, {"card": [["NUMBER", "EMAIL_ADDRESS"]]}),
    "missing content type is STRING": (
        definition({"id": text("id")}, {"card": key("id", "PROFILE", "UNIQUE")}),
        {"card": [["STRING"]]},
    ),
    "other keys": (CARD, {"nick": [["STRING"]]}),
    "predefined key": (ACCOUNT, {"_account": [["STRING"], ["NUMBER"]]}),
}


@pytest.mark.parametrize(("wire", "taken"), SHARED.values(), ids=SHARED)
def test_a_key_name_is_shared_where_the_content_types_are_equal(wire: Definition, taken: Taken) -> None:
    check_definition(document(wire), taken)


def test_the_content_types_of_keys_are_those_of_their_fields() -> None:
    fields = {"id": text("id"), "mail": email("mail"), "phone": phone("phone")}
    keys: dict[str, Key | list[Key]] = {
        "a": key("id", "PROFILE", "UNIQUE"),
        "b": [key(("mail", "id")), key(("phone", "id"))],
    }
    types = content_types_of_keys(document(definition(fields, keys)))
    assert types == {"a": [["STRING"]], "b": [["EMAIL_ADDRESS", "STRING"], ["PHONE_NUMBER", "STRING"]]}


def test_a_definition_keeps_the_order_of_its_fields_and_keys() -> None:
    wire = definition(
        {name: text(name) for name in ("z", "a", "m")}, {"z": key("z", "UNIQUE"), "a": key("a", "PROFILE")}
    )
    stored = msgspec.json.decode(msgspec.json.encode(document(wire)), type=ObjectTypeDocument)
    assert (list(stored.fields or ()), list(stored.keys or ())) == (["z", "a", "m"], ["z", "a"])
