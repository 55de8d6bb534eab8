"""`python -m benchmarks.table [FILE …]`: results as Markdown; without a file, those of the latest runs."""

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import names
from benchmarks.results import FOLDER, Reading, Results, Row, Verdict, ratio, read
from benchmarks.stores import SQLITE

ROW_HEADS = ("what", "store", "a second", "of hello", "target", "", "p50 ms", "p99 ms", "CPU µs", "database µs")
READING_HEADS = ("what", "store", "value", "target", "")
BUSY = 0.95
"""From this share on the load itself was the limit."""
UNDISTURBED = 0.9
"""The share of its core that the yardstick uses, at least, where no other work takes it away."""
ABOUT_STATEMENTS = (
    "SQLite runs a statement for each row, inside the process; PostgreSQL takes the rows of a list in one."
)
ABOUT_INGESTION = "Ingestion in one process is told by its CPU: as many a second as a core of its own would take."
ABOUT_LOADING = "Of `openprofiles load`, what the process needs to start is not counted."
ABOUT_PROCESSES = "The 2 processes have both cores, and share them with PostgreSQL and the load."
NOTES = {
    names.INGEST_PLAIN: ABOUT_INGESTION,
    names.LOAD: ABOUT_LOADING,
    names.PROCESSES: ABOUT_PROCESSES,
    names.STATEMENTS: ABOUT_STATEMENTS,
}
"""What is said below the table about a kind that was measured."""


def markdown(results: Results) -> str:
    """The figures, each beside its target, then the readings, then where and how they were measured."""
    rows = [row_cells(results, row) for row in results.rows]
    readings = [reading_cells(results, reading) for reading in results.readings]
    parts = [aligned(heads, cells) for heads, cells in ((ROW_HEADS, rows), (READING_HEADS, readings)) if cells]
    return "\n\n".join([*parts, *notes(results), about(results)])


def row_cells(results: Results, row: Row) -> list[str]:
    verdict, hello = verdict_on(results, row), results.row(names.HELLO, names.NO_STORE)
    of_hello = "" if hello is None else f"{ratio(row, hello):.2f}"
    return [
        names.TITLES[row.kind],
        names.STORES[row.store],
        f"{row.median('per_second'):,.0f}",
        "" if row.kind in names.HALF_LOAD.values() else of_hello,
        *verdict_cells(verdict),
        number(row.median("p50"), 1),
        number(row.median("p99"), 1),
        number(row.median("cpu"), 0),
        number(row.median("store_cpu") or None, 0),
    ]


def reading_cells(results: Results, reading: Reading) -> list[str]:
    unit, digits = names.UNITS[reading.kind], 0 if reading.median >= 10 else 2
    verdict = verdict_on(results, reading)
    value = f"{reading.median:.{digits}f} {unit}".strip()
    return [names.TITLES[reading.kind], names.STORES[reading.store], value, *verdict_cells(verdict, unit)]


def verdict_on(results: Results, measured: Row | Reading) -> Verdict | None:
    key = (measured.kind, measured.store)
    return next((verdict for verdict in results.verdicts if (verdict.kind, verdict.store) == key), None)


def verdict_cells(verdict: Verdict | None, unit: str = "ms") -> list[str]:
    """The target in words, and whether it is met."""
    if verdict is None:
        return ["", ""]
    return [in_words(verdict, unit), "met" if verdict.met else "**not met**"]


def in_words(verdict: Verdict, unit: str) -> str:
    if verdict.of == names.HELLO:
        return f"≥ {verdict.target:g}"
    if verdict.of:
        base = names.STORES[SQLITE] if verdict.of == verdict.kind else names.BASES[verdict.of]
        return f"{verdict.value:.2f} of {base}, ≥ {verdict.target:g}"
    return f"p99 ≤ {verdict.target:.3g} ms" if unit == "ms" else f"≤ {verdict.target:g} {unit}"


def number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can be read as it is, too."""
    widths = [max(len(cells[column]) for cells in (heads, *rows)) for column in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join("| " + " | ".join(map(str.ljust, cells, widths)) + " |" for cells in lines)


def notes(results: Results) -> list[str]:
    """What a reader has to know before believing a figure."""
    failed = [f"{row.failed} requests failed: {names.TITLES[row.kind]}." for row in results.rows if row.failed]
    busy = [
        f"The load was the limit: {names.TITLES[row.kind]} {names.STORES[row.store]}."
        for row in results.rows
        if (row.median("load_busy") or 0) > BUSY
    ]
    measured = {row.kind for row in results.rows} | {reading.kind for reading in results.readings}
    return [*failed, *busy, *disturbed(results), *(note for kind, note in NOTES.items() if kind in measured)]


def disturbed(results: Results) -> list[str]:
    """Other work on the machine hits the servers unevenly, so that the ratios are wrong too."""
    hello = results.row(names.HELLO, names.NO_STORE)
    shares = [] if hello is None else [each.cpu * each.per_second / 1e6 for each in hello.figures]
    if not shares or min(shares) >= UNDISTURBED:
        return []
    return [
        f"**Other work disturbed this run**: hello-JSON got {min(shares):.0%} of its core in one round. Run it again."
    ]


def about(results: Results) -> str:
    machine = results.machine
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    return (
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gigabytes:g} GiB; {machine.system}, "
        f"Python {machine.python}, SQLite {machine.sqlite}, {packages}. Made by `{results.command}`."
    )


def latest() -> list[Path]:
    return [path for name in ("latest", "million", "bounded") if (path := FOLDER / f"{name}.json").exists()]


if __name__ == "__main__":
    paths = [Path(path) for path in sys.argv[1:]] or latest()
    print("\n\n".join(markdown(read(path)) for path in paths))
