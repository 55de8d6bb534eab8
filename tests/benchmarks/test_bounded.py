"""The benchmark of bounded work does the heavy work that it says, and holds the others' latency against its target."""

from pathlib import Path

from benchmarks import names
from benchmarks.bounded import Plan, run
from benchmarks.machine import this_machine
from benchmarks.million_store import filled
from benchmarks.results import Results
from benchmarks.stores import SQLITE, Stores
from benchmarks.table import markdown
from benchmarks.targets import verdicts

SMALL = Plan((SQLITE,), profiles=300, crowd=300, known=50, rate=50, rounds=1, seconds=0.4)


def test_puts_are_measured_alone_and_beside_each_heavy_work(tmp_path: Path) -> None:
    results = Results("python -m benchmarks.bounded", this_machine())

    run(filled(Stores(tmp_path, None), SMALL.profiles), tmp_path, SMALL, results)
    results.verdicts = verdicts(results)

    assert [row.kind for row in results.rows] == [names.ALONE, *names.BESIDE]
    assert [row.failed for row in results.rows] == [0, 0, 0, 0]
    assert {verdict.kind for verdict in results.verdicts} == {*names.BESIDE, names.LOG_SIZE}
    assert names.TITLES[names.BESIDE_DELETION] in markdown(results)
