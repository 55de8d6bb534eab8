"""Which object type definitions are accepted: each documented rule of fields, sources, targets and keys."""

from typing import Any

import pytest

from .calls import DomainApi, data, refused
from .mappings import Definition, Field, Key, computed, definition, email, key, keyed, text, typed

OBJECTS = data("standard_objects.json")
PROFILE_FIELDS = data("profile_fields.json")
IDENTIFIERS: dict[str, str] = OBJECTS["identifiers"]
OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}


def with_field(name: str, field: Field, **options: Any) -> Definition:
    """A right definition with one more field."""
    return definition({"id": text("id"), name: field}, OWN, **options)


def with_target(target: str, **options: Any) -> Definition:
    """A right definition with one more target, whose standard object has its identifier."""
    identifier = IDENTIFIERS.get(target.partition(".")[0])
    keys = {**OWN, "record": key("id", identifier)} if identifier else OWN
    return definition({"id": text("id"), "value": text("value", target)}, keys, **options)


def with_keys(keys: dict[str, Key | list[Key]], **options: Any) -> Definition:
    return keyed({"crmId": key("id", "PROFILE", "UNIQUE"), **keys}, **options)


def two_targets(first: str, second: str) -> Definition:
    fields = {"id": text("id"), "one": text("one", first), "two": text("two", second)}
    return definition(fields, OWN)


# Source: Field definitions in Customer Profiles object type mappings; shape fieldName.
FIELD_RULES: dict[str, tuple[Definition, str]] = {
    "name begins with a digit": (with_field("1st", text("a")), "1st"),
    "name begins with an underscore": (with_field("_first", text("a")), "_first"),
    "name begins with a dot": (with_field(".first", text("a")), ".first"),
    "name has a space": (with_field("first name", text("a")), "fields"),
    "name over 64 characters": (with_field("f" * 65, text("a")), "fields"),
    "name is Tags": (with_field("Tags", text("a")), "Tags"),
    "name is tags": (with_field("tags", text("a")), "tags"),
    "source over 1000 characters": (with_field("a", text("x" * 1000)), "source"),
    "target over 1000 characters": (with_field("a", text("a", "_profile.Attributes." + "x" * 1000)), "target"),
    "unknown content type": (with_field("a", typed("DATE", "a")), "contentType"),
    "more than 250 fields": (definition({"id": text("id"), **{f"f{n}": text("a") for n in range(250)}}, OWN), "250"),
}

# Source: Field definitions … (the only root is `_source`, all else is handlebars; wrong syntax is refused when put).
SOURCE_RULES: dict[str, tuple[Definition, str]] = {
    "root other than _source": (with_field("a", computed("_profile.FirstName")), "_profile"),
    "root other than _source in handlebars": (with_field("a", computed("{{_target.FirstName}}")), "_target"),
    "unclosed expression": (with_field("a", computed("{{_source.a")), "{{_source.a"),
    "empty expression": (with_field("a", computed("{{}}")), "{{}}"),
    "unclosed block": (with_field("a", computed("{{#removeExtraSpace}}x")), "removeExtraSpace"),
    "block that there is not": (with_field("a", computed("{{#lookup _source.a}}x{{/lookup}}")), "lookup"),
    "this outside of a block": (with_field("a", computed("{{this.a}}")), "character 1"),
    "closed block that was never opened": (with_field("a", computed("x{{/removeExtraSpace}}")), "removeExtraSpace"),
    "unknown helper": (with_field("a", computed("{{#shout}}x{{/shout}}")), "shout"),
}

# Source: Field definitions …; Reference for standard objects in Customer Profiles.
TARGET_RULES: dict[str, tuple[Definition, str]] = {
    "unknown prefix": (with_target("_pet.Name"), "_pet.Name"),
    "no prefix": (with_target("FirstName"), "FirstName"),
    "prefix alone": (with_target("_profile"), "_profile"),
    "unknown profile field": (with_target("_profile.BusinessEmail"), "_profile.BusinessEmail"),
    "profile field in another case": (with_target("_profile.firstName"), "_profile.firstName"),
    "unknown address member": (with_target("_profile.Address.Planet"), "_profile.Address.Planet"),
    "member of a text field": (with_target("_profile.FirstName.First"), "_profile.FirstName.First"),
    "attributes without a name": (with_target("_profile.Attributes."), "_profile.Attributes."),
    "unknown asset field": (with_target("_asset.Colour"), "_asset.Colour"),
    "unknown case field": (with_target("_case.Colour"), "_case.Colour"),
    "unknown order field": (with_target("_order.Colour"), "_order.Colour"),
    "Gender beside GenderString": (two_targets("_profile.Gender", "_profile.GenderString"), "GenderString"),
    "PartyType beside PartyTypeString": (
        two_targets("_profile.PartyType", "_profile.PartyTypeString"),
        "PartyTypeString",
    ),
    "timestamp without a format": (with_target("_profile.SourceLastUpdatedTimestamp"), "SourceLastUpdatedTimestamp"),
    "timestamp format that is no pattern": (
        with_target("_profile.SourceLastUpdatedTimestamp", SourceLastUpdatedTimestampFormat="yyyy-bb"),
        "yyyy-bb",
    ),
    "timestamp format with an open quote": (
        with_target("_profile.SourceLastUpdatedTimestamp", SourceLastUpdatedTimestampFormat="yyyy-MM-dd'T"),
        "yyyy-MM-dd'T",
    ),
}

PLAIN = key("a", "PROFILE")
# Source: Key definitions in Customer Profiles object type mappings; Standard identifiers in Customer Profiles.
KEY_RULES: dict[str, tuple[Definition, str]] = {
    "name begins with a digit": (with_keys({"1key": key("a")}), "1key"),
    "name begins with a hyphen": (with_keys({"-key": key("a")}), "-key"),
    "name begins with an underscore and is not predefined": (with_keys({"_myKey": key("a")}), "_myKey"),
    "name is Tags": (with_keys({"Tags": key("a")}), "Tags"),
    "name is tags": (with_keys({"tags": key("a")}), "tags"),
    "name has a dot": (with_keys({"my.key": key("a")}), "keys"),
    "name over 64 characters": (with_keys({"k" * 65: key("a")}), "keys"),
    "no field": (with_keys({"nick": key(())}), "nick"),
    "no definition": (with_keys({"nick": []}), "nick"),
    "field that is not in the mapping": (with_keys({"nick": key("shoeSize")}), "shoeSize"),
    "field not in the mapping among others": (with_keys({"nick": key(("a", "shoeSize"))}), "shoeSize"),
    "more than 10 keys": (with_keys({f"k{number}": key("a") for number in range(10)}), "10"),
    "more than 10 definitions in one key": (with_keys({"nick": [key("a") for _ in range(10)]}), "10"),
    "no UNIQUE": (keyed({"nick": PLAIN}), "UNIQUE"),
    "two keys with UNIQUE": (with_keys({"nick": key("a", "UNIQUE")}), "UNIQUE"),
    "two definitions of one key with UNIQUE": (
        keyed({"nick": [key("a", "PROFILE", "UNIQUE"), key("b", "UNIQUE")]}),
        "UNIQUE",
    ),
    "no PROFILE": (keyed({"crmId": key("id", "UNIQUE")}), "PROFILE"),
    "UNIQUE with LOOKUP_ONLY": (keyed({"nick": PLAIN, "crmId": key("id", "UNIQUE", "LOOKUP_ONLY")}), "crmId"),
    "UNIQUE with NEW_ONLY": (keyed({"nick": PLAIN, "crmId": key("id", "UNIQUE", "NEW_ONLY")}), "crmId"),
    "LOOKUP_ONLY without a plain PROFILE key": (
        keyed({"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", "LOOKUP_ONLY")}),
        "nick",
    ),
    "NEW_ONLY without a plain PROFILE key": (
        keyed({"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", "NEW_ONLY")}),
        "nick",
    ),
    "SECONDARY without PROFILE": (with_keys({"nick": key("a", "SECONDARY")}), "nick"),
    "_profileId without LOOKUP_ONLY": (with_keys({"_profileId": key("a", "PROFILE")}), "_profileId"),
    "_orderId without LOOKUP_ONLY": (with_keys({"_orderId": key("a", "ORDER")}), "_orderId"),
    "_caseId without LOOKUP_ONLY": (with_keys({"_caseId": key("a", "CASE")}), "_caseId"),
    "_assetId without LOOKUP_ONLY": (with_keys({"_assetId": key("a", "ASSET")}), "_assetId"),
    "unknown identifier": (with_keys({"nick": key("a", "FAVOURITE")}), "standardIdentifiers"),
}

WRONG = {
    f"{kind}: {rule}": case
    for kind, rules in [("field", FIELD_RULES), ("source", SOURCE_RULES), ("target", TARGET_RULES), ("key", KEY_RULES)]
    for rule, case in rules.items()
}


@pytest.mark.parametrize(("wrong", "word"), WRONG.values(), ids=WRONG.keys())
def test_a_definition_that_breaks_a_rule_is_refused(api: DomainApi, wrong: Definition, word: str) -> None:
    with refused(word):
        api.define("crm", wrong)


@pytest.mark.parametrize("target", OBJECTS["forbidden"])
def test_a_target_that_the_service_fills_is_refused(api: DomainApi, target: str) -> None:
    with refused(target):
        api.define("crm", with_target(target))


@pytest.mark.parametrize("prefix", IDENTIFIERS)
def test_a_target_on_a_standard_object_needs_its_identifier(api: DomainApi, prefix: str) -> None:
    with refused(IDENTIFIERS[prefix]):
        api.define("crm", with_field("value", text("value", f"{prefix}.Attributes.value")))


RIGHT: dict[str, Definition] = {
    "field name with dots": with_field("Address.City.x-1_b", text("a")),
    "field without source and target": with_field("a", {"ContentType": "STRING"}),
    "source that is a constant": with_field("a", computed("web shop", "_profile.Attributes.channel")),
    "sources with odd member names": with_field("a", computed("_source.['a b']")),
    "source with an index": with_field("a", computed("_source.lines[0].title")),
    "interpolation with text around": with_field("a", computed("{{_source.a}}, {{_source.b.c}}!")),
    "removeExtraSpace": with_field(
        "a", computed("{{#removeExtraSpace}}{{_source.a}} {{_source.b}}{{/removeExtraSpace}}")
    ),
    "any attribute name": with_target("_profile.Attributes.shoe size"),
    "whole address": with_target("_profile.BillingAddress"),
    "Gender alone": with_target("_profile.Gender"),
    "PartyTypeString alone": with_target("_profile.PartyTypeString"),
    "foreign id of another standard object": with_target("_hotelStayRevenue.ReservationId"),
    "dotted name on a standard object": with_target("_airSegment.Departure.Date"),
    "timestamp of another standard object without a format": with_target("_loyalty.SourceLastUpdatedTimestamp"),
    "timestamp with a format": with_target(
        "_profile.SourceLastUpdatedTimestamp", SourceLastUpdatedTimestampFormat="yyyy-MM-dd'T'HH:mm:ss.SSSXXX"
    ),
    "identifier without a target": with_keys({"serial": key("a", "ASSET")}),
    "key without identifiers": with_keys({"nick": key("a")}),
    "key with hyphen and underscore": with_keys({"my-key_1": key("a")}),
    "predefined key": with_keys({"_email": key("a", "PROFILE")}),
    "ten definitions": with_keys({f"k{number}": key("a") for number in range(9)}),
    "LOOKUP_ONLY beside a plain PROFILE key": with_keys({"nick": key("a", "PROFILE", "LOOKUP_ONLY")}),
    "NEW_ONLY beside a plain PROFILE key": with_keys({"nick": key("a", "PROFILE", "NEW_ONLY")}),
    "SECONDARY with PROFILE": with_keys({"nick": key("a", "PROFILE", "SECONDARY")}),
    "LOOKUP_ONLY alone where profiles are not created": keyed(
        {"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", "LOOKUP_ONLY")}, AllowProfileCreation=False
    ),
    "NEW_ONLY alone where profiles are not created": keyed(
        {"crmId": key("id", "UNIQUE"), "nick": key("a", "PROFILE", "NEW_ONLY")}, AllowProfileCreation=False
    ),
    "_profileId as the only PROFILE key": keyed(
        {"crmId": key("id", "UNIQUE"), "_profileId": key("a", "PROFILE", "LOOKUP_ONLY")}
    ),
    "_assetId with LOOKUP_ONLY": with_keys({"_assetId": key("a", "ASSET", "LOOKUP_ONLY")}),
    "standard identifier with PROFILE and UNIQUE": keyed({"serial": key("a", "ASSET", "PROFILE", "UNIQUE")}),
    "several standard identifiers on one key": with_keys({"serial": key("a", "ASSET", "CASE", "ORDER")}),
}


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_definition_is_accepted(api: DomainApi, right: Definition) -> None:
    api.define("crm", right)
    answer = api.definition("crm")
    assert (answer["Fields"], answer["Keys"]) == (right["Fields"], right["Keys"])


TARGETS = [
    *(
        f"_profile.{field}"
        for field in [*PROFILE_FIELDS["text"], "Gender", "GenderString", "PartyType", "PartyTypeString"]
    ),
    *(
        f"_profile.{address}.{member}"
        for address in PROFILE_FIELDS["addresses"]
        for member in PROFILE_FIELDS["address_members"]
    ),
    *(f"{prefix}.{field}" for prefix, fields in OBJECTS["fields"].items() for field in fields),
]


def test_every_field_of_the_standard_objects_is_a_target(api: DomainApi) -> None:
    exclusive = {"_profile.GenderString", "_profile.PartyTypeString"}
    fields = {f"f{number}": text("a", target) for number, target in enumerate(TARGETS) if target not in exclusive}
    keys = {"crmId": key("id", "PROFILE", "UNIQUE"), "record": key("id", "ASSET", "CASE", "ORDER")}
    api.define("crm", definition({"id": text("id"), **fields}, keys))
    assert len(api.definition("crm")["Fields"]) == len(fields) + 1


def test_a_re_used_key_name_keeps_its_content_type(api: DomainApi) -> None:
    api.define("crm", definition({"card": typed("NUMBER", "card")}, {"card": key("card", "PROFILE", "UNIQUE")}))
    other = definition({"card": typed("STRING", "card")}, {"card": key("card", "PROFILE", "UNIQUE")})
    with refused("card"):
        api.define("shop", other)


def test_a_re_used_key_name_with_the_same_content_type_is_accepted(api: DomainApi) -> None:
    api.define("crm", definition({"mail": email("mail")}, {"mail": key("mail", "PROFILE", "UNIQUE")}))
    api.define("shop", definition({"e-mail": email("e-mail")}, {"mail": key("e-mail", "PROFILE", "UNIQUE")}))
    assert set(api.definition("shop")["Keys"]) == {"mail"}


def test_a_missing_content_type_equals_string(api: DomainApi) -> None:
    api.define("crm", definition({"card": text("card")}, {"card": key("card", "PROFILE", "UNIQUE")}))
    api.define("shop", definition({"card": typed("STRING", "card")}, {"card": key("card", "PROFILE", "UNIQUE")}))
    assert set(api.definition("shop")["Keys"]) == {"card"}


def test_a_type_may_change_the_content_type_of_a_key_that_it_alone_uses(api: DomainApi) -> None:
    api.define("crm", definition({"card": typed("NUMBER", "card")}, {"card": key("card", "PROFILE", "UNIQUE")}))
    api.define("crm", definition({"card": typed("STRING", "card")}, {"card": key("card", "PROFILE", "UNIQUE")}))
    assert api.definition("crm")["Fields"]["card"]["ContentType"] == "STRING"


def test_a_refused_definition_changes_nothing(api: DomainApi) -> None:
    api.define("crm", with_keys({"nick": key("a")}))
    with refused("shoeSize"):
        api.define("crm", with_keys({"nick": key("shoeSize")}))
    assert api.definition("crm")["Keys"]["nick"] == [key("a")]
