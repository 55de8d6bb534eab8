"""What tests share: a running server, a boto3 client of it, and a fresh domain."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.postgres import PostgresServer, running_postgres
from tests.server.process import RunningServer, launch

LaunchServer = Callable[..., RunningServer]


AWS_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CUSTOMER_PROFILES",
)


@pytest.fixture(scope="session", autouse=True)
def _no_aws_environment() -> Iterator[None]:
    """No test reads the credentials, regions or endpoints of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", "/nonexistent")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        for name in AWS_VARIABLES:
            patch.delenv(name, raising=False)
        yield


STORES = ("sqlite", "postgres")
"""What the tests of storage, actions and api run on."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests, with credentials from its environment. It must stop with status 0 when asked to."""
    running = launch(tmp_path_factory.mktemp("server"), OPENPROFILES_LOG_FORMAT="json")
    yield running
    assert running.stop() == 0


@pytest.fixture
def launch_server(tmp_path: Path) -> Iterator[LaunchServer]:
    """Starts further servers: `launch_server("--option", …, OPENPROFILES_…="…")`; all have the data of one folder."""
    running: list[RunningServer] = []

    def start(*arguments: str, **environment: str) -> RunningServer:
        running.append(launch(tmp_path, arguments, **environment))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def client_of(
    server: RunningServer, access_key_id: str | None = None, secret_access_key: str | None = None
) -> CustomerProfilesClient:
    """A boto3 client in us-east-1 that never tries again; by default with the root key. The caller closes it."""
    return boto3.client(
        "customer-profiles",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=access_key_id or server.access_key_id,
        aws_secret_access_key=secret_access_key or server.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )


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
