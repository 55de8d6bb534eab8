"""Events reach the destinations of their streams: Kinesis, webhooks and files, from a running server on each store."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from openprofiles.delivery.webhook import signature
from tests.api.calls import DomainApi
from tests.api.extensions import Extensions
from tests.api.mappings import system
from tests.conftest import STORES, client_of
from tests.postgres import PostgresServer
from tests.server.process import RunningServer, launch, wait_until

from .conftest import KinesisEndpoint, free_port
from .receiver import Receiver

Record = dict[str, Any]


@pytest.fixture(scope="module", params=STORES)
def sending(
    request: pytest.FixtureRequest, kinesis: KinesisEndpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server on each store that reaches the streams, and may send to webhooks of this machine."""
    with ExitStack() as stack:
        environment = {**kinesis.environment, "OPENPROFILES_WEBHOOK_HOSTS": "127.0.0.1:*"}
        if request.param == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            environment["OPENPROFILES_STORE"] = stack.enter_context(postgres.fresh())
        running = launch(tmp_path_factory.mktemp("sending"), **environment)
        yield running
        assert running.stop() == 0


@pytest.fixture
def api(sending: RunningServer) -> Iterator[DomainApi]:
    """A fresh domain with an object type."""
    with closing(client_of(sending)) as client:
        api = DomainApi(client, f"domain-{uuid.uuid4().hex}")
        client.create_domain(DomainName=api.domain, DefaultExpirationDays=366)
        api.define("crm", system("crm"))
        yield api


class DataStream:
    """A data stream of one shard, read from its beginning."""

    def __init__(self, kinesis: KinesisEndpoint) -> None:
        self._client = kinesis.client()
        self.name = f"s-{uuid.uuid4().hex}"
        self.arn = f"arn:aws:kinesis:{kinesis.region}:{kinesis.account}:stream/{self.name}"
        self.read: list[Record] = []
        self.keys: list[str] = []

    def make(self) -> "DataStream":
        self._client.create_stream(StreamName=self.name, ShardCount=1)
        [shard] = self._client.list_shards(StreamName=self.name)["Shards"]
        self._iterator = self._client.get_shard_iterator(
            StreamName=self.name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return self

    def records(self, count: int, seconds: float = 15.0) -> list[Record]:
        """The records so far, once there are so many."""
        until = time.monotonic() + seconds
        while len(self.read) < count and time.monotonic() < until:
            answer = self._client.get_records(ShardIterator=self._iterator, Limit=1000)
            self._iterator = answer["NextShardIterator"]
            self.read += [json.loads(record["Data"]) for record in answer["Records"]]
            self.keys += [record["PartitionKey"] for record in answer["Records"]]
            time.sleep(0.05)
        return self.read

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def data_stream(kinesis: KinesisEndpoint) -> Iterator[DataStream]:
    with closing(DataStream(kinesis)) as stream:
        yield stream


def listen(api: DomainApi, uri: str, name: str = "changes") -> None:
    api.client.create_event_stream(DomainName=api.domain, Uri=uri, EventStreamName=name)


def state(api: DomainApi, name: str = "changes") -> Record:
    return dict(api.client.get_event_stream(DomainName=api.domain, EventStreamName=name))


def is_healthy(api: DomainApi) -> bool:
    return bool(state(api)["DestinationDetails"]["Status"] == "HEALTHY")


def test_changes_reach_the_stream_in_order(api: DomainApi, data_stream: DataStream) -> None:
    listen(api, data_stream.make().arn)
    for number in range(20):
        api.put("crm", {"id": "1", "customer": "c1", "first": f"Ann{number}"})
    told = data_stream.records(40)
    assert [one["ObjectTypeName"] for one in told] == ["_profile", "crm"] * 20
    assert [one["Object"]["FirstName"] for one in told[::2]] == [f"Ann{number}" for number in range(20)]
    assert set(data_stream.keys) == {told[0]["Object"]["ProfileId"]}


def test_each_event_is_sent_once_where_nothing_fails(api: DomainApi, data_stream: DataStream) -> None:
    listen(api, data_stream.make().arn)
    for start in range(0, 200, 10):
        api.put_batch("crm", [{"id": str(n), "customer": f"c{n}", "first": "Ann"} for n in range(start, start + 10)])
    ids = [one["EventId"] for one in data_stream.records(401, seconds=3.0)]
    assert len(ids) == len(set(ids)) == 400


def test_a_stream_that_can_not_be_reached_is_unhealthy_and_recovers_by_itself(
    api: DomainApi, data_stream: DataStream
) -> None:
    listen(api, data_stream.arn)
    api.put("crm", {"id": "1", "customer": "c1", "first": "Ann"})
    wait_until(lambda: not is_healthy(api))
    details = state(api)["DestinationDetails"]
    data_stream.make()
    told = data_stream.records(2)
    wait_until(lambda: is_healthy(api))
    after = state(api)["DestinationDetails"]
    assert "ResourceNotFoundException" in details["Message"]
    assert "UnhealthySince" in details
    assert len(told) == 2
    assert "UnhealthySince" not in after
    assert after["Message"].startswith("Delivers again since ")


def test_a_stream_that_does_not_answer_does_not_hold_up_another(api: DomainApi, data_stream: DataStream) -> None:
    with Receiver() as silent:
        silent.answer = lambda _: time.sleep(8) or silent_answer()  # type: ignore[func-returns-value]
        for number in range(8):
            listen(api, f"{silent.url}/{number}", f"silent-{number}")
        api.put("crm", {"id": "1", "customer": "c1"})
        listen(api, data_stream.make().arn)
        api.put("crm", {"id": "2", "customer": "c2"})
        assert len(data_stream.records(2, seconds=4.0)) == 2


def silent_answer() -> Any:
    from .receiver import Answer  # noqa: PLC0415

    return Answer()


def test_a_webhook_is_told_of_deletions_with_a_signature(
    api: DomainApi, sending: RunningServer, receiver: Receiver
) -> None:
    listen(api, f"{receiver.url}/hook")
    profile_id = api.client.create_profile(DomainName=api.domain, FirstName="Ann")["ProfileId"]
    wait_until(lambda: len(receiver.requests) == 1)
    api.client.delete_profile(DomainName=api.domain, ProfileId=profile_id)
    wait_until(lambda: len(receiver.requests) == 2)
    created, deleted = receiver.requests
    secret = Extensions(sending, api).get("/event-streams/changes/signing-secret")["Secret"]
    assert [json.loads(one.body)["EventType"] for one in (created, deleted)] == ["CREATED", "DELETED"]
    assert signed_by(secret, created.headers, created.body)


def signed_by(secret: str, headers: dict[str, str], body: bytes) -> bool:
    import base64  # noqa: PLC0415

    key = base64.b64decode(secret.removeprefix("whsec_"))
    given = {name.lower(): value for name, value in headers.items()}
    made = signature(key, given["webhook-id"], int(given["webhook-timestamp"]), body)
    return made == given["webhook-signature"]


def test_a_file_gets_a_line_for_each_event(api: DomainApi, sending: RunningServer) -> None:
    name = f"{uuid.uuid4().hex}.ndjson"
    listen(api, f"file:{name}")
    api.put("crm", {"id": "1", "customer": "c1", "first": "Ann"})
    path = sending.data / "events"
    wait_until(lambda: any(path.rglob(name)) and len(next(path.rglob(name)).read_text().splitlines()) == 2)
    lines = next(path.rglob(name)).read_text().splitlines()
    assert [json.loads(line)["ObjectTypeName"] for line in lines] == ["_profile", "crm"]


def test_a_stream_that_stays_away_is_stopped_after_the_retention_time(
    kinesis: KinesisEndpoint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    environment = {**kinesis.environment, "AWS_ENDPOINT_URL_KINESIS": away, "OPENPROFILES_EVENT_RETENTION": "1.5"}
    running = launch(tmp_path_factory.mktemp("stopping"), **environment)
    with closing(client_of(running)) as client:
        api = DomainApi(client, "shop")
        client.create_domain(DomainName="shop", DefaultExpirationDays=366)
        listen(api, f"arn:aws:kinesis:us-east-1:{kinesis.account}:stream/gone")
        client.create_profile(DomainName="shop", FirstName="Ann")
        wait_until(lambda: state(api)["State"] == "STOPPED")
        stopped = state(api)
    assert stopped["StoppedSince"]
    assert "EndpointConnectionError" in stopped["DestinationDetails"]["Message"]
    assert running.stop() == 0
