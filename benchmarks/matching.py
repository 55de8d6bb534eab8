"""`make bench-matching`: how well, how fast and how honestly the matching engine finds the records of one customer.

Each world is a table with the truth beside it, which no engine sees: FEBRL 1 to 4 (public data), dirty customer records
of this repository's generator (`benchmarks/customers`, with the seed of the command line), the same with more dirt and
gaps, and records of a second generator of another design. Beside it runs Splink where it is installed, in two set-ups
that were fixed before any comparison (`benchmarks/splink_setup.py`). Then the reliability of the confidence, and the
time and memory of the engine alone at larger sizes, each in a process of its own.
"""

import argparse
import importlib.util
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.customers.generate import LABEL, make_customers, without_label
from benchmarks.customers.other import make_other
from benchmarks.customers.rates import SHIFTED
from benchmarks.febrl import load_febrl
from benchmarks.matching_quality import Bin, Quality, quality, reliability
from benchmarks.table import aligned
from openprofiles.matching.probabilistic.database import Bounds
from openprofiles.matching.probabilistic.engine import resolve
from openprofiles.matching.probabilistic.fields import ROW

HEADS = ("world", "records", "by", "precision", "recall", "F1", "B-cubed F1", "largest wrong", "seconds")
RELIABILITY_HEADS = ("world", "confidence", "groups", "says", "is right")
SPEED_HEADS = ("records", "seconds", "peak memory")
EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

Ids = npt.NDArray[np.int64]
Engine = Callable[[pa.Table], Ids]


class Plan(msgspec.Struct, frozen=True):
    records: int = 100_000
    seed: int = 20_261
    sizes: tuple[int, ...] = (100_000, 1_000_000)


def worlds(wanted: Plan) -> dict[str, pa.Table]:
    return {
        **{f"FEBRL {number}": load_febrl(number) for number in (1, 2, 3, 4)},
        "customers": make_customers(wanted.records, wanted.seed),
        "customers, shifted": make_customers(wanted.records, wanted.seed, SHIFTED),
        "another generator": make_other(wanted.records, wanted.seed),
    }


def numbered(table: pa.Table) -> pa.Table:
    return without_label(table).append_column(ROW, pa.array(range(table.num_rows), pa.int64()))


def by_splink(world: str) -> dict[str, Engine]:
    """Splink's set-ups for a world; none where it is not installed."""
    if importlib.util.find_spec("splink") is None:
        return {}
    from benchmarks import splink_setup as setups  # noqa: PLC0415 - an optional package

    if world.startswith("FEBRL"):
        return {"Splink": lambda table: setups.cluster(table, setups.FEBRL)}
    return {
        "Splink": lambda table: setups.cluster(table, setups.CUSTOMERS),
        "Splink, as in its tutorials": lambda table: setups.cluster(table, setups.TUTORIAL),
    }


def measure(wanted: Plan) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of the tables of quality and of reliability."""
    rows: list[list[str]] = []
    reliabilities: list[list[str]] = []
    for world, table in worlds(wanted).items():
        persons = np.asarray(table.column(LABEL).to_numpy(), np.int64)
        began = time.perf_counter()
        with resolve(numbered(table)) as resolution:
            groups = resolution.groups
        seconds = time.perf_counter() - began
        rows.append(cells(world, table, "openprofiles", quality(groups.group, persons), seconds))
        if not world.startswith("FEBRL"):
            bins = reliability(groups.group, persons, groups.confidence, EDGES)
            reliabilities += [bin_cells(world, one) for one in bins if one.groups]
        for name, engine in by_splink(world).items():
            began = time.perf_counter()
            found = quality(engine(without_label(table)), persons)
            rows.append(cells(world, table, name, found, time.perf_counter() - began))
    return rows, reliabilities


def cells(world: str, table: pa.Table, by: str, found: Quality, seconds: float) -> list[str]:
    pairs = found.pairwise
    scores = [f"{score:.4f}" for score in (pairs.precision, pairs.recall, pairs.f1, found.b_cubed.f1)]
    return [world, f"{table.num_rows:,}", by, *scores, str(found.largest_wrong), f"{seconds:.1f}"]


def bin_cells(world: str, one: Bin) -> list[str]:
    return [world, f"{one.low} to {one.high}", f"{one.groups:,}", f"{one.confidence:.3f}", f"{one.right:.3f}"]


def speeds(wanted: Plan) -> list[list[str]]:
    """Each size in a process of its own: memory is told by its peak."""
    rows = []
    for size in wanted.sizes:
        arguments = [sys.executable, "-m", "benchmarks.matching", "--alone", str(size), "--seed", str(wanted.seed)]
        told = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.split()
        rows.append([f"{size:,}", f"{float(told[0]):.1f}", f"{float(told[1]):.2f} GB"])
    return rows


def alone(size: int, seed: int) -> None:
    """Seconds of the engine, and by how many gigabytes the process has grown at most since it had the records."""
    table = numbered(make_customers(size, seed))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    resolve(table, Bounds("3GB", 2)).close()
    seconds = time.perf_counter() - began
    print(seconds, max(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024 / 1024)


def main() -> None:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--records", type=int, default=usual.records, help="of each world (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the generators (default: %(default)s)")
    parser.add_argument("--sizes", default=",".join(map(str, usual.sizes)), help="for the speed (default: %(default)s)")
    parser.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone is not None:
        alone(given.alone, given.seed)
        return
    wanted = Plan(given.records, given.seed, tuple(int(size) for size in given.sizes.split(",") if size))
    rows, reliabilities = measure(wanted)
    print(aligned(HEADS, rows), aligned(RELIABILITY_HEADS, reliabilities), sep="\n\n")
    if wanted.sizes:
        print("", aligned(SPEED_HEADS, speeds(wanted)), sep="\n")


if __name__ == "__main__":
    main()
