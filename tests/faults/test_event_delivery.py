"""Servers and the endpoint of a stream are killed and paused: every change arrives, in order, each with its EventId."""

import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from time import sleep
from typing import NamedTuple

import pytest

from tests.api.mappings import system
from tests.conftest import STORES
from tests.faults.client import Client
from tests.server.process import PATIENCE, RunningServer, launch, wait_until

from .changes import Writers
from .conftest import MANY, Sizes
from .kinesis import LONGEST_RECOVERY, FragileKinesis, paused
from .told import KINDS, first_arrivals, verify

DOMAIN = "shop"

TIMEOUT = 11.0
"""Seconds after which a server no longer waits for an answer, and a bit."""


class Workers:
    """The servers of one store, which deliver: one on SQLite, two on PostgreSQL, each with a folder of its own."""

    def __init__(self, folder: Path, store: str, kinesis: FragileKinesis) -> None:
        self._environment = {"OPENPROFILES_STORE": store, "OPENPROFILES_LOG_FORMAT": "json"}
        self._environment |= kinesis.endpoint.environment
        self._folders = [folder / f"server-{number}" for number in range(2 if store else 1)]
        self.running = [self._started(one) for one in self._folders]

    def _started(self, folder: Path) -> RunningServer:
        folder.mkdir(exist_ok=True)
        return launch(folder, (), **self._environment)

    def crash(self, number: int) -> None:
        """`kill -9`; another one takes its place."""
        place = number % len(self.running)
        self.running[place].process.kill()
        self.running[place].process.wait()
        self.running[place] = self._started(self._folders[place])

    def kill(self) -> None:
        for server in self.running:
            server.process.kill()
            server.process.wait()


class Scene(NamedTuple):
    workers: Workers
    kinesis: FragileKinesis


@pytest.fixture(params=STORES)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """Servers of each store, with a domain whose changes go to a stream."""
    with ExitStack() as stack:
        kinesis = stack.enter_context(closing(FragileKinesis(tmp_path)))
        store = "" if request.param == "sqlite" else stack.enter_context(request.getfixturevalue("postgres").fresh())
        workers = Workers(tmp_path, store, kinesis)
        stack.callback(workers.kill)
        with closing(Client(workers.running[0], DOMAIN)) as client:
            assert client.create_domain().status == 200
            assert client.define("crm", system("crm")).status == 200
            assert client.call("POST", "/event-streams/changes", Uri=kinesis.arn).status == 200
        yield Scene(workers, kinesis)


# --- faults


def lose_a_request(scene: Scene) -> None:
    scene.kinesis.kill_before_request()


def lose_an_answer(scene: Scene) -> None:
    scene.kinesis.kill_before_answer()


def lose_answers(scene: Scene) -> None:
    for seconds in (0.0, 0.2, 1.0):
        scene.kinesis.kill_before_answer(seconds)


def be_away(scene: Scene) -> None:
    scene.kinesis.kill(seconds=5.0)


def stutter(scene: Scene) -> None:
    for _ in range(10):
        scene.kinesis.kill()
        sleep(0.1)


def hang(scene: Scene) -> None:
    """Until those who wait have given up."""
    with paused(scene.kinesis.proxy):
        sleep(TIMEOUT)


def hesitate(scene: Scene) -> None:
    with paused(scene.kinesis.proxy):
        sleep(3.0)


def hang_behind(scene: Scene) -> None:
    """The endpoint takes connections and answers none, and works through all of them afterwards."""
    with paused(scene.kinesis.moto):
        sleep(TIMEOUT)


def crash(scene: Scene) -> None:
    scene.workers.crash(0)


def hang_and_crash(scene: Scene) -> None:
    """A server goes while its deliveries wait."""
    with paused(scene.kinesis.proxy):
        sleep(0.5)
        scene.workers.crash(1)
        sleep(TIMEOUT)


Fault = Callable[[Scene], None]


class Course(NamedTuple):
    """Each profile is changed so often around each fault."""

    profiles: int
    changes: int
    faults: Sequence[Fault]


SHORT = Course(50, 7, [lose_a_request, lose_an_answer, hang_and_crash])
LONG = Course(
    500,
    4,
    [
        lose_an_answer,
        hang,
        crash,
        be_away,
        hang_behind,
        lose_answers,
        stutter,
        hang_and_crash,
        hesitate,
        lose_a_request,
    ],
)


@pytest.fixture
def course(sizes: Sizes) -> Course:
    return LONG if sizes == MANY else SHORT


# --- what comes of them


def test_every_change_arrives_in_order_through_kills_and_pauses(scene: Scene, course: Course) -> None:
    writers = Writers(scene.workers.running, DOMAIN, course.profiles)

    for number, fault in enumerate(course.faults):
        counters = range(number * course.changes, (number + 1) * course.changes)
        writers.write(counters, partial(fault, scene))
        wait_for_all(scene, writers)

    wait_until(lambda: is_at_rest(scene.workers.running[-1]), LONGEST_RECOVERY)
    first = first_arrivals(scene.kinesis.read())
    verify(first, writers.ledger)
    assert len(writers.ledger.acknowledged) == course.profiles * course.changes * len(course.faults)
    assert writers.ledger.unanswered > 0, "no call has met a server that was killed"
    assert len(scene.kinesis.arrivals) > len(first), "no answer was lost"
    assert [server.stop() for server in scene.workers.running] == [0] * len(scene.workers.running)


def wait_for_all(scene: Scene, writers: Writers) -> None:
    """As many records have arrived as were acknowledged; whether they are the right ones is looked at in the end."""

    def have_arrived() -> bool:
        sleep(0.2)
        arrived = {bytes(one.data) for one in scene.kinesis.read()}
        return len(arrived) >= len(KINDS) * len(writers.ledger.acknowledged)

    wait_until(have_arrived, LONGEST_RECOVERY)


def is_at_rest(server: RunningServer) -> bool:
    """Nothing is left to be sent, and the stream is healthy again by itself."""
    with closing(Client(server, DOMAIN)) as client:
        stream = client.call("GET", "/event-streams/changes")
    return stream["DestinationDetails"]["Status"] == "HEALTHY" and events_to_send(server) == 0


def events_to_send(server: RunningServer) -> int:
    with urllib.request.urlopen(f"{server.url}/-/metrics", timeout=PATIENCE) as page:
        lines = page.read().decode().splitlines()
    [line] = [line for line in lines if line.startswith("openprofiles_events_to_send ")]
    return int(float(line.split()[1]))
