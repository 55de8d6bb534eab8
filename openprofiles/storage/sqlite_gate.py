"""The gate that long reads of a SQLite store pass.

As long as one read follows the other without a gap, the write-ahead log can not begin anew. While the gate is shut, new
reads wait until those inside have ended: then there is a gap, and no writer has to wait for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

PATIENCE = 1.0
"""Seconds after which a read goes in all the same: whoever shut the gate may have nothing to write any more."""


class Gate:
    def __init__(self) -> None:
        self._changed = Condition()
        self._inside = 0
        self._snapshots = 0
        self._is_shut = False

    @contextmanager
    def passage(self) -> Iterator[None]:
        """A read is inside."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._is_shut, PATIENCE):
                self._is_shut = False
                self._changed.notify_all()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """A snapshot is open, for as long as it takes: waiting for it is of no use."""
        with self._changed:
            self._snapshots += 1
        try:
            yield
        finally:
            with self._changed:
                self._snapshots -= 1

    @property
    def is_held(self) -> bool:
        return self._snapshots > 0

    def shut(self) -> bool:
        """Let nobody in. Whether nobody is inside."""
        with self._changed:
            self._is_shut = True
            return self._inside == 0

    def open(self) -> None:
        with self._changed:
            self._is_shut = False
            self._changed.notify_all()
