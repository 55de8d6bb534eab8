"""Event streams of a domain: short forms of making them, of asking for them and of reading them."""

from typing import Any

from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.server.process import RunningServer

from .attributes import Answer, body
from .calls import DomainApi
from .extensions import Extensions
from .mappings import system
from .test_tags import arn

KINESIS = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
PULL = "pull:"


class Streams:
    """The event streams of one domain."""

    def __init__(self, api: DomainApi, client: CustomerProfilesClient | None = None) -> None:
        self.api = api
        self.client = client or api.client

    def create(self, name: str, uri: str = PULL, **members: Any) -> Answer:
        answer = self.client.create_event_stream(DomainName=self.api.domain, EventStreamName=name, Uri=uri, **members)
        return body(answer)

    def get(self, name: str) -> Answer:
        return body(self.client.get_event_stream(DomainName=self.api.domain, EventStreamName=name))

    def delete(self, name: str) -> Answer:
        answer: Any = self.client.delete_event_stream(DomainName=self.api.domain, EventStreamName=name)
        return body(answer)

    def page(self, **options: Any) -> Answer:
        return body(self.client.list_event_streams(DomainName=self.api.domain, **options))

    def names(self) -> list[str]:
        """The names on the first page."""
        return [item["EventStreamName"] for item in self.page()["Items"]]

    def arn(self, name: str) -> str:
        return arn(self.api.domain, f"/event-streams/{name}")


class Listener:
    """Reads the stream `all` of a domain with the object type `crm`."""

    def __init__(self, server: RunningServer, api: DomainApi) -> None:
        self.api = api
        self.streams = Streams(api)
        self.extensions = Extensions(server, api)
        api.define("crm", system("crm"))
        self.streams.create("all")

    def read(self, name: str = "all", **members: Any) -> Answer:
        return self.extensions.post(f"/event-streams/{name}/read", **members)

    def records(self, **members: Any) -> list[Answer]:
        records: list[Answer] = self.read(**members)["Records"]
        return records

    def kinds(self) -> list[tuple[str, str]]:
        return [(record["EventType"], record["ObjectTypeName"]) for record in self.records()]
