"""`openprofiles events tail`: what happens in a domain, in a terminal or a pipe, from a running server."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.calls import DomainApi
from tests.api.mappings import system
from tests.conftest import LaunchServer

from .process import PATIENCE, RunningServer
from .tailing import StartTail, names, read_line, tails, terminal


@pytest.fixture
def api(client: CustomerProfilesClient, domain: str) -> DomainApi:
    return DomainApi(client, domain)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartTail]:
    with tails(tmp_path) as start:
        yield start


def streams(api: DomainApi) -> list[str]:
    items = api.client.list_event_streams(DomainName=api.domain)["Items"]
    return [item["EventStreamName"] for item in items]


# --- what it prints


def test_changes_are_lines_of_json_where_nobody_looks(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    tail = start(server, api.domain)
    api.define("crm", system("crm"))
    api.put("crm", '{"id": "1",\n "customer": "c1",\r\n "first": "Ann"}')
    of_profile, of_object = tail.records(2)
    assert (of_profile["EventType"], of_profile["ObjectTypeName"]) == ("CREATED", "_profile")
    assert of_profile["Object"]["FirstName"] == "Ann"
    assert of_object["Object"] == {"id": "1", "customer": "c1", "first": "Ann"}


def test_a_person_sees_one_line_for_each_change(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    with terminal() as (ours, theirs):
        start(server, api.domain, output=theirs)
        profile_id = api.create(FirstName="Ann", LastName="Lee")
        api.update(profile_id, FirstName="Anna")
        created, updated = read_line(ours), read_line(ours)
    assert created.partition("Z ")[2] == f'CREATED _profile {profile_id} FirstName="Ann" LastName="Lee"'
    assert updated.partition("Z ")[2] == f'UPDATED _profile {profile_id} FirstName="Anna"'


def test_json_can_be_asked_for_in_a_terminal(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    with terminal() as (ours, theirs):
        start(server, api.domain, "--json", output=theirs)
        api.create(FirstName="Ann")
        line = read_line(ours)
    assert names([json.loads(line)]) == ["Ann"]


def test_deletions_are_told(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    tail = start(server, api.domain)
    profile_id = api.create(FirstName="Ann")
    tail.lines(1)
    api.delete(profile_id)
    assert [record["EventType"] for record in tail.records(2)] == ["CREATED", "DELETED"]


def test_more_than_one_answer_holds_arrive_in_order(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    tail = start(server, api.domain)
    api.define("crm", system("crm"))
    for start_at in range(0, 250, 10):
        people = [{"id": str(n), "customer": f"c{n % 7}", "first": f"Ann{n}"} for n in range(start_at, start_at + 10)]
        api.put_batch("crm", people)
    told = [record for record in tail.records(500) if record["ObjectTypeName"] == "_profile"]
    by_customer: dict[str, list[int]] = {}
    for record in told:
        by_customer.setdefault(record["Object"]["ProfileId"], []).append(int(record["Object"]["FirstName"][3:]))
    assert sorted(map(tuple, by_customer.values())) == [tuple(range(n, 250, 7)) for n in range(7)]


def test_two_see_the_same(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    tails = [start(server, api.domain) for _ in range(2)]
    for name in ("Ann", "Bob"):
        api.create(FirstName=name)
    first, second = [tail.records(2) for tail in tails]
    assert first == second
    assert names(first) == ["Ann", "Bob"]


# --- how it ends


def test_it_ends_after_so_many_events(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    tail = start(server, api.domain, "--count", "2")
    for name in ("Ann", "Bob", "Cid"):
        api.create(FirstName=name)
    assert tail.process.wait(PATIENCE) == 0
    assert len(tail.lines(2)) == 2
    assert streams(api) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_well_and_its_stream(
    server: RunningServer, api: DomainApi, start: StartTail, number: int
) -> None:
    tail = start(server, api.domain)
    during = streams(api)
    assert tail.end(number) == 0
    assert [name[:5] for name in during] == ["tail-"]
    assert streams(api) == []
    assert tail.said() == [f"openprofiles: Following domain {api.domain}; Ctrl-C ends it."]


def test_it_ends_when_nobody_reads_its_output_any_more(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    ours, theirs = os.pipe()
    tail = start(server, api.domain, output=theirs)
    os.close(theirs)
    os.close(ours)
    assert tail.process.wait(PATIENCE) == 0
    assert streams(api) == []
    assert len(tail.said()) == 1


def test_it_ends_when_its_output_breaks_while_it_prints(
    server: RunningServer, api: DomainApi, start: StartTail
) -> None:
    ours, theirs = os.pipe()
    tail = start(server, api.domain, output=theirs)
    os.close(theirs)
    for _ in range(3):
        api.create(FirstName="Ann", Attributes={f"a{number}": "x" * 255 for number in range(100)})
    assert os.read(ours, 1) == b"{"
    os.close(ours)
    assert tail.process.wait(PATIENCE) == 0
    assert streams(api) == []
    assert len(tail.said()) == 1


def test_without_such_a_domain_there_is_one_line(server: RunningServer, start: StartTail) -> None:
    tail = start(server, "no-such-domain", is_ready=False)
    assert tail.process.wait(PATIENCE) == 1
    assert tail.said() == ["openprofiles: ResourceNotFoundException: Domain no-such-domain does not exist."]


def test_without_a_server_there_is_one_line(launch_server: LaunchServer, start: StartTail) -> None:
    server = launch_server()
    server.stop()
    tail = start(server, "shop", is_ready=False)
    assert tail.process.wait(PATIENCE) == 1
    assert tail.said() == [f"openprofiles: No server answers at {server.url}: Connection refused."]


def test_a_stream_that_somebody_deletes_ends_it(server: RunningServer, api: DomainApi, start: StartTail) -> None:
    tail = start(server, api.domain)
    [name] = streams(api)
    api.client.delete_event_stream(DomainName=api.domain, EventStreamName=name)
    assert tail.process.wait(PATIENCE) == 1
    [_, last] = tail.said()
    assert last == (
        f"openprofiles: ResourceNotFoundException: Event stream {name} does not exist in domain {api.domain}."
    )
