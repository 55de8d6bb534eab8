"""What templates give beside their keys: members that stay the type's own, caps, and single values of their mappings.

Source: Mapping templates and implicit object types; Customer Profiles data limits; Contact record templates in
Customer Profiles; the pages on mapping the objects of each system.
"""

import json
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi, data, refused
from .mappings import definition, key, text

BESIDE_TEMPLATE: dict[str, Any] = {
    "Description": "People of the help desk",
    "ExpirationDays": 30,
    "EncryptionKey": "arn:aws:kms:us-east-1:000000000000:key/1",
    "Tags": {"team": "care"},
}


@pytest.mark.parametrize("member", BESIDE_TEMPLATE)
def test_a_template_leaves_room_for_what_it_does_not_decide(api: DomainApi, member: str) -> None:
    api.define("people", {"Description": "x", "TemplateId": "Zendesk-users", member: BESIDE_TEMPLATE[member]})
    assert api.definition("people")[member] == BESIDE_TEMPLATE[member]


@pytest.mark.parametrize("template_id", ["with space", "dot.ted", "x" * 65])
def test_a_template_id_outside_the_pattern_is_refused(client: CustomerProfilesClient, template_id: str) -> None:
    with refused("templateId"):
        client.get_profile_object_type_template(TemplateId=template_id)


def test_each_listed_template_names_its_source_and_object(client: CustomerProfilesClient) -> None:
    items = client.list_profile_object_type_templates(MaxResults=100)["Items"]
    assert [item for item in items if not (item["TemplateId"] and item["SourceName"] and item["SourceObject"])] == []
    assert ("Zendesk", "tickets") in {(item["SourceName"], item["SourceObject"]) for item in items}


def test_a_definition_of_an_implicit_type_begins_its_life(api: DomainApi) -> None:
    api.put("Zendesk-users", {"id": 1})
    implicit = api.definition("Zendesk-users")
    api.define("Zendesk-users", definition({"id": text("id")}, {"_zendeskUserId": key("id", "PROFILE", "UNIQUE")}))
    explicit = api.definition("Zendesk-users")
    assert explicit["CreatedAt"] == explicit["LastUpdatedAt"] > implicit["CreatedAt"]


# --- what a profile may have of a template's objects


@pytest.mark.parametrize(("template_id", "most"), [("WebAnalytics-Clickstream", 100), ("_webAnalytics", 250)])
def test_a_template_has_a_built_in_cap(client: CustomerProfilesClient, template_id: str, most: int) -> None:
    template: Any = client.get_profile_object_type_template(TemplateId=template_id)
    assert template["DefaultMaxProfileObjectCount"] == most


def clicks(number: int) -> dict[str, Any]:
    return {**data("templates/WebAnalytics-Clickstream.json")["Object"], "eventId": f"e-{number}"}


def events(api: DomainApi, object_type: str) -> list[str]:
    """The ids of what the visitor has of a type, newest first."""
    profile_id = api.one("webAnalyticsVisitorId", "v-1")["ProfileId"]
    listed = api.listed(profile_id, object_type, MaxResults=100)
    return [json.loads(item["Object"])["eventId"] for item in listed]


def test_of_clicks_a_profile_has_a_hundred(api: DomainApi) -> None:
    for start in range(0, 110, 10):
        api.put_batch("WebAnalytics-Clickstream", [clicks(number) for number in range(start, start + 10)])
    assert events(api, "WebAnalytics-Clickstream") == [f"e-{number}" for number in range(109, 9, -1)]
    assert api.stats()["ObjectCount"] == 100


def test_a_cap_of_a_standard_object_type_holds(api: DomainApi) -> None:
    api.define("_asset", {"Description": "x", "TemplateId": "_asset", "MaxProfileObjectCount": 2})
    fields = {"email": text("email"), "serial": text("serial", "_asset.SerialNumber")}
    api.define(
        "crm", definition(fields, {"_email": key("email", "PROFILE"), "serial": key("serial", "ASSET", "UNIQUE")})
    )
    for serial in ("S1", "S2", "S3"):
        api.put("crm", {"email": "ann@example.com", "serial": serial})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    assert [asset["SerialNumber"] for asset in api.objects(profile_id, "_asset")] == ["S3", "S2"]


# --- contact records


def contact(contact_id: str) -> dict[str, Any]:
    return {**data("templates/CTR.json")["Object"], "contactId": contact_id}


@pytest.mark.parametrize("template_id", ["CTR-NoInferred", "CTR-AutoAssociateOnly"])
def test_the_id_of_a_contact_comes_before_its_phone(api: DomainApi, template_id: str) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": template_id})
    caller, chosen = api.create(PhoneNumber="+12065550142"), api.create(FirstName="Ann")
    api.add_key(chosen, "_ctrContactId", "c-1")
    api.put("CTR", contact("c-1"))
    assert (api.objects(caller, "CTR"), len(api.objects(chosen, "CTR"))) == ([], 1)


@pytest.mark.parametrize("template_id", ["CTR", "CTR-NoInferred"])
def test_a_contact_without_a_match_makes_a_profile(api: DomainApi, template_id: str) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": template_id})
    api.put("CTR", contact("c-1"))
    profile = api.one("_ctrContactId", "c-1")
    assert profile == {"ProfileId": profile["ProfileId"], "PhoneNumber": "+12065550142"}


def test_a_phone_of_several_profiles_associates_with_none_of_them(api: DomainApi) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": "CTR-AutoAssociateOnly"})
    profiles = [api.create(PhoneNumber="+12065550142") for _ in range(2)]
    api.put("CTR", contact("c-1"))
    assert [api.objects(profile_id, "CTR") for profile_id in profiles] == [[], []]


def test_a_contact_is_shown_once_its_record_is_there(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_ctrContactId", "c-1")
    before = api.objects(profile_id, "CTR")
    api.put("CTR", contact("c-1"))
    assert (before, [one["contactId"] for one in api.objects(profile_id, "CTR")]) == ([], ["c-1"])


def test_a_contact_that_nobody_took_has_no_agent(api: DomainApi) -> None:
    api.put("CTR", {**contact("c-1"), "agent": None})
    [record] = api.objects(api.one("_ctrContactId", "c-1")["ProfileId"], "CTR")
    assert (record["agent"], record["contactId"]) == (None, "c-1")


def test_the_newest_contact_comes_first(api: DomainApi) -> None:
    for contact_id in ("c-1", "c-2"):
        api.put("CTR", contact(contact_id))
    profile_id = api.one("_ctrContactId", "c-1")["ProfileId"]
    assert [one["contactId"] for one in api.objects(profile_id, "CTR")] == ["c-2", "c-1"]


# --- single values of the mappings


@pytest.mark.parametrize(
    ("template_id", "key_name", "account"),
    [
        ("Salesforce-Multi-Contact-Account-Link", "_salesforceContactId", "AccountId"),
        ("Salesforce-Multi-Asset-Account-Link", "_salesforceContactId", "AccountId"),
        ("Marketo-Multi-Lead-Account-Link", "_marketoLeadId", "sfdcAccountId"),
    ],
)
def test_several_profiles_share_an_account(api: DomainApi, template_id: str, key_name: str, account: str) -> None:
    others = {"Id": "{}", "ContactId": "{}", "id": "{}", "sfdcContactId": "{}"}
    for person in ("p1", "p2"):
        ids = {member: pattern.format(person) for member, pattern in others.items()}
        api.put(template_id, {**ids, account: "A-1"})
    both = sorted(api.ids(key_name, "p1") + api.ids(key_name, "p2"))
    assert (len(set(both)), api.ids("_salesforceAccountId", "A-1")) == (2, both)


@pytest.mark.parametrize(("url", "code"), [("https://shop.example/1", "ACTIVATED"), ("", "DRAFT"), (None, "DRAFT")])
@pytest.mark.parametrize("template_id", ["Shopify-DraftOrder", "Shopify-Order"])
def test_an_order_with_a_status_page_is_activated(api: DomainApi, template_id: str, url: str | None, code: str) -> None:
    payload = {"id": 1, "customer": {"id": 2}, "order_status_url": url}
    api.put(template_id, {"detail": {"event": {"detail": {"payload": payload}}}})
    [order] = api.objects(api.one("_shopifyOrderId", "1")["ProfileId"], "_order")
    assert order["StatusCode"] == code


def test_a_user_of_servicenow_has_a_middle_name(api: DomainApi) -> None:
    api.put("Servicenow-sys_user", {**data("templates/Servicenow-sys_user.json")["Object"], "middle_name": "Jo"})
    assert api.one("_serviceNowSystemId", "6816f79c")["MiddleName"] == "Jo"
