"""The fixtures of the plugin, as any project's tests use them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

from openprofiles.testing.domain import fresh_domain
from openprofiles.testing.server import Server, client_environment, client_of
from openprofiles.testing.switches import Clock, Faults
from tests.api.mappings import system
from tests.server.process import PATIENCE, wait_until

DAY = 86_400


def names(client: CustomerProfilesClient) -> set[str]:
    return {item["DomainName"] for item in client.list_domains(MaxResults=100)["Items"]}


def put(client: CustomerProfilesClient, domain: str) -> None:
    client.put_profile_object_type(DomainName=domain, ObjectTypeName="crm", **system("crm"))
    contact = {"id": "1", "customer": "c1", "first": "Ann"}
    client.put_profile_object(DomainName=domain, ObjectTypeName="crm", Object=json.dumps(contact))


def found(client: CustomerProfilesClient, domain: str) -> list[Any]:
    return client.search_profiles(DomainName=domain, KeyName="customer", Values=["c1"])["Items"]


# --- server, client and domain


@pytest.fixture
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")


def test_the_server_shows_no_secret(openprofiles_server: Server) -> None:
    assert openprofiles_server.secret_access_key not in repr(openprofiles_server)


def test_a_reset_leaves_no_domain(
    openprofiles_server: Server, customer_profiles_client: CustomerProfilesClient
) -> None:
    customer_profiles_client.create_domain(DomainName="shop", DefaultExpirationDays=1)
    openprofiles_server.reset()
    assert names(customer_profiles_client) == set()


def test_the_domain_is_there_and_empty(
    customer_profiles_client: CustomerProfilesClient, customer_profiles_domain: str
) -> None:
    domain = customer_profiles_client.get_domain(DomainName=customer_profiles_domain)
    assert (domain["DefaultExpirationDays"], domain["Stats"]["ProfileCount"]) == (366, 0)


def test_a_domain_goes_and_others_stay(
    openprofiles_server: Server, customer_profiles_client: CustomerProfilesClient, customer_profiles_domain: str
) -> None:
    with fresh_domain(openprofiles_server) as name:
        both = names(customer_profiles_client)
    assert both - names(customer_profiles_client) == {name}


def test_a_test_may_delete_its_domain(
    customer_profiles_client: CustomerProfilesClient, customer_profiles_domain: str
) -> None:
    """What is wrong would be an error after it."""
    customer_profiles_client.delete_domain(DomainName=customer_profiles_domain)
    assert customer_profiles_domain not in names(customer_profiles_client)


@pytest.mark.usefixtures("_proxy")
def test_a_proxy_is_not_in_the_way_of_the_client(openprofiles_server: Server, customer_profiles_domain: str) -> None:
    with closing(client_of(openprofiles_server, boto3)) as client:
        assert customer_profiles_domain in names(client)


# --- the environment


@pytest.fixture
def _other_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials, settings and a session of before, as for AWS itself."""
    boto3.setup_default_session(aws_access_key_id="AKIAOTHER", aws_secret_access_key="other")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-somebody-else")
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    yield
    boto3.DEFAULT_SESSION = None


def reached() -> set[str]:
    """The domains that a client of the code under test sees."""
    with closing(boto3.client("customer-profiles")) as client:
        return names(client)


@pytest.mark.usefixtures("openprofiles_environment")
def test_a_client_made_in_the_test_reaches_the_server(customer_profiles_domain: str) -> None:
    assert customer_profiles_domain in reached()


@pytest.mark.usefixtures("_other_key", "openprofiles_environment")
def test_credentials_and_sessions_of_before_are_not_in_the_way(customer_profiles_domain: str) -> None:
    assert customer_profiles_domain in reached()


@pytest.mark.usefixtures("_proxy", "openprofiles_environment")
def test_a_proxy_is_not_in_the_way_of_other_clients(customer_profiles_domain: str) -> None:
    assert customer_profiles_domain in reached()


@pytest.mark.usefixtures("openprofiles_environment")
def test_a_child_process_reaches_the_server(customer_profiles_domain: str) -> None:
    code = "import boto3; print(boto3.client('customer-profiles').list_domains()['Items'])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert customer_profiles_domain in ended.stdout


def test_other_hosts_without_a_proxy_stay_so(openprofiles_server: Server) -> None:
    variables = client_environment(openprofiles_server, {"NO_PROXY": "example.com"})
    assert (variables["NO_PROXY"], variables["no_proxy"]) == ("example.com,127.0.0.1",) * 2


# --- the clock


def test_the_clock_is_the_wall_s_at_first(openprofiles_clock: Clock) -> None:
    assert openprofiles_clock.now() == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize("by", [DAY, timedelta(days=1)])
def test_the_clock_is_moved_on(openprofiles_clock: Clock, by: float | timedelta) -> None:
    openprofiles_clock.advance(by)
    assert openprofiles_clock.now() == pytest.approx(time.time() + DAY, abs=5)


@pytest.mark.parametrize("moment", [2_000_000_000, datetime(2033, 5, 18, 3, 33, 20, tzinfo=UTC)])
def test_the_clock_is_set(openprofiles_clock: Clock, moment: float | datetime) -> None:
    openprofiles_clock.set(moment)
    assert openprofiles_clock.now() == pytest.approx(2_000_000_000, abs=5)


def test_the_clock_goes_by_the_wall_again(openprofiles_clock: Clock) -> None:
    openprofiles_clock.set(2_000_000_000)
    openprofiles_clock.restore()
    assert openprofiles_clock.now() == pytest.approx(time.time(), abs=5)


def test_what_has_expired_goes(
    customer_profiles_client: CustomerProfilesClient, customer_profiles_domain: str, openprofiles_clock: Clock
) -> None:
    put(customer_profiles_client, customer_profiles_domain)
    openprofiles_clock.advance(timedelta(days=367))
    wait_until(lambda: found(customer_profiles_client, customer_profiles_domain) == [])


# --- faults


def test_objects_are_late(
    customer_profiles_client: CustomerProfilesClient, customer_profiles_domain: str, openprofiles_faults: Faults
) -> None:
    openprofiles_faults.set(ingestion_delay_seconds=3600)
    put(customer_profiles_client, customer_profiles_domain)
    assert found(customer_profiles_client, customer_profiles_domain) == []


def test_without_faults_objects_are_not_late(
    customer_profiles_client: CustomerProfilesClient, customer_profiles_domain: str, openprofiles_faults: Faults
) -> None:
    openprofiles_faults.set(ingestion_delay_seconds=3600)
    openprofiles_faults.clear()
    put(customer_profiles_client, customer_profiles_domain)
    assert len(found(customer_profiles_client, customer_profiles_domain)) == 1


def test_a_domain_goes_also_after_a_test_in_which_all_is_refused(
    openprofiles_faults: Faults, customer_profiles_domain: str, customer_profiles_client: CustomerProfilesClient
) -> None:
    """What is wrong would be an error after it."""
    openprofiles_faults.set(concurrent_update_rate=1)
    with pytest.raises(ClientError, match="concurrent update"):
        put(customer_profiles_client, customer_profiles_domain)
