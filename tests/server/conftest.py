"""Servers that several tests of processes run."""

from collections.abc import Iterator

import pytest

from tests.conftest import LaunchServer
from tests.postgres import PostgresServer

from .process import RunningServer


@pytest.fixture
def family(launch_server: LaunchServer, postgres: PostgresServer) -> Iterator[RunningServer]:
    """Two processes on one database."""
    with postgres.fresh() as store:
        server = launch_server("--processes", "2", OPENPROFILES_STORE=store, OPENPROFILES_LOG_FORMAT="json")
        yield server
        server.stop()
