"""`make bench`: hello-JSON, PutProfileObject, `openprofiles load` and SearchProfiles on both stores, side by side.

The server has one core, the load the other; PostgreSQL shares them. Rounds alternate, because machines drift; medians
are printed, and written to benchmarks/results/latest.json with all rounds.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import stores
from benchmarks.machine import this_machine
from benchmarks.processes import LOAD_CORE
from benchmarks.results import Results, write
from benchmarks.run import GROUPS, Plan, run
from benchmarks.stores import STORES
from benchmarks.table import markdown
from benchmarks.targets import verdicts


def chosen(parser: argparse.ArgumentParser, given: str, known: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(given.split(","))
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"{', '.join(unknown)}: choose from {', '.join(known)}")
    return names


def plan(arguments: list[str]) -> Plan:
    usual = Plan(GROUPS, STORES)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default=",".join(usual.groups), help="what to measure (default: %(default)s)")
    parser.add_argument("--stores", default=",".join(usual.stores), help="on which stores (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each kind in each round")
    given = parser.parse_args(arguments)
    groups, on = chosen(parser, given.only, GROUPS), chosen(parser, given.stores, STORES)
    return Plan(groups, on, given.rounds, given.seconds)


def main() -> None:
    wanted = plan(sys.argv[1:])
    results = Results(" ".join(["python -m benchmarks", *sys.argv[1:]]), this_machine())
    with (
        tempfile.TemporaryDirectory(prefix="openprofiles-bench-", ignore_cleanup_errors=True) as folder,
        stores.running(Path(folder), wanted.stores) as fresh,
    ):
        os.sched_setaffinity(0, {LOAD_CORE})
        run(wanted, fresh, results)
    results.verdicts = verdicts(results)
    path = write(results, "latest")
    print(markdown(results), f"All rounds: {path}", sep="\n\n")


if __name__ == "__main__":
    main()
