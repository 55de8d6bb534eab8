"""A store as it is at one moment, for a reader that takes its time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager

from openprofiles.storage.database import T, Transaction, Work


class StoreSnapshot:
    """One transaction that only reads, on a connection and a thread of its own; opened by the first read. `told` says
    what an engine's error is to the caller. `close` is called once.
    """

    def __init__(
        self,
        opened: AbstractContextManager[Transaction],
        told: Callable[[Exception], Exception],
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        self._opened = opened
        self._told = told
        self._tx: Transaction | None = None
        self._thread = ThreadPoolExecutor(1, "snapshot", initializer=begin)

    def read(self, work: Work[T]) -> Future[T]:
        return self._thread.submit(self._run, work)

    def _run(self, work: Work[T]) -> T:
        try:
            if self._tx is None:
                self._tx = self._opened.__enter__()
            return work(self._tx)
        except Exception as error:
            raise self._told(error) from error

    def close(self) -> None:
        """Nobody waits until the connection is closed."""
        self._thread.submit(self._end)
        self._thread.shutdown(wait=False)

    def _end(self) -> None:
        if self._tx is not None:
            self._opened.__exit__(None, None, None)
