"""`/-/metrics`: what a server tells Prometheus."""

import http.client
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial

import pytest
from botocore.exceptions import ClientError
from prometheus_client.parser import text_string_to_metric_families

import openprofiles
from openprofiles.errors import ApiError, RequestRefused
from openprofiles.extensions import EXTENSIONS
from openprofiles.gateway.own_pages import OWN_PAGES
from openprofiles.metrics import NAMES, NO_OPERATION, STATUSES
from openprofiles.operations import OPERATIONS
from tests.api.calls import DomainApi
from tests.api.extensions import Extensions
from tests.api.mappings import system
from tests.conftest import STORES, LaunchServer, client_of
from tests.postgres import PostgresServer
from tests.server.test_processes import children

from .process import RunningServer, get_status, launch, wait_until

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]

PATH = "/-/metrics"
ACCOUNT = "424242424242"


def ask(server: RunningServer, path: str, method: str = "GET") -> tuple[int, str | None, str]:
    """Status, content type and body."""
    with closing(http.client.HTTPConnection(*server.address, timeout=30)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("content-type"), answer.read().decode()


def scraped(server: RunningServer) -> Samples:
    """Name and labels of each sample → its value."""
    families = text_string_to_metric_families(ask(server, PATH)[2])
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((f"openprofiles_{name}", frozenset(labels.items())))


def labels_of(samples: Samples, label: str) -> set[str]:
    return {dict(labels)[label] for _, labels in samples if label in dict(labels)}


@pytest.fixture(scope="module", params=STORES)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server for tests, on each store."""
    with ExitStack() as stack:
        environment = {"OPENPROFILES_ACCOUNT_ID": ACCOUNT}
        if request.param == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            environment["OPENPROFILES_STORE"] = stack.enter_context(postgres.fresh())
        running = launch(tmp_path_factory.mktemp("watched"), ("--for-tests",), **environment)
        yield running
        assert running.stop() == 0


@pytest.fixture
def api(watched: RunningServer) -> Iterator[DomainApi]:
    """A domain whose dead letters no queue takes, alone in the store."""
    with closing(client_of(watched)) as client:
        api = DomainApi(client, f"domain-{uuid.uuid4().hex}")
        Extensions(watched, api).root("POST", "/-/reset")
        queue = "https://queues.example.com/letters"
        client.create_domain(DomainName=api.domain, DefaultExpirationDays=366, DeadLetterQueueUrl=queue)
        api.define("lead", system("lead", AllowProfileCreation=False))
        yield api


# --- the page


def test_the_page_is_in_the_text_format(server: RunningServer) -> None:
    status, content_type, text = ask(server, PATH)
    types = {family.name: family.type for family in text_string_to_metric_families(text)}
    assert (status, content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert types["openprofiles_requests"] == "counter"
    assert types["openprofiles_request_seconds"] == "histogram"
    assert types["openprofiles_calls_waiting"] == types["openprofiles_store_up"] == "gauge"


def test_the_page_tells_of_the_process_and_the_version(server: RunningServer) -> None:
    samples = scraped(server)
    assert value(samples, "info", version=openprofiles.__version__) == 1
    assert samples["process_resident_memory_bytes", frozenset()] > 10_000_000
    assert samples["process_start_time_seconds", frozenset()] > time.time() - 86_400


def test_the_page_names_no_domain_no_account_and_no_key(watched: RunningServer, api: DomainApi) -> None:
    api.put("lead", {"id": "1", "customer": "Zoë"})
    text = ask(watched, PATH)[2]
    assert [name for name in (api.domain, ACCOUNT, watched.access_key_id, "lead", "Zoë") if name in text] == []


def test_a_server_whose_metrics_are_off_has_no_such_page(launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_METRICS="off")
    assert ask(server, PATH) == ask(server, "/-/nothing")
    assert ask(server, PATH)[0] == 404
    assert get_status(f"{server.url}/-/health") == 200


# --- requests


@pytest.fixture
def called(launch_server: LaunchServer) -> Samples:
    """Of a server that was called: three domains were made and one refused."""
    server = launch_server()
    with closing(client_of(server)) as client:
        for name in ("one", "two", "three", "three"):
            with suppress(ClientError):
                client.create_domain(DomainName=name, DefaultExpirationDays=1)
        client.list_domains()
    return scraped(server)


def test_requests_are_counted_by_operation_and_status(called: Samples) -> None:
    assert value(called, "requests_total", operation="CreateDomain", status="200") == 3
    assert value(called, "requests_total", operation="CreateDomain", status="400") == 1
    assert value(called, "requests_total", operation="ListDomains", status="200") == 1


def test_the_time_of_each_request_is_in_a_bucket(called: Samples) -> None:
    buckets = [
        (float(dict(labels)["le"]), number)
        for (name, labels), number in called.items()
        if name == "openprofiles_request_seconds_bucket" and ("operation", "CreateDomain") in labels
    ]
    numbers = [number for _, number in sorted(buckets)]
    assert (min(buckets)[0], max(buckets)) == (0.0005, (float("inf"), 4))
    assert numbers == sorted(numbers)
    assert value(called, "request_seconds_count", operation="CreateDomain") == 4
    assert 0 < (value(called, "request_seconds_sum", operation="CreateDomain") or 0) < 40


def test_what_is_no_operation_has_one_name_whatever_its_path(launch_server: LaunchServer) -> None:
    server = launch_server()
    for number in range(50):
        ask(server, f"/evil-{number}/{uuid.uuid4()}")
        ask(server, f"/-/{'x' * number}%22%7D", method="PATCH")

    samples = scraped(server)

    assert labels_of(samples, "operation") == {NO_OPERATION, "ready"}
    assert value(samples, "requests_total", operation=NO_OPERATION, status="404") == 100


def test_a_request_that_is_refused_before_its_head_is_read_is_counted(launch_server: LaunchServer) -> None:
    server = launch_server(OPENPROFILES_LIMIT_HEADER_BYTES="1000")
    with closing(http.client.HTTPConnection(*server.address, timeout=30)) as connection:
        connection.request("GET", "/domains", headers={"x-long": "x" * 60_000})
        assert connection.getresponse().status == 431

    assert value(scraped(server), "requests_total", operation=NO_OPERATION, status="431") == 1


def statuses_of(error: type[ApiError]) -> set[int]:
    return {error.status}.union(*(statuses_of(kind) for kind in error.__subclasses__()))


def test_every_operation_page_and_status_has_a_name() -> None:
    pages = {page.name for page in OWN_PAGES.values()}
    answered = {row.status for row in (*OPERATIONS.values(), *EXTENSIONS.values())}
    assert {*OPERATIONS, *EXTENSIONS, *pages} <= set(NAMES)
    assert statuses_of(ApiError) - {RequestRefused.status} | answered <= set(STATUSES)


# --- what the store holds


def test_dead_letters_are_counted(watched: RunningServer, api: DomainApi) -> None:
    wait_until(lambda: value(scraped(watched), "dead_letters") == 0)
    api.put("lead", {"id": "1", "customer": "nobody"})
    api.put("lead", {"id": "2", "customer": "nobody"})
    wait_until(lambda: value(scraped(watched), "dead_letters") == 2)


def test_dead_letters_that_no_queue_takes_are_counted_and_grow_old(watched: RunningServer, api: DomainApi) -> None:
    api.put("lead", {"id": "1", "customer": "nobody"})
    wait_until(lambda: value(scraped(watched), "dead_letters_to_send") == 1)
    wait_until(lambda: 1 < (value(scraped(watched), "dead_letters_to_send_oldest_age_seconds") or 0) < 30)


def test_objects_that_are_held_back_are_counted(watched: RunningServer, api: DomainApi) -> None:
    Extensions(watched, api).root("PUT", "/-/faults", IngestionDelaySeconds=3600)
    for number in range(3):
        api.put("lead", {"id": str(number), "customer": "nobody"})
    wait_until(lambda: value(scraped(watched), "delayed_objects") == 3)


# --- several processes


def made(samples: Samples) -> float | None:
    """How many domains."""
    return value(samples, "requests_total", operation="CreateDomain", status="200")


def test_any_process_tells_what_all_have_counted(family: RunningServer) -> None:
    for number in range(30):
        with closing(client_of(family)) as client:  # a connection of its own each time, which any process may get
            client.create_domain(DomainName=f"domain-{number}", DefaultExpirationDays=1)

    for _ in range(10):
        time.sleep(0.2)
        assert made(scraped(family)) == 30
    assert labels_of(scraped(family), "process") == {"0", "1"}


def is_replaced(family: RunningServer, process: int) -> bool:
    return process not in children(family) and len(children(family)) == 2


def test_what_a_process_has_counted_stays_when_it_dies(family: RunningServer) -> None:
    for number in range(10):
        with closing(client_of(family)) as client:
            client.create_domain(DomainName=f"domain-{number}", DefaultExpirationDays=1)

    for process in children(family):
        os.kill(process, signal.SIGKILL)
        wait_until(partial(is_replaced, family, process))
    wait_until(lambda: get_status(f"{family.url}/-/ready") == 200)

    assert made(scraped(family)) == 10
