"""What public programs that use the service rely on.

Source: the Terraform provider's acceptance tests, AWS's solutions and samples, and the CloudFormation handlers.
"""

import base64
from typing import Any

import pytest

from .calls import DomainApi
from .mappings import definition, key, keyed, system, text

UNCHECKED_FORMATS: dict[str, Any] = {
    "PhoneNumber": "555-334-6666-updated",
    "BirthDate": "07/12/1980-updated",
    "EmailAddress": "not an address",
    "GenderString": "any text",
    "PartyTypeString": "any text",
    "Address": {"Address1": "null", "City": "null"},
}


@pytest.mark.parametrize("field", UNCHECKED_FORMATS)
def test_the_format_of_a_profile_field_is_not_checked(api: DomainApi, field: str) -> None:
    profile_id = api.create(**{field: UNCHECKED_FORMATS[field]})
    assert api.profile(profile_id)[field] == UNCHECKED_FORMATS[field]


def test_a_profile_is_read_back_by_its_id_at_once(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.update(profile_id, FirstName="Anna")
    assert api.profile(profile_id)["FirstName"] == "Anna"


def test_a_deleted_profile_is_an_empty_list_at_once(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.delete(profile_id)
    answer = api.client.search_profiles(DomainName=api.domain, KeyName="_profileId", Values=[profile_id])
    assert answer["Items"] == []


def test_replaced_attributes_are_visible_at_once(api: DomainApi) -> None:
    profile_id = api.create(Attributes={"a": "1"})
    api.update(profile_id, Attributes={"a": "2", "b": "3"})
    assert api.profile(profile_id)["Attributes"] == {"a": "2", "b": "3"}


def test_a_short_retention_is_accepted(api: DomainApi) -> None:
    api.client.update_domain(DomainName=api.domain, DefaultExpirationDays=7)
    assert api.client.get_domain(DomainName=api.domain)["DefaultExpirationDays"] == 7


def test_a_domain_without_a_dead_letter_queue_omits_it(api: DomainApi) -> None:
    assert "DeadLetterQueueUrl" not in api.client.get_domain(DomainName=api.domain)


def test_a_field_may_serve_a_key_only(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1"})
    assert len(api.ids("crmId", "1")) == 1


def test_a_profile_key_may_stand_on_an_attribute(api: DomainApi) -> None:
    fields = {"id": text("id"), "guest": text("guest", "_profile.Attributes.guest")}
    api.define("stays", definition(fields, {"stayId": key("id", "UNIQUE"), "guest": key("guest", "PROFILE")}))
    for number in ("1", "2"):
        api.put("stays", {"id": number, "guest": "g"})
    profile = api.one("guest", "g")
    assert profile["Attributes"] == {"guest": "g"}
    assert len(api.objects(profile["ProfileId"], "stays")) == 2


def test_one_object_is_stored_once_per_profile_by_a_key_that_names_both(api: DomainApi) -> None:
    fields = {"id": text("id"), "profile": text("profile")}
    keys = {"both": key(("id", "profile"), "UNIQUE"), "_profileId": key("profile", "PROFILE", "LOOKUP_ONLY")}
    api.define("segments", definition(fields, keys, AllowProfileCreation=False))
    people = [api.create(FirstName=name) for name in ("Ann", "Bob")]
    for profile_id in [*people, *people]:
        api.put("segments", {"id": "vip", "profile": profile_id})
    assert [len(api.objects(profile_id, "segments")) for profile_id in people] == [1, 1]


def test_profile_creation_is_switched_by_get_and_put(api: DomainApi) -> None:
    api.define("crm", system("crm", ExpirationDays=30, MaxProfileObjectCount=10))
    got = api.definition("crm")
    kept = ("Description", "Fields", "Keys", "ExpirationDays", "MaxProfileObjectCount")
    api.define("crm", {**{member: got[member] for member in kept}, "AllowProfileCreation": False})
    api.put("crm", {"id": "1", "customer": "c"})
    assert api.ids("customer", "c") == []
    assert {member: api.definition("crm")[member] for member in kept} == {member: got[member] for member in kept}


def test_all_objects_are_listed_by_pages_of_a_hundred(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    for start in range(0, 110, 10):
        api.put_batch("crm", [{"id": str(start + number), "customer": "c"} for number in range(10)])
    members: dict[str, Any] = {
        "DomainName": api.domain,
        "ObjectTypeName": "crm",
        "ProfileId": api.one("customer", "c")["ProfileId"],
        "MaxResults": 100,
    }
    first = api.client.list_profile_objects(**members)
    second = api.client.list_profile_objects(**members, NextToken=first["NextToken"])
    assert (len(first["Items"]), len(second["Items"]), "NextToken" in second) == (100, 10, False)


def test_a_listed_unique_key_is_standard_base64_of_a_digest(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c"})
    [item] = api.listed(api.one("customer", "c")["ProfileId"], "crm")
    assert len(base64.b64decode(item["ProfileObjectUniqueKey"], validate=True)) == 32


def test_two_contacts_with_one_phone_share_an_inferred_profile(api: DomainApi) -> None:
    fields = {"contact": text("contactId"), "phone": {"Source": "_source.phone", "ContentType": "PHONE_NUMBER"}}
    keys = {"contactKey": key("contact", "PROFILE", "UNIQUE"), "_phone": key("phone", "PROFILE", "SECONDARY")}
    api.define("contacts", definition(fields, keys))
    for number in ("1", "2"):
        api.put("contacts", {"contactId": number, "phone": "+12063457890"})
    profile = api.one("_phone", "2063457890")
    assert {"PhoneNumber": "+12063457890", "ProfileId": profile["ProfileId"]} == profile
    assert len(api.objects(profile["ProfileId"], "contacts")) == 2
