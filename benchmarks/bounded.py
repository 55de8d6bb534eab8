"""`make bench-bounded`: what the heavy work of one client costs all others, on both stores.

Puts of one domain arrive at a steady rate. Beside them run in turn: nothing; a search for the profiles that have five
values, each held by 100,000 profiles or more and none by all five; a listing of 200,000 profiles page after page; the
deletion of a domain of 1,000,000. Writes benchmarks/results/bounded.json.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import msgspec
import uvloop

from benchmarks import load, loading, million_store, names, paced, processes, requests, stores
from benchmarks.kinds import Subject
from benchmarks.load import Measured
from benchmarks.machine import this_machine
from benchmarks.processes import LOAD_CORE
from benchmarks.requests import CROWD, CROWD_DEFINITION, OTHERS
from benchmarks.results import Results, figure_of, write
from benchmarks.run import serving
from benchmarks.stores import SQLITE, STORES, Store, Stores
from benchmarks.table import markdown
from benchmarks.targets import verdicts
from openprofiles.settings import read_settings, store_path

Heavy = Callable[[int, list[bytes]], Iterable[bytes]]
"""The requests of one heavy client, given the server's port and the answers so far: each is made when it is sent."""


class Plan(msgspec.Struct, frozen=True):
    """The rows' names say how many profiles: other numbers are for trying the benchmark out."""

    stores: tuple[str, ...] = STORES
    profiles: int = 1_000_000
    crowd: int = 200_000
    known: int = 5_000
    rate: int = 500
    rounds: int = 3
    seconds: float = 8.0


def nothing(_: int, __: list[bytes]) -> Iterable[bytes]:
    return ()


def searches(port: int, bodies: list[bytes]) -> Iterator[bytes]:
    """Always the same, which finds nobody after it has looked through the smallest of the crowds."""
    while True:
        bodies.clear()
        yield requests.search_members(port)


def pages(port: int, bodies: list[bytes]) -> Iterator[bytes]:
    """All profiles of the crowd, and again."""
    token = ""
    while True:
        yield requests.page_of_members(port, quote(token, safe=""))
        token = msgspec.json.decode(bodies.pop()).get("NextToken", "")


BESIDE: dict[str, Heavy] = {names.ALONE: nothing, names.BESIDE_SEARCH: searches, names.BESIDE_LISTING: pages}


async def beside(port: int, puts: Iterable[bytes], heavy: Heavy, wanted: Plan) -> tuple[Measured, Measured]:
    """The puts at their rate, and the heavy client as fast as it gets its answers."""
    bodies: list[bytes] = []
    return await asyncio.gather(
        paced.open_loop(port, puts, wanted.rate, wanted.seconds),
        load.closed_loop(port, heavy(port, bodies), 1, wanted.seconds, bodies),
    )


class Others:
    """The clients that are not to be disturbed: half of their customers are new, half known."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def set_up(self, known: int) -> None:
        port = self.subject.server.port
        sent = load.run(
            port, [*requests.setup(port, OTHERS), *requests.setup(port, CROWD, CROWD_DEFINITION)], connections=1
        )
        assert sent.failed == 0, "The server refused a domain or an object type."
        sent = load.run(port, [self.put(number) for number in range(known)], seconds=60)
        assert sent.failed == 0, "The server refused a put."

    def put(self, number: int) -> bytes:
        return requests.put(self.subject.server.port, number, next(self.subject.revisions), OTHERS)

    def puts(self, amount: int) -> list[bytes]:
        pairs = ((next(self.subject.new_numbers), self.subject.known_number()) for _ in range(amount // 2))
        return [self.put(number) for pair in pairs for number in pair]

    def measure(self, kind: str, heavy: Heavy, wanted: Plan, results: Results) -> None:
        server, store = self.subject.server, self.subject.store
        puts = self.puts(int(wanted.rate * wanted.seconds * 1.2))
        cpu, of_store = server.cpu_seconds(), store.cpu_seconds()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            measured, of_heavy = runner.run(beside(server.port, puts, heavy, wanted))
        assert of_heavy.failed == 0, f"{kind}: the heavy client got an error."
        assert bool(of_heavy.requests) == (heavy is not nothing), f"{kind}: the heavy client got no answer."
        figure = figure_of(measured, server.cpu_seconds() - cpu, store.cpu_seconds() - of_store)
        results.add(kind, store.name, figure)


def run(store: Store, folder: Path, wanted: Plan, results: Results) -> None:
    """`store` holds a domain of very many profiles, which is deleted at the end."""
    with serving(store, wanted.known) as subject:
        others = Others(subject)
        others.set_up(wanted.known)
        loading.fill(store, folder, map(requests.member_json, range(wanted.crowd)), CROWD)
        for _ in range(wanted.rounds):
            for kind, heavy in BESIDE.items():
                others.measure(kind, heavy, wanted, results)
        assert load.run(subject.server.port, [requests.delete(subject.server.port)], 1).failed == 0
        for _ in range(wanted.rounds):
            others.measure(names.BESIDE_DELETION, nothing, wanted, results)
        if store.name == SQLITE:
            results.read(names.LOG_SIZE, SQLITE, log_megabytes(store))


def log_megabytes(store: Store) -> float:
    """How long the write-ahead log was at most: it begins anew, but is not cut off while the server runs."""
    log = store_path(read_settings(store.environment)).with_suffix(".sqlite3-wal")
    return log.stat().st_size / 1_000_000


def large_store(name: str, fresh: Stores, profiles: int) -> Store:
    """The kept store; for PostgreSQL a copy of it."""
    sqlite = million_store.copied(million_store.kept_folder(), fresh, profiles)
    if name == SQLITE:
        return sqlite
    store = fresh.fresh(name, "large")
    url = f"sqlite:///{store_path(read_settings(sqlite.environment)).absolute()}"
    copied = processes.start(["-m", "openprofiles.cli", "copy", url, store.environment["OPENPROFILES_STORE"]], {})
    assert copied.wait() == 0, "The copy to PostgreSQL ended with an error."
    return store


def plan(arguments: Sequence[str]) -> Plan:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bounded", description=__doc__)
    parser.add_argument("--stores", default=",".join(usual.stores), help="on which stores (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each kind in each round")
    given = parser.parse_args(arguments)
    return Plan(tuple(given.stores.split(",")), rounds=given.rounds, seconds=given.seconds)


def main() -> None:
    wanted = plan(sys.argv[1:])
    results = Results(" ".join(["python -m benchmarks.bounded", *sys.argv[1:]]), this_machine())
    os.sched_setaffinity(0, {LOAD_CORE})
    with (
        tempfile.TemporaryDirectory(
            dir=million_store.kept_folder(), prefix="run-", ignore_cleanup_errors=True
        ) as place,
        stores.running(Path(place), wanted.stores) as fresh,
    ):
        for name in wanted.stores:
            run(large_store(name, fresh, wanted.profiles), Path(place), wanted, results)
    results.verdicts = verdicts(results)
    path = write(results, "bounded")
    print(markdown(results), f"All rounds: {path}", sep="\n\n")


if __name__ == "__main__":
    main()
