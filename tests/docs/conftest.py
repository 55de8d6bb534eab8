"""Servers as the pages start them, and their domains; Kinesis and a receiver, as the tests of delivery have them."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.api.calls import DomainApi
from tests.conftest import client_of
from tests.delivery.conftest import KinesisEndpoint, kinesis, moto, receiver
from tests.server.process import RunningServer, launch

from .defining import Shop, new_shop
from .listened import Listened
from .page import page, run_python

__all__ = ["kinesis", "moto", "receiver"]

MOTO = "http://127.0.0.1:5000"
"""Where the page has Kinesis."""


@pytest.fixture(scope="module")
def served(kinesis: KinesisEndpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that is started as docs/event-streams.md says, but for the addresses, whose clock can be set."""
    [how, *_] = page("event-streams.md", "test_event_streams_page.py").examples("sh")
    variables = dict(re.findall(r"\b([A-Z_]+)=(\S+)", how.replace(MOTO, kinesis.url)))
    hosts = {"OPENPROFILES_WEBHOOK_HOSTS": "127.0.0.1:*"}
    running = launch(tmp_path_factory.mktemp("served"), ("--for-tests",), **variables, **hosts)
    yield running
    assert running.stop() == 0


@pytest.fixture
def listened(served: RunningServer) -> Iterator[Listened]:
    """The page's domain, with its object type and without a profile."""
    with closing(client_of(served)) as client:
        made = Listened(DomainApi(client, "shop"), served)
        made.begin()
        yield made


# --- calculated attributes


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose clock can be set, on which the example has run."""
    running = launch(tmp_path_factory.mktemp("tested"), ("--for-tests",))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def printed(tested: RunningServer) -> str:
    """What the example prints; it leaves its domain, with an order of a customer."""
    [example] = page("calculated-attributes.md", "test_calculated_attributes_page.py").examples("python")
    return run_python(tested, example)


@pytest.fixture(scope="module")
def mapping(printed: str, tested: RunningServer) -> dict[str, Any]:
    """The object type of the example."""
    with closing(client_of(tested)) as client:
        stored = DomainApi(client, "shop").definition("order")
    return {name: stored[name] for name in ("Description", "AllowProfileCreation", "Fields", "Keys")}


@pytest.fixture
def shop(tested: RunningServer, mapping: dict[str, Any]) -> Iterator[Shop]:
    """One without orders; the clock goes as it likes."""
    with closing(client_of(tested)) as client:
        yield new_shop(tested, mapping, client)
