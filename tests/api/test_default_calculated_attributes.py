"""The calculated attributes that a domain has as soon as it knows contact records.

Source: Default calculated attributes in Amazon Connect Customer Profiles; the contact record's data model.
"""

from contextlib import closing
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.conftest import LaunchServer, client_of

from .attributes import Answer, Attributes, days, details
from .calls import DomainApi, missing, refused
from .mappings import system
from .test_tags import arn, tags

FREQUENT = {**days(30), "Threshold": {"Value": "5", "Operator": "GREATER_THAN"}}

DURATION = details("{CTR.disconnectTimestamp} - {CTR.connectedToSystemTimestamp}")

DEFAULTS: dict[str, Answer] = {
    "_average_call_duration": {
        "DisplayName": "Average call duration",
        "Statistic": "AVERAGE",
        "AttributeDetails": DURATION,
        "Conditions": days(30),
    },
    "_average_hold_time": {
        "DisplayName": "Average hold time",
        "Statistic": "AVERAGE",
        "AttributeDetails": details("{CTR.agent.customerHoldDuration}"),
        "Conditions": days(30),
    },
    "_frequent_caller": {
        "DisplayName": "Frequent caller",
        "Statistic": "COUNT",
        "AttributeDetails": details("{CTR.contactId}"),
        "Conditions": FREQUENT,
    },
    "_last_agent_id": {
        "DisplayName": "Last agent identifier",
        "Statistic": "LAST_OCCURRENCE",
        "AttributeDetails": details("{CTR.agent.id}"),
    },
    "_last_channel": {
        "DisplayName": "Last channel",
        "Statistic": "LAST_OCCURRENCE",
        "AttributeDetails": details("{CTR.channel}"),
    },
    "_most_frequent_channel": {
        "DisplayName": "Most frequent channel",
        "Statistic": "MAX_OCCURRENCE",
        "AttributeDetails": details("{CTR.channel}"),
        "Conditions": days(30),
    },
}

OF_TEMPLATE = {"Description": "Contact records", "TemplateId": "CTR"}


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    """Those of a domain with contact records."""
    api.define("CTR", OF_TEMPLATE)
    return Attributes(api)


def contact(number: int, channel: str = "VOICE", **members: Any) -> Answer:
    """A contact record of one customer, with the members that it has in Customer Profiles."""
    return {
        "contactId": f"c0ffee00-0000-4000-8000-{number:012}",
        "channel": channel,
        "initiationMethod": "INBOUND",
        "customerEndpoint": {"type": "TELEPHONE_NUMBER", "address": "+12065550142"},
        "agent": {"id": f"agent-{number}", "customerHoldDuration": 10 * number, "longestHoldDuration": 10 * number},
        "queue": {"name": "Basic"},
        **members,
    }


def put(attributes: Attributes, *contacts: Answer) -> str:
    """The id of the customer's profile."""
    for one in contacts:
        attributes.api.put("CTR", one)
    return str(attributes.api.one("_phone", "+12065550142")["ProfileId"])


# --- when they are there


def test_a_fresh_domain_has_none(api: DomainApi) -> None:
    assert Attributes(api).names() == []


def test_a_domain_with_another_object_type_has_none(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.define("CTR-NoInferred", {"Description": "x", "TemplateId": "CTR-NoInferred"})
    assert Attributes(api).names() == []


def test_a_domain_with_contact_records_has_them(attributes: Attributes) -> None:
    assert attributes.names() == sorted(DEFAULTS)


def test_a_contact_record_is_enough(api: DomainApi) -> None:
    attributes = Attributes(api)
    put(attributes, contact(1))
    assert attributes.names() == sorted(DEFAULTS)


def test_a_mapping_of_one_s_own_for_contact_records_is_enough(api: DomainApi) -> None:
    api.define("CTR", system("CTR"))
    assert Attributes(api).names() == sorted(DEFAULTS)


def test_a_server_may_be_set_to_have_none(launch_server: LaunchServer) -> None:
    running = launch_server(OPENPROFILES_DEFAULT_CALCULATED_ATTRIBUTES="false")
    with closing(client_of(running)) as client:
        client.create_domain(DomainName="plain", DefaultExpirationDays=9)
        api = DomainApi(client, "plain")
        api.define("CTR", OF_TEMPLATE)
        assert Attributes(api).names() == []


def test_an_attribute_that_has_the_name_of_one_stays_as_it_is(api: DomainApi) -> None:
    api.define("orders", system("orders"))
    attributes = Attributes(api)
    before = attributes.define("_last_channel", "LAST_OCCURRENCE", "{orders.channel}")
    api.define("CTR", OF_TEMPLATE)
    assert attributes.definition("_last_channel") == before
    assert attributes.names() == sorted(DEFAULTS)


# --- what they are


@pytest.mark.parametrize("name", DEFAULTS)
def test_each_is_as_it_is_documented(attributes: Attributes, name: str) -> None:
    answer = attributes.definition(name)
    assert {member: answer[member] for member in answer if member not in ("Status", "Readiness")} == {
        "CalculatedAttributeName": name,
        **DEFAULTS[name],
    }


@pytest.mark.parametrize("name", DEFAULTS)
def test_each_is_ready(attributes: Attributes, name: str) -> None:
    answer = attributes.definition(name)
    assert (answer["Status"], answer["Readiness"]["ProgressPercentage"]) == ("COMPLETED", 100)


def test_a_listed_one_has_neither_times_nor_tags(attributes: Attributes) -> None:
    item = attributes.page()["Items"][0]
    name = "_average_call_duration"
    shown = {"CalculatedAttributeName": name, "DisplayName": "Average call duration", "Status": "COMPLETED"}
    assert item == shown


def test_they_count_among_the_fifty_of_a_domain(attributes: Attributes) -> None:
    for number in range(50 - len(DEFAULTS)):
        attributes.define(f"a{number}", "COUNT", "{CTR.contactId}")
    with refused("50"):
        attributes.define("one-more", "COUNT", "{CTR.contactId}")


# --- changing them


def test_one_can_be_deleted(attributes: Attributes) -> None:
    attributes.delete("_last_channel")
    with missing("_last_channel"):
        attributes.definition("_last_channel")
    assert attributes.names() == sorted(DEFAULTS.keys() - {"_last_channel"})


def test_a_deleted_one_does_not_come_back_with_another_definition_of_the_type(attributes: Attributes) -> None:
    attributes.delete("_last_channel")
    attributes.api.define("CTR", {**OF_TEMPLATE, "ExpirationDays": 30})
    assert "_last_channel" not in attributes.names()


def test_a_deleted_one_does_not_come_back_with_a_contact_record(attributes: Attributes) -> None:
    attributes.delete("_last_channel")
    put(attributes, contact(1))
    assert "_last_channel" not in attributes.names()


def test_a_deleted_one_does_not_come_back_with_an_object_type_made_anew(attributes: Attributes) -> None:
    attributes.delete("_last_channel")
    attributes.api.forget("CTR")
    attributes.api.define("CTR", OF_TEMPLATE)
    assert "_last_channel" not in attributes.names()


def test_a_domain_without_contact_records_any_more_has_none(attributes: Attributes) -> None:
    attributes.api.forget("CTR")
    assert attributes.names() == []


@pytest.mark.parametrize("kind", ["calculated-attributes", "deleted-default-attributes"])
def test_a_deleted_one_is_no_resource_of_any_kind(attributes: Attributes, kind: str) -> None:
    attributes.delete("_last_channel")
    with missing("_last_channel"):
        tags(attributes.api, arn(attributes.api.domain, f"/{kind}/_last_channel"))


def test_a_deleted_one_can_be_created_as_one_s_own(attributes: Attributes) -> None:
    attributes.delete("_last_channel")
    members = {name: value for name, value in DEFAULTS["_last_channel"].items() if name != "Statistic"}
    answer = attributes.define("_last_channel", "LAST_OCCURRENCE", **members)
    assert answer["CreatedAt"] == answer["LastUpdatedAt"]


def test_one_that_is_there_can_not_be_created(attributes: Attributes) -> None:
    with refused("_last_channel"):
        attributes.define("_last_channel", "LAST_OCCURRENCE", "{CTR.channel}")


def test_one_can_be_updated_and_stays_without_a_time_of_creation(attributes: Attributes) -> None:
    threshold = {"Threshold": {"Value": "2", "Operator": "GREATER_THAN"}}
    answer = attributes.update("_frequent_caller", Conditions=threshold)
    assert (answer["Conditions"], "CreatedAt" in answer, "LastUpdatedAt" in answer) == (threshold, False, True)


def test_one_can_be_tagged(attributes: Attributes) -> None:
    resource = arn(attributes.api.domain, "/calculated-attributes/_last_channel")
    attributes.client.tag_resource(resourceArn=resource, tags={"team": "care"})
    assert tags(attributes.api, resource) == attributes.definition("_last_channel")["Tags"] == {"team": "care"}


# --- their values

VALUES = {
    "_average_hold_time": "20",
    "_frequent_caller": "false",
    "_last_agent_id": "agent-3",
    "_last_channel": "CHAT",
    "_most_frequent_channel": "VOICE",
}


@pytest.mark.parametrize("name", VALUES)
def test_each_has_its_value_from_contact_records(attributes: Attributes, name: str) -> None:
    profile_id = put(attributes, contact(1), contact(2), contact(3, "CHAT"))
    assert attributes.value(name, profile_id) == VALUES[name]


def test_six_contacts_in_a_month_make_a_frequent_caller(attributes: Attributes) -> None:
    profile_id = put(attributes, *(contact(number) for number in range(6)))
    assert attributes.value("_frequent_caller", profile_id) == "true"


def test_without_contacts_only_the_frequent_caller_has_a_value(attributes: Attributes) -> None:
    items = attributes.of_profile(attributes.api.create())["Items"]
    assert [(item["CalculatedAttributeName"], item["Value"]) for item in items] == [("_frequent_caller", "false")]


def test_contacts_from_before_the_definition_count(attributes: Attributes) -> None:
    """A default was always there: also after its type has got another mapping."""
    profile_id = put(attributes, contact(1))
    attributes.api.define("CTR", {**OF_TEMPLATE, "ExpirationDays": 30})
    assert attributes.value("_last_channel", profile_id) == "VOICE"


def test_a_value_of_a_default_is_not_partial(attributes: Attributes) -> None:
    profile_id = put(attributes, contact(1))
    assert {item["IsDataPartial"] for item in attributes.of_profile(profile_id)["Items"]} == {"false"}


def test_a_contact_without_an_agent_leaves_the_last_agent(attributes: Attributes) -> None:
    profile_id = put(attributes, contact(1), contact(2, agent=None))
    assert attributes.value("_last_agent_id", profile_id) == "agent-1"


@pytest.mark.parametrize("name", ["_last_channel", "_average_hold_time"])
def test_the_names_of_a_contact_record_are_read_in_either_case(attributes: Attributes, name: str) -> None:
    """As Amazon Connect streams them: ContactId, Channel, Agent.CustomerHoldDuration."""
    record = {
        "ContactId": "c0ffee00-0000-4000-8000-000000000009",
        "Channel": "TASK",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+12065550142"},
        "Agent": {"Username": "jane", "CustomerHoldDuration": 33},
    }
    assert (
        attributes.value(name, put(attributes, record)) == {"_last_channel": "TASK", "_average_hold_time": "33"}[name]
    )


def test_a_call_lasts_as_long_as_its_numbers_say(attributes: Attributes) -> None:
    times: Answer = {"connectedToSystemTimestamp": 1_790_000_000_000, "disconnectTimestamp": 1_790_000_090_000}
    assert attributes.value("_average_call_duration", put(attributes, contact(1, **times))) == "90000"


def test_a_call_lasts_from_its_connection_to_its_end_in_seconds(attributes: Attributes) -> None:
    first: Answer = {
        "connectedToSystemTimestamp": "2026-01-31T12:00:00Z",
        "disconnectTimestamp": "2026-01-31T12:05:00Z",
    }
    second: Answer = {
        "ConnectedToSystemTimestamp": "2026-01-31T23:59:30Z",
        "DisconnectTimestamp": "2026-02-01T00:00:30Z",
    }
    profile_id = put(attributes, contact(1, **first), contact(2, **second))
    assert attributes.value("_average_call_duration", profile_id) == "180"


def test_a_call_that_was_never_connected_has_no_duration(attributes: Attributes) -> None:
    times: Answer = {"connectedToSystemTimestamp": None, "disconnectTimestamp": "2026-01-31T12:05:00Z"}
    assert attributes.value("_average_call_duration", put(attributes, contact(1, **times))) is None


def test_a_recreated_domain_has_none(attributes: Attributes, client: CustomerProfilesClient) -> None:
    client.delete_domain(DomainName=attributes.api.domain)
    client.create_domain(DomainName=attributes.api.domain, DefaultExpirationDays=9)
    assert attributes.names() == []
