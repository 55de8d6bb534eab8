"""CloudFormation relies on what exists, what does not, and on reading back exactly what it has put."""

import uuid
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.mappings import system

from .cloudformation import (
    DETERMINED_BY_SERVER,
    AlreadyExists,
    InvalidRequest,
    NotFound,
    Properties,
    create_domain,
    create_object_type,
    delete_domain,
    delete_object_type,
    list_domains,
    list_object_types,
    read_domain,
    read_object_type,
    update_domain,
    update_object_type,
)

TAGS = {"team": "care", "stage": "test"}
DOMAIN: Properties = {
    "DefaultExpirationDays": 100,
    "DefaultEncryptionKey": "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "DeadLetterQueueUrl": "https://queue/url",
    "Matching": {"Enabled": True, "JobSchedule": {"DayOfTheWeek": "SUNDAY", "Time": "08:00"}},
    "RuleBasedMatching": {
        "Enabled": True,
        "MatchingRules": [{"Rule": ["EmailAddress"]}],
        "MaxAllowedRuleLevelForMatching": 1,
        "MaxAllowedRuleLevelForMerging": 1,
    },
}
CRM: Properties = system("crm", SourceLastUpdatedTimestampFormat="EpochMilli", ExpirationDays=30) | {
    "EncryptionKey": "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
OF_TEMPLATE: Properties = {"Description": "Users of Zendesk", "TemplateId": "Zendesk-users"}


@pytest.fixture
def name() -> str:
    """The name of a domain that does not exist."""
    return f"stack-{uuid.uuid4().hex}"


def given(resource: Properties, *more: str) -> Properties:
    """What a template says of a resource: all but what the server determines."""
    return {member: value for member, value in resource.items() if member not in (*DETERMINED_BY_SERVER, *more)}


def of_domain(resource: Properties) -> Properties:
    """What a template says of a domain. The status of rules and statistics are the server's."""
    rules: Any = resource["RuleBasedMatching"]
    return given(resource, "DomainName", "Stats") | {"RuleBasedMatching": given(rules, "Status")}


def of_object_type(resource: Properties) -> Properties:
    return given(resource, "ObjectTypeName", "MaxAvailableProfileObjectCount")


def test_a_created_domain_is_answered_and_read_as_given(client: CustomerProfilesClient, name: str) -> None:
    created = create_domain(client, name, DOMAIN, TAGS)
    assert of_domain(created) == of_domain(read_domain(client, name)) == DOMAIN | {"Tags": TAGS}


def test_a_domain_without_optional_properties_reads_without(client: CustomerProfilesClient, name: str) -> None:
    create_domain(client, name, {"DefaultExpirationDays": 7}, {})
    assert given(read_domain(client, name), "Stats") == {"DomainName": name, "DefaultExpirationDays": 7}


def test_a_domain_name_that_is_taken_is_known_by_the_text(client: CustomerProfilesClient, name: str) -> None:
    create_domain(client, name, DOMAIN, {})
    with pytest.raises(AlreadyExists, match=f"^Domain {name} already exists"):
        create_domain(client, name, DOMAIN, {})


def test_another_refusal_is_not_taken_for_a_name_that_is_taken(client: CustomerProfilesClient, name: str) -> None:
    with pytest.raises(InvalidRequest):
        create_domain(client, name, {**DOMAIN, "RuleBasedMatching": {"Enabled": True}}, {})
    with pytest.raises(NotFound):
        read_domain(client, name)


def test_a_domain_that_does_not_exist_is_not_found(client: CustomerProfilesClient, name: str) -> None:
    for act in (read_domain, delete_domain):
        with pytest.raises(NotFound):
            act(client, name)
    with pytest.raises(NotFound):
        update_domain(client, name, DOMAIN, {}, TAGS)


def test_an_updated_domain_is_answered_and_read_as_given(client: CustomerProfilesClient, name: str) -> None:
    created = create_domain(client, name, DOMAIN, TAGS)
    changed = {**DOMAIN, "DefaultExpirationDays": 200, "DeadLetterQueueUrl": "https://queue/other"}
    updated = update_domain(client, name, changed, TAGS, TAGS)
    assert of_domain(updated) == of_domain(read_domain(client, name)) == changed | {"Tags": TAGS}
    assert updated["CreatedAt"] == created["CreatedAt"] < updated["LastUpdatedAt"]


@pytest.mark.parametrize("tags", [{"team": "shop", "cost": "7"}, {}], ids=["others", "none"])
def test_an_update_leaves_a_domain_with_the_tags_it_names(
    client: CustomerProfilesClient, name: str, tags: dict[str, str]
) -> None:
    create_domain(client, name, DOMAIN, TAGS)
    updated = update_domain(client, name, DOMAIN, TAGS, tags)
    assert updated.get("Tags", {}) == read_domain(client, name).get("Tags", {}) == tags


def test_a_deleted_domain_is_gone_and_its_name_free(client: CustomerProfilesClient, name: str) -> None:
    create_domain(client, name, DOMAIN, TAGS)
    assert delete_domain(client, name) == "Domain Deleted"
    with pytest.raises(NotFound):
        read_domain(client, name)
    assert "Tags" not in create_domain(client, name, DOMAIN, {})


def test_domains_are_listed_with_times_and_tags_until_they_are_deleted(
    client: CustomerProfilesClient, name: str
) -> None:
    created = create_domain(client, name, DOMAIN, TAGS)
    [listed] = [item for item in list_domains(client) if item["DomainName"] == name]
    assert listed == {member: created[member] for member in ("DomainName", "Tags", *DETERMINED_BY_SERVER)}
    delete_domain(client, name)
    assert name not in [item["DomainName"] for item in list_domains(client)]


def test_a_created_type_is_answered_and_read_as_given(client: CustomerProfilesClient, domain: str) -> None:
    created = create_object_type(client, domain, "crm", CRM, TAGS)
    read = read_object_type(client, domain, "crm")
    assert of_object_type(created) == of_object_type(read) == CRM | {"Tags": TAGS}


def test_a_type_that_exists_is_not_created_again(client: CustomerProfilesClient, domain: str) -> None:
    create_object_type(client, domain, "crm", CRM, {})
    with pytest.raises(AlreadyExists, match=f"^ObjectType crm already exists with domainName = {domain}$"):
        create_object_type(client, domain, "crm", CRM, {})


def test_a_type_of_a_domain_that_does_not_exist_is_not_found(client: CustomerProfilesClient, name: str) -> None:
    with pytest.raises(NotFound, match=name):
        create_object_type(client, name, "crm", CRM, {})


def test_a_type_that_does_not_exist_is_not_found_and_an_update_makes_none(
    client: CustomerProfilesClient, domain: str
) -> None:
    with pytest.raises(NotFound):
        update_object_type(client, domain, "crm", CRM, {}, TAGS)
    for act in (read_object_type, delete_object_type):
        with pytest.raises(NotFound):
            act(client, domain, "crm")


def test_a_wrong_type_is_an_invalid_request(client: CustomerProfilesClient, domain: str) -> None:
    with pytest.raises(InvalidRequest):
        create_object_type(client, domain, "crm", {**CRM, "Keys": {}}, {})


def test_an_updated_type_is_answered_and_read_as_given(client: CustomerProfilesClient, domain: str) -> None:
    created = create_object_type(client, domain, "crm", CRM, TAGS)
    changed = {**CRM, "Description": "Contacts of the CRM", "ExpirationDays": 60, "AllowProfileCreation": False}
    updated = update_object_type(client, domain, "crm", changed, TAGS, TAGS)
    assert (
        of_object_type(updated) == of_object_type(read_object_type(client, domain, "crm")) == changed | {"Tags": TAGS}
    )
    assert updated["CreatedAt"] == created["CreatedAt"] < updated["LastUpdatedAt"]


@pytest.mark.parametrize("tags", [{"team": "shop", "cost": "7"}, {}], ids=["others", "none"])
def test_an_update_leaves_a_type_with_the_tags_it_names(
    client: CustomerProfilesClient, domain: str, tags: dict[str, str]
) -> None:
    create_object_type(client, domain, "crm", CRM, TAGS)
    updated = update_object_type(client, domain, "crm", CRM, TAGS, tags)
    assert updated.get("Tags", {}) == read_object_type(client, domain, "crm").get("Tags", {}) == tags


def test_a_deleted_type_is_gone_and_its_name_free(client: CustomerProfilesClient, domain: str) -> None:
    create_object_type(client, domain, "crm", CRM, TAGS)
    assert delete_object_type(client, domain, "crm").endswith("Deleted")
    assert list_object_types(client, domain) == []
    assert "Tags" not in create_object_type(client, domain, "crm", CRM, {})


def test_types_are_listed_with_times_and_tags(client: CustomerProfilesClient, domain: str) -> None:
    created = create_object_type(client, domain, "crm", CRM, TAGS)
    [listed] = list_object_types(client, domain)
    members = ("ObjectTypeName", "Description", "Tags", *DETERMINED_BY_SERVER)
    assert {member: listed[member] for member in members} == {member: created[member] for member in members}


def test_a_type_of_a_template_is_updated_with_the_properties_that_made_it(
    client: CustomerProfilesClient, domain: str
) -> None:
    created = create_object_type(client, domain, "helpdesk", OF_TEMPLATE, {})
    updated = update_object_type(client, domain, "helpdesk", OF_TEMPLATE, {}, {})
    assert of_object_type(updated) == of_object_type(created)
    assert {member: created[member] for member in OF_TEMPLATE} == OF_TEMPLATE


def test_the_type_of_contact_records_is_free_to_be_created(client: CustomerProfilesClient, domain: str) -> None:
    """Stacks that are in use have an ObjectType CTR of the template CTR-NoInferred."""
    contacts = {"Description": "Contacts", "TemplateId": "CTR-NoInferred"}
    created = create_object_type(client, domain, "CTR", contacts, {})
    assert created["TemplateId"] == "CTR-NoInferred"
