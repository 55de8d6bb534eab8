"""A real server process, for tests that look at it from outside."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ACCESS_KEY_ID = "AKIATESTTESTTESTTEST"
SECRET_ACCESS_KEY = "test/secret/access/key/of/the/root/user"
PATIENCE = 20.0
COMMAND_PATIENCE = 300.0
"""A check of a store that has lived through two hundred kills takes its time."""


@dataclass(frozen=True)
class RunningServer:
    """A server, how to reach it, and what it has said. `environment`: where its data lie, for other commands."""

    url: str
    access_key_id: str
    secret_access_key: str
    data: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    output: Path
    errors: Path

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    def log(self) -> list[dict[str, Any]]:
        """Its log so far."""
        return [json.loads(line) for line in self.errors.read_text().splitlines()]

    def log_line(self, request_id: str) -> dict[str, Any]:
        """The line of one request, which is written after its answer."""

        def lines() -> list[dict[str, Any]]:
            return [line for line in self.log() if line.get("request_id") == request_id]

        wait_until(lambda: bool(lines()))
        [line] = lines()
        return line

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without AWS's and our own variables, but for the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OPENPROFILES_"))}
    return kept | variables


def launch(folder: Path, arguments: Sequence[str] = (), **environment: str) -> RunningServer:
    """Start a server on a free port, with its data in `folder`/data, and wait until it is ready."""
    credentials = {"OPENPROFILES_ACCESS_KEY_ID": ACCESS_KEY_ID, "OPENPROFILES_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}
    credentials["OPENPROFILES_QUOTA_DOMAINS"] = "1000000"  # each test has one of its own
    output, errors, data = folder / "output", folder / "errors", folder / "data"
    places = {"OPENPROFILES_DATA": str(data)}
    if "OPENPROFILES_STORE" in environment:
        places["OPENPROFILES_STORE"] = environment["OPENPROFILES_STORE"]
    with output.open("wb") as to_output, errors.open("wb") as to_errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "openprofiles.cli", "serve", "--listen", "127.0.0.1:0", *arguments],
            env=clean_environment(**places | credentials | environment),
            stdout=to_output,
            stderr=to_errors,
        )
    wait_until(lambda: b"listens on" in output.read_bytes() or process.poll() is not None)
    if process.poll() is not None:
        raise AssertionError(errors.read_text())
    url = output.read_text().split("\n")[0].split()[-1]
    server = RunningServer(url, ACCESS_KEY_ID, SECRET_ACCESS_KEY, data, places, process, output, errors)
    wait_until(lambda: get_status(f"{url}/-/ready") == 200)
    return server


def get_status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def run_command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One call of the command line, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "openprofiles.cli", *arguments],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=COMMAND_PATIENCE,
        check=False,
    )
