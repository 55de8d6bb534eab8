"""What the fault tests share: how much they do, the servers of a store, and a look into the store afterwards."""

import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import STORES
from tests.postgres import RestartablePostgres
from tests.server.process import RunningServer, get_status, launch, run_command, wait_until


class Sizes(NamedTuple):
    """`rounds` of `customers` with all clients at once; `kills` of a server under load."""

    rounds: int
    customers: int
    kills: int


FEW = Sizes(rounds=1, customers=40, kills=10)
MANY = Sizes(rounds=50, customers=200, kills=200)


@pytest.fixture(scope="session")
def sizes() -> Sizes:
    """A short run, unless `make test-faults` asks for the long one."""
    return MANY if os.environ.get("OPENPROFILES_TEST_FAULTS") == "many" else FEW


class Cluster(NamedTuple):
    """The servers of one store: one on SQLite, two on PostgreSQL."""

    servers: Sequence[RunningServer]
    store: str


@pytest.fixture(params=STORES)
def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        store = "" if request.param == "sqlite" else stack.enter_context(request.getfixturevalue("postgres").fresh())
        folders = [tmp_path / f"server-{number}" for number in range(1 if request.param == "sqlite" else 2)]
        running = [started(folder, store) for folder in folders]
        yield Cluster(running, store)
        for server in running:
            assert server.stop() == 0


def started(folder: Path, store: str) -> RunningServer:
    folder.mkdir(exist_ok=True)
    return launch(folder, (), OPENPROFILES_LOG_FORMAT="json", OPENPROFILES_STORE=store)


class CrashingStore:
    """A store on a disk, and the server that is killed and started again on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ""
        self.server: RunningServer | None = None

    def start(self) -> RunningServer:
        """It becomes ready without any repair."""
        self.server = started(self.folder, self.store)
        return self.server

    def kill(self, _: random.Random) -> None:
        """`kill -9` of what a test is about."""
        self.kill_server()

    def kill_server(self) -> None:
        if self.server is not None:
            self.server.process.kill()
            self.server.process.wait()

    def check(self) -> None:
        check_store(self.folder / "data", self.store)


class CrashingPostgres(CrashingStore):
    """Either the server is killed, or its PostgreSQL, or both."""

    def __init__(self, folder: Path, postgres: RestartablePostgres) -> None:
        super().__init__(folder)
        self._postgres = postgres
        self.store = postgres.url

    def kill(self, chance: random.Random) -> None:
        victims = chance.choice([["server"], ["postgres"], ["postgres", "server"]])
        if "postgres" in victims:
            kill_all(self._postgres)
        if "server" in victims:
            self.kill_server()
        if "postgres" in victims:
            self._postgres.start()

    def start(self) -> RunningServer:
        if self.server is not None and self.server.process.poll() is None:
            wait_until(lambda: get_status(f"{self.server.url}/-/ready") == 200)  # type: ignore[union-attr]
            return self.server
        return super().start()


def kill_all(postgres: RestartablePostgres) -> None:
    """`kill -9` of the server and of all its processes."""
    pid = int((Path(postgres._server.pgdata) / "postmaster.pid").read_text().split()[0])
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    for one in family:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    wait_until(lambda: not any(Path(f"/proc/{one}").exists() for one in family))


@pytest.fixture(params=STORES)
def crashing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CrashingStore]:
    """A store that can be killed, in a PostgreSQL of its own."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            store = CrashingStore(tmp_path)
        else:
            store = CrashingPostgres(tmp_path, stack.enter_context(RestartablePostgres.running()))
        stack.callback(store.kill_server)
        yield store


@pytest.fixture
def checked(cluster: Cluster) -> Callable[[], None]:
    """Check the store while its servers run."""
    return lambda: check_store(cluster.servers[0].data, cluster.store)


def check_store(data: Path, store: str) -> None:
    done = run_command("check", "--data", str(data), OPENPROFILES_STORE=store)
    assert done.returncode == 0, done.stdout + done.stderr
