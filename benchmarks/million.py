"""`make bench-million`: PutProfileObject on SQLite at 1,000,000 profiles beside the same at 10,000.

Rounds alternate between the two stores; memory under that load, and the time from start to ready, are measured too.
Writes benchmarks/results/million.json. The large store is made once, below the folder that OPENPROFILES_BENCH_CACHE
names; it takes some gigabytes, and as many for the copy that a run works on.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks import million_store, names, processes
from benchmarks.kinds import KINDS, Subject
from benchmarks.machine import this_machine
from benchmarks.processes import LOAD_CORE, Server
from benchmarks.results import Results, write
from benchmarks.run import STARTS, measure, measure_hello, serving
from benchmarks.stores import SQLITE, Store, Stores
from benchmarks.table import markdown
from benchmarks.targets import verdicts

SMALL = 10_000
"""Profiles of the small store at first; each round adds new customers to both."""


class Plan(msgspec.Struct, frozen=True):
    """The rows' names say a million: another number of profiles is for trying the benchmark out."""

    profiles: int = 1_000_000
    rounds: int = 5
    seconds: float = 3.0


def run(plan: Plan, small: Store, large: Store, results: Results) -> None:
    for _ in range(STARTS):
        with processes.openprofiles(large.environment) as server:
            results.read(names.READY_MILLION, SQLITE, server.ready_seconds)
    with processes.hello() as hello, serving(small, SMALL) as few, serving(large, plan.profiles) as many:
        results.read(names.IDLE_MILLION, SQLITE, many.server.resident_megabytes())
        for _ in range(plan.rounds):
            measure_round(hello, few, many, plan.seconds, results)
        results.read(names.PEAK_MILLION, SQLITE, many.server.peak_megabytes())


def measure_round(hello: Server, few: Subject, many: Subject, seconds: float, results: Results) -> None:
    results.add(names.HELLO, names.NO_STORE, measure_hello(hello, seconds))
    for kind in KINDS:
        if kind.name in names.AT_MILLION:
            results.add(names.AT_SMALL[kind.name], SQLITE, measure(few, kind, seconds))
            results.add(names.AT_MILLION[kind.name], SQLITE, measure(many, kind, seconds))


def plan(arguments: Sequence[str]) -> Plan:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each kind in each round")
    given = parser.parse_args(arguments)
    return Plan(rounds=given.rounds, seconds=given.seconds)


def main() -> None:
    wanted = plan(sys.argv[1:])
    results = Results(" ".join(["python -m benchmarks.million", *sys.argv[1:]]), this_machine())
    os.sched_setaffinity(0, {LOAD_CORE})
    kept = million_store.kept_folder()
    with tempfile.TemporaryDirectory(dir=kept, prefix="run-") as folder:
        stores = Stores(Path(folder), None)
        large = million_store.copied(kept, stores, wanted.profiles)
        run(wanted, million_store.filled(stores, SMALL), large, results)
    if (seconds := million_store.made_in_seconds(kept, wanted.profiles)) is not None:
        results.read(names.MAKING_MILLION, SQLITE, seconds)
    results.verdicts = verdicts(results)
    path = write(results, "million")
    print(markdown(results), f"All rounds: {path}", sep="\n\n")


if __name__ == "__main__":
    main()
