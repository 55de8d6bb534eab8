"""Threads that serve a line of works, each on a PostgreSQL session of its own."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any

from openprofiles.errors import InternalServerException
from openprofiles.storage.postgres_runs import Runner, StoreFailure
from openprofiles.storage.waiting import Line, Waiting, without_this_frame

MOST_WORKS = 64
MOST_BYTES = 4 * 1024 * 1024
"""A group that runs together ends at the first of these."""


class Workers:
    """So many threads; what they have in hand and what waits is finished before `close` returns."""

    def __init__(self, name: str, count: int, make_runner: Callable[[], Runner]) -> None:
        self._line = Line()
        self._threads = [
            Thread(target=self._loop, args=(make_runner(),), name=f"postgres-{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def hand_over(self, waiting: Waiting) -> Future[Any]:
        if not self._line.put(waiting):
            waiting.future.set_exception(InternalServerException("The store is closed."))
        return waiting.future

    def close(self) -> None:
        """Does no harm the second time."""
        self._line.close()
        for thread in self._threads:
            thread.join()

    def _loop(self, runner: Runner) -> None:
        try:
            while not self._line.is_over():
                if unit := self._line.take(MOST_WORKS, MOST_BYTES, block=True):
                    serve(runner, unit)
        finally:
            runner.close()


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
