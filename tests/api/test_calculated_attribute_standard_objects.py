"""Calculated attributes of standard objects and of the objects of templates.

Sources: Reference for standard objects in Customer Profiles; the API's page on CreateCalculatedAttributeDefinition.
"""

from typing import Any

from .attributes import Attributes, only
from .calls import DomainApi, data
from .mappings import orders, products, tickets


def test_orders_of_a_profile_are_objects_too(api: DomainApi) -> None:
    api.define("orders", orders())
    attributes = Attributes(api)
    attributes.define("x", expression="{_order.TotalPrice}")
    for number, total in enumerate(("9.90", "0.10")):
        api.put("orders", {"email": "ann@example.com", "order": str(number), "total": total})
    assert attributes.value("x", api.one("_email", "ann@example.com")["ProfileId"]) == "10"


def test_an_order_that_is_put_again_counts_once(api: DomainApi) -> None:
    api.define("orders", orders())
    attributes = Attributes(api)
    attributes.define("x", expression="{_order.TotalPrice}")
    for total in ("9.90", "7"):
        api.put("orders", {"email": "ann@example.com", "order": "1", "total": total})
    assert attributes.value("x", api.one("_email", "ann@example.com")["ProfileId"]) == "7"


def test_attributes_and_addresses_of_an_order_are_read_by_their_path(api: DomainApi) -> None:
    api.define("orders", orders())
    attributes = Attributes(api)
    attributes.define("coupon", "LAST_OCCURRENCE", "{_order.Attributes.coupon}")
    attributes.define("city", "LAST_OCCURRENCE", "{_order.ShippingAddress.City}")
    api.put("orders", {"email": "ann@example.com", "order": "1", "coupon": "X7", "city": "Rome"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    assert (attributes.value("coupon", profile_id), attributes.value("city", profile_id)) == ("X7", "Rome")


def test_orders_are_filtered(api: DomainApi) -> None:
    api.define("orders", orders())
    attributes = Attributes(api)
    attributes.define("x", "COUNT", "{_order.Name}", Filter=only("INCLUSIVE", "Rome", name="ShippingAddress.City"))
    for number, city in enumerate(("Rome", "Oslo", "Rome")):
        api.put("orders", {"email": "ann@example.com", "order": str(number), "city": city})
    assert attributes.value("x", api.one("_email", "ann@example.com")["ProfileId"]) == "2"


def test_assets_of_a_profile_are_objects_too(api: DomainApi) -> None:
    api.define("products", products())
    attributes = Attributes(api)
    attributes.define("x", "MAXIMUM", "{_asset.Price}")
    for serial, price in (("S1", 100), ("S2", 250)):
        api.put("products", {"email": "ann@example.com", "serial": serial, "price": price})
    assert attributes.value("x", api.one("_email", "ann@example.com")["ProfileId"]) == "250"


def test_cases_of_a_profile_are_objects_too(api: DomainApi) -> None:
    api.define("tickets", tickets())
    attributes = Attributes(api)
    attributes.define("x", "MAX_OCCURRENCE", "{_case.Status}")
    for ticket, status in (("T1", "open"), ("T2", "closed"), ("T3", "open")):
        api.put("tickets", {"email": "ann@example.com", "ticket": ticket, "status": status})
    assert attributes.value("x", api.one("_email", "ann@example.com")["ProfileId"]) == "open"


def test_an_order_of_a_template_is_read_by_the_names_of_the_standard_object(api: DomainApi) -> None:
    sample: dict[str, Any] = data("templates/Shopify-Order.json")
    attributes = Attributes(api)
    attributes.define("x", "LAST_OCCURRENCE", "{_order.TotalPrice}")
    api.put("Shopify-Order", sample["Object"])
    name, value = next(iter(sample["FoundBy"].items()))
    total = sample["StandardObjects"]["_order"]["TotalPrice"]
    assert attributes.value("x", api.one(name, value)["ProfileId"]) == total


def test_a_template_s_objects_can_be_read_before_anybody_has_defined_the_type(api: DomainApi) -> None:
    attributes = Attributes(api)
    attributes.define("x", "COUNT", "{Shopify-Order.id}")
    sample: dict[str, Any] = data("templates/Shopify-Order.json")
    api.put("Shopify-Order", sample["Object"])
    name, value = next(iter(sample["FoundBy"].items()))
    assert attributes.value("x", api.one(name, value)["ProfileId"]) == "1"
