"""Which names and destinations an event stream may have.

Sources: CreateEventStream; Set up real-time export.
"""

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi, refused
from .streams import KINESIS, PULL, Streams
from .test_tags import arn


@pytest.fixture
def streams(api: DomainApi) -> Streams:
    return Streams(api)


# --- names


@pytest.mark.parametrize("name", ["_changes", "-", "Changes_2", "7", "s" * 64])
def test_a_name_is_found_as_it_was_given(streams: Streams, name: str) -> None:
    streams.create(name)
    assert streams.get(name)["EventStreamArn"] == streams.arn(name)


@pytest.mark.parametrize("name", ["with.dot", "with space", "a/b", "ü", "s" * 65, "changes\n"])
def test_a_name_outside_the_pattern_is_refused(unchecked: CustomerProfilesClient, api: DomainApi, name: str) -> None:
    with refused("eventStreamName"):
        Streams(api, unchecked).create(name)


def test_a_name_that_is_taken_is_refused(streams: Streams) -> None:
    streams.create("changes", KINESIS)
    with refused("changes", streams.api.domain):
        streams.create("changes", PULL)
    assert streams.get("changes")["DestinationDetails"]["Uri"] == KINESIS


def test_a_name_is_free_again_after_a_deletion(streams: Streams) -> None:
    streams.create("changes", KINESIS, Tags={"team": "care"})
    streams.delete("changes")
    streams.create("changes", PULL)
    answer = streams.get("changes")
    assert (answer["DestinationDetails"]["Uri"], "Tags" in answer) == (PULL, False)


def test_a_name_may_be_used_in_each_domain(streams: Streams) -> None:
    other = DomainApi(streams.client, f"{streams.api.domain[:50]}-other")
    streams.client.create_domain(DomainName=other.domain, DefaultExpirationDays=9)
    streams.create("changes")
    Streams(other).create("changes", KINESIS)
    assert streams.get("changes")["DestinationDetails"]["Uri"] == PULL


def test_a_destination_may_be_told_by_several_streams(streams: Streams) -> None:
    streams.create("a", KINESIS)
    streams.create("b", KINESIS)
    assert streams.names() == ["a", "b"]


def test_a_domain_has_at_most_ten(streams: Streams) -> None:
    for number in range(10):
        streams.create(f"s{number}")
    with refused("10", streams.api.domain):
        streams.create("one-more")


def test_a_deleted_one_makes_room_for_another(streams: Streams) -> None:
    for number in range(10):
        streams.create(f"s{number}")
    streams.delete("s7")
    streams.create("one-more")
    assert len(streams.names()) == 10


# --- destinations

ACCOUNT, REGION = "000000000000", "us-east-1"

WRONG_URIS: dict[str, tuple[str, tuple[str, ...]]] = {
    "another region": (f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/s", ("eu-west-1", REGION)),
    "another account": (f"arn:aws:kinesis:{REGION}:111122223333:stream/s", ("111122223333", ACCOUNT)),
    "another service": (f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/s", ("Kinesis data stream",)),
    "a bucket": ("arn:aws:s3:::bucket", ("Kinesis data stream",)),
    "no name": (f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/", ("Kinesis data stream",)),
    "a consumer": (f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s/consumer/c:1", ("Kinesis data stream",)),
    "a name alone": ("changes", ("ARN", "webhook", "ndjson", "pull:")),
    "another scheme": ("ftp://example.com/x", ("ARN", "webhook", "ndjson", "pull:")),
    "more than pull": ("pull:me", ("pull:",)),
    "a file elsewhere": ("file:/etc/passwd", ("NAME.ndjson",)),
    "a file above": ("file:../x.ndjson", ("NAME.ndjson",)),
    "a file of another kind": ("file:x.json", ("NAME.ndjson",)),
    "a webhook": ("https://example.com/hook", ("OPENPROFILES_WEBHOOK_HOSTS",)),
    "a webhook of this machine": ("http://127.0.0.1:8090/hook", ("OPENPROFILES_WEBHOOK_HOSTS",)),
    "the address of the cloud's metadata": ("http://169.254.169.254/latest", ("OPENPROFILES_WEBHOOK_HOSTS",)),
}


@pytest.mark.parametrize(("uri", "words"), WRONG_URIS.values(), ids=WRONG_URIS.keys())
def test_a_destination_that_may_not_be_is_refused_with_the_reason(
    streams: Streams, uri: str, words: tuple[str, ...]
) -> None:
    with refused(*words):
        streams.create("changes", uri)
    assert streams.names() == []


@pytest.mark.parametrize("uri", ["", "x" * 256])
def test_a_uri_of_the_wrong_length_is_refused(unchecked: CustomerProfilesClient, api: DomainApi, uri: str) -> None:
    with refused("uri"):
        Streams(api, unchecked).create("changes", uri)


def test_a_stream_belongs_to_the_region_of_its_domain(elsewhere: CustomerProfilesClient, api: DomainApi) -> None:
    elsewhere.create_domain(DomainName=api.domain, DefaultExpirationDays=9)
    streams, there = Streams(api, elsewhere), KINESIS.replace("us-east-1", "eu-central-1")
    with refused("us-east-1", "eu-central-1"):
        streams.create("changes", KINESIS)
    streams.create("changes", there)
    assert streams.get("changes")["EventStreamArn"] == arn(api.domain, "/event-streams/changes", "eu-central-1")
    elsewhere.delete_domain(DomainName=api.domain)
