"""The domain of docs/event-streams.md, and what a stream is told of it."""

from typing import Any

from tests.api.calls import DomainApi
from tests.api.extensions import Extensions
from tests.api.mappings import definition, key, text
from tests.server.process import RunningServer

ORDERS = definition(
    {"id": text("id"), "email": text("email", "_profile.EmailAddress"), "name": text("name", "_profile.FirstName")},
    {"orderId": key("id", "UNIQUE"), "_email": key("email", "PROFILE")},
)

ORDER = {"id": "1", "email": "ann@example.com", "name": "Ann", "price": 12.5}

DAY = 24 * 60 * 60


class Listened:
    """A server with this one domain, and with a stream that the test reads."""

    def __init__(self, api: DomainApi, server: RunningServer) -> None:
        self.api = api
        self.server = server
        self.extensions = Extensions(server, api)
        self._receipt: dict[str, str] = {}

    def begin(self) -> None:
        """From nothing."""
        self._receipt = {}
        self.extensions.root("POST", "/-/reset")
        self.api.client.create_domain(DomainName="shop", DefaultExpirationDays=366)
        self.api.define("order", ORDERS)
        self.listen("pull:", "test")

    def listen(self, uri: str, name: str) -> None:
        self.api.client.create_event_stream(DomainName="shop", EventStreamName=name, Uri=uri)

    def told(self) -> list[dict[str, Any]]:
        """What has happened since the last time."""
        answer = self.extensions.post("/event-streams/test/read", **self._receipt)
        if "Receipt" in answer:
            self._receipt = {"Receipt": answer["Receipt"]}
        return list(answer["Records"])

    def put(self, **members: Any) -> str:
        """An order of Ann's, unless members say otherwise."""
        return self.api.put("order", {**ORDER, **members})

    @property
    def ann(self) -> str:
        return self.profile_of("ann@example.com")

    def profile_of(self, email: str) -> str:
        [profile_id] = self.api.ids("_email", email)
        return profile_id

    def remove(self, unique_key: str) -> None:
        self.api.client.delete_profile_object(
            DomainName="shop", ProfileId=self.ann, ProfileObjectUniqueKey=unique_key, ObjectTypeName="order"
        )

    def wait(self, days: int) -> None:
        self.extensions.root("PUT", "/-/clock", AdvanceSeconds=days * DAY)
