"""Several server processes on one socket: made at once, stopped together, and made anew where one dies."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from structlog.typing import FilteringBoundLogger

RESTART_SECONDS = 1.0
"""A process that dies at once, because its store is away for one, does not keep a core busy with its starts."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Family:
    """The processes that one parent looks after. `serve` is given its number, and runs until SIGTERM."""

    def __init__(self, serve: Callable[[int], None], log: FilteringBoundLogger) -> None:
        self._serve = serve
        self._log = log
        self._children: dict[int, int] = {}
        self._stopping = False
        self._alive, self._parents_end = os.pipe()

    def run(self, count: int) -> None:
        """Serve until SIGTERM or SIGINT. Called before the process has any thread."""
        before = {number: signal.signal(number, self._stop) for number in STOP_SIGNALS}
        try:
            for number in range(count):
                self._start(number)
            while self._children:
                self._look_after(*os.wait())
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for pid in self._children:
            with suppress(ProcessLookupError):  # it has ended, and nobody has looked after it yet
                os.kill(pid, signal.SIGTERM)

    def _start(self, number: int, pause: float = 0.0) -> None:
        """No signal comes between the look at `_stopping` and the child's being known; one that is meant for the child
        waits until it can die of it.
        """
        with signals_held_back():
            if self._stopping:
                return
            pid = os.fork()
            if pid == 0:
                os._exit(self._live(number, pause))
            self._children[pid] = number

    def _live(self, number: int, pause: float) -> int:
        """What a child does; its exit status."""
        try:
            for stop in STOP_SIGNALS:
                signal.signal(stop, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
            os.close(self._parents_end)
            threading.Thread(target=self._end_with_parent, daemon=True).start()
            time.sleep(pause)
            self._serve(number)
        except BaseException:
            self._log.exception("server process failed", process=number)
            return 1
        return 0

    def _end_with_parent(self) -> None:
        """The pipe ends when the parent does, however it dies."""
        os.read(self._alive, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _look_after(self, pid: int, status: int) -> None:
        number = self._children.pop(pid, None)
        if number is None or self._stopping:
            return
        self._log.error("server process died", process=number, status=os.waitstatus_to_exitcode(status))
        self._start(number, RESTART_SECONDS)


@contextmanager
def signals_held_back() -> Iterator[None]:
    """Those that stop the server wait meanwhile; what was there before has been handled when the block begins."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
