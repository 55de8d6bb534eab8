"""Fields of an object type: their names, sources, targets and content types.

Source: Field definitions in Customer Profiles object type mappings; shapes fieldName, text, ObjectTypeField.
"""

from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi, refused
from .mappings import Definition, Field, computed, definition, email, key, text, typed

OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}


def with_fields(**fields: Field) -> Definition:
    """A right definition with more fields."""
    return definition({"id": text("id"), **fields}, OWN)


def profile_of(api: DomainApi, fields: dict[str, Field], value: dict[str, Any]) -> dict[str, Any]:
    """The profile that an object makes, without its id."""
    api.define("crm", with_fields(**fields))
    api.put("crm", {"id": "1", **value})
    profile = api.one("crmId", "1")
    del profile["ProfileId"]
    return profile


def test_a_field_name_of_64_characters_is_accepted(api: DomainApi) -> None:
    api.define("crm", with_fields(**{"f" * 64: text("a")}))
    assert "f" * 64 in api.definition("crm")["Fields"]


def test_a_source_of_1000_characters_is_accepted(api: DomainApi) -> None:
    assert profile_of(api, {"a": computed("x" * 1000, "_profile.AdditionalInformation")}, {}) == {
        "AdditionalInformation": "x" * 1000
    }


@pytest.mark.parametrize("member", ["Source", "Target"])
def test_an_empty_source_or_target_is_refused(unchecked: CustomerProfilesClient, domain: str, member: str) -> None:
    with refused(member):
        DomainApi(unchecked, domain).define("crm", with_fields(a={**text("a", "_profile.FirstName"), member: ""}))


def test_a_field_may_have_a_source_alone_or_a_target_alone(api: DomainApi) -> None:
    fields = {"source": {"Source": "_source.a"}, "target": {"Target": "_profile.FirstName"}}
    assert profile_of(api, fields, {"a": "x"}) == {}
    assert api.definition("crm")["Fields"]["target"] == {"Target": "_profile.FirstName"}


CONTENT_TYPES = ["STRING", "NUMBER", "PHONE_NUMBER", "EMAIL_ADDRESS", "NAME"]


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_a_field_may_have_each_content_type(api: DomainApi, content_type: str) -> None:
    api.define("crm", with_fields(a=typed(content_type, "a")))
    assert api.definition("crm")["Fields"]["a"]["ContentType"] == content_type


def test_there_are_no_other_content_types(unchecked: CustomerProfilesClient, domain: str) -> None:
    with refused(f"[{', '.join(CONTENT_TYPES)}]"):
        DomainApi(unchecked, domain).define("crm", with_fields(a=typed("DATE", "a")))


@pytest.mark.parametrize("field", [text("a"), typed("STRING", "a")], ids=["none", "STRING"])
def test_a_field_without_a_content_type_is_compared_as_a_string(api: DomainApi, field: Field) -> None:
    api.define("crm", definition({"id": text("id"), "a": field}, {**OWN, "nick": key("a")}))
    api.put("crm", {"id": "1", "a": "Ann  Lee"})
    assert len(api.ids("nick", "Ann  Lee")) == 1
    assert api.ids("nick", "ann lee") == api.ids("nick", "Ann Lee") == []


def test_dots_in_a_field_name_mean_nothing(api: DomainApi) -> None:
    fields = {"Address.City": text("a"), "Address": text("b", "_profile.LastName")}
    assert profile_of(api, fields, {"a": "Rome", "b": "Lee", "Address": {"City": "Milan"}}) == {"LastName": "Lee"}


def test_one_field_may_feed_a_key_and_a_target(api: DomainApi) -> None:
    api.define(
        "crm",
        definition(
            {"mail": email("mail", "_profile.PersonalEmailAddress")}, {"mail": key("mail", "PROFILE", "UNIQUE")}
        ),
    )
    api.put("crm", {"mail": "Ann@Example.com"})
    assert api.one("mail", "ann@example.com")["PersonalEmailAddress"] == "Ann@Example.com"


def test_one_field_may_feed_several_keys(api: DomainApi) -> None:
    api.define("crm", definition({"id": text("id")}, {**OWN, "nick": key("id"), "card": key("id")}))
    api.put("crm", {"id": "1"})
    assert api.ids("nick", "1") == api.ids("card", "1") == api.ids("crmId", "1") != []


def test_a_missing_member_is_no_error(api: DomainApi) -> None:
    api.define("crm", definition({"id": text("id"), "a": text("a.b.c")}, {**OWN, "nick": key("a")}))
    assert api.put("crm", {"id": "1"})
    assert len(api.ids("crmId", "1")) == 1


# Source: Mapping Shopify objects (a list's members, each to the member of the same element).
def test_each_element_of_a_list_gives_an_element(api: DomainApi) -> None:
    fields = {
        "title": computed("_source.line_items[].title", "_order.OrderItems[].Title"),
        "price": computed("_source.line_items[].price", "_order.OrderItems[].Price"),
    }
    api.define("crm", definition({"id": text("id"), **fields}, {"crmId": key("id", "PROFILE", "UNIQUE", "ORDER")}))
    api.put("crm", {"id": "1", "line_items": [{"title": "Tea", "price": 2.5}, {"title": "Jam", "price": "3"}]})
    [order] = api.objects(api.one("crmId", "1")["ProfileId"], "_order")
    assert order["OrderItems"] == [{"Title": "Tea", "Price": "2.5"}, {"Title": "Jam", "Price": "3"}]


@pytest.mark.parametrize(
    "source", ["{{#if _source.a}}x", "{{#each _source.a}}x{{/if}}", "{{_source.a", "{{else}}", "{{#with}}x{{/with}}"]
)
def test_wrong_handlebars_are_refused_before_any_object_comes(api: DomainApi, source: str) -> None:
    with refused("handlebars"):
        api.define("crm", with_fields(a=computed(source)))


@pytest.mark.parametrize("source", ["_target.a", "{{_profile.FirstName}}", "{{a}}"])
def test_a_source_has_no_root_but_the_object(api: DomainApi, source: str) -> None:
    with refused("_source"):
        api.define("crm", with_fields(a=computed(source)))
