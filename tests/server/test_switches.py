"""What only a server for tests does: it is emptied, its clock is set, and it imitates what is inconvenient in AWS."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.calls import DomainApi, refused
from tests.api.extensions import Extensions
from tests.api.mappings import system
from tests.conftest import STORES, client_of
from tests.postgres import PostgresServer

from .process import RunningServer, launch, run_command, wait_until

DAY = 86_400


@pytest.fixture(scope="module", params=STORES)
def switched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server for tests, on each store."""
    folder = tmp_path_factory.mktemp("switched")
    if request.param == "sqlite":
        running = launch(folder, ("--for-tests",))
        yield running
        running.stop()
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    with postgres.fresh() as url:
        running = launch(folder, ("--for-tests",), OPENPROFILES_STORE=url)
        yield running
        running.stop()


@pytest.fixture
def api(switched: RunningServer) -> Iterator[DomainApi]:
    """A domain of a server that was just emptied."""
    with closing(client_of(switched)) as client:
        api = DomainApi(client, "tests")
        own = Extensions(switched, api)
        own.root("POST", "/-/reset")
        client.create_domain(DomainName="tests", DefaultExpirationDays=10)
        api.define("crm", system("crm"))
        yield api


@pytest.fixture
def own(switched: RunningServer, api: DomainApi) -> Extensions:
    return Extensions(switched, api)


def put(api: DomainApi, number: int) -> str:
    return api.put("crm", {"id": str(number), "customer": f"c{number}", "first": "Ann"})


# --- reset


def test_a_reset_leaves_no_domain(own: Extensions, api: DomainApi) -> None:
    put(api, 1)
    assert own.root("POST", "/-/reset")[1] == {"Domains": 1}
    assert api.client.list_domains()["Items"] == []


def test_a_name_is_free_again_after_a_reset_and_nothing_is_left_behind_it(own: Extensions, api: DomainApi) -> None:
    put(api, 1)
    own.root("POST", "/-/reset")
    api.client.create_domain(DomainName="tests", DefaultExpirationDays=10)
    assert api.search("customer", "c1") == []


def test_a_reset_puts_clock_and_faults_back(own: Extensions) -> None:
    own.root("PUT", "/-/clock", AdvanceSeconds=1000)
    own.root("PUT", "/-/faults", ConcurrentUpdateRate=1)
    own.root("POST", "/-/reset")
    assert own.root("GET", "/-/clock")[1]["OffsetSeconds"] == 0
    assert own.root("GET", "/-/faults")[1]["ConcurrentUpdateRate"] == 0


def test_a_key_resets_only_the_domains_that_it_may_touch(own: Extensions, api: DomainApi) -> None:
    api.client.create_domain(DomainName="shop-1", DefaultExpirationDays=10)
    printed = run_command("keys", "create", "--domains", "shop-*", **own.server.environment).stdout
    key = dict(line.split(maxsplit=1) for line in printed.splitlines())
    own.use(key["AccessKeyId"], key["SecretAccessKey"])
    assert own.root("POST", "/-/reset")[1] == {"Domains": 1}
    assert [item["DomainName"] for item in api.client.list_domains()["Items"]] == ["tests"]


def test_a_key_for_some_domains_sets_neither_clock_nor_faults(own: Extensions) -> None:
    printed = run_command("keys", "create", "--domains", "shop-*", **own.server.environment).stdout
    key = dict(line.split(maxsplit=1) for line in printed.splitlines())
    own.use(key["AccessKeyId"], key["SecretAccessKey"])
    assert own.root("PUT", "/-/clock", AdvanceSeconds=1)[0] == 403
    assert own.root("PUT", "/-/faults", ConcurrentUpdateRate=1)[0] == 403


# --- the clock


def test_the_clock_is_moved_on_and_goes_on_from_there(own: Extensions) -> None:
    before = own.root("GET", "/-/clock")[1]["Now"]
    own.root("PUT", "/-/clock", AdvanceSeconds=DAY)
    assert before + DAY <= own.root("GET", "/-/clock")[1]["Now"] < before + DAY + 60


def test_what_is_made_later_has_the_time_that_was_set(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/clock", Now=2_000_000_000)
    api.client.create_domain(DomainName="later", DefaultExpirationDays=10)
    created = api.client.get_domain(DomainName="later")["CreatedAt"].timestamp()
    assert 2_000_000_000 <= created < 2_000_000_060


def test_calls_are_signed_by_wall_time_whatever_the_clock_says(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/clock", Now=1_000_000_000)
    put(api, 1)
    assert api.one("customer", "c1")["FirstName"] == "Ann"


def test_what_expires_goes_soon_after_the_clock_was_set(own: Extensions, api: DomainApi) -> None:
    put(api, 1)
    own.root("PUT", "/-/clock", AdvanceSeconds=11 * DAY)
    wait_until(lambda: api.search("customer", "c1") == [])


@pytest.mark.parametrize("members", [{}, {"Now": 1, "AdvanceSeconds": 1}])
def test_a_clock_is_set_in_one_way(own: Extensions, members: dict[str, Any]) -> None:
    assert own.root("PUT", "/-/clock", **members)[0] == 400


# --- ingestion as late as AWS's


def test_an_object_comes_to_its_profile_later(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", IngestionDelaySeconds=3600)
    unique_key = put(api, 1)
    assert api.search("customer", "c1") == []
    own.root("PUT", "/-/clock", AdvanceSeconds=3601)
    wait_until(lambda: len(api.search("customer", "c1")) == 1)
    [listed] = api.listed(api.one("customer", "c1")["ProfileId"], "crm")
    assert listed["ProfileObjectUniqueKey"] == unique_key


def test_objects_change_places(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", IngestionJitterSeconds=1000)
    for number in range(20):
        api.put("crm", {"id": "1", "customer": "ann", "first": f"Ann{number}"})
    own.root("PUT", "/-/clock", AdvanceSeconds=1001)
    wait_until(lambda: api.stats()["ObjectCount"] == 1 and len(history(api)) == 20)
    assert history(api) != sorted(history(api))


def history(api: DomainApi) -> list[int]:
    """The numbers of the first names that Ann had, one after the other."""
    found = api.search("customer", "ann")
    if not found:
        return []
    arguments = {"DomainName": api.domain, "ProfileId": found[0]["ProfileId"]}
    records = api.client.list_profile_history_records(**arguments, MaxResults=100)["ProfileHistoryRecords"]
    ids = [record["Id"] for record in records]
    contents = [api.client.get_profile_history_record(**arguments, Id=one).get("Content", "{}") for one in ids]
    return [int(str(json.loads(one)["FirstName"])[3:]) for one in contents if "FirstName" in one]


def test_late_objects_of_several_domains_come_in_together(own: Extensions, api: DomainApi) -> None:
    api.client.create_domain(DomainName="other", DefaultExpirationDays=10)
    other = DomainApi(api.client, "other")
    other.define("crm", system("crm"))
    own.root("PUT", "/-/faults", IngestionDelaySeconds=60)
    for number in range(4):
        put(api, number)
        put(other, number)
    own.root("PUT", "/-/clock", AdvanceSeconds=61)
    wait_until(lambda: api.stats()["ObjectCount"] == other.stats()["ObjectCount"] == 4)


def test_what_can_be_refused_at_once_is(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", IngestionDelaySeconds=3600)
    with refused("UNIQUE key"):
        api.put("crm", {"customer": "ann"})


def test_a_batch_is_late_too(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", IngestionDelaySeconds=3600)
    answer = api.put_batch("crm", [{"id": "1", "customer": "c1"}, {"customer": "c2"}])
    assert (len(answer["Successful"]), len(answer["Failed"])) == (1, 1)
    assert api.search("customer", "c1") == []


def test_without_a_delay_an_object_is_there_at_once(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", IngestionDelaySeconds=1)
    own.root("PUT", "/-/faults")
    put(api, 1)
    assert api.one("customer", "c1")["FirstName"] == "Ann"


# --- concurrent updates


def test_writing_calls_are_refused_at_the_rate_that_was_set(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", ConcurrentUpdateRate=1)
    with refused("concurrent update", "in-progress"):
        put(api, 1)
    assert api.stats()["ObjectCount"] == 0


def test_some_calls_get_through_where_the_rate_lets_them(own: Extensions, api: DomainApi) -> None:
    own.root("PUT", "/-/faults", ConcurrentUpdateRate=0.5)
    stored = 0
    for number in range(60):
        try:
            put(api, number)
            stored += 1
        except ClientError as error:
            assert "in-progress" in error.response["Error"]["Message"]  # noqa: PT017 - not each call is refused
    assert 5 <= stored <= 55
    assert api.stats()["ObjectCount"] == stored


@pytest.mark.parametrize("members", [{"ConcurrentUpdateRate": 2}, {"IngestionDelaySeconds": -1}])
def test_faults_that_make_no_sense_are_refused(own: Extensions, members: dict[str, Any]) -> None:
    assert own.root("PUT", "/-/faults", **members)[0] == 400


# --- a server with real data


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/-/reset"), ("GET", "/-/clock"), ("PUT", "/-/clock"), ("PUT", "/-/faults")]
)
def test_a_server_that_is_not_for_tests_refuses(server: RunningServer, method: str, path: str) -> None:
    with closing(client_of(server)) as client:
        status, told = Extensions(server, DomainApi(client, "-")).root(method, path)
    assert (status, "--for-tests" in told["Message"]) == (403, True)


def test_a_server_that_is_not_for_tests_keeps_its_own_time(server: RunningServer) -> None:
    with closing(client_of(server)) as client:
        client.create_domain(DomainName="own-time", DefaultExpirationDays=10)
        created = client.get_domain(DomainName="own-time")["CreatedAt"].timestamp()
    assert abs(created - time.time()) < 60
