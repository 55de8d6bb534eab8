"""BatchGetCalculatedAttributeForProfile and ListCalculatedAttributesForProfile.

Source: the API's pages on these operations.
"""

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .attributes import BY_PAYMENT, PAID, Answer, Attributes, days, with_orders
from .calls import NOBODY, DomainApi, refused


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    return with_orders(api)


# --- many profiles


def batch_values(answer: Answer) -> dict[str, str | None]:
    return {item["ProfileId"]: item.get("Value") for item in answer["CalculatedAttributeValues"]}


def test_a_batch_has_the_value_of_each_profile(attributes: Attributes) -> None:
    attributes.define("x")
    ann, bob = attributes.put({"price": 1}, customer="ann"), attributes.put({"price": 2}, customer="bob")
    answer = attributes.batch("x", ann, bob)
    assert (batch_values(answer), answer["Errors"]) == ({ann: "1", bob: "2"}, [])


def test_a_value_of_a_batch_shows_what_a_single_one_does(attributes: Attributes) -> None:
    attributes.define("x", DisplayName="Spent")
    profile_id = attributes.put({"price": 1})
    [item] = attributes.batch("x", profile_id)["CalculatedAttributeValues"]
    assert item == {**attributes.calculated("x", profile_id), "ProfileId": profile_id}


def test_a_profile_without_a_value_is_in_the_batch_all_the_same(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.api.create()
    assert batch_values(attributes.batch("x", profile_id)) == {profile_id: None}


def test_an_unknown_profile_of_a_batch_is_an_error_of_its_own(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1})
    answer = attributes.batch("x", NOBODY, profile_id)
    [error] = answer["Errors"]
    assert (error["ProfileId"], error["Code"]) == (NOBODY, "ResourceNotFoundException")
    assert NOBODY in error["Message"]
    assert batch_values(answer) == {profile_id: "1"}


def test_a_profile_that_is_asked_for_twice_is_answered_once(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1})
    assert len(attributes.batch("x", profile_id, profile_id)["CalculatedAttributeValues"]) == 1


def test_a_batch_has_at_most_a_hundred_profiles(unchecked: CustomerProfilesClient, api: DomainApi) -> None:
    attributes = with_orders(api)
    attributes.define("x")
    with refused("profileIds", "100"):
        Attributes(api, unchecked).batch("x", *(f"{number:032x}" for number in range(101)))


OVERRIDES = {
    "narrower": (7, None, "4"),
    "wider": (50, None, "7"),
    "window": (30, 7, "2"),
    "into the future": (7, -7, "12"),
}


@pytest.mark.parametrize(("start", "end", "total"), OVERRIDES.values(), ids=OVERRIDES.keys())
def test_a_range_that_is_given_takes_the_place_of_the_definition_s(
    attributes: Attributes, start: int, end: int | None, total: str
) -> None:
    attributes.define("x", Conditions=days(30, **BY_PAYMENT))
    profile_id = attributes.put(*PAID)
    range_ = {"Start": start, "Unit": "DAYS"} | ({} if end is None else {"End": end})
    answer = attributes.batch("x", profile_id, ConditionOverrides={"Range": range_})
    assert batch_values(answer) == {profile_id: total}


def test_a_range_that_is_given_is_answered_too(attributes: Attributes) -> None:
    attributes.define("x")
    overrides = {"Range": {"Start": 7, "End": -7, "Unit": "DAYS"}}
    assert attributes.batch("x", NOBODY, ConditionOverrides=overrides)["ConditionOverrides"] == overrides


def test_without_a_range_none_is_answered(attributes: Attributes) -> None:
    attributes.define("x")
    assert "ConditionOverrides" not in attributes.batch("x", NOBODY)


def test_a_range_that_is_given_changes_the_definition_for_this_call_alone(attributes: Attributes) -> None:
    attributes.define("x", Conditions=days(30, **BY_PAYMENT))
    profile_id = attributes.put(*PAID)
    attributes.batch("x", profile_id, ConditionOverrides={"Range": {"Start": 7, "Unit": "DAYS"}})
    assert attributes.value("x", profile_id) == "6"


def test_an_overridden_range_keeps_number_and_threshold(attributes: Attributes) -> None:
    threshold = {"Value": "4", "Operator": "EQUAL_TO"}
    conditions = {**days(1, **BY_PAYMENT), "ObjectCount": 1, "Threshold": threshold}
    attributes.define("x", Conditions=conditions)
    profile_id = attributes.put(*PAID)
    overrides = {"Range": {"Start": 50, "Unit": "DAYS"}}
    assert batch_values(attributes.batch("x", profile_id, ConditionOverrides=overrides)) == {profile_id: "true"}


def test_a_given_range_that_ends_before_it_starts_is_refused(attributes: Attributes) -> None:
    attributes.define("x")
    with refused("Start 1", "End 7"):
        attributes.batch("x", NOBODY, ConditionOverrides={"Range": {"Start": 1, "End": 7, "Unit": "DAYS"}})


# --- all values of a profile


def test_a_profile_lists_its_values_by_name(attributes: Attributes) -> None:
    for name in ("b", "_c", "a"):
        attributes.define(name, DisplayName=f"About {name.strip('_')}")
    profile_id = attributes.put({"price": 1})
    assert attributes.of_profile(profile_id) == {
        "Items": [attributes.calculated(name, profile_id) for name in ("_c", "a", "b")]
    }


def test_attributes_without_a_value_are_not_listed(attributes: Attributes) -> None:
    attributes.define("count", "COUNT")
    attributes.define("sum")
    names = [item["CalculatedAttributeName"] for item in attributes.of_profile(attributes.api.create())["Items"]]
    assert names == ["count"]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_pages_together_have_every_value_once(attributes: Attributes, size: int) -> None:
    for number in range(7):
        attributes.define(f"a{number}", "SUM" if number % 2 else "COUNT")
    profile_id = attributes.api.create()
    assert walk(attributes, profile_id, size) == ["a0", "a2", "a4", "a6"]


def walk(attributes: Attributes, profile_id: str, size: int) -> list[str]:
    answer = attributes.of_profile(profile_id, MaxResults=size)
    names = [item["CalculatedAttributeName"] for item in answer["Items"]]
    while "NextToken" in answer:
        answer = attributes.of_profile(profile_id, MaxResults=size, NextToken=answer["NextToken"])
        names += [item["CalculatedAttributeName"] for item in answer["Items"]]
    return names


def test_a_page_of_values_is_full_unless_it_is_the_last(attributes: Attributes) -> None:
    for number in range(4):
        attributes.define(f"a{number}", "COUNT" if number % 2 else "SUM")
    assert len(attributes.of_profile(attributes.api.create(), MaxResults=1)["Items"]) == 1


def token(attributes: Attributes, profile_id: str) -> str:
    for name in ("a", "b"):
        attributes.define(name, "COUNT")
    return str(attributes.of_profile(profile_id, MaxResults=1)["NextToken"])


def test_a_token_of_another_profile_is_refused(attributes: Attributes) -> None:
    ann, bob = attributes.api.create(), attributes.api.create()
    with refused("token"):
        attributes.of_profile(bob, NextToken=token(attributes, ann))


def test_a_token_of_the_definitions_is_refused(attributes: Attributes) -> None:
    profile_id = attributes.api.create()
    token(attributes, profile_id)
    with refused("token"):
        attributes.of_profile(profile_id, NextToken=attributes.page(MaxResults=1)["NextToken"])
