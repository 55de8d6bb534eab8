"""The benchmark measures what it says, and holds it against its targets."""

from pathlib import Path

import pytest

from benchmarks import names
from benchmarks.machine import this_machine
from benchmarks.results import Figure, Results
from benchmarks.run import Plan, run
from benchmarks.stores import POSTGRES, SQLITE, Stores
from benchmarks.table import markdown
from benchmarks.targets import verdicts


@pytest.fixture
def results() -> Results:
    return Results("python -m benchmarks", this_machine())


def test_a_short_run_measures_puts_and_searches_without_a_failure(tmp_path: Path, results: Results) -> None:
    run(Plan(("put", "search", "load"), (SQLITE,), 1, 0.2, known=200), Stores(tmp_path, None), results)

    kinds = [names.PUT_HALF, names.PUT_NEW, names.PUT_KNOWN, names.SEARCH_EMAIL, names.SEARCH_ID]
    halves = list(names.HALF_LOAD.values())
    assert {row.kind for row in results.rows} == {names.HELLO, names.LOAD, *kinds, *halves}
    assert [row.failed for row in results.rows] == [0] * len(results.rows)
    answered = [row.median("per_second") or 0 for row in results.rows if row.kind != names.LOAD]
    assert min(answered) > 10
    assert names.TITLES[names.PUT_HALF] in markdown(results)


def test_a_ratio_is_the_median_of_the_rounds_ratios(results: Results) -> None:
    for hello, sqlite, postgres in ((1000, 200, 90), (2000, 200, 90), (1000, 200, 300)):
        results.add(names.HELLO, names.NO_STORE, Figure(hello, 1))
        results.add(names.PUT_HALF, SQLITE, Figure(sqlite, 1))
        results.add(names.PUT_HALF, POSTGRES, Figure(postgres, 1))

    found = [(verdict.store, verdict.value, verdict.met) for verdict in verdicts(results)]

    assert found == [(SQLITE, 0.2, True), (POSTGRES, 0.45, False)]


def test_what_misses_its_target_is_told(results: Results) -> None:
    results.read(names.READY, SQLITE, 0.5)
    results.read(names.IDLE, SQLITE, 90)
    results.verdicts = verdicts(results)

    ready, idle = markdown(results).splitlines()[2:4]

    assert "0.50 s" in ready
    assert ready.endswith("| met         |")
    assert idle.endswith("| **not met** |")
