"""`python -m benchmarks.customers --records N --seed S --out FILE.parquet|csv`: dirty customer records in a file.

The column `person` has the truth and goes to a file beside it with `--labels FILE`. `--world` is "customers",
"shifted" (more of what is hard) or "other" (another design).
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

from benchmarks.customers.generate import LABEL, make_customers, without_label
from benchmarks.customers.other import make_other
from benchmarks.customers.rates import SHIFTED

WORLDS: dict[str, Callable[[int, int], pa.Table]] = {
    "customers": make_customers,
    "shifted": partial(make_customers, rates=SHIFTED),
    "other": make_other,
}
WRITERS = {".parquet": parquet.write_table, ".csv": csv.write_csv}


def main(arguments: list[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    table = WORLDS[given.world](given.records, given.seed)
    if given.labels:
        write(table.select([LABEL]), given.labels)
    write(without_label(table) if given.labels else table, given.out)
    print(f"{table.num_rows:,} records of {len(table[LABEL].unique()):,} customers in {given.out}")


def write(table: pa.Table, path: Path) -> None:
    """As the end of the file's name says."""
    WRITERS[path.suffix](table, path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.customers", description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=_file, required=True, help="FILE.parquet or FILE.csv")
    parser.add_argument("--labels", type=_file, help="a file for the truth, which then does not stand in the other")
    parser.add_argument("--world", choices=WORLDS, default="customers")
    return parser


def _file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in WRITERS:
        raise argparse.ArgumentTypeError(f"{text} ends neither in .parquet nor in .csv")
    return path


if __name__ == "__main__":
    main()
