"""CreateEventStream, GetEventStream, ListEventStreams, DeleteEventStream.

Sources: the API's pages on these operations; Set up real-time export.
"""

import time
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.server.process import RunningServer, wait_until

from .attributes import Answer
from .calls import DomainApi, missing, refused
from .extensions import Extensions
from .streams import KINESIS, PULL, Streams
from .test_tags import tags


@pytest.fixture
def streams(api: DomainApi) -> Streams:
    return Streams(api)


# --- what is answered


def test_create_answers_the_arn_and_the_tags(streams: Streams) -> None:
    answer = streams.create("changes", KINESIS, Tags={"team": "care"})
    assert answer == {"EventStreamArn": streams.arn("changes"), "Tags": {"team": "care"}}


def test_create_without_tags_answers_the_arn_alone(streams: Streams) -> None:
    assert streams.create("changes", KINESIS) == {"EventStreamArn": streams.arn("changes")}


@pytest.mark.parametrize("uri", [KINESIS, PULL])
def test_a_new_stream_runs_and_is_healthy(streams: Streams, uri: str) -> None:
    streams.create("changes", uri, Tags={"team": "care"})
    answer = streams.get("changes")
    assert abs(answer.pop("CreatedAt").timestamp() - time.time()) < 60
    assert answer == {
        "DomainName": streams.api.domain,
        "EventStreamArn": streams.arn("changes"),
        "State": "RUNNING",
        "DestinationDetails": {"Uri": uri, "Status": "HEALTHY"},
        "Tags": {"team": "care"},
    }


@pytest.mark.parametrize("uri", [KINESIS, PULL])
def test_a_listed_stream_shows_these_members(streams: Streams, uri: str) -> None:
    streams.create("changes", uri, Tags={"team": "care"})
    assert streams.page() == {
        "Items": [
            {
                "DomainName": streams.api.domain,
                "EventStreamName": "changes",
                "EventStreamArn": streams.arn("changes"),
                "State": "RUNNING",
                "DestinationSummary": {"Uri": uri, "Status": "HEALTHY"},
                "Tags": {"team": "care"},
            }
        ]
    }


def test_a_stream_that_can_not_be_told_says_so_and_since_when(streams: Streams) -> None:
    """The server of this test has no credentials for Kinesis."""
    streams.create("changes", KINESIS)
    streams.api.create(FirstName="Ann")
    wait_until(lambda: bool(streams.get("changes")["DestinationDetails"]["Status"] == "UNHEALTHY"))
    details, [item] = streams.get("changes")["DestinationDetails"], streams.page()["Items"]
    summary = {member: value for member, value in details.items() if member != "Message"}
    assert (details["Uri"], "NoCredentialsError" in details["Message"]) == (KINESIS, True)
    assert abs(details["UnhealthySince"].timestamp() - time.time()) < 60
    assert (item["DestinationSummary"], item["State"]) == (summary, "RUNNING")


def test_the_time_of_becoming_unhealthy_stays_that_of_the_first_failure(streams: Streams) -> None:
    streams.create("changes", KINESIS)
    streams.api.create(FirstName="Ann")
    wait_until(lambda: "UnhealthySince" in streams.get("changes")["DestinationDetails"])
    since = streams.get("changes")["DestinationDetails"]["UnhealthySince"]
    time.sleep(1.5)
    assert streams.get("changes")["DestinationDetails"]["UnhealthySince"] == since


# --- list


def test_a_domain_without_streams_lists_none(streams: Streams) -> None:
    assert streams.page() == {"Items": []}


def test_streams_are_listed_by_name(streams: Streams) -> None:
    for name in ("b", "_c", "a", "B", "1"):
        streams.create(name)
    assert streams.names() == ["1", "B", "_c", "a", "b"]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_pages_together_have_every_stream_once(streams: Streams, size: int) -> None:
    for number in range(7):
        streams.create(f"s{number}")
    assert walk(streams, size) == [f"s{number}" for number in range(7)]


def walk(streams: Streams, size: int) -> list[str]:
    answer = streams.page(MaxResults=size)
    names = [item["EventStreamName"] for item in answer["Items"]]
    while "NextToken" in answer:
        answer = streams.page(MaxResults=size, NextToken=answer["NextToken"])
        names += [item["EventStreamName"] for item in answer["Items"]]
    return names


def test_the_last_page_has_no_token_even_if_it_is_full(streams: Streams) -> None:
    for name in ("a", "b", "c"):
        streams.create(name)
    assert "NextToken" not in streams.page(MaxResults=3)


def token(streams: Streams) -> str:
    for name in ("a", "b"):
        streams.create(name)
    return str(streams.page(MaxResults=1)["NextToken"])


def test_a_token_of_another_operation_is_refused(streams: Streams) -> None:
    with refused("token"):
        streams.client.list_calculated_attribute_definitions(DomainName=streams.api.domain, NextToken=token(streams))


def test_a_token_of_another_domain_is_refused(streams: Streams) -> None:
    other = DomainApi(streams.client, f"{streams.api.domain[:50]}-other")
    streams.client.create_domain(DomainName=other.domain, DefaultExpirationDays=9)
    with refused("token"):
        Streams(other).page(NextToken=token(streams))


def test_an_altered_token_is_refused(streams: Streams) -> None:
    with refused("token"):
        streams.page(NextToken=token(streams)[:-4] + "AAAA")


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_size_out_of_range_is_refused(unchecked: CustomerProfilesClient, api: DomainApi, size: int) -> None:
    with refused("maxResults"):
        Streams(api, unchecked).page(MaxResults=size)


# --- delete


def test_delete_answers_nothing_and_the_stream_is_gone(streams: Streams) -> None:
    streams.create("changes")
    assert streams.delete("changes") == {}
    with missing("changes"):
        streams.get("changes")
    assert streams.names() == []


def test_the_events_of_a_deleted_stream_can_not_be_read(streams: Streams, server: RunningServer) -> None:
    streams.create("changes")
    streams.api.create(FirstName="Ann")
    streams.delete("changes")
    assert Extensions(server, streams.api).ask("POST", "/event-streams/changes/read", {})[0] == 404


def test_a_domain_made_anew_has_no_old_streams(streams: Streams) -> None:
    streams.create("changes")
    streams.client.delete_domain(DomainName=streams.api.domain)
    streams.client.create_domain(DomainName=streams.api.domain, DefaultExpirationDays=9)
    assert streams.names() == []


# --- tags


def test_tags_are_changed_by_the_arn(streams: Streams) -> None:
    resource = streams.create("changes", Tags={"team": "care", "stage": "test"})["EventStreamArn"]
    streams.client.tag_resource(resourceArn=resource, tags={"stage": "live", "cost": "1"})
    streams.client.untag_resource(resourceArn=resource, tagKeys=["team"])
    assert tags(streams.api, resource) == {"stage": "live", "cost": "1"}


def test_tags_by_the_arn_show_in_the_stream_and_in_the_list(streams: Streams) -> None:
    resource = streams.create("changes")["EventStreamArn"]
    streams.client.tag_resource(resourceArn=resource, tags={"team": "care"})
    [item] = streams.page()["Items"]
    assert (streams.get("changes")["Tags"], item["Tags"]) == ({"team": "care"}, {"team": "care"})


def test_the_arn_of_a_deleted_stream_is_not_found(streams: Streams) -> None:
    resource = streams.create("changes")["EventStreamArn"]
    streams.delete("changes")
    with missing("changes"):
        tags(streams.api, resource)


# --- what is not there

OPERATIONS: dict[str, Answer] = {
    "create_event_stream": {"EventStreamName": "changes", "Uri": KINESIS},
    "get_event_stream": {"EventStreamName": "changes"},
    "delete_event_stream": {"EventStreamName": "changes"},
    "list_event_streams": {},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_domain_is_not_found(client: CustomerProfilesClient, operation: str) -> None:
    with missing("no-such-domain"):
        getattr(client, operation)(DomainName="no-such-domain", **OPERATIONS[operation])


@pytest.mark.parametrize("operation", ["get", "delete"])
def test_an_unknown_stream_is_not_found(streams: Streams, operation: str) -> None:
    call = getattr(streams.client, f"{operation}_event_stream")
    with missing("changes", streams.api.domain):
        call(DomainName=streams.api.domain, EventStreamName="changes")


@pytest.mark.parametrize("member", ["uri"])
def test_a_destination_is_required(unchecked: CustomerProfilesClient, domain: str, member: str) -> None:
    create: Any = unchecked.create_event_stream
    with refused(member):
        create(DomainName=domain, EventStreamName="changes")
