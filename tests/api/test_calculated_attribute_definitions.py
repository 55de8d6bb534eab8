"""Create-, Get-, Update-, Delete- and ListCalculatedAttributeDefinition.

Sources: the API's pages on these operations; Create a custom calculated attribute definition.
"""

from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .attributes import Answer, Attributes, days, details, with_orders
from .calls import DomainApi, missing, refused
from .mappings import system
from .test_calculated_attribute_form import WRONG_CONDITIONS
from .test_tags import arn, tags

RICH: dict[str, Any] = {
    "DisplayName": "Spent on gifts",
    "Description": "What a customer has spent on gifts – in a month",
    "Statistic": "SUM",
    "AttributeDetails": details("{orders.price} * {orders.quantity} / 100"),
    "Conditions": {
        "Range": {
            "Value": 30,
            "Unit": "DAYS",
            "ValueRange": {"Start": 30, "End": -7},
            "TimestampSource": "{orders.paid.at}",
            "TimestampFormat": "ISO_8601",
        },
        "ObjectCount": 20,
        "Threshold": {"Value": "99.90", "Operator": "GREATER_THAN"},
    },
    "Filter": {
        "Include": "ANY",
        "Groups": [
            {
                "Type": "ALL",
                "Dimensions": [
                    {"Attributes": {"tier": {"DimensionType": "INCLUSIVE", "Values": ["gold", "silver"]}}},
                    {"Attributes": {"price": {"DimensionType": "BETWEEN", "Values": ["1", "100"]}}},
                ],
            },
            {
                "Type": "NONE",
                "Dimensions": [{"Attributes": {"a.b": {"DimensionType": "ON", "Values": ["2026-01-31"]}}}],
            },
        ],
    },
    "UseHistoricalData": True,
    "Tags": {"team": "care"},
}


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    return with_orders(api)


def define_rich(attributes: Attributes, name: str = "spent") -> Answer:
    members = {member: value for member, value in RICH.items() if member != "Statistic"}
    return attributes.define(name, RICH["Statistic"], **members)


def given(answer: Answer) -> Answer:
    """What the answer repeats of a Create."""
    return {member: value for member, value in answer.items() if member in RICH}


# --- what is answered


def test_create_answers_what_was_given(attributes: Attributes) -> None:
    assert given(define_rich(attributes)) == RICH


def test_get_answers_what_was_created(attributes: Attributes) -> None:
    created = define_rich(attributes)
    assert attributes.definition("spent") == created


def test_what_was_not_given_is_left_out(attributes: Attributes) -> None:
    made_by_server = {"CalculatedAttributeName", "CreatedAt", "LastUpdatedAt", "Status", "Readiness"}
    answer = attributes.define("spent")
    assert answer.keys() - made_by_server == {"Statistic", "AttributeDetails"}


def test_a_new_definition_was_last_updated_when_it_was_created(attributes: Attributes) -> None:
    answer = attributes.define("spent")
    assert answer["CreatedAt"] == answer["LastUpdatedAt"]


@pytest.mark.parametrize("historical", [True, False])
def test_a_definition_is_ready_from_the_first_answer_on(attributes: Attributes, historical: bool) -> None:
    answer = attributes.define("spent", UseHistoricalData=historical)
    assert (answer["Status"], answer["Readiness"]["ProgressPercentage"]) == ("COMPLETED", 100)
    assert answer["Readiness"]["Message"]


def test_use_historical_data_may_be_said_to_be_false(attributes: Attributes) -> None:
    attributes.define("spent", UseHistoricalData=False)
    assert attributes.definition("spent")["UseHistoricalData"] is False


@pytest.mark.parametrize("conditions", [{}, {"ObjectCount": 3}, days(7), {"Range": {"Value": 7}}, {"Range": {}}])
def test_parts_of_the_conditions_are_kept_as_given(attributes: Attributes, conditions: Answer) -> None:
    attributes.define("spent", Conditions=conditions)
    assert attributes.definition("spent")["Conditions"] == conditions


def test_more_than_the_former_maxima_is_accepted(attributes: Attributes) -> None:
    conditions = {**days(1000), "ObjectCount": 1000}
    assert attributes.define("spent", Conditions=conditions)["Conditions"] == conditions


# --- update


def test_an_update_changes_what_it_names_and_keeps_the_rest(attributes: Attributes) -> None:
    define_rich(attributes)
    changes = {"DisplayName": "Other", "Description": "another"}
    attributes.update("spent", **changes)
    assert given(attributes.definition("spent")) == {**RICH, **changes}


def test_an_update_replaces_the_conditions_as_a_whole(attributes: Attributes) -> None:
    define_rich(attributes)
    attributes.update("spent", Conditions={"ObjectCount": 5})
    assert given(attributes.definition("spent")) == {**RICH, "Conditions": {"ObjectCount": 5}}


def test_update_answers_the_definition_without_its_filter(attributes: Attributes) -> None:
    define_rich(attributes)
    answer = attributes.update("spent", Description="another")
    expected = attributes.definition("spent")
    del expected["Filter"]
    assert answer == expected


def test_an_update_of_nothing_changes_nothing(attributes: Attributes) -> None:
    define_rich(attributes)
    attributes.update("spent")
    assert given(attributes.definition("spent")) == RICH


def test_an_update_sets_the_time_of_the_last_update_alone(attributes: Attributes) -> None:
    before = attributes.define("spent")
    after = attributes.update("spent", Description="x")
    assert after["CreatedAt"] == before["CreatedAt"]
    assert after["LastUpdatedAt"] > before["LastUpdatedAt"]


@pytest.mark.parametrize(("conditions", "word"), WRONG_CONDITIONS.values(), ids=WRONG_CONDITIONS.keys())
def test_an_update_that_makes_no_sense_changes_nothing(attributes: Attributes, conditions: Answer, word: str) -> None:
    before = attributes.define("spent", Conditions=days(7))
    with refused(word):
        attributes.update("spent", Description="x", Conditions=conditions)
    assert attributes.definition("spent") == before


# --- delete


def test_a_deleted_definition_is_gone(attributes: Attributes) -> None:
    attributes.define("spent")
    assert attributes.delete("spent") == {}
    with missing("spent"):
        attributes.definition("spent")


def test_a_deleted_definition_has_no_values(attributes: Attributes) -> None:
    attributes.define("spent")
    profile_id = attributes.put({"price": 5})
    attributes.delete("spent")
    with missing("spent"):
        attributes.calculated("spent", profile_id)
    assert attributes.of_profile(profile_id)["Items"] == []


def test_a_name_is_free_again_after_a_deletion(attributes: Attributes) -> None:
    define_rich(attributes)
    attributes.delete("spent")
    answer = attributes.define("spent", "COUNT")
    assert given(answer) == {"Statistic": "COUNT", "AttributeDetails": details("{orders.price}")}


def test_a_definition_made_anew_does_not_count_what_the_former_one_did(attributes: Attributes) -> None:
    attributes.define("spent")
    profile_id = attributes.put({"price": 5})
    attributes.delete("spent")
    attributes.define("spent")
    assert attributes.value("spent", profile_id) is None


def test_a_definition_outlives_its_object_type(attributes: Attributes) -> None:
    created = attributes.define("spent")
    attributes.api.forget("orders")
    assert attributes.definition("spent") == created


# --- list


def test_a_listed_definition_shows_these_members(attributes: Attributes) -> None:
    created = define_rich(attributes)
    [item] = attributes.page()["Items"]
    shown = ("CalculatedAttributeName", "DisplayName", "Description", "UseHistoricalData", "Status", "Tags")
    assert item == {member: created[member] for member in (*shown, "CreatedAt", "LastUpdatedAt")}


def test_a_domain_without_definitions_lists_none(attributes: Attributes) -> None:
    assert attributes.page() == {"Items": []}


def test_definitions_are_listed_by_name(attributes: Attributes) -> None:
    for name in ("b", "_c", "a", "B"):
        attributes.define(name)
    assert attributes.names() == ["B", "_c", "a", "b"]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_pages_together_have_every_definition_once(attributes: Attributes, size: int) -> None:
    for number in range(7):
        attributes.define(f"a{number}")
    assert walk(attributes, size) == [f"a{number}" for number in range(7)]


def walk(attributes: Attributes, size: int) -> list[str]:
    answer = attributes.page(MaxResults=size)
    names = [item["CalculatedAttributeName"] for item in answer["Items"]]
    while "NextToken" in answer:
        answer = attributes.page(MaxResults=size, NextToken=answer["NextToken"])
        names += [item["CalculatedAttributeName"] for item in answer["Items"]]
    return names


def test_the_last_page_has_no_token_even_if_it_is_full(attributes: Attributes) -> None:
    for number in range(3):
        attributes.define(f"a{number}")
    assert "NextToken" not in attributes.page(MaxResults=3)


def token(attributes: Attributes) -> str:
    for name in ("a", "b"):
        attributes.define(name)
    return str(attributes.page(MaxResults=1)["NextToken"])


def test_a_token_of_another_operation_is_refused(attributes: Attributes) -> None:
    with refused("token"):
        attributes.client.list_event_streams(DomainName=attributes.api.domain, NextToken=token(attributes))


def test_a_token_of_another_domain_is_refused(attributes: Attributes) -> None:
    other = DomainApi(attributes.client, f"{attributes.api.domain[:50]}-other")
    attributes.client.create_domain(DomainName=other.domain, DefaultExpirationDays=9)
    with refused("token"):
        Attributes(other).page(NextToken=token(attributes))


def test_an_altered_token_is_refused(attributes: Attributes) -> None:
    with refused("token"):
        attributes.page(NextToken=token(attributes)[:-4] + "AAAA")


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_size_out_of_range_is_refused(unchecked: CustomerProfilesClient, api: DomainApi, size: int) -> None:
    with refused("maxResults"):
        Attributes(api, unchecked).page(MaxResults=size)


# --- tags


def test_tags_are_changed_by_the_arn(attributes: Attributes) -> None:
    attributes.define("spent", Tags={"team": "care", "stage": "test"})
    resource = arn(attributes.api.domain, "/calculated-attributes/spent")
    attributes.client.tag_resource(resourceArn=resource, tags={"stage": "live", "cost": "1"})
    attributes.client.untag_resource(resourceArn=resource, tagKeys=["team"])
    assert tags(attributes.api, resource) == {"stage": "live", "cost": "1"}


def test_tags_by_the_arn_show_in_the_definition_and_in_the_list(attributes: Attributes) -> None:
    attributes.define("spent")
    attributes.client.tag_resource(
        resourceArn=arn(attributes.api.domain, "/calculated-attributes/spent"), tags={"team": "care"}
    )
    [item] = attributes.page()["Items"]
    assert (attributes.definition("spent")["Tags"], item["Tags"]) == ({"team": "care"}, {"team": "care"})


def test_an_update_keeps_the_tags(attributes: Attributes) -> None:
    attributes.define("spent", Tags={"team": "care"})
    attributes.update("spent", Conditions=days(7))
    assert attributes.definition("spent")["Tags"] == {"team": "care"}


def test_a_change_of_the_object_type_keeps_definition_and_tags(attributes: Attributes) -> None:
    before = define_rich(attributes)
    attributes.api.define("orders", system("orders", ExpirationDays=30))
    assert attributes.definition("spent") == before


def test_a_definition_made_anew_has_no_old_tags(attributes: Attributes) -> None:
    attributes.define("spent", Tags={"team": "care"})
    attributes.delete("spent")
    attributes.define("spent")
    assert tags(attributes.api, arn(attributes.api.domain, "/calculated-attributes/spent")) == {}


def test_the_arn_of_a_definition_that_is_not_there_is_not_found(attributes: Attributes) -> None:
    with missing("spent"):
        tags(attributes.api, arn(attributes.api.domain, "/calculated-attributes/spent"))


# --- what is not there

OPERATIONS: dict[str, Answer] = {
    "create_calculated_attribute_definition": {
        "CalculatedAttributeName": "spent",
        "Statistic": "SUM",
        "AttributeDetails": details("{orders.price}"),
    },
    "get_calculated_attribute_definition": {"CalculatedAttributeName": "spent"},
    "update_calculated_attribute_definition": {"CalculatedAttributeName": "spent"},
    "delete_calculated_attribute_definition": {"CalculatedAttributeName": "spent"},
    "list_calculated_attribute_definitions": {},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_domain_is_not_found(client: CustomerProfilesClient, operation: str) -> None:
    with missing("no-such-domain"):
        getattr(client, operation)(DomainName="no-such-domain", **OPERATIONS[operation])


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_an_unknown_name_is_not_found(attributes: Attributes, operation: str) -> None:
    call = getattr(attributes.client, f"{operation}_calculated_attribute_definition")
    with missing("spent", attributes.api.domain):
        call(DomainName=attributes.api.domain, CalculatedAttributeName="spent")


def test_a_domain_made_anew_has_no_old_definitions(attributes: Attributes) -> None:
    attributes.define("spent")
    attributes.client.delete_domain(DomainName=attributes.api.domain)
    attributes.client.create_domain(DomainName=attributes.api.domain, DefaultExpirationDays=9)
    assert attributes.names() == []
