"""The loops beside the requests."""

import io
import threading
from pathlib import Path

from openprofiles.errors import InternalServerException
from openprofiles.gateway.log import open_log
from openprofiles.storage.database import Database
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.workers import Step, Worker, run_periodically


def run_until(step: Step, done: threading.Event, folder: Path, seconds: float) -> str:
    """The log of a worker that ran until `done`."""
    log = io.BytesIO()
    database = open_sqlite(folder / "store.sqlite3")
    running = run_periodically([Worker("test", step, seconds)], database, lambda: 42, open_log(log, json=False))
    assert done.wait(10)
    running.stop()
    database.close()
    return log.getvalue().decode()


def test_a_step_that_has_more_to_do_runs_again_at_once(tmp_path: Path) -> None:
    done = threading.Event()
    times: list[int] = []

    def step(_database: Database, now: int) -> bool:
        times.append(now)
        if len(times) == 100:
            done.set()
        return len(times) < 100

    run_until(step, done, tmp_path, seconds=3_600)
    assert times == [42] * 100


def test_a_step_without_more_to_do_runs_again_after_its_wait(tmp_path: Path) -> None:
    done = threading.Event()
    times: list[int] = []

    def step(_database: Database, now: int) -> bool:
        times.append(now)
        if len(times) == 3:
            done.set()
        return False

    run_until(step, done, tmp_path, seconds=0.01)
    assert len(times) >= 3


def test_a_step_that_fails_is_logged_and_runs_again(tmp_path: Path) -> None:
    done = threading.Event()
    failures: list[int] = []

    def step(_database: Database, _now: int) -> bool:
        if failures:
            done.set()
            return False
        failures.append(1)
        raise RuntimeError("out of order")

    log = run_until(step, done, tmp_path, seconds=0.01)
    assert "worker failed worker=test" in log
    assert "RuntimeError" in log


def test_what_the_store_says_again_and_again_is_logged_once_and_without_a_trace(tmp_path: Path) -> None:
    done = threading.Event()
    failures: list[int] = []

    def step(_database: Database, _now: int) -> bool:
        failures.append(1)
        if len(failures) > 5:
            done.set()
        raise InternalServerException("The store can not be reached.")

    log = run_until(step, done, tmp_path, seconds=0.001)
    [line] = log.splitlines()
    assert line.endswith("worker failed worker=test reason=The store can not be reached.")
