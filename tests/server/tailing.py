"""`openprofiles events tail` as a process."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .process import PATIENCE, RunningServer, clean_environment, wait_until

StartTail = Callable[..., "Tail"]


@dataclass(frozen=True)
class Tail:
    """One that follows. Its output goes to a file, unless the test has given it another place."""

    process: subprocess.Popen[bytes]
    output: Path
    errors: Path

    def lines(self, count: int) -> list[str]:
        """What it has printed, once there are so many whole lines."""
        wait_until(lambda: self.output.read_bytes().count(b"\n") >= count)
        return self.output.read_text().splitlines()

    def records(self, count: int) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines(count)]

    def said(self) -> list[str]:
        return self.errors.read_text().splitlines()

    def says(self, words: str) -> None:
        """Wait until it has said so."""
        wait_until(lambda: words in self.errors.read_text() or self.process.poll() is not None)
        assert words in self.errors.read_text()

    def end(self, signal_number: int) -> int:
        self.process.send_signal(signal_number)
        return self.process.wait(PATIENCE)


def started(
    server: RunningServer, domain: str, folder: Path, *arguments: str, output: int | None = None, is_ready: bool = True
) -> Tail:
    """Start one that writes to a file descriptor, else to a file of the folder, and wait until it follows."""
    number = len(list(folder.glob("tail-*.errors")))
    to_output, to_errors = folder / f"tail-{number}.output", folder / f"tail-{number}.errors"
    credentials = {
        "OPENPROFILES_ACCESS_KEY_ID": server.access_key_id,
        "OPENPROFILES_SECRET_ACCESS_KEY": server.secret_access_key,
    }
    with to_output.open("wb") as file, to_errors.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "openprofiles.cli", "events", "tail", "-d", domain, *arguments],
            env=clean_environment(OPENPROFILES_ENDPOINT_URL=server.url, **credentials),
            stdout=file if output is None else output,
            stderr=errors,
        )
    tail = Tail(process, to_output, to_errors)
    if is_ready:
        tail.says("Following")
    return tail


@contextmanager
def tails(folder: Path) -> Iterator[StartTail]:
    """Starts tails, which end with the test: `start(server, domain, "--option", …)`."""
    running: list[Tail] = []

    def start(server: RunningServer, domain: str, *arguments: str, **settings: Any) -> Tail:
        running.append(started(server, domain, folder, *arguments, **settings))
        return running[-1]

    yield start
    for tail in running:
        tail.process.kill()
        tail.process.wait()


def names(records: list[dict[str, Any]]) -> list[str]:
    """The first names of profiles."""
    return [record["Object"]["FirstName"] for record in records]


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Our end of a terminal, and the one that a program writes to."""
    ours, theirs = pty.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)
        os.close(theirs)


def read_line(descriptor: int) -> str:
    """Until the end of a line."""
    text = b""
    while not text.endswith(b"\n"):
        text += os.read(descriptor, 1)
    return text.decode().rstrip()
