"""From the store's threads back to the event loop: one wake-up for a whole batch of finished calls."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Completions:
    """Lets coroutines of one event loop wait for futures that other threads finish.

    Group commit finishes many calls together; waking the loop once for all of them costs a fraction of
    `asyncio.wrap_future`, which wakes it for each.
    """

    def __init__(self) -> None:
        self._finished: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._awakened = False

    def wait(self, future: Future[T]) -> asyncio.Future[T]:
        """An awaitable with the future's result or exception. Called on the event loop."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()

        def finished(future: Future[T]) -> None:
            self._finished.append((waiter, future))
            if not self._awakened:
                self._awakened = True
                loop.call_soon_threadsafe(self._deliver)

        future.add_done_callback(finished)
        return waiter

    def _deliver(self) -> None:
        # Lowered before the queue is emptied: what is appended from here on either is taken below or wakes us again.
        self._awakened = False
        while self._finished:
            waiter, future = self._finished.popleft()
            if not waiter.done():
                _settle(waiter, future)


def _settle(waiter: asyncio.Future[Any], future: Future[Any]) -> None:
    error = future.exception()
    if error is None:
        waiter.set_result(future.result())
    else:
        waiter.set_exception(error)
