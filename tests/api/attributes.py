"""Calculated attributes of a domain with orders: short forms of defining them and of asking for their values."""

import re
import time
from typing import Any

from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi
from .mappings import system

Answer = dict[str, Any]

_NAME = re.compile(r"\{[^.{}]+\.([^{}]+)\}")


def body(answer: Any) -> Answer:
    """The members of an answer."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def details(expression: str, *names: str) -> dict[str, Any]:
    """AttributeDetails. Without `names` they are those that the expression reads."""
    found = names or tuple(dict.fromkeys(_NAME.findall(expression)))
    return {"Expression": expression, "Attributes": [{"Name": name} for name in found]}


def days(count: int | None = None, **members: Any) -> dict[str, Any]:
    """Conditions with a range of so many days, or with what `members` say of the range."""
    value = {} if count is None else {"Value": count}
    return {"Range": {"Unit": "DAYS", **value, **members}}


def ago(number: float) -> int:
    """Milliseconds of the moment so many days ago; a negative number is a moment to come."""
    return int((time.time() - number * 86_400) * 1000)


PAID: list[Answer] = [
    {"price": price, "paid": {"at": ago(when)}} for price, when in [(1, 40), (2, 20), (4, 5), (8, -3), (16, -9)]
]
"""Orders that carry a time of their own, oldest first."""

BY_PAYMENT = {"TimestampSource": "{orders.paid.at}"}


def dimension(kind: str, *values: str, name: str = "tier") -> Answer:
    """One dimension of a filter, of one attribute."""
    return {"Attributes": {name: {"DimensionType": kind, "Values": list(values)}}}


def filter_of(include: str, *groups: tuple[str, list[Answer]]) -> Answer:
    """A filter of groups: how each combines its dimensions, and these."""
    return {"Include": include, "Groups": [{"Type": type_, "Dimensions": dimensions} for type_, dimensions in groups]}


def only(kind: str, *values: str, name: str = "tier") -> Answer:
    """A filter of one dimension."""
    return filter_of("ALL", ("ALL", [dimension(kind, *values, name=name)]))


class Attributes:
    """The calculated attributes of one domain."""

    def __init__(self, api: DomainApi, client: CustomerProfilesClient | None = None) -> None:
        self.api = api
        self.client = client or api.client

    def define(self, name: str, statistic: Any = "SUM", expression: str = "{orders.price}", **members: Any) -> Answer:
        """Create a definition. `members` may hold AttributeDetails of its own."""
        given: dict[str, Any] = {"AttributeDetails": details(expression), **members}
        return body(
            self.client.create_calculated_attribute_definition(
                DomainName=self.api.domain, CalculatedAttributeName=name, Statistic=statistic, **given
            )
        )

    def definition(self, name: str) -> Answer:
        answer = self.client.get_calculated_attribute_definition(
            DomainName=self.api.domain, CalculatedAttributeName=name
        )
        return body(answer)

    def update(self, name: str, **members: Any) -> Answer:
        answer = self.client.update_calculated_attribute_definition(
            DomainName=self.api.domain, CalculatedAttributeName=name, **members
        )
        return body(answer)

    def delete(self, name: str) -> Answer:
        answer: Any = self.client.delete_calculated_attribute_definition(
            DomainName=self.api.domain, CalculatedAttributeName=name
        )
        return body(answer)

    def page(self, **options: Any) -> Answer:
        """A page of definitions."""
        return body(self.client.list_calculated_attribute_definitions(DomainName=self.api.domain, **options))

    def names(self) -> list[str]:
        """The names on the first page of definitions."""
        return [item["CalculatedAttributeName"] for item in self.page()["Items"]]

    def calculated(self, name: str, profile_id: str) -> Answer:
        answer = self.client.get_calculated_attribute_for_profile(
            DomainName=self.api.domain, CalculatedAttributeName=name, ProfileId=profile_id
        )
        return body(answer)

    def value(self, name: str, profile_id: str) -> str | None:
        found: str | None = self.calculated(name, profile_id).get("Value")
        return found

    def of_profile(self, profile_id: str, **options: Any) -> Answer:
        """A page of the values of a profile."""
        return body(
            self.client.list_calculated_attributes_for_profile(
                DomainName=self.api.domain, ProfileId=profile_id, **options
            )
        )

    def batch(self, name: str, *profile_ids: str, **members: Any) -> Answer:
        """One attribute of several profiles."""
        return body(
            self.client.batch_get_calculated_attribute_for_profile(
                DomainName=self.api.domain, CalculatedAttributeName=name, ProfileIds=list(profile_ids), **members
            )
        )

    def put(self, *orders: dict[str, Any], customer: str = "c") -> str:
        """Put orders, one after the other, of a customer who has had none; the id of the profile."""
        for number, order in enumerate(orders):
            self.api.put("orders", {"id": f"{customer}-{number}", "customer": customer, **order})
        return str(self.api.one("customer", customer)["ProfileId"])


def with_orders(api: DomainApi) -> Attributes:
    """The calculated attributes of a domain that has the object type `orders`, without any object."""
    api.define("orders", system("orders"))
    return Attributes(api)
