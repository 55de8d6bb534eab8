"""A dead letter reaches the queue of its domain, in the form that AWS's solutions read."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_sqs import SQSClient

from openprofiles.delivery.sqs import NotSent, region_of
from tests.api.calls import DomainApi
from tests.api.extensions import Extensions
from tests.api.mappings import system
from tests.conftest import STORES, client_of
from tests.postgres import PostgresServer
from tests.server.process import RunningServer, launch, wait_until

from .conftest import Endpoint, free_port, started

LEAD = {"id": "1", "customer": "nobody", "first": "Zoë"}


@pytest.fixture(scope="module", params=STORES)
def sending(
    request: pytest.FixtureRequest, sqs: Endpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server that reaches the queues, on each store."""
    with ExitStack() as stack:
        environment = dict(sqs.environment)
        if request.param == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            environment["OPENPROFILES_STORE"] = stack.enter_context(postgres.fresh())
        running = launch(tmp_path_factory.mktemp("sending"), **environment)
        yield running
        assert running.stop() == 0


@pytest.fixture
def queues(sqs: Endpoint) -> Iterator[SQSClient]:
    with closing(sqs.client()) as client:
        yield client


@pytest.fixture
def queue(queues: SQSClient) -> str:
    """The URL of an empty queue."""
    return queues.create_queue(QueueName=f"letters-{uuid.uuid4().hex}")["QueueUrl"]


@pytest.fixture
def api(sending: RunningServer, queue: str) -> Iterator[DomainApi]:
    """A domain with that queue, and a type whose objects make no profiles."""
    with closing(client_of(sending)) as client:
        yield domain_with(DomainApi(client, f"domain-{uuid.uuid4().hex}"), queue)


def domain_with(api: DomainApi, queue: str) -> DomainApi:
    api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=366, DeadLetterQueueUrl=queue)
    api.define("lead", system("lead", AllowProfileCreation=False))
    return api


def received(queues: SQSClient, queue: str, seconds: float = 10.0) -> list[dict[str, Any]]:
    """The first messages that come within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = queues.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], MaxNumberOfMessages=10)
        if answer.get("Messages"):
            return [dict(message) for message in answer["Messages"]]
        time.sleep(0.1)
    return []


def test_the_object_is_the_body_and_the_reason_an_attribute(api: DomainApi, queues: SQSClient, queue: str) -> None:
    api.put("lead", LEAD)
    [message] = received(queues, queue)
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"]) == LEAD
    assert "does not allow profile creation" in told["Message"]
    assert (told["DomainName"], told["ObjectTypeName"], told["ErrorCode"]) == (api.domain, "lead", "NoMatchingProfile")


def test_the_message_names_the_dead_letter(
    sending: RunningServer, api: DomainApi, queues: SQSClient, queue: str
) -> None:
    api.put("lead", LEAD)
    [letter] = Extensions(sending, api).get("/dead-letters")["Items"]
    [message] = received(queues, queue)
    assert message["MessageAttributes"]["DeadLetterId"]["StringValue"] == letter["DeadLetterId"]


def test_each_letter_is_sent_once_where_nothing_fails(api: DomainApi, queues: SQSClient, queue: str) -> None:
    api.put_batch("lead", [{"id": str(number), "customer": "nobody"} for number in range(10)])
    bodies: list[str] = []
    while len(bodies) < 10 and (more := received(queues, queue)):
        bodies += [one["Body"] for one in more]
    assert sorted(json.loads(body)["id"] for body in bodies) == [str(number) for number in range(10)]
    assert received(queues, queue, 1.5) == []


def test_a_domain_without_a_queue_sends_nothing(api: DomainApi, queues: SQSClient, queue: str) -> None:
    api.client.update_domain(DomainName=api.domain, DeadLetterQueueUrl="")
    api.put("lead", LEAD)
    assert received(queues, queue, 1.5) == []


def test_a_letter_is_sent_when_the_queue_is_back(sqs: Endpoint, tmp_path: Path) -> None:
    port = free_port()
    away = Endpoint(f"http://127.0.0.1:{port}")
    running = launch(tmp_path, OPENPROFILES_LOG_FORMAT="json", **away.environment)
    with closing(client_of(running)) as client:
        api = domain_with(DomainApi(client, "away"), f"{away.url}/123456789012/letters")
        api.put("lead", LEAD)
        wait_until(lambda: any("can not be sent" in line.get("reason", "") for line in running.log()))
        process = started(port, tmp_path / "sqs")
        with closing(away.client()) as queues:
            queue = queues.create_queue(QueueName="letters")["QueueUrl"]
            [message] = received(queues, queue, 20)
    process.kill()
    process.wait()
    assert json.loads(message["Body"]) == LEAD
    assert running.stop() == 0


def test_a_letter_that_was_deleted_is_not_sent(tmp_path: Path) -> None:
    port = free_port()
    away = Endpoint(f"http://127.0.0.1:{port}")
    running = launch(tmp_path, OPENPROFILES_LOG_FORMAT="json", **away.environment)
    with closing(client_of(running)) as client:
        api = domain_with(DomainApi(client, "away"), f"{away.url}/123456789012/letters")
        api.put("lead", LEAD)
        own = Extensions(running, api)
        [letter] = own.get("/dead-letters")["Items"]
        own.delete(f"/dead-letters/{letter['DeadLetterId']}")
        process = started(port, tmp_path / "sqs")
        with closing(away.client()) as queues:
            queue = queues.create_queue(QueueName="letters")["QueueUrl"]
            assert received(queues, queue, 3) == []
    process.kill()
    process.wait()
    assert running.stop() == 0


# --- whom the server's credentials go to


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/letters", "eu-west-1"),
        ("https://eu-west-2.queue.amazonaws.com/123456789012/letters", "eu-west-2"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/letters", "cn-north-1"),
    ],
)
def test_the_region_is_that_of_the_queue(url: str, region: str) -> None:
    assert region_of(url, "us-east-1") == region


@pytest.mark.parametrize(
    "url", ["https://evil.example.com/1/q", "https://sqs.eu-west-1.amazonaws.com.evil.example/1/q", "nonsense"]
)
def test_another_host_is_not_reached_unless_an_endpoint_is_set(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NotSent, match="AWS_ENDPOINT_URL_SQS"):
        region_of(url, "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")
    assert region_of(url, "us-east-1") == "us-east-1"
