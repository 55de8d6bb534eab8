"""A file that a command reads: opened, and how far it has been read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskProgressColumn, TimeElapsedColumn

STANDARD_INPUT = "-"


@contextmanager
def opened(name: str) -> Iterator[tuple[TextIO, int | None]]:
    """The file and its size in bytes, None where that is not known. Bytes that are no UTF-8 are left to whoever reads
    the line.
    """
    if name == STANDARD_INPUT:
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")  # type: ignore[union-attr]
        yield sys.stdin, None
        return
    with Path(name).open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield file, Path(name).stat().st_size


def position(file: TextIO, size: int | None) -> int:
    """How many bytes have been read of a file of this size; 0 where the size is not known."""
    return 0 if size is None else file.buffer.tell()


def progress_bar(size: int | None, *columns: ProgressColumn, **fields: Any) -> Progress:
    """On standard error, with one task of so many bytes; `columns` show the task's further fields."""
    shown = (BarColumn(), TaskProgressColumn(), *columns, TimeElapsedColumn())
    bar = Progress(*shown, console=Console(stderr=True))
    bar.add_task("read", total=size, **fields)
    return bar
