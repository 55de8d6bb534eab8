"""Works that wait for a transaction, in the line in which they came; those of one group leave it together."""

from collections import deque
from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from threading import Condition
from typing import Any

from openprofiles.errors import InternalServerException
from openprofiles.storage.database import Many, Transaction, Work


class Waiting:
    """A work that was handed over, and what came of it. Works of an equal `group` that wait together run as one."""

    __slots__ = ("error", "future", "group", "item", "many", "saw_writes", "size", "value")

    def __init__(
        self, item: Any, many: Many[Any, Any], group: Hashable, size: int, future: Future[Any] | None = None
    ) -> None:
        self.item = item
        self.many = many
        self.group = group
        self.size = size
        self.future: Future[Any] = Future() if future is None else future
        self.value: Any = None
        self.error: BaseException | None = None
        self.saw_writes = False

    def set_outcome(self, outcome: Any) -> None:
        """What the list form says of this item; an exception is its error."""
        failed = isinstance(outcome, BaseException)
        self.error, self.value = (outcome, None) if failed else (None, outcome)


def single(work: Work[Any], size: int) -> Waiting:
    """A work that shares its call with no other."""
    return Waiting(work, _run_single, None, size)


def _run_single(tx: Transaction, works: Sequence[Work[Any]]) -> list[Any]:
    [work] = works
    return [work(tx)]


class Line:
    """First come, first served, by one thread or several."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._arrived = Condition()
        self._idle = 0
        self._open = True

    def put(self, waiting: Waiting) -> Future[Any]:
        """The future of its outcome; a closed line takes in no more."""
        with self._arrived:
            if self._open:
                self._waiting.append(waiting)
                self._arrived.notify()
                return waiting.future
        waiting.future.set_exception(InternalServerException("The store is closed."))
        return waiting.future

    def close(self) -> None:
        """Take in no more; what waits can still be taken."""
        with self._arrived:
            self._open = False
            self._arrived.notify_all()

    def take(self, works: int, size: int, block: bool = False, fair: bool = False) -> list[Waiting]:
        """The first that waits, with those of its group, up to so many works and bytes. Empty: nothing waits, or,
        where it may `block`, the line is closed and empty. A `fair` taker leaves idle threads their share.
        """
        with self._arrived:
            self._idle += 1
            while block and self._open and not self._waiting:
                self._arrived.wait()
            if fair:
                works = min(works, -(-len(self._waiting) // self._idle))
            self._idle -= 1
            return [waiting for waiting in self._unit(works, size) if waiting.future.set_running_or_notify_cancel()]

    def take_all(self) -> list[Waiting]:
        with self._arrived:
            taken, self._waiting = self._waiting, deque()
            return [waiting for waiting in taken if waiting.future.set_running_or_notify_cancel()]

    def is_over(self) -> bool:
        """Whether nothing waits and nothing will come."""
        with self._arrived:
            return not self._open and not self._waiting

    def _unit(self, works: int, size: int) -> list[Waiting]:
        if not self._waiting:
            return []
        unit = [self._waiting.popleft()]
        if unit[0].group is None:
            return unit
        left: deque[Waiting] = deque()
        size -= unit[0].size
        for waiting in self._waiting:
            if len(unit) < works and size > 0 and waiting.group == unit[0].group:
                unit.append(waiting)
                size -= waiting.size
            else:
                left.append(waiting)
        self._waiting = left
        return unit


def without_this_frame(error: BaseException) -> BaseException:
    """The error as its cause raised it. Else error, traceback, frame and future make a cycle for the collector."""
    return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)


def sum_of_sizes(batch: Sequence[Waiting]) -> int:
    return sum(waiting.size for waiting in batch)
