"""Ready mappings: the templates, types that are made from them, and types that nobody has defined."""

import json
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition
from openprofiles.mapping.object_type_templates import all_templates, filled
from openprofiles.mapping.standard_objects import SYSTEM_IDS

from .calls import DomainApi, missing, refused
from .mappings import definition, key, text

SAMPLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "data" / "templates").glob("*.json"))
}

CONTACT_RECORDS = ["CTR", "CTR-AutoAssociateOnly", "CTR-NoInferred"]
STANDARD_OBJECTS = [
    *("_airBooking", "_airPreference", "_airSegment", "_asset", "_case", "_communicationRecord", "_device"),
    *("_hotelPreference", "_hotelReservation", "_hotelStayRevenue", "_loyalty", "_loyaltyPromotion"),
    *("_loyaltyTransaction", "_order", "_profile", "_webAnalytics"),
]
SYSTEMS = [
    *("Connect-case", "Marketo-Multi-Lead-Account-Link", "Marketo-leads", "Salesforce-Account", "Salesforce-Asset"),
    *("Salesforce-Contact", "Salesforce-Multi-Asset-Account-Link", "Salesforce-Multi-Contact-Account-Link"),
    *("Segment-Identify", "Servicenow-incident", "Servicenow-sys_user", "Servicenow-task"),
    *("Shopify-Customer", "Shopify-DraftOrder", "Shopify-Order", "WebAnalytics-Clickstream"),
    *("Zendesk-tickets", "Zendesk-users"),
]
TEMPLATE_IDS = sorted([*CONTACT_RECORDS, *STANDARD_OBJECTS, *SYSTEMS])
""" "Mapping templates and implicit object types", "About mapping destinations"."""

SEGMENT, SHOPIFY = "_source.detail.event.detail.", "_source.detail.event.detail.payload."

KEYS: dict[str, dict[str, tuple[str, set[str]]]] = {
    "Salesforce-Account": {"_salesforceAccountId": ("_source.Id", {"PROFILE", "UNIQUE"})},
    "Salesforce-Contact": {
        "_salesforceContactId": ("_source.Id", {"PROFILE", "UNIQUE"}),
        "_salesforceAccountId": ("_source.AccountId", {"PROFILE"}),
    },
    "Salesforce-Multi-Contact-Account-Link": {
        "_salesforceContactId": ("_source.Id", {"PROFILE", "UNIQUE"}),
        "_salesforceAccountId": ("_source.AccountId", set()),
    },
    "Salesforce-Asset": {
        "_salesforceAssetId": ("_source.Id", {"ASSET", "UNIQUE"}),
        "_salesforceContactId": ("_source.ContactId", {"PROFILE"}),
        "_salesforceAccountId": ("_source.AccountId", {"PROFILE"}),
    },
    "Salesforce-Multi-Asset-Account-Link": {
        "_salesforceAssetId": ("_source.Id", {"ASSET", "UNIQUE"}),
        "_salesforceContactId": ("_source.ContactId", {"PROFILE"}),
        "_salesforceAccountId": ("_source.AccountId", set()),
    },
    "Marketo-leads": {
        "_marketoLeadId": ("_source.id", {"PROFILE", "UNIQUE"}),
        "_salesforceAccountId": ("_source.sfdcAccountId", {"PROFILE"}),
        "_salesforceContactId": ("_source.sfdcContactId", {"PROFILE"}),
    },
    "Marketo-Multi-Lead-Account-Link": {
        "_marketoLeadId": ("_source.id", {"PROFILE", "UNIQUE"}),
        "_salesforceAccountId": ("_source.sfdcAccountId", set()),
        "_salesforceContactId": ("_source.sfdcContactId", {"PROFILE"}),
    },
    "Zendesk-users": {
        "_zendeskUserId": ("_source.id", {"PROFILE", "UNIQUE"}),
        "_zendeskExternalId": ("_source.external_id", {"PROFILE"}),
    },
    "Zendesk-tickets": {
        "_zendeskTicketId": ("_source.id", {"CASE", "UNIQUE"}),
        "_zendeskUserId": ("_source.requester_id", {"PROFILE"}),
    },
    "Servicenow-sys_user": {"_serviceNowSystemId": ("_source.sys_id", {"PROFILE", "UNIQUE"})},
    "Servicenow-task": {
        "_serviceNowTaskId": ("_source.sys_id", {"CASE", "UNIQUE"}),
        "_serviceNowSystemId": ("_source.opened_by.link", {"PROFILE"}),
    },
    "Servicenow-incident": {
        "_serviceNowIncidentId": ("_source.sys_id", {"CASE", "UNIQUE"}),
        "_serviceNowSystemId": ("_source.caller_id.link", {"PROFILE"}),
    },
    "Segment-Identify": {"_segmentUserId": (f"{SEGMENT}userId", {"PROFILE", "UNIQUE"})},
    "Shopify-Customer": {"_shopifyCustomerId": (f"{SHOPIFY}id", {"PROFILE", "UNIQUE"})},
    "Shopify-DraftOrder": {
        "_shopifyOrderId": (f"{SHOPIFY}id", {"ORDER", "UNIQUE"}),
        "_shopifyCustomerId": (f"{SHOPIFY}customer.id", {"PROFILE"}),
    },
    "Shopify-Order": {
        "_shopifyOrderId": (f"{SHOPIFY}id", {"ORDER", "UNIQUE"}),
        "_shopifyCustomerId": (f"{SHOPIFY}customer.id", {"PROFILE"}),
    },
}
"""Keys, sources and standard identifiers: "Mapping Salesforce objects …" and the like pages of the other systems."""


def test_all_templates_are_listed_page_by_page(client: CustomerProfilesClient) -> None:
    items: list[Any] = []
    token = ""
    while len(items) < 100:
        page = client.list_profile_object_type_templates(MaxResults=10, **({"NextToken": token} if token else {}))
        items += page["Items"]
        if not (token := page.get("NextToken", "")):
            break
    assert [item["TemplateId"] for item in items] == TEMPLATE_IDS
    assert {"TemplateId": "Salesforce-Account", "SourceName": "Salesforce", "SourceObject": "Account"} in items


def test_an_unknown_template_is_not_found(client: CustomerProfilesClient) -> None:
    with missing("Nobody-things"):
        client.get_profile_object_type_template(TemplateId="Nobody-things")


@pytest.mark.parametrize("template_id", KEYS)
def test_a_template_has_the_documented_keys(client: CustomerProfilesClient, template_id: str) -> None:
    template = client.get_profile_object_type_template(TemplateId=template_id)
    found = {
        name: (template["Fields"][one["FieldNames"][0]]["Source"], set(one["StandardIdentifiers"]))
        for name, [one] in template["Keys"].items()
    }
    assert found == KEYS[template_id]


@pytest.mark.parametrize("template_id", [*CONTACT_RECORDS, *SYSTEMS])
def test_what_a_template_decides_can_be_put_as_a_definition_of_its_own(template_id: str) -> None:
    document = filled(ObjectTypeDocument("a copy"), all_templates()[template_id], 0)
    check_definition(document, {})


@pytest.mark.parametrize("template_id", STANDARD_OBJECTS)
def test_the_template_of_a_standard_object_writes_to_that_alone(template_id: str) -> None:
    targets = {field.target for field in all_templates()[template_id].fields.values() if field.target}
    assert targets
    assert {target.partition(".")[0] for target in targets} == {template_id}


@pytest.mark.parametrize("explicit", [True, False], ids=["defined", "implicit"])
@pytest.mark.parametrize("template_id", SAMPLES)
def test_a_sample_gives_its_profile_and_standard_objects(api: DomainApi, template_id: str, explicit: bool) -> None:
    sample = SAMPLES[template_id]
    if explicit:
        api.define(template_id, {"Description": "x", "TemplateId": template_id})

    api.put(template_id, sample["Object"])

    profiles = [api.one(name, value) for name, value in sample["FoundBy"].items()]
    profile_id = profiles[0].pop("ProfileId")
    for profile in profiles:
        profile.pop("ProfileId", None)
        profile.pop("FoundByItems", None)
    assert profiles == [sample["Profile"]] * len(profiles)
    assert standard_objects(api, profile_id) == sample["StandardObjects"]


def standard_objects(api: DomainApi, profile_id: str) -> dict[str, Any]:
    """Those of a profile by kind, without the ids that the service gives."""
    found = {}
    for kind, system_id in SYSTEM_IDS.items():
        for members in api.objects(profile_id, kind):
            found[kind] = {name: value for name, value in members.items() if name != system_id}
    return found


def test_a_type_of_a_template_shows_what_the_template_decides(api: DomainApi) -> None:
    api.define("people", {"Description": "x", "TemplateId": "Zendesk-users", "ExpirationDays": 30})
    shown, template = api.definition("people"), api.client.get_profile_object_type_template(TemplateId="Zendesk-users")
    assert (shown["TemplateId"], shown["ExpirationDays"]) == ("Zendesk-users", 30)
    assert (shown["Fields"], shown["Keys"]) == (template["Fields"], template["Keys"])
    assert shown["AllowProfileCreation"] is True


def test_a_template_that_there_is_not_is_refused(api: DomainApi) -> None:
    with refused("there is no such template"):
        api.define("people", {"Description": "x", "TemplateId": "Nobody-things"})


def type_names(api: DomainApi) -> list[str]:
    return [item["ObjectTypeName"] for item in api.client.list_profile_object_types(DomainName=api.domain)["Items"]]


def test_an_implicit_type_is_shown_from_its_first_object_on(api: DomainApi) -> None:
    with missing("Zendesk-users"):
        api.definition("Zendesk-users")
    assert type_names(api) == []
    api.put("Zendesk-users", {"id": 1})
    assert type_names(api) == ["Zendesk-users"]
    shown = api.definition("Zendesk-users")
    assert (shown["TemplateId"], shown["Keys"]["_zendeskUserId"][0]["FieldNames"]) == ("Zendesk-users", ["id"])


def test_an_implicit_type_without_objects_lists_none(api: DomainApi) -> None:
    assert api.objects(api.create(FirstName="Ann"), "CTR") == []


def test_an_implicit_type_without_objects_can_not_be_deleted(api: DomainApi) -> None:
    with missing("Zendesk-users"):
        api.forget("Zendesk-users")


def test_deleting_an_implicit_type_drops_its_data(api: DomainApi) -> None:
    api.put("Zendesk-users", {"id": 1, "email": "a@example.com"})
    profile = api.one("_zendeskUserId", "1")["ProfileId"]

    api.forget("Zendesk-users")

    assert api.objects(profile, "Zendesk-users") == []
    assert api.search("_email", "a@example.com") == []
    assert type_names(api) == []


def test_a_definition_replaces_an_implicit_type_and_keeps_its_data(api: DomainApi) -> None:
    api.put("Zendesk-users", {"id": 1, "email": "a@example.com"})
    profile = api.one("_zendeskUserId", "1")["ProfileId"]
    before = api.definition("Zendesk-users")["CreatedAt"]

    mine = definition({"id": text("id")}, {"_zendeskUserId": key("id", "PROFILE", "UNIQUE")})
    api.define("Zendesk-users", {**mine, "Tags": {"a": "b"}})

    shown = api.definition("Zendesk-users")
    assert (list(shown["Fields"]), shown["Tags"]) == (["id"], {"a": "b"})
    assert shown["CreatedAt"] >= before
    assert "TemplateId" not in shown
    assert len(api.objects(profile, "Zendesk-users")) == 1


def test_a_standard_object_can_be_registered_with_its_own_template_only(api: DomainApi) -> None:
    api.define("_asset", {"Description": "x", "TemplateId": "_asset", "MaxProfileObjectCount": 5})
    assert api.definition("_asset")["MaxProfileObjectCount"] == 5
    for name, template_id in (("_asset", "_case"), ("_mine", "Zendesk-users"), ("mine", "_asset")):
        with refused("can not be that of"):
            api.define(name, {"Description": "x", "TemplateId": template_id})


@pytest.mark.parametrize("member", [{"ExpirationDays": 7}, {"EncryptionKey": "arn:aws:kms:us-east-1:0:key/x"}], ids=str)
def test_a_standard_object_has_no_expiration_and_no_encryption_of_its_own(
    api: DomainApi, member: dict[str, Any]
) -> None:
    with refused(*member):
        api.define("_asset", {"Description": "x", "TemplateId": "_asset", **member})


@pytest.mark.parametrize("kind", ["_asset", "_profile", "_loyalty"])
def test_objects_of_a_standard_type_can_not_be_put(api: DomainApi, kind: str) -> None:
    with refused(kind):
        api.put(kind, {"id": "1"})


def test_a_key_of_a_template_must_be_compared_as_elsewhere_in_the_domain(api: DomainApi) -> None:
    fields = {"id": text("id"), "phone": text("phone")}
    api.define("crm", definition(fields, {"inferredPhone": key("phone"), "crmId": key("id", "PROFILE", "UNIQUE")}))
    with refused("inferredPhone"):
        api.define("CTR", {"Description": "x", "TemplateId": "CTR"})


# --- contact records ("Contact record templates in Customer Profiles")

CONTACT = SAMPLES["CTR"]["Object"]


def contact(contact_id: str, phone: str = "+1 206 555 0142") -> dict[str, Any]:
    return {**CONTACT, "contactId": contact_id, "customerEndpoint": {"type": "TELEPHONE_NUMBER", "address": phone}}


@pytest.mark.parametrize("template_id", CONTACT_RECORDS)
def test_a_contact_belongs_to_the_profile_that_was_chosen_during_it(api: DomainApi, template_id: str) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": template_id})
    profile = api.create(FirstName="Ann")
    api.add_key(profile, "_ctrContactId", "c-1")

    api.put("CTR", contact("c-1"))

    assert len(api.objects(profile, "CTR")) == 1
    assert len(api.ids("_ctrContactId", "c-1")) == 1


def test_by_default_a_contact_does_not_look_for_the_phone_of_a_profile(api: DomainApi) -> None:
    profile = api.create(PhoneNumber="+12065550142")
    api.put("CTR", contact("c-1"))
    assert api.objects(profile, "CTR") == []
    assert api.ids("_ctrContactId", "c-1") != [profile]


def test_by_default_contacts_of_one_phone_share_their_inferred_profile(api: DomainApi) -> None:
    api.put("CTR", contact("c-1"))
    api.put("CTR", contact("c-2", "(206) 555-0142"))
    assert api.ids("_ctrContactId", "c-1") == api.ids("_ctrContactId", "c-2")


@pytest.mark.parametrize("template_id", ["CTR-NoInferred", "CTR-AutoAssociateOnly"])
def test_a_contact_finds_the_one_profile_with_its_phone(api: DomainApi, template_id: str) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": template_id})
    profile = api.create(PhoneNumber="+12065550142")
    api.put("CTR", contact("c-1"))
    assert len(api.objects(profile, "CTR")) == 1


def test_a_phone_of_several_profiles_falls_through_to_an_inferred_profile(api: DomainApi) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": "CTR-NoInferred"})
    profiles = {api.create(PhoneNumber="+12065550142") for _ in range(2)}
    api.put("CTR", contact("c-1"))
    [found] = api.ids("_ctrContactId", "c-1")
    assert found not in profiles


def test_a_contact_that_may_create_no_profile_is_kept_aside(api: DomainApi) -> None:
    api.define("CTR", {"Description": "x", "TemplateId": "CTR-AutoAssociateOnly"})
    assert api.put("CTR", contact("c-1"))
    assert api.ids("_ctrContactId", "c-1") == []


def test_contact_records_may_have_capital_names(api: DomainApi) -> None:
    api.put("CTR", {"ContactId": "c-1", "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+12065550142"}})
    assert api.one("_ctrContactId", "c-1")["PhoneNumber"] == "+12065550142"


def test_a_case_of_connect_belongs_to_the_profile_that_it_names(api: DomainApi) -> None:
    profile = api.create(FirstName="Ann")
    case = {
        "caseId": "case-1",
        "profileId": profile,
        "title": "Late",
        "status": "open",
        "createdDateTime": "2026-05-01",
    }

    api.put("Connect-case", {"detail": {"case": case}})
    api.put("Connect-case", {**case, "caseId": "case-2"})

    shown = api.objects(profile, "_case")
    assert {(one["Title"], one["Attributes"]["ConnectCaseId"]) for one in shown} == {
        ("Late", "case-1"),
        ("Late", "case-2"),
    }
