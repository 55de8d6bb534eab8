"""The domain of docs/calculated-attributes.md, and definitions in it."""

import re
import uuid
from typing import Any

from tests.api.calls import DomainApi
from tests.api.extensions import Extensions
from tests.server.process import RunningServer

DAY = 24 * 60 * 60


class Shop:
    """A domain with the example's object type."""

    def __init__(self, api: DomainApi, server: RunningServer) -> None:
        self.api = api
        self.extensions = Extensions(server, api)

    def define(self, statistic: str, expression: str, **members: Any) -> str:
        """Answers the name of the attribute."""
        name = f"a{uuid.uuid4().hex}"
        names = dict.fromkeys(re.findall(r"\{\w+\.([^}]+)\}", expression))
        self.api.client.create_calculated_attribute_definition(
            DomainName=self.api.domain,
            CalculatedAttributeName=name,
            Statistic=statistic,  # type: ignore[arg-type]
            AttributeDetails={"Expression": expression, "Attributes": [{"Name": one} for one in names]},
            **members,
        )
        return name

    def value(self, name: str) -> str | None:
        return self.answer(name).get("Value")

    def answer(self, name: str) -> dict[str, Any]:
        return dict(
            self.api.client.get_calculated_attribute_for_profile(
                DomainName=self.api.domain, CalculatedAttributeName=name, ProfileId=self.ann
            )
        )

    def change(self, name: str, **members: Any) -> None:
        self.api.client.update_calculated_attribute_definition(
            DomainName=self.api.domain, CalculatedAttributeName=name, **members
        )

    @property
    def ann(self) -> str:
        [profile_id] = self.api.ids("_email", "ann@example.com")
        return profile_id

    def put(self, **order: Any) -> None:
        self.api.put("order", {**order, "email": "ann@example.com"})

    def wait(self, days: float) -> None:
        self.extensions.root("PUT", "/-/clock", AdvanceSeconds=days * DAY)


def new_shop(server: RunningServer, mapping: dict[str, Any], client: Any) -> Shop:
    api = DomainApi(client, f"domain-{uuid.uuid4().hex}")
    client.create_domain(DomainName=api.domain, DefaultExpirationDays=1000)
    api.define("order", mapping)
    return Shop(api, server)
