"""Servers as processes of their own, each on one core, with what they used."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.signing import ACCESS_KEY_ID, SECRET_ACCESS_KEY

SERVER_CORE, LOAD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


class Server(msgspec.Struct):
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """User and system time that the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_megabytes(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def started(arguments: list[str], port: int, ready: str, environment: dict[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), sys.executable, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}{ready}")
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def wait_until_ready(url: str, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=None), timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextmanager
def hello(port: int) -> Iterator[Server]:
    with started(["-m", "benchmarks.hello", str(port)], port, "", {}) as server:
        yield server


@contextmanager
def openprofiles(port: int) -> Iterator[Server]:
    """A server with an empty store in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="openprofiles-bench-") as folder:
        keys = {
            "OPENPROFILES_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "OPENPROFILES_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        }
        arguments = ["-m", "openprofiles.cli", "serve", "--listen", f"127.0.0.1:{port}", "--data", folder]
        with started(arguments, port, "/-/ready", keys) as server:
            yield server
