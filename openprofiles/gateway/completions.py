"""From the store's threads back to the event loop: one wake-up for a whole batch of finished calls."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Completions:
    """Lets coroutines of one event loop wait for what other threads finish.

    Group commit finishes many calls together; waking the loop once for all of them costs a fraction of
    `asyncio.wrap_future`, which wakes it for each.
    """

    def __init__(self) -> None:
        self._finished: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._awakened = False

    def arrival(self) -> "Arrival":
        """A future to be finished by another thread, for `wait`. Called on the event loop."""
        loop = asyncio.get_running_loop()
        return Arrival(self, loop.create_future())

    def wait(self, future: Future[T]) -> asyncio.Future[T]:
        """An awaitable with the future's result or exception. Called on the event loop."""
        if isinstance(future, Arrival):
            return future.waiter
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: self.finish(waiter, *_outcome(done)))
        return waiter

    def finish(self, waiter: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
        """Called by any thread."""
        self._finished.append((waiter, result, error))
        if not self._awakened:
            self._awakened = True
            waiter.get_loop().call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # Lowered before the queue is emptied: what is appended from here on either is taken below or wakes us again.
        self._awakened = False
        while self._finished:
            waiter, result, error = self._finished.popleft()
            if waiter.done():
                continue
            if error is None:
                waiter.set_result(result)
            else:
                waiter.set_exception(error)


class Arrival(Future[Any]):
    """A future that one coroutine waits for: without the lock by which threads could block on it, which is most of what
    a future costs.
    """

    def __init__(self, completions: Completions, waiter: asyncio.Future[Any]) -> None:
        self._completions = completions
        self.waiter = waiter

    def set_running_or_notify_cancel(self) -> bool:
        return True

    def done(self) -> bool:
        """Nobody can tell before the event loop is told."""
        return False

    def set_result(self, result: Any) -> None:
        self._completions.finish(self.waiter, result, None)

    def set_exception(self, exception: BaseException | None) -> None:
        self._completions.finish(self.waiter, None, exception)


def _outcome(future: Future[Any]) -> tuple[Any, BaseException | None]:
    error = future.exception()
    return (future.result(), None) if error is None else (None, error)
