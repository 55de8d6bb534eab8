"""Records reach a Kinesis data stream in as few calls as it takes, and each one's fate is told."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import pytest
from botocore.stub import Stubber

from openprofiles.delivery import aws
from openprofiles.delivery.kinesis import KinesisStream
from openprofiles.delivery.records import NotDelivered, Record
from openprofiles.events.uris import Stream

from .conftest import KEYS, KinesisEndpoint, free_port

MIB = 1024 * 1024


def record(key: str, data: bytes = b'{"a":"\xc3\xab"}') -> Record:
    return Record(str(uuid.uuid4()), key, data)


def of_size(size: int, key: str = "0123456789abcdef0123456789abcdef") -> Record:
    """A record that has so many bytes with its key."""
    return record(key, b"x" * (size - len(key)))


@pytest.fixture
def _reachable(kinesis: KinesisEndpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Clients made in the test reach the endpoint as a server's do: by the environment."""
    yield from reached_at(kinesis.url, monkeypatch)


def reached_at(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL_KINESIS": url}.items():
        monkeypatch.setenv(name, value)
    aws._new_client.cache_clear()
    yield
    aws.client_of("kinesis", "us-east-1").close()
    aws._new_client.cache_clear()


@pytest.fixture
def client(kinesis: KinesisEndpoint) -> Iterator[Any]:
    """The tests' own, to make streams and read them."""
    with closing(kinesis.client()) as one:
        yield one


@pytest.fixture
def stream(client: Any) -> Stream:
    """An empty stream of one shard."""
    return made(client)


def made(client: Any) -> Stream:
    name = f"stream-{uuid.uuid4().hex}"
    client.create_stream(StreamName=name, ShardCount=1)
    arn = client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    return Stream(arn, "us-east-1", "123456789012", name)


def read(client: Any, stream: Stream) -> list[tuple[str, bytes]]:
    """All that a stream holds, as (partition key, data)."""
    [shard] = client.list_shards(StreamName=stream.name)["Shards"]
    start = {"StreamName": stream.name, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = client.get_shard_iterator(**start)["ShardIterator"]
    found: list[tuple[str, bytes]] = []
    while page := client.get_records(ShardIterator=iterator):
        iterator = page["NextShardIterator"]
        found += [(one["PartitionKey"], one["Data"]) for one in page["Records"]]
        if not page["Records"]:
            break
    return found


@pytest.mark.usefixtures("_reachable")
def test_a_record_arrives_with_the_key_of_its_profile(client: Any, stream: Stream) -> None:
    assert KinesisStream(stream).deliver([record("p1"), record("p2", b"{}")]) == [None, None]
    assert read(client, stream) == [("p1", b'{"a":"\xc3\xab"}'), ("p2", b"{}")]


@pytest.mark.usefixtures("_reachable")
def test_more_records_than_a_call_takes_arrive(client: Any, stream: Stream) -> None:
    records = [record(f"p{number}") for number in range(1_001)]
    assert KinesisStream(stream).deliver(records) == [None] * 1_001
    assert [key for key, _ in read(client, stream)] == [one.partition_key for one in records]


@pytest.mark.usefixtures("_reachable")
def test_more_bytes_than_a_call_takes_arrive(client: Any, stream: Stream) -> None:
    records = [of_size(MIB, f"{number:032x}") for number in range(6)]
    assert KinesisStream(stream).deliver(records) == [None] * 6
    assert [(key, len(data)) for key, data in read(client, stream)] == [
        (one.partition_key, MIB - 32) for one in records
    ]


@pytest.mark.usefixtures("_reachable")
def test_a_record_that_no_stream_takes_does_not_hold_up_others(client: Any, stream: Stream) -> None:
    reasons = KinesisStream(stream).deliver([record("p1"), of_size(MIB + 1), record("p3")])
    assert reasons == [None, "The record has 1048577 bytes with its key; Kinesis takes 1048576.", None]
    assert [key for key, _ in read(client, stream)] == ["p1", "p3"]


@pytest.mark.usefixtures("_reachable")
def test_the_bytes_of_a_key_count(stream: Stream) -> None:
    [reason] = KinesisStream(stream).deliver([record("ë" * 32, b"x" * (MIB - 63))])
    assert reason == "The record has 1048577 bytes with its key; Kinesis takes 1048576."


def test_where_all_are_too_large_nothing_is_sent() -> None:
    def refuses(region: str) -> None:
        raise AssertionError("a client was asked for")

    stream = Stream("arn", "us-east-1", "123456789012", "s")
    [reason] = KinesisStream(stream, refuses).deliver([of_size(MIB + 1)])
    assert reason is not None


@pytest.mark.usefixtures("_reachable")
def test_a_stream_that_does_not_exist_is_named() -> None:
    away = Stream("arn:aws:kinesis:us-east-1:123456789012:stream/away", "us-east-1", "123456789012", "away")
    with pytest.raises(NotDelivered, match=r"Stream away: ResourceNotFoundException$"):
        KinesisStream(away).deliver([record("p1")])


@pytest.mark.usefixtures("_reachable")
def test_a_stream_of_the_same_name_in_another_account_is_not_reached(client: Any, stream: Stream) -> None:
    other = Stream(stream.arn.replace("123456789012", "999999999999"), "us-east-1", "999999999999", stream.name)
    with pytest.raises(NotDelivered, match="ResourceNotFoundException"):
        KinesisStream(other).deliver([record("p1")])
    assert read(client, stream) == []


def test_an_endpoint_that_is_down_is_told(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in reached_at(f"http://127.0.0.1:{free_port()}", monkeypatch):
        with pytest.raises(NotDelivered, match=f"Stream {stream.name}: EndpointConnectionError$"):
            KinesisStream(stream).deliver([record("p1")])


def test_no_credentials_are_told(monkeypatch: pytest.MonkeyPatch, kinesis: KinesisEndpoint, stream: Stream) -> None:
    for _ in reached_at(kinesis.url, monkeypatch):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(NotDelivered, match=r"NoCredentialsError$"):
            KinesisStream(stream).deliver([record("p1")])


@pytest.mark.usefixtures("_reachable")
def test_a_worker_s_threads_share_a_client_and_keep_their_connections(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    streams = [made(client) for _ in range(aws.CONNECTIONS)]
    with caplog.at_level(logging.WARNING, "urllib3"):
        threads = [Thread(target=deliver_thrice, args=(stream,)) for stream in streams]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [len(read(client, stream)) for stream in streams] == [3] * aws.CONNECTIONS
    assert "pool is full" not in caplog.text
    assert aws._new_client.cache_info().misses == 1


def deliver_thrice(stream: Stream) -> None:
    for number in range(3):
        KinesisStream(stream).deliver([record(f"p{number}")])


# --- what the endpoint of the tests never answers


def stubbed(kinesis: KinesisEndpoint) -> tuple[KinesisStream, Stubber]:
    client = kinesis.client()
    stream = Stream("arn:aws:kinesis:us-east-1:123456789012:stream/s", "us-east-1", "123456789012", "s")
    return KinesisStream(stream, lambda region: client), Stubber(client)


TAKEN = {"SequenceNumber": "1", "ShardId": "shardId-000000000000"}


def test_each_record_that_was_not_taken_has_its_own_reason(kinesis: KinesisEndpoint) -> None:
    destination, stubber = stubbed(kinesis)
    answers = [
        TAKEN,
        {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded for shard …"},
        {"ErrorCode": "InternalFailure", "ErrorMessage": "Internal service failure."},
    ]
    stubber.add_response("put_records", {"FailedRecordCount": 2, "Records": answers})
    with stubber:
        reasons = destination.deliver([record("p1"), record("p2"), record("p3")])
    assert reasons == [None, "ProvisionedThroughputExceededException", "InternalFailure"]


def test_a_record_that_the_answer_leaves_out_was_not_taken(kinesis: KinesisEndpoint) -> None:
    destination, stubber = stubbed(kinesis)
    stubber.add_response("put_records", {"Records": [TAKEN]})
    with stubber:
        assert destination.deliver([record("p1"), record("p2")])[1] is not None


def test_what_was_taken_before_a_call_failed_stays_taken(kinesis: KinesisEndpoint) -> None:
    destination, stubber = stubbed(kinesis)
    stubber.add_response("put_records", {"Records": [TAKEN] * 500})
    stubber.add_client_error("put_records", "ProvisionedThroughputExceededException")
    with stubber:
        reasons = destination.deliver([record(f"p{number}") for number in range(1_200)])
    assert reasons == [None] * 500 + ["Stream s: ProvisionedThroughputExceededException"] * 700
