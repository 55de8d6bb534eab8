"""What CreateCalculatedAttributeDefinition accepts and refuses: names, expressions, conditions and filters.

Sources: the API's page on the operation, and its model.
"""

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .attributes import Answer, Attributes, days, details, only, with_orders
from .calls import DomainApi, missing, refused
from .mappings import orders


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    return with_orders(api)


# --- names


@pytest.mark.parametrize("name", ["_spent", "__spent", "Spent-2_x", "s" * 255])
def test_a_name_is_found_as_it_was_given(attributes: Attributes, name: str) -> None:
    attributes.define(name)
    assert attributes.definition(name)["CalculatedAttributeName"] == name


@pytest.mark.parametrize("name", ["1st", "-x", "with.dot", "with space", "ümlaut", "s" * 256, "spent\n"])
def test_a_name_outside_the_pattern_is_refused(unchecked: CustomerProfilesClient, api: DomainApi, name: str) -> None:
    with refused("calculatedAttributeName"):
        Attributes(api, unchecked).define(name)


@pytest.mark.parametrize("name", ["1st", "With (brackets)", "d" * 256])
def test_a_display_name_outside_the_pattern_is_refused(attributes: Attributes, name: str) -> None:
    with refused("displayName"):
        attributes.define("spent", DisplayName=name)


def test_a_name_that_is_taken_is_refused(attributes: Attributes) -> None:
    attributes.define("spent", Description="first")
    with refused("spent", attributes.api.domain):
        attributes.define("spent", Description="second")
    assert attributes.definition("spent")["Description"] == "first"


def test_names_are_told_apart_by_their_case(attributes: Attributes) -> None:
    attributes.define("spent")
    attributes.define("Spent")
    assert attributes.names() == ["Spent", "spent"]


def test_a_name_may_be_used_in_each_domain(attributes: Attributes) -> None:
    other = DomainApi(attributes.client, f"{attributes.api.domain[:50]}-other")
    attributes.client.create_domain(DomainName=other.domain, DefaultExpirationDays=9)
    attributes.define("spent", Description="here")
    with_orders(other).define("spent", Description="there")
    assert attributes.definition("spent")["Description"] == "here"


def test_a_domain_has_at_most_fifty(attributes: Attributes) -> None:
    for number in range(50):
        attributes.define(f"a{number}")
    with refused("50", attributes.api.domain):
        attributes.define("one-more")


def test_a_deleted_one_makes_room_for_another(attributes: Attributes) -> None:
    for number in range(50):
        attributes.define(f"a{number}")
    attributes.delete("a7")
    attributes.define("one-more")
    assert len(attributes.names()) == 50


# --- object type and expression


def test_the_object_type_must_exist(attributes: Attributes) -> None:
    with missing("invoices"):
        attributes.define("spent", expression="{invoices.price}")


def test_a_deleted_object_type_does_not_exist(attributes: Attributes) -> None:
    attributes.api.forget("orders")
    with missing("orders"):
        attributes.define("spent")


def test_the_profile_is_no_object_type(attributes: Attributes) -> None:
    with refused("_profile"):
        attributes.define("names", "LAST_OCCURRENCE", "{_profile.FirstName}")


def test_a_standard_object_type_needs_no_definition(attributes: Attributes) -> None:
    answer = attributes.define("spent", expression="{_order.TotalPrice}")
    assert answer["AttributeDetails"] == details("{_order.TotalPrice}")


def test_an_object_type_whose_name_holds_a_hyphen_can_be_read(attributes: Attributes) -> None:
    attributes.api.define("web-orders", orders())
    answer = attributes.define("spent", expression="{web-orders.total}")
    assert answer["AttributeDetails"] == details("{web-orders.total}")


EXPRESSIONS = [
    "{orders.price}",
    "{orders.price} + {orders.price}",
    "{orders.price}*{orders.quantity}",
    " ( {orders.price} - 2 ) * -{orders.quantity} / .5 ",
    "{orders.agent.id}",
    "{orders.unit_price-2}",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_kept_as_it_was_given(attributes: Attributes, expression: str) -> None:
    attributes.define("spent", expression=expression)
    assert attributes.definition("spent")["AttributeDetails"] == details(expression)


WRONG_EXPRESSIONS = {
    "no braces": ("orders.price", "price", "at 'orders.price'"),
    "no name": ("{orders}", "price", "at '{orders}'"),
    "only a number": ("1 + 2", "price", "it has no {Type.name}"),
    "brace left open": ("{orders.price", "price", "at '{orders.price'"),
    "parenthesis left open": ("({orders.price}", "price", "expected ) at its end"),
    "parenthesis too many": ("{orders.price})", "price", "no ( belongs"),
    "two terms without an operator": ("{orders.price} {orders.price}", "price", "expected an operator"),
    "operator at the end": ("{orders.price} *", "price", "at its end"),
    "operator that is none": ("{orders.price} % 2", "price", "at '% 2'"),
    "power": ("{orders.price} ** 2", "price", "at '* 2'"),
    "function": ("SUM({orders.price})", "price", "at 'SUM("),
    "two types": ("{orders.price} * {invoices.quantity}", "price", "another type than orders"),
}


@pytest.mark.parametrize(("expression", "name", "word"), WRONG_EXPRESSIONS.values(), ids=WRONG_EXPRESSIONS.keys())
def test_an_expression_that_is_none_is_refused_and_says_where(
    attributes: Attributes, expression: str, name: str, word: str
) -> None:
    with refused("Expression", word):
        attributes.define("spent", AttributeDetails=details(expression, name))


def test_an_expression_reads_at_most_two_attributes(attributes: Attributes) -> None:
    with refused("2", "{orders.c}"):
        attributes.define("spent", expression="{orders.a} + {orders.b} + {orders.c}")


def test_the_attributes_list_what_the_expression_reads(attributes: Attributes) -> None:
    with refused("quantity", "Attributes"):
        attributes.define("spent", AttributeDetails=details("{orders.price} * {orders.quantity}", "price"))


def test_an_expression_over_255_characters_is_refused(unchecked: CustomerProfilesClient, api: DomainApi) -> None:
    with_orders(api)
    with refused("expression"):
        Attributes(api, unchecked).define("spent", expression="{orders.price}" + " + 1" * 61)


REQUIRED: dict[str, Answer] = {
    "attributes": {"Expression": "{orders.price}"},
    "expression": {"Attributes": [{"Name": "price"}]},
    "name": {"Expression": "{orders.price}", "Attributes": [{}]},
}


@pytest.mark.parametrize("member", REQUIRED)
def test_a_part_of_the_details_that_is_missing_is_named(
    unchecked: CustomerProfilesClient, api: DomainApi, member: str
) -> None:
    with refused("attributeDetails", member):
        Attributes(api, unchecked).define("spent", AttributeDetails=REQUIRED[member])


@pytest.mark.parametrize("statistic", ["MEDIAN", "sum", "TIME_DIFFERENCE_FROM_NOW"])
def test_an_unknown_statistic_is_refused(unchecked: CustomerProfilesClient, api: DomainApi, statistic: str) -> None:
    with refused("statistic", "MAX_OCCURRENCE"):
        Attributes(api, unchecked).define("spent", statistic)


# --- conditions and filter

WRONG_CONDITIONS: dict[str, tuple[Answer, str]] = {
    "range that ends before it starts": (days(ValueRange={"Start": -1, "End": 1}), "ValueRange"),
    "format that is none": (days(7, TimestampSource="{orders.at}", TimestampFormat="RFC"), "TimestampFormat"),
    "source without braces": (days(7, TimestampSource="orders.at"), "TimestampSource"),
    "source of another type": (days(7, TimestampSource="{invoices.at}"), "TimestampSource"),
}


@pytest.mark.parametrize(("conditions", "word"), WRONG_CONDITIONS.values(), ids=WRONG_CONDITIONS.keys())
def test_conditions_that_make_no_sense_are_refused(attributes: Attributes, conditions: Answer, word: str) -> None:
    with refused(word):
        attributes.define("spent", Conditions=conditions)


OUT_OF_RANGE: dict[str, tuple[Answer, str]] = {
    "no object": ({"ObjectCount": 0}, "objectCount"),
    "less than no day": (days(-1), "range.value"),
    "hours": ({"Range": {"Value": 1, "Unit": "HOURS"}}, "unit"),
    "unknown operator": ({"Threshold": {"Value": "1", "Operator": "AT_LEAST"}}, "operator"),
    "threshold without a value": ({"Threshold": {"Operator": "EQUAL_TO"}}, "value"),
    "range without an end": (days(ValueRange={"Start": 1}), "end"),
}


@pytest.mark.parametrize(("conditions", "word"), OUT_OF_RANGE.values(), ids=OUT_OF_RANGE.keys())
def test_conditions_of_the_wrong_form_are_refused(
    unchecked: CustomerProfilesClient, api: DomainApi, conditions: Answer, word: str
) -> None:
    with refused("conditions", word):
        Attributes(api, unchecked).define("spent", Conditions=conditions)


WRONG_FILTERS: dict[str, tuple[Answer, str]] = {
    "one value to lie between": (only("BETWEEN", "1"), "BETWEEN"),
    "values in the wrong order": (only("NOT_BETWEEN", "2", "1"), "NOT_BETWEEN"),
    "text for a number": (only("GREATER_THAN", "much"), "GREATER_THAN"),
    "text for a date": (only("BEFORE", "soon"), "BEFORE"),
    "no attributes": (
        {"Include": "ALL", "Groups": [{"Type": "ALL", "Dimensions": [{"Attributes": {}}]}]},
        "Attributes",
    ),
}


@pytest.mark.parametrize(("members", "word"), WRONG_FILTERS.values(), ids=WRONG_FILTERS.keys())
def test_a_filter_that_makes_no_sense_is_refused(attributes: Attributes, members: Answer, word: str) -> None:
    with refused(word):
        attributes.define("spent", Filter=members)


FILTERS_OF_WRONG_FORM: dict[str, tuple[Answer, str]] = {
    "no group": ({"Include": "ALL", "Groups": []}, "groups"),
    "three groups": ({**only("EQUAL", "1"), "Groups": only("EQUAL", "1")["Groups"] * 3}, "groups"),
    "unknown kind": (only("LIKE", "x"), "dimensionType"),
    "eleven values": (only("INCLUSIVE", *"abcdefghijk"), "values"),
    "unknown combination": ({**only("EQUAL", "1"), "Include": "SOME"}, "include"),
}


@pytest.mark.parametrize(("members", "word"), FILTERS_OF_WRONG_FORM.values(), ids=FILTERS_OF_WRONG_FORM.keys())
def test_a_filter_of_the_wrong_form_is_refused(
    unchecked: CustomerProfilesClient, api: DomainApi, members: Answer, word: str
) -> None:
    with refused("filter", word):
        Attributes(api, unchecked).define("spent", Filter=members)


def test_what_was_refused_is_not_there(attributes: Attributes) -> None:
    with refused():
        attributes.define("spent", Conditions=days(ValueRange={"Start": -1, "End": 1}))
    assert attributes.names() == []
