"""The whole interface between the product and its store."""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from openprofiles.errors import ApiError

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - one of the items of a list

Value = str | int | float | bytes | None | Sequence[str] | Sequence[int] | Sequence[bytes]
"""What a `:name` in a statement can stand for. A sequence stands for a list in parentheses: `hash IN :hashes`."""


class Row(Protocol):
    """One row of an answer: `row["column"]`."""

    def __getitem__(self, column: str, /) -> Any: ...


class RunAgain(Exception):
    """Raised by a work that has met what another transaction committed meanwhile: it is run again from the start."""


class Discard(Exception):
    """Raised by a work whose result is wanted and whose writes are not: they are rolled back."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class Transaction(Protocol):
    """A transaction that somebody else opened and will commit. Handed to work; never kept."""

    @property
    def runs_alone(self) -> bool:
        """Whether no other transaction writes beside this one, so that nothing needs a lock."""

    def one(self, sql: str, **values: Value) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, **values: Value) -> list[Row]:
        """All rows."""

    def run(self, sql: str, **values: Value) -> int:
        """Change something; the number of rows changed."""

    def run_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run one statement for each row. A row has a value (no sequence) for each `:name`, in the order in which the
        names first stand in the statement.
        """

    def each(self, sql: str, rows: Sequence[Sequence[Value]]) -> list[list[Row]]:
        """The rows that a query finds for each row of values, which are given as to `run_many`, in one round trip."""


Work = Callable[[Transaction], T]
"""A plain function of a transaction. It may be run again from the start, so it changes nothing but the store."""


Many = Callable[[Transaction, Sequence[I]], Sequence[T | ApiError]]
"""The list form of a work: what comes of each item. An item whose outcome is an ApiError has written nothing, and has
not disturbed its neighbours. What it raises is no item's own: then each item is run again alone.
"""


class Snapshot(Protocol):
    """The store at one moment; one work is read after the other."""

    def read(self, work: Work[T]) -> Future[T]: ...

    def close(self) -> None: ...


class Database(Protocol):
    def write(self, work: Work[T], size: int = 0) -> Future[T]:
        """Run `work` in a transaction; the future is done after its commit. `size` is about the bytes it will write.

        An exception of `work` is the future's exception, and nothing that `work` wrote stays.
        """

    def write_together(
        self, group: Hashable, many: Many[I, T], item: I, size: int = 0, future: Future[T] | None = None
    ) -> Future[T]:
        """Like `write`, for work that many calls share: `many` is run once for all items of an equal group that wait.

        The future, which may be the caller's own, has the item's outcome; an ApiError among the outcomes is the
        exception of its item's future.
        """

    def read(self, work: Work[T], is_long: bool = False) -> Future[T]:
        """Run `work` in one snapshot. The future may be done already. Work that `is_long` gives way to all other."""

    def snapshot(self) -> "Snapshot":
        """The store as it is when this is first read, for somebody who needs long for it."""

    def close(self) -> None:
        """Finish what was handed over, then let go of the store."""
