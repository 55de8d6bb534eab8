"""A plugin of pytest for projects that use the API: a server for their tests, and what goes with it.

It is loaded in each run of pytest where openprofiles is installed, used or not. So this module imports nothing that
pytest has not imported by then; a fixture imports what it needs. docs/testing.md says how to use it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:  # names for annotations, at no cost for those who use no fixture
    from openprofiles.testing.server import Server
    from openprofiles.testing.switches import Clock, Faults

HIDDEN_VARIABLES = ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""What would lead a client to another key."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("openprofiles", "openprofiles: a server of the Customer Profiles API for tests")
    group.addoption(
        "--openprofiles-url", metavar="URL", help="Use the server that runs there, with a key of the environment."
    )
    group.addoption(
        "--openprofiles-store",
        metavar="URL",
        help="Start servers on PostgreSQL: postgresql://USER@HOST/DATABASE. Each makes a database beside that one.",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--openprofiles-url") and config.getoption("--openprofiles-store"):
        raise pytest.UsageError("Give --openprofiles-url or --openprofiles-store: a server that runs has its store.")


@pytest.fixture(scope="session")
def openprofiles_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Server"]:
    """A server for the whole run, or for each worker of pytest-xdist; it stops at the end. With `--openprofiles-url`
    it is the one that runs there.
    """
    from openprofiles.testing.server import ServerError, server  # noqa: PLC0415 - only where it is used

    url, store = (request.config.getoption(f"--openprofiles-{name}") for name in ("url", "store"))
    folder = tmp_path_factory.mktemp("openprofiles")
    with _told_plainly(ServerError), server(folder, os.environ, url, store) as made:
        yield made


@pytest.fixture(scope="session")
def customer_profiles_client(openprofiles_server: "Server") -> Iterator[Any]:
    """A boto3 client of the server."""
    try:
        import boto3  # noqa: PLC0415 - it takes a quarter of a second to load
    except ImportError:
        _fail("The fixture customer_profiles_client needs boto3, which is not installed: pip install boto3")
    from openprofiles.testing.server import client_of  # noqa: PLC0415 - only where it is used

    client = client_of(openprofiles_server, boto3)
    yield client
    client.close()


@pytest.fixture
def customer_profiles_domain(openprofiles_server: "Server") -> Iterator[str]:
    """The name of a domain with nothing in it, for one test; its data go with it."""
    from openprofiles.testing.domain import fresh_domain  # noqa: PLC0415 - only where it is used

    with fresh_domain(openprofiles_server) as name:
        yield name


@pytest.fixture
def openprofiles_environment(openprofiles_server: "Server") -> Iterator[dict[str, str]]:
    """For one test the environment leads each AWS client that is made in it, or in a child process, to the server."""
    from openprofiles.testing.server import client_environment  # noqa: PLC0415 - only where it is used

    variables = client_environment(openprofiles_server, os.environ)
    before = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
    with pytest.MonkeyPatch.context() as patch:
        for name in HIDDEN_VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        _set_default_session(None)
        yield variables
    _set_default_session(before)


@pytest.fixture
def openprofiles_clock(request: pytest.FixtureRequest, openprofiles_server: "Server") -> Iterator["Clock"]:
    """The time of the server's data; the wall's again after the test."""
    from openprofiles.testing.switches import Clock  # noqa: PLC0415 - only where it is used

    _make_domain_first(request)
    clock = Clock(openprofiles_server)
    clock.restore()
    yield clock
    clock.restore()


@pytest.fixture
def openprofiles_faults(request: pytest.FixtureRequest, openprofiles_server: "Server") -> Iterator["Faults"]:
    """What the server imitates of AWS's less convenient ways; nothing any more after the test."""
    from openprofiles.testing.switches import Faults  # noqa: PLC0415 - only where it is used

    _make_domain_first(request)
    faults = Faults(openprofiles_server)
    faults.clear()
    yield faults
    faults.clear()


def _make_domain_first(request: pytest.FixtureRequest) -> None:
    """What is made first goes last: a domain is deleted when no call is refused any more."""
    if "customer_profiles_domain" in request.fixturenames:
        request.getfixturevalue("customer_profiles_domain")


def _set_default_session(session: Any) -> None:
    """boto3 keeps the first credentials that it finds: it has to look again."""
    boto3: Any = sys.modules.get("boto3")
    if boto3 is not None:
        boto3.DEFAULT_SESSION = session


@contextmanager
def _told_plainly(error: type[Exception]) -> Iterator[None]:
    try:
        yield
    except error as told:
        _fail(str(told))


def _fail(message: str) -> NoReturn:
    """Without a traceback, which would show nothing but this plugin."""
    pytest.fail(message, pytrace=False)
