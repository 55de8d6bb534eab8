"""Real endpoints: of SQS and Kinesis, and a receiver of webhooks."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from mypy_boto3_sqs import SQSClient

from tests.server.process import clean_environment, wait_until

from .receiver import Receiver

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDQUEUE", "AWS_SECRET_ACCESS_KEY": "secret of the queue's account"}


@dataclass(frozen=True)
class Endpoint:
    """Where SQS is. `environment`: what a server needs to reach it."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {**KEYS, "AWS_ENDPOINT_URL_SQS": self.url}

    def client(self) -> SQSClient:
        return boto3.client(
            "sqs",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )


@dataclass(frozen=True)
class KinesisEndpoint:
    """Where Kinesis is, and the account whose streams are there. `environment`: what a server needs to reach them."""

    url: str
    region: str = "us-east-1"
    account: str = "123456789012"

    @property
    def environment(self) -> dict[str, str]:
        return {**KEYS, "AWS_ENDPOINT_URL_KINESIS": self.url, "OPENPROFILES_ACCOUNT_ID": self.account}

    def client(self) -> Any:
        return boto3.client(
            "kinesis",
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def started(port: int, log: Path) -> subprocess.Popen[bytes]:
    """moto's server on a port."""
    command = [sys.executable, "-m", "tests.moto_server", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=clean_environment())
    wait_until(lambda: is_open(port))
    return process


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of one process that is every endpoint."""
    port = free_port()
    process = started(port, tmp_path_factory.mktemp("moto") / "log")
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def sqs(moto: str) -> Endpoint:
    return Endpoint(moto)


@pytest.fixture(scope="session")
def kinesis(moto: str) -> KinesisEndpoint:
    return KinesisEndpoint(moto)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as one:
        yield one
