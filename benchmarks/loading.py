"""`openprofiles load` as a process of its own, on the server's core."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks import processes, requests
from benchmarks.kinds import Subject, mixed_numbers
from benchmarks.results import Figure
from benchmarks.signing import REGION
from benchmarks.stores import Store


class Loaded(msgspec.Struct, frozen=True):
    seconds: float
    cpu_seconds: float


def load(store: Store, file: Path, domain: str = requests.DOMAIN) -> Loaded:
    """Load a file into a domain; from the process's start to its end."""
    target = ["--domain", domain, "--type", requests.OBJECT_TYPE, "--region", REGION]
    rejects = file.with_suffix(".rejects")
    began = time.perf_counter()
    command = ["-m", "openprofiles.cli", "load", str(file), *target, "--rejects", str(rejects)]
    process = processes.start(command, store.environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "The load ended with an error."
    assert not rejects.exists(), f"The load refused lines; see {rejects}."
    return Loaded(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)


def write_lines(file: Path, lines: Iterable[bytes]) -> None:
    with file.open("wb") as into:
        into.writelines(line + b"\n" for line in lines)


def fill(store: Store, folder: Path, lines: Iterable[bytes], domain: str = requests.DOMAIN) -> None:
    """Load these objects."""
    file = folder / f"{store.name}-known.ndjson"
    write_lines(file, lines)
    load(store, file, domain)
    file.unlink()


def measured(subject: Subject, folder: Path, objects: int) -> Figure:
    """A load of new and known customers in turn, beside the idle server. What a process needs to start, which one line
    shows, is not counted: it is no part of the speed.
    """
    file, one = folder / "load.ndjson", folder / "one.ndjson"
    numbers = mixed_numbers(subject, objects)
    write_lines(file, (requests.contact_json(number, next(subject.revisions)) for number in numbers))
    write_lines(one, [requests.contact_json(0, next(subject.revisions))])
    start = load(subject.store, one)
    used = subject.store.cpu_seconds()
    whole = load(subject.store, file)
    store_cpu = subject.store.cpu_seconds() - used
    cpu = whole.cpu_seconds - start.cpu_seconds
    return Figure(objects / (whole.seconds - start.seconds), cpu / objects * 1e6, store_cpu / objects * 1e6)
