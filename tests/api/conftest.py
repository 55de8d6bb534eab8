"""A running server of each store, its clients, and a fresh domain."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import boto3
import pytest
from botocore.config import Config
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.conftest import STORES, client_of
from tests.postgres import PostgresServer
from tests.server.process import RunningServer, launch

from .calls import DomainApi

MakeClient = Callable[[str, bool], CustomerProfilesClient]


@pytest.fixture(scope="session", params=STORES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for each store. It must stop with status 0 when asked to."""
    with ExitStack() as stack:
        environment = {"OPENPROFILES_LOG_FORMAT": "json"}
        if request.param == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            environment["OPENPROFILES_STORE"] = stack.enter_context(postgres.fresh())
        running = launch(tmp_path_factory.mktemp("server"), **environment)
        yield running
        assert running.stop() == 0


@pytest.fixture(scope="session")
def client(server: RunningServer) -> Iterator[CustomerProfilesClient]:
    """An unmodified boto3 client of the server, with the root key."""
    made = client_of(server)
    yield made
    made.close()


@pytest.fixture
def domain(client: CustomerProfilesClient) -> str:
    """The name of a fresh domain."""
    name = f"domain-{uuid.uuid4().hex}"
    client.create_domain(DomainName=name, DefaultExpirationDays=366)
    return name


@pytest.fixture(scope="session")
def make_client(server: RunningServer) -> Iterator[MakeClient]:
    """Make a client of a region, with or without boto3's own check of the parameters."""
    made: list[CustomerProfilesClient] = []

    def make(region: str, checked: bool) -> CustomerProfilesClient:
        client: CustomerProfilesClient = boto3.client(
            "customer-profiles",
            endpoint_url=server.url,
            region_name=region,
            aws_access_key_id=server.access_key_id,
            aws_secret_access_key=server.secret_access_key,
            config=Config(parameter_validation=checked, retries={"total_max_attempts": 1}),
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def unchecked(make_client: MakeClient) -> CustomerProfilesClient:
    """A client that sends what it is given, so that the server's own check of the form answers."""
    return make_client("us-east-1", False)


@pytest.fixture(scope="session")
def elsewhere(make_client: MakeClient) -> CustomerProfilesClient:
    """A client of another region."""
    return make_client("eu-central-1", True)


@pytest.fixture
def api(client: CustomerProfilesClient, domain: str) -> DomainApi:
    """The API of a fresh domain."""
    return DomainApi(client, domain)
