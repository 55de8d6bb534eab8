"""The server of a test run: one that is started for it, or one that runs already."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from openprofiles.child_server import end_of, stop, url_when_ready
from openprofiles.client import CallError, Endpoint, call
from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS
from openprofiles.settings import (
    PREFIX,
    Credentials,
    SettingsError,
    existing_credentials,
    read_settings,
    region_of,
)
from openprofiles.testing.database import DatabaseError, fresh_database

START_SECONDS = 60
"""A machine that builds and tests is slow at times."""


class ServerError(Exception):
    """There is no server for the tests. The message is for the person who runs them."""


class Server(msgspec.Struct, frozen=True):
    """A server, and a key to call it with. `log` is the file of what it says, where the test run has started it."""

    endpoint: Endpoint
    log: Path | None = None

    @property
    def url(self) -> str:
        return self.endpoint.url

    @property
    def region(self) -> str:
        """Where the domains of the fixtures are: that of the environment, else us-east-1."""
        return self.endpoint.region

    @property
    def access_key_id(self) -> str:
        return self.endpoint.credentials.access_key_id

    @property
    def secret_access_key(self) -> str:
        return self.endpoint.credentials.secret_access_key

    def call(self, name: str, **members: Any) -> dict[str, Any]:
        """The answer of an operation of the API or of `/-/`, by its name. Raises CallError."""
        answer: dict[str, Any] = msgspec.json.decode(call(self.endpoint, (OPERATIONS | EXTENSIONS)[name], members))
        return answer

    def reset(self) -> None:
        """Delete all domains of the account, and put clock and faults back. Raises CallError."""
        self.call("ResetServer")


@contextmanager
def server(folder: Path, environment: Mapping[str, str], url: str | None, store: str | None) -> Iterator[Server]:
    """The server at `url`; else one that is started, with its data in `folder`, or in a database beside `store`.

    Raises ServerError.
    """
    if url:
        yield _given(url, environment)
        return
    try:
        with (
            fresh_database(store) if store else nullcontext() as database,
            _started(folder, environment, database) as made,
        ):
            yield made
    except DatabaseError as error:
        raise ServerError(str(error)) from None


# --- a server that runs already


def _given(url: str, environment: Mapping[str, str]) -> Server:
    try:
        found = Server(Endpoint(url.rstrip("/"), region_of(environment), _key_of(environment)))
        found.call("ListDomains", MaxResults=1)
    except (CallError, SettingsError) as error:
        raise ServerError(f"--openprofiles-url: {error}") from None
    return found


def _key_of(environment: Mapping[str, str]) -> Credentials:
    """The server's own variables go before AWS's, and these before the data directory. Raises SettingsError."""
    settings = read_settings(environment)
    found = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if settings.access_key_id is None and found[0] and found[1]:
        return Credentials(found[0], found[1])
    return existing_credentials(settings)


# --- a server that is started


@contextmanager
def _started(folder: Path, environment: Mapping[str, str], store: str | None) -> Iterator[Server]:
    data, log = folder / "data", folder / "log"
    process = _process(data, log, _server_environment(environment, store))
    try:
        url = _when_ready(process, log)
        key = existing_credentials(read_settings({}, data=str(data)))
        yield Server(Endpoint(url, region_of(environment), key), log)
        if process.poll() is not None:
            raise ServerError(f"The server ended before the tests did. {end_of(log)}")
    finally:
        stop(process)


def _process(data: Path, log: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    options = ("--for-tests", "--listen", "127.0.0.1:0", "--data", str(data))
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", "openprofiles.testing.child", "serve", *options],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the terminal reaches the tests alone, which then stop the server
        )


def _server_environment(environment: Mapping[str, str], store: str | None) -> dict[str, str]:
    """Without a word of any other server: what tests do must never reach the store of one with real data."""
    kept = {name: value for name, value in environment.items() if not name.startswith(PREFIX)}
    ours = {"LOG_FORMAT": "text", "QUOTA_DOMAINS": "1000000"} | ({"STORE": store} if store else {})
    return kept | {PREFIX + name: value for name, value in ours.items()}


def _when_ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The server's address. Raises ServerError."""
    url = url_when_ready(process, log, START_SECONDS)
    if url is None:
        raise ServerError(f"The server for the tests did not start. {end_of(log)}")
    return url


# --- its clients


def client_of(server: Server, boto3: Any) -> Any:
    """A boto3 client. The caller closes it."""
    from botocore.config import Config  # noqa: PLC0415 - boto3 takes a quarter of a second to load

    session = boto3.Session(server.access_key_id, server.secret_access_key, region_name=server.region)
    # A proxy of the environment is for the world outside, not for a server of the test run.
    config = Config(proxies={} if server.log else None)
    return session.client("customer-profiles", endpoint_url=server.url, config=config)


def client_environment(server: Server, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that lead AWS's SDKs to the server, beside those that are there."""
    variables = {
        "AWS_ACCESS_KEY_ID": server.access_key_id,
        "AWS_SECRET_ACCESS_KEY": server.secret_access_key,
        "AWS_REGION": server.region,
        "AWS_DEFAULT_REGION": server.region,
        "AWS_ENDPOINT_URL_CUSTOMER_PROFILES": server.url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    }
    return variables | (_without_proxy(server.url, environment) if server.log else {})


def _without_proxy(url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Both spellings: some programs read one, some the other."""
    others = environment.get("no_proxy") or environment.get("NO_PROXY")
    hosts = ",".join(filter(None, (others, urlsplit(url).hostname)))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
