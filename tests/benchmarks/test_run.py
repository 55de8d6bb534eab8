"""The benchmark measures what it says, and holds it against its targets."""

import tempfile
from pathlib import Path

import pytest

from benchmarks import million_store, names, stores
from benchmarks.machine import this_machine
from benchmarks.results import Figure, Results
from benchmarks.run import Plan, run
from benchmarks.stores import POSTGRES, SQLITE, Store, Stores
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


def test_the_parts_of_ingestion_are_measured_beside_each_other(tmp_path: Path, results: Results) -> None:
    run(Plan((names.INGESTION,), (SQLITE,), 1, known=100), Stores(tmp_path, None), results)

    assert [row.kind for row in results.rows] == [
        names.INGEST_PLAIN,
        names.INGEST_BLOCKS,
        names.INGEST_NO_HISTORY,
        names.INGEST_ATTRIBUTE,
        names.INGEST_STREAM,
    ]
    assert min(row.median("cpu") or 0 for row in results.rows) > 1
    assert [(one.kind, one.of) for one in verdicts(results)] == [
        (names.INGEST_BLOCKS, names.INGEST_PLAIN),
        (names.INGEST_PLAIN, names.INGEST_NO_HISTORY),
        (names.INGEST_ATTRIBUTE, names.INGEST_PLAIN),
        (names.INGEST_STREAM, names.INGEST_PLAIN),
    ]


def test_two_processes_on_postgresql_are_measured_beside_one(results: Results) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="openprofiles-bench-", ignore_cleanup_errors=True) as place,
        stores.running(Path(place), (POSTGRES,)) as fresh,
    ):
        run(Plan(("processes", "statements"), (POSTGRES,), 1, 0.2, known=100), fresh, results)

    [_, together] = results.rows
    [figure] = together.figures
    assert (together.kind, figure.failed) == (names.PROCESSES, 0)
    assert figure.per_second > 10
    assert figure.cpu > 0  # of the children: their parent only waits
    statements = results.reading(names.STATEMENTS, POSTGRES)
    assert statements is not None
    assert 0 < statements.median < 5
    assert "2 processes have both cores" in markdown(results)


def small_store(stores: Stores, profiles: int) -> Store:
    store = stores.fresh(SQLITE, "small")
    data = Path(store.environment["OPENPROFILES_DATA"])
    data.mkdir(parents=True)
    (data / "profiles").write_text(str(profiles))
    return store


def test_a_large_store_is_made_once_and_made_anew_when_its_objects_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(million_store, "filled", small_store)
    copies = [million_store.copied(tmp_path, folder(tmp_path / name), 50) for name in ("first", "second")]
    seconds, originals = million_store.made_in_seconds(tmp_path, 50), set(tmp_path.glob("sqlite-*"))

    monkeypatch.setattr(million_store, "fingerprint", lambda: "other")
    million_store.copied(tmp_path, folder(tmp_path / "third"), 50)

    assert [(Path(copy.environment["OPENPROFILES_DATA"]) / "profiles").read_text() for copy in copies] == ["50", "50"]
    assert seconds is not None
    assert len(originals) == 2  # the store, and how long it took
    assert not originals & set(tmp_path.iterdir())


def folder(path: Path) -> Stores:
    path.mkdir()
    return Stores(path, None)


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


def test_a_run_that_other_work_disturbed_says_so(results: Results) -> None:
    results.add(names.HELLO, names.NO_STORE, Figure(per_second=30_000, cpu=32))
    calm = markdown(results)
    results.add(names.HELLO, names.NO_STORE, Figure(per_second=20_000, cpu=32))

    assert "disturbed" not in calm
    assert "hello-JSON got 64% of its core" in markdown(results)
