"""The examples of docs/calculated-attributes.md give what the page says."""

import json
import typing
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from openprofiles.extension_shapes import ObjectVerdict
from openprofiles.shapes import FilterDimensionType, Statistic
from tests.api.calls import DomainApi
from tests.conftest import client_of
from tests.server.process import RunningServer

from .defining import Shop, new_shop
from .page import Code, Page, page, run_shell

PAGE: Page = page("calculated-attributes.md", __file__)
[EXAMPLE] = PAGE.examples("python")
[EXPLAIN] = PAGE.examples("sh")
ORDERS: list[dict[str, Any]] = [json.loads(line) for line in PAGE.blocks("json")[0].splitlines()]

STATISTICS = PAGE.rows("Statistic", "Expression", "gives")
EXPRESSIONS = PAGE.rows("Expression", "gives")
THRESHOLDS = PAGE.rows("Statistic", "Expression", "Threshold")
FILTERS = PAGE.rows("Attribute", "DimensionType")
VERDICTS = PAGE.rows("Verdict", "Meaning")
DEFAULTS = PAGE.rows("Name", "Statistic")


@pytest.fixture(scope="module")
def orders(tested: RunningServer, mapping: dict[str, Any]) -> Iterator[Shop]:
    """One with the page's orders."""
    with closing(client_of(tested)) as client:
        shop = new_shop(tested, mapping, client)
        for order in ORDERS:
            shop.put(**order)
        yield shop


def given(shop: Shop, statistic: str, expression: str, **members: Any) -> str | None:
    """What a definition gives that is deleted at once, since a domain has room for fifty."""
    name = shop.define(statistic, expression, UseHistoricalData=True, **members)
    try:
        return shop.value(name)
    finally:
        shop.api.client.delete_calculated_attribute_definition(DomainName=shop.api.domain, CalculatedAttributeName=name)


def first_cell(row: list[Code]) -> str:
    return row[0][0]


# --- what stands on the page


def test_the_example_prints_what_its_comment_says(printed: str) -> None:
    assert printed == "0.3 true\n"
    assert "# 0.3 true\n" in EXAMPLE


def test_the_page_has_examples() -> None:
    assert (len(ORDERS), len(EXPRESSIONS), len(THRESHOLDS)) == (4, 11, 5)


@pytest.mark.parametrize("row", STATISTICS, ids=first_cell)
def test_a_statistic_gives_what_the_page_says(orders: Shop, row: list[Code]) -> None:
    [statistic], [expression], [expected], _ = row
    assert given(orders, statistic, expression) == expected


def test_every_statistic_is_on_the_page() -> None:
    assert {first_cell(row) for row in STATISTICS} == set(typing.get_args(Statistic))


@pytest.mark.parametrize("row", EXPRESSIONS, ids=first_cell)
def test_an_expression_gives_what_the_page_says(orders: Shop, row: list[Code]) -> None:
    [expression], gives, _ = row
    assert given(orders, "RECENT_OCCURRENCES", expression) == (gives[0] if gives else None)


@pytest.mark.parametrize("row", THRESHOLDS, ids=str)
def test_a_threshold_gives_what_the_page_says(orders: Shop, row: list[Code]) -> None:
    [statistic], [expression], [operator, bound], [expected], _ = row
    threshold = {"Threshold": {"Operator": operator, "Value": bound}}
    assert given(orders, statistic, expression, Conditions=threshold) == expected


@pytest.mark.parametrize("row", FILTERS, ids=str)
def test_a_filter_leaves_what_the_page_says(orders: Shop, row: list[Code]) -> None:
    [attribute], [kind], values, expected = row
    dimension = {"Attributes": {attribute: {"DimensionType": kind, "Values": values}}}
    groups = [{"Type": "ALL", "Dimensions": [dimension]}]
    left = given(orders, "RECENT_OCCURRENCES", "{order.id}", Filter={"Include": "ALL", "Groups": groups})
    assert sorted(json.loads(str(left))) == expected


def test_every_dimension_type_is_on_the_page() -> None:
    assert {row[1][0] for row in FILTERS} == set(typing.get_args(FilterDimensionType))


def test_every_verdict_is_on_the_page() -> None:
    assert {first_cell(row) for row in VERDICTS} == set(
        typing.get_args(typing.get_type_hints(ObjectVerdict)["verdict"])
    )


def test_the_command_explains_the_value_of_the_example(tested: RunningServer, printed: str) -> None:
    with closing(client_of(tested)) as client:
        [ann] = DomainApi(client, "shop").ids("_email", "ann@example.com")
    told = json.loads(run_shell(tested, EXPLAIN, ANN=ann))
    assert (told["Value"], [one["Value"] for one in told["Objects"]]) == ("0.3", ["0.2", "0.1"])


def test_a_domain_has_the_definitions_of_the_page_with_its_contact_records(shop: Shop) -> None:
    client, domain = shop.api.client, shop.api.domain
    before = client.list_calculated_attribute_definitions(DomainName=domain)["Items"]
    client.put_profile_object_type(DomainName=domain, ObjectTypeName="CTR", Description="-", TemplateId="CTR")
    names = [
        one["CalculatedAttributeName"]
        for one in client.list_calculated_attribute_definitions(DomainName=domain)["Items"]
    ]
    told = [
        client.get_calculated_attribute_definition(DomainName=domain, CalculatedAttributeName=name) for name in names
    ]
    shown = [
        [name, one["Statistic"], one["AttributeDetails"]["Expression"]] for name, one in zip(names, told, strict=True)
    ]
    assert before == []
    assert shown == [[cell[0] for cell in row[:3]] for row in DEFAULTS]
    assert [one for one in told if "CreatedAt" in one] == []
