"""ListObjectTypeAttributes and its kin: which attributes there are, and with which values."""

from typing import Any

import pytest

from .calls import DomainApi, missing, refused
from .mappings import orders, system


@pytest.fixture
def shop(api: DomainApi) -> DomainApi:
    """Two customers of a CRM."""
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "ann", "city": "Rome", "tags": ["new", "web"], "address": {"zip": 10}})
    api.put("crm", {"id": "2", "customer": "bob", "city": "Oslo", "tags": ["new"], "note": ""})
    return api


def names(api: DomainApi, object_type: str, **options: Any) -> list[str]:
    answer = api.client.list_object_type_attributes(DomainName=api.domain, ObjectTypeName=object_type, **options)
    return [item["AttributeName"] for item in answer["Items"]]


def values(api: DomainApi, object_type: str, attribute: str, **options: Any) -> list[str]:
    answer = api.client.list_object_type_attribute_values(
        DomainName=api.domain, ObjectTypeName=object_type, AttributeName=attribute, **options
    )
    return [item["Value"] for item in answer["Items"]]


def test_the_attributes_of_a_type_are_the_members_that_have_values(shop: DomainApi) -> None:
    assert sorted(names(shop, "crm")) == ["address.zip", "city", "customer", "id", "tags"]


def test_each_value_is_listed_once_the_one_seen_last_first(shop: DomainApi) -> None:
    assert values(shop, "crm", "city") == ["Oslo", "Rome"]
    assert values(shop, "crm", "tags") == ["new", "web"]
    assert values(shop, "crm", "address.zip") == ["10"]


def test_a_value_says_when_it_was_seen_last(shop: DomainApi) -> None:
    answer = shop.client.list_object_type_attribute_values(
        DomainName=shop.domain, ObjectTypeName="crm", AttributeName="city"
    )
    newest, oldest = (item["LastUpdatedAt"] for item in answer["Items"])
    assert newest >= oldest


def test_an_attribute_that_nobody_has_has_no_values(shop: DomainApi) -> None:
    assert values(shop, "crm", "nothing") == []


def test_attributes_are_listed_page_by_page(shop: DomainApi) -> None:
    listed: list[str] = []
    token: dict[str, Any] = {}
    while True:
        answer = shop.client.list_object_type_attributes(
            DomainName=shop.domain, ObjectTypeName="crm", MaxResults=2, **token
        )
        assert len(answer["Items"]) <= 2
        listed += [item["AttributeName"] for item in answer["Items"]]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert sorted(listed) == sorted(names(shop, "crm"))
    assert len(set(listed)) == len(listed)


def test_values_are_listed_page_by_page(shop: DomainApi) -> None:
    first = shop.client.list_object_type_attribute_values(
        DomainName=shop.domain, ObjectTypeName="crm", AttributeName="city", MaxResults=1
    )
    assert [item["Value"] for item in first["Items"]] == ["Oslo"]
    assert values(shop, "crm", "city", NextToken=first["NextToken"]) == ["Rome"]


def test_a_token_of_another_attribute_is_refused(shop: DomainApi) -> None:
    first = shop.client.list_object_type_attribute_values(
        DomainName=shop.domain, ObjectTypeName="crm", AttributeName="city", MaxResults=1
    )
    with refused("NextToken"):
        values(shop, "crm", "customer", NextToken=first["NextToken"])


def test_standard_objects_have_attributes_too(api: DomainApi) -> None:
    api.define("order", orders())
    api.put("order", {"email": "ann@example.com", "order": "7", "city": "Rome", "coupon": "XMAS"})
    assert {"Name", "ShippingAddress.City", "Attributes.coupon"} <= set(names(api, "_order"))
    assert values(api, "_order", "ShippingAddress.City") == ["Rome"]


def test_profiles_have_attributes_too(shop: DomainApi) -> None:
    assert {"ProfileId", "Address.City"} <= set(names(shop, "_profile"))
    assert values(shop, "_profile", "Address.City") == ["Oslo", "Rome"]


def test_the_values_of_an_attribute_of_profiles_are_one_page(shop: DomainApi) -> None:
    shop.create(FirstName="Ann", Attributes={"tier": "gold"})
    answer = shop.client.list_profile_attribute_values(DomainName=shop.domain, AttributeName="Attributes.tier")
    assert (answer["DomainName"], answer["AttributeName"]) == (shop.domain, "Attributes.tier")
    assert [item["Value"] for item in answer["Items"]] == ["gold"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_value_that_is_gone_is_listed_no_more(shop: DomainApi) -> None:
    shop.put("crm", {"id": "2", "customer": "bob", "city": "Bergen"})
    assert values(shop, "crm", "city") == ["Bergen", "Rome"]


def test_a_name_that_is_too_long_is_left_out(shop: DomainApi) -> None:
    shop.put("crm", {"id": "3", "customer": "cid", "x" * 1001: {"y": 1}, "z": 1})
    assert not [name for name in names(shop, "crm") if len(name) > 1000]
    assert "z" in names(shop, "crm")


def test_an_unknown_type_is_not_found(api: DomainApi) -> None:
    with missing("nobody"):
        names(api, "nobody")
