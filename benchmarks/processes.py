"""Servers as processes of their own, each on one core, with what they used."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.signing import ACCESS_KEY_ID, SECRET_ACCESS_KEY

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
TICKS = os.sysconf("SC_CLK_TCK")

KEYS = {"OPENPROFILES_ACCESS_KEY_ID": ACCESS_KEY_ID, "OPENPROFILES_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}


class Server(msgspec.Struct, frozen=True):
    """A server that runs; `ready_seconds` after its start it was ready."""

    port: int
    pid: int
    ready_seconds: float

    def cpu_seconds(self) -> float:
        return family_cpu_seconds(self.pid)

    def peak_megabytes(self) -> float:
        return megabytes(self.pid, "VmHWM:")

    def resident_megabytes(self) -> float:
        return megabytes(self.pid, "VmRSS:")


def cpu_seconds(pid: int, of_ended_children: bool = False) -> float:
    """User and system time that a process has used; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11 : 15 if of_ended_children else 13])) / TICKS


def family_cpu_seconds(pid: int) -> float:
    """What a process and all of its children have used, ended ones too."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_seconds(pid, of_ended_children=True) + sum(cpu_seconds(int(child)) for child in children)


def megabytes(pid: int, field: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition(field)[2].split()[0]) / 1024


@contextmanager
def on_cores(cores: Iterable[int]) -> Iterator[None]:
    """This process, and those that it starts meanwhile, run there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def start(
    arguments: Sequence[str], environment: Mapping[str, str], cores: Iterable[int] = (SERVER_CORE,)
) -> subprocess.Popen[bytes]:
    """A Python process, on the server's core where nothing else is said."""
    with on_cores(cores):
        return subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def started(
    arguments: list[str], port: int, ready: str, environment: Mapping[str, str], cores: Iterable[int] = (SERVER_CORE,)
) -> Iterator[Server]:
    began = time.perf_counter()
    process = start(arguments, environment, cores)
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}{ready}")
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(60)


def wait_until_ready(process: subprocess.Popen[bytes], url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.01)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def hello() -> Iterator[Server]:
    port = free_port()
    with started(["-m", "benchmarks.hello", str(port)], port, "", {}) as server:
        yield server


@contextmanager
def openprofiles(store: Mapping[str, str], count: int = 1) -> Iterator[Server]:
    """A server; `store` says in environment variables where its data lie. Several processes have both cores."""
    port = free_port()
    arguments = ["-m", "openprofiles.cli", "serve", "--listen", f"127.0.0.1:{port}"]
    several = {"OPENPROFILES_PROCESSES": str(count)} if count > 1 else {}
    cores = (SERVER_CORE, LOAD_CORE) if several else (SERVER_CORE,)
    with started(arguments, port, "/-/ready", {**KEYS, **store, **several}, cores) as server:
        yield server
