"""Threads that serve a line of works, each on a PostgreSQL session of its own."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Any

from openprofiles.storage.postgres_runs import Runner, StoreFailure
from openprofiles.storage.waiting import Line, Waiting, without_this_frame

MOST_WORKS = 64
MOST_BYTES = 4 * 1024 * 1024
"""A group that runs together ends at the first of these."""

LONG_SECONDS = 0.02
"""Who has been at one thing for longer holds up nobody else."""

IDLE_SECONDS = 0.1
"""How often an idle thread looks whether the others, who wait for work, have got some and have been at it for long."""


class Pace:
    """Lets in so many threads at a time, so that works gather into groups. Who is at it for long is not counted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._started: dict[object, float] = {}
        self._left = Condition()

    def enter(self, thread: object) -> None:
        with self._left:
            while self._busy() >= self._most:
                self._left.wait(LONG_SECONDS / 2 if self._somebody_works() else IDLE_SECONDS)
            self._started[thread] = float("inf")

    def start(self, thread: object) -> None:
        """It has something to do now."""
        self._started[thread] = time.monotonic()

    def leave(self, thread: object) -> None:
        with self._left:
            del self._started[thread]
            self._left.notify()

    def _somebody_works(self) -> bool:
        return any(started != float("inf") for started in list(self._started.values()))

    def _busy(self) -> int:
        long_ago = time.monotonic() - LONG_SECONDS
        return sum(started > long_ago for started in list(self._started.values()))


class Workers:
    """So many threads, of which `at_once` serve at a time; a group has `most` works. What they have in hand and what
    waits is finished before `close` returns.
    """

    def __init__(
        self, name: str, count: int, make_runner: Callable[[], Runner], at_once: int, most: int = MOST_WORKS
    ) -> None:
        self._line = Line()
        self._pace = Pace(at_once)
        self._most = most
        self._threads = [
            Thread(target=self._loop, args=(make_runner(),), name=f"postgres-{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def hand_over(self, waiting: Waiting) -> Future[Any]:
        return self._line.put(waiting)

    def close(self) -> None:
        """Does no harm the second time."""
        self._line.close()
        for thread in self._threads:
            thread.join()

    def _loop(self, runner: Runner) -> None:
        try:
            while not self._line.is_over():
                self._pace.enter(runner)
                self._serve_next(runner)
                self._pace.leave(runner)
        finally:
            runner.close()

    def _serve_next(self, runner: Runner) -> None:
        unit = self._line.take(self._most, MOST_BYTES, block=True, fair=self._most < MOST_WORKS)
        if unit:
            self._pace.start(runner)
            serve(runner, unit)


def serve(runner: Runner, unit: list[Waiting]) -> None:
    """Run the works of one group in one transaction, or, where that fails, each in its own. The store's own failure is
    everybody's: nobody would fare better alone.
    """
    error = _run_together(runner, unit)
    if error is not None and len(unit) > 1 and not isinstance(error, StoreFailure):
        for waiting in unit:
            serve(runner, [waiting])
        return
    for waiting in unit:
        if error is not None:
            waiting.set_outcome(StoreFailure(str(error)) if isinstance(error, StoreFailure) else error)
        _settle(waiting)


def _run_together(runner: Runner, unit: list[Waiting]) -> BaseException | None:
    many, items = unit[0].many, [waiting.item for waiting in unit]
    try:
        outcomes = runner.run(lambda tx: many(tx, items))
        for waiting, outcome in zip(unit, outcomes, strict=True):
            waiting.set_outcome(outcome)
    except BaseException as error:
        return without_this_frame(error)
    return None


def _settle(waiting: Waiting) -> None:
    if waiting.error is None:
        waiting.future.set_result(waiting.value)
    else:
        waiting.future.set_exception(waiting.error)
