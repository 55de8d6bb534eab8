"""Where the demo's server is: one that runs already, or a child process on a free port that ends with the demo."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import msgspec
from botocore.config import Config

from openprofiles.settings import existing_credentials, read_settings, region_of

START_SECONDS = 20
STOP_SECONDS = 15
CONNECTIONS = 8
ADDRESS = re.compile(r"https?://[^\s\"']+")


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
        _stop(process)


def _when_ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = ADDRESS.search(log.read_text(errors="replace"))
        if found and _is_ready(found[0]):
            return found[0]
        time.sleep(0.05)
    told = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise DemoError(f"The server did not start. {log} ends with:\n{told}")


def _is_ready(url: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=2)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
