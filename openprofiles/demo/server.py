"""Where the demo's server is: one that runs already, or a child process on a free port that ends with the demo."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import msgspec
from botocore.config import Config

from openprofiles.child_server import end_of, stop, url_when_ready
from openprofiles.settings import existing_credentials, read_settings, region_of

START_SECONDS = 20
CONNECTIONS = 8


class DemoError(Exception):
    """The demo can not go on. The message is for the person who started it."""


class Server(msgspec.Struct, frozen=True):
    """A server that answers. `session` is a boto3 Session with credentials, `started` whether the demo started it."""

    url: str
    session: Any
    started: bool

    def client(self) -> Any:
        """A boto3 client of it, which threads may share."""
        # A proxy of the environment is for the world outside, not for the child on this machine.
        config = Config(max_pool_connections=CONNECTIONS, proxies={} if self.started else None)
        return self.session.client("customer-profiles", endpoint_url=self.url, config=config)


@contextmanager
def server(data: Path, endpoint_url: str | None) -> Iterator[Server]:
    """The server at `endpoint_url`, else a child process that keeps its data in `data` and stops at the end.

    Raises DemoError where the child does not start.
    """
    if endpoint_url:
        yield Server(endpoint_url, _session(), started=False)
        return
    with _child(data) as url:
        yield Server(url, _session_of(data), started=True)


def _session() -> Any:
    return boto3.Session(region_name=region_of(os.environ))


def _session_of(data: Path) -> Any:
    root = existing_credentials(read_settings(os.environ, data=str(data)))
    return boto3.Session(root.access_key_id, root.secret_access_key, region_name=region_of(os.environ))


@contextmanager
def _child(data: Path) -> Iterator[str]:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = data / "demo-server.log"
    command = [sys.executable, "-m", "openprofiles.cli", "serve", "--listen", "127.0.0.1:0", "--data", str(data)]
    with log.open("wb") as output:
        # A session of its own: Ctrl-C in the terminal reaches the demo alone, which then stops the child.
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)  # noqa: S603
    try:
        yield _when_ready(process, log)
    finally:
        stop(process)


def _when_ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    url = url_when_ready(process, log, START_SECONDS)
    if url is None:
        raise DemoError(f"The server did not start. {end_of(log)}")
    return url
