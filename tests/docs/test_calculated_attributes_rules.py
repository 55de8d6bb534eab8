"""What the sentences of docs/calculated-attributes.md say holds."""

import json
import re
from contextlib import closing
from typing import Any

import pytest

from tests.api.calls import refused
from tests.conftest import LaunchServer, client_of

from .defining import Shop
from .page import page

PAGE = page("calculated-attributes.md", __file__)
ORDERS: list[dict[str, Any]] = [json.loads(line) for line in PAGE.blocks("json")[0].splitlines()]


def test_the_defaults_of_conditions_are_those_of_the_page(shop: Shop) -> None:
    assert re.search(r"`Range.Value` +\| 366 ", PAGE.text)
    assert re.search(r"`ObjectCount` +\| 100 ", PAGE.text)
    name = shop.define("COUNT", "{order.id}")
    shop.put(id="old")
    shop.wait(366.5)
    for number in range(101):
        shop.put(id=str(number))
    told = shop.extensions.get(f"/calculated-attributes/{name}/explain", profile=shop.ann)
    verdicts = [one["Verdict"] for one in told["Objects"]]
    assert told["Value"] == "100"
    assert [verdicts.count(kind) for kind in ("COUNTED", "BEYOND_OBJECT_COUNT", "OUTSIDE_RANGE")] == [100, 1, 1]


@pytest.mark.parametrize("source", ["{order.placed}", "{order./placed}"])
def test_an_object_may_say_its_time(shop: Shop, source: str) -> None:
    days = {"Value": 36_500, "Unit": "DAYS", "TimestampSource": source}
    name = shop.define("RECENT_OCCURRENCES", "{order.id}", Conditions={"Range": days})
    for order in ORDERS:
        shop.put(**order)
    assert shop.value(name) == '["2","1"]'


def test_a_range_may_lie_in_the_past(shop: Shop) -> None:
    name = shop.define(
        "COUNT", "{order.id}", Conditions={"Range": {"ValueRange": {"Start": 30, "End": 10}, "Unit": "DAYS"}}
    )
    shop.put(id="1")
    before = shop.value(name)
    shop.wait(20)
    assert (before, shop.value(name)) == ("0", "1")


def test_objects_from_before_the_definition_count_only_where_it_says_so(shop: Shop) -> None:
    shop.put(id="1")
    names = [shop.define("COUNT", "{order.id}"), shop.define("COUNT", "{order.id}", UseHistoricalData=True)]
    before = [shop.value(name) for name in names]
    shop.put(id="1")
    assert (before, [shop.value(name) for name in names]) == (["0", "1"], ["1", "1"])


def test_a_wider_range_does_not_bring_back_what_was_left_out(shop: Shop) -> None:
    def days(count: int) -> dict[str, Any]:
        return {"Range": {"Value": count, "Unit": "DAYS"}}

    name = shop.define("COUNT", "{order.id}", Conditions=days(30))
    values = []
    for place in range(3):
        shop.put(id=str(place))
        shop.wait(20)
    for count in (365, 25, 365):
        shop.change(name, Conditions=days(count))
        values.append(shop.value(name))
    assert values == ["1", "1", "1"]
    assert shop.answer(name)["IsDataPartial"] == "true"


def test_a_new_mapping_holds_for_the_objects_that_are_there(shop: Shop, mapping: dict[str, Any]) -> None:
    name = shop.define("LAST_OCCURRENCE", "{order.seller}")
    shop.put(id="1", agent={"id": "a7"}, channel="web")
    before = shop.value(name)
    shop.api.define("order", {**mapping, "Fields": {**mapping["Fields"], "seller": {"Source": "_source.channel"}}})
    assert (before, shop.value(name)) == ("a7", "web")


def test_standard_objects_are_objects_too(shop: Shop, mapping: dict[str, Any]) -> None:
    fields = {**mapping["Fields"], "total": {"Source": "_source.price", "Target": "_order.TotalPrice"}}
    keys = {**mapping["Keys"], "orderId": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE", "ORDER"]}]}
    shop.api.define("order", {**mapping, "Fields": fields, "Keys": keys})
    name = shop.define("SUM", "{_order.TotalPrice}")
    shop.put(id="1", price=12.50)
    shop.put(id="2", price=7)
    assert shop.value(name) == "19.5"


def test_what_is_no_definition_of_objects_is_refused(shop: Shop) -> None:
    with refused("_profile"):
        shop.define("LAST_OCCURRENCE", "{_profile.FirstName}")
    with refused("more than 2"):
        shop.define("SUM", "{order.a} + {order.b} + {order.c}")


def test_several_profiles_can_be_asked_for_with_another_range(shop: Shop) -> None:
    name = shop.define("COUNT", "{order.id}")
    shop.put(id="1")
    shop.wait(10)
    shop.put(id="2")
    told = shop.api.client.batch_get_calculated_attribute_for_profile(
        DomainName=shop.api.domain,
        CalculatedAttributeName=name,
        ProfileIds=[shop.ann, "0" * 32],
        ConditionOverrides={"Range": {"Start": 7, "Unit": "DAYS"}},
    )
    assert [one["Value"] for one in told["CalculatedAttributeValues"]] == ["1"]
    assert [one["Code"] for one in told["Errors"]] == ["ResourceNotFoundException"]


def names_of_defaults(shop: Shop) -> list[str]:
    items = shop.api.client.list_calculated_attribute_definitions(DomainName=shop.api.domain)["Items"]
    return [item["CalculatedAttributeName"] for item in items]


def test_a_default_that_is_deleted_stays_away_and_the_others_go_with_their_type(shop: Shop) -> None:
    contact_records = {"Description": "-", "TemplateId": "CTR"}
    shop.api.define("CTR", contact_records)
    every = names_of_defaults(shop)
    shop.api.client.delete_calculated_attribute_definition(
        DomainName=shop.api.domain, CalculatedAttributeName="_last_channel"
    )
    shop.api.forget("CTR")
    without_type = names_of_defaults(shop)
    shop.api.define("CTR", contact_records)
    assert without_type == []
    assert names_of_defaults(shop) == [name for name in every if name != "_last_channel"]


def test_no_definitions_come_with_contact_records_where_the_operator_says_so(launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_DEFAULT_CALCULATED_ATTRIBUTES="false")
    with closing(client_of(server)) as client:
        client.create_domain(DomainName="shop", DefaultExpirationDays=366)
        client.put_profile_object_type(DomainName="shop", ObjectTypeName="CTR", Description="-", TemplateId="CTR")
        assert client.list_calculated_attribute_definitions(DomainName="shop")["Items"] == []
