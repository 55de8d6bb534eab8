"""The whole interface between the product and its store."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Value = str | int | float | bytes | None | Sequence[str] | Sequence[int] | Sequence[bytes]
"""What a `:name` in a statement can stand for. A sequence stands for a list in parentheses: `hash IN :hashes`."""


class Row(Protocol):
    """One row of an answer: `row["column"]`."""

    def __getitem__(self, column: str, /) -> Any: ...


class Transaction(Protocol):
    """A transaction that somebody else opened and will commit. Handed to work; never kept."""

    def one(self, sql: str, **values: Value) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, **values: Value) -> list[Row]:
        """All rows."""

    def run(self, sql: str, **values: Value) -> int:
        """Change something; the number of rows changed."""

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Run one statement for each row of values (no sequences among them)."""


Work = Callable[[Transaction], T]
"""A plain function of a transaction. It may be run again from the start, so it changes nothing but the store."""


class Database(Protocol):
    def write(self, work: Work[T], size: int = 0) -> Future[T]:
        """Run `work` in a transaction; the future is done after its commit. `size` is about the bytes it will write.

        An exception of `work` is the future's exception, and nothing that `work` wrote stays.
        """

    def read(self, work: Work[T]) -> Future[T]:
        """Run `work` in one snapshot. The future may be done already."""

    def close(self) -> None:
        """Finish what was handed over, then let go of the store."""
