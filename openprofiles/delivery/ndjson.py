"""Records as lines of a file, which other programs read while it grows."""

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import ClassVar

import msgspec

from openprofiles.delivery.records import NotDelivered, Record

FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

BLOCK = 4096


class NdjsonFile(msgspec.Struct, frozen=True):
    """A file as a destination; its directory is made where there is none. Several processes may have the same one."""

    directory: Path
    name: str

    most_at_once: ClassVar[int] = 1_000

    def deliver(self, records: Sequence[Record]) -> list[str | None]:
        """All records are on the disk, or none. Raises NotDelivered."""
        lines = b"".join(record.data + b"\n" for record in records)
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _append(self.directory / self.name, lines)
        except OSError as error:
            raise NotDelivered(f"File {self.name}: {error.strerror}.") from error
        return [None] * len(records)


def _append(path: Path, lines: bytes) -> None:
    """Half a line at the end is what a crash left of a batch that nobody was told of, and that is sent again. It goes:
    readers take whole lines, so none has seen it, and none must meet it before others.
    """
    with os.fdopen(os.open(path, FLAGS, 0o600), "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = _end_of_last_line(file)
        try:
            file.truncate(end)
            _write(file, lines)
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise
        if end == 0:
            _keep_name(path)


def _end_of_last_line(file: FileIO) -> int:
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - BLOCK)
        newline = os.pread(file.fileno(), end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _write(file: FileIO, lines: bytes) -> None:
    """In one write, unless the system takes less than all."""
    rest = memoryview(lines)
    while rest:
        rest = rest[file.write(rest) :]


def _keep_name(path: Path) -> None:
    """A new file outlives a power failure only once its directory is on the disk too, and so up."""
    for directory in (path.parent, path.parent.parent):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
