"""Records as lines of a file: whole lines only, on the disk before anybody is told."""

import fcntl
import json
import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from openprofiles.delivery.ndjson import NdjsonFile
from openprofiles.delivery.records import NotDelivered, Record

NAME = "orders.ndjson"


def record(number: int, text: str = "") -> Record:
    return Record(f"event-{number}", f"profile-{number}", json.dumps({"number": number, "text": text}).encode())


def numbers(path: Path) -> list[int]:
    """The records of a file that a reader of whole lines sees."""
    return [json.loads(line)["number"] for line in path.read_bytes().split(b"\n")[:-1]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "streams").mkdir()
    return tmp_path / "streams" / NAME


@pytest.fixture
def file(path: Path) -> NdjsonFile:
    return NdjsonFile(path.parent, NAME)


def test_each_record_is_a_line_in_the_order_given(file: NdjsonFile, path: Path) -> None:
    assert file.deliver([record(1, "Zoë\n"), record(2)]) == [None, None]
    file.deliver([record(3)])
    lines = [record(1, "Zoë\n"), record(2), record(3)]
    assert path.read_bytes() == b"".join(line.data + b"\n" for line in lines)


def test_directory_and_file_are_for_the_server_alone(tmp_path: Path) -> None:
    directory = tmp_path / "made" / "streams"
    NdjsonFile(directory, NAME).deliver([record(1)])
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("length", [1, 4096, 10_000])
def test_half_a_line_that_a_crash_left_is_taken_away(file: NdjsonFile, path: Path, length: int) -> None:
    path.write_bytes(record(1).data + b"\n" + b"{" + b"x" * (length - 1))
    file.deliver([record(2)])
    assert numbers(path) == [1, 2]


def test_half_a_line_that_is_the_whole_file_is_taken_away(file: NdjsonFile, path: Path) -> None:
    path.write_bytes(record(1).data[:-1])
    file.deliver([record(2)])
    assert numbers(path) == [2]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: a write takes what there is room for, and the next one fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_batch_for_which_there_is_no_room_leaves_nothing(file: NdjsonFile, path: Path) -> None:
    file.deliver([record(1)])
    with files_of_at_most(path.stat().st_size + 60), pytest.raises(NotDelivered, match=r"orders\.ndjson: File too"):
        file.deliver([record(2), record(3), record(4)])
    assert path.read_bytes() == record(1).data + b"\n"


def test_what_is_not_on_the_disk_is_not_delivered(
    file: NdjsonFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(NotDelivered, match="Input/output error"):
        file.deliver([record(1)])
    assert numbers(path) == []


def test_a_link_is_not_followed(file: NdjsonFile, path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"precious")
    path.symlink_to(elsewhere)
    with pytest.raises(NotDelivered, match="symbolic links"):
        file.deliver([record(1)])
    assert elsewhere.read_bytes() == b"precious"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_not_written(file: NdjsonFile, path: Path, make: object) -> None:
    assert callable(make)
    make(path)
    with pytest.raises(NotDelivered, match=NAME):
        file.deliver([record(1)])


def test_a_directory_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "streams").write_bytes(b"")
    with pytest.raises(NotDelivered, match="File exists"):
        NdjsonFile(tmp_path / "streams", NAME).deliver([record(1)])


def test_a_writer_waits_for_another(file: NdjsonFile, path: Path) -> None:
    """Else one would cut the other's line, which is half written, as a crash's."""
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write(record(1).data)
        other.flush()
        writer = threading.Thread(target=file.deliver, args=([record(2)],))
        writer.start()
        writer.join(0.2)
        assert path.read_bytes() == record(1).data
        other.write(b"\n")
    writer.join()
    assert numbers(path) == [1, 2]


def test_many_writers_lose_nothing(file: NdjsonFile, path: Path) -> None:
    writers = [
        threading.Thread(target=file.deliver, args=([record(number, "x" * 10_000) for number in range(first, 800, 8)],))
        for first in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(numbers(path)) == list(range(800))
