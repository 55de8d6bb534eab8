"""The machine and the software that a run was measured on."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import msgspec

PACKAGES = ("openprofiles", "httptools", "msgspec", "psycopg", "uvicorn", "uvloop")


class Machine(msgspec.Struct):
    cpu: str
    cores: int
    memory_gigabytes: float
    system: str
    python: str
    sqlite: str
    packages: dict[str, str]


def this_machine() -> Machine:
    return Machine(
        _first("/proc/cpuinfo", "model name") or platform.machine(),
        len(os.sched_getaffinity(0)),
        round(int(_first("/proc/meminfo", "MemTotal").split()[0]) / 1024**2, 1),
        f"{platform.system()} {platform.release()}",
        platform.python_version(),
        sqlite3.sqlite_version,
        {name: version(name) for name in PACKAGES},
    )


def _first(path: str, name: str) -> str:
    """The value of the first line of this name."""
    lines = Path(path).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
