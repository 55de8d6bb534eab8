"""The loops beside the requests: each calls one step, again and again, until told to stop."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from structlog.typing import FilteringBoundLogger

from openprofiles.actions.delayed import ingest_due
from openprofiles.actions.delete import PURGED_AT_ONCE, purge_domain_step, purge_object_type_step
from openprofiles.actions.expiry import Place, look, remove
from openprofiles.actions.import_domain import give_up_left_behind
from openprofiles.actions.key_names import purge_step as purge_key_name_step
from openprofiles.actions.recalculate import Worked, keep, sweep_step, work_out
from openprofiles.delivery import dead_letters, events
from openprofiles.errors import ApiError, BadRequestException
from openprofiles.storage import answers, calculated_series
from openprofiles.storage.answers import KEPT_MILLISECONDS
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.migrate import wall_clock

Step = Callable[[Database, int], bool]
"""One small piece of work at a time `now`, in milliseconds. True says that there is more to do at once."""

FORGOTTEN_AT_ONCE = 500

SIZE_OF_STEP = PURGED_AT_ONCE * 256
"""About the bytes that a step removes."""

BREATHS = 2.0
"""A worker that has more to do rests so many times as long as its last step took, so that it never takes more than a
third of the store's time.
"""

Clock = Callable[[], int]
"""Milliseconds since the epoch, UTC."""


class Worker(msgspec.Struct, frozen=True):
    """A step and the seconds to wait when it has nothing more to do, or failed. `stop` ends what steps have begun."""

    name: str
    step: Step
    seconds: float
    stop: Callable[[], None] | None = None


def purge_domains(database: Database, now: int) -> bool:
    """Remove some rows of a deleted domain, or of one whose import does not go on any more."""
    return database.write(lambda tx: _purge_domain(tx, now), SIZE_OF_STEP).result()


def _purge_domain(tx: Transaction, now: int) -> bool:
    give_up_left_behind(tx, wall_clock())
    return purge_domain_step(tx, now)


def purge_object_types(database: Database, now: int) -> bool:
    """Scrub some objects of a deleted object type."""
    seed = secrets.token_bytes(16)
    return database.write(lambda tx: purge_object_type_step(tx, now, seed), SIZE_OF_STEP).result()


def purge_key_names(database: Database, now: int) -> bool:
    """Remove some values of a key that no object type uses any more."""
    return database.write(lambda tx: purge_key_name_step(tx, now), SIZE_OF_STEP).result()


def forget_answers(database: Database, _: int) -> bool:
    """Forget some answers that no client asks for any more. They go by wall time, as their keeping does."""
    before = wall_clock() - KEPT_MILLISECONDS
    return database.write(lambda tx: answers.forget(tx, before, FORGOTTEN_AT_ONCE)).result() == FORGOTTEN_AT_ONCE


def ingest_delayed(database: Database, now: int) -> bool:
    """Ingest some objects that a server for tests has held back."""
    seed = secrets.token_bytes(16)
    return database.write(lambda tx: ingest_due(tx, now, seed), SIZE_OF_STEP).result()


RECALCULATED_AT_ONCE = 10


def recalculate(database: Database, now: int) -> bool:
    """Work out in advance what the objects of some profiles mean to calculated attributes."""
    more = database.write(lambda tx: sweep_step(tx, now), SIZE_OF_STEP).result()
    found = database.read(lambda tx: calculated_series.wanted(tx, RECALCULATED_AT_ONCE)).result()
    for domain, profile in found:
        worked = _worked_out(database, domain, profile, now)
        database.write(partial(keep, number=domain, profile=profile, worked=worked)).result()
    return more or bool(found)


def _worked_out(database: Database, domain: int, profile: bytes, now: int) -> Worked:
    """Nothing is kept where the objects take too much work: whoever asks for a value is told so."""
    try:
        return database.read(partial(work_out, number=domain, profile=profile, now=now), is_long=True).result()
    except BadRequestException:
        return {}


def purge_events(database: Database, now: int) -> bool:
    """Remove some events of streams that have ended."""
    return database.write(lambda tx: events.purge_step(tx, now, wall_clock()), SIZE_OF_STEP).result()


def send_dead_letters(database: Database, _: int) -> bool:
    """Tell a domain's queue of a dead letter, in wall time."""
    return dead_letters.send_one(database)


SWEEP_SECONDS = 600.0
"""From the end of a sweep to the next one; times to live are days."""


class Sweep:
    """Goes through all profiles and objects for those that have expired: a step looks at some hundreds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, seconds: float = SWEEP_SECONDS) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._place: Place | None = Place()
        self._next = 0.0

    def step(self, database: Database, now: int) -> bool:
        """Never more to do at once: there is time until the next day."""
        if self._monotonic() < self._next:
            return False
        place = self._place or Place()
        found = database.read(lambda tx: look(tx, place, now), is_long=True).result()
        for piece in found.pieces:
            work = partial(remove, domain=place.domain, found=piece, now=now, seed=secrets.token_bytes(16))
            database.write(work, SIZE_OF_STEP).result()
        self._place = found.place
        if found.place is None:
            self._next = self._monotonic() + self._seconds
        return False


class Running:
    """Worker threads that were started."""

    def __init__(self, threads: Sequence[threading.Thread], stopping: threading.Event) -> None:
        self._threads = threads
        self._stopping = stopping

    def stop(self) -> None:
        """Let each finish the step that it is at."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()


def run_periodically(workers: Sequence[Worker], database: Database, clock: Clock, log: FilteringBoundLogger) -> Running:
    """Start a thread for each worker."""
    stopping = threading.Event()
    threads = [
        threading.Thread(target=_loop, args=(worker, database, clock, log, stopping), name=worker.name, daemon=True)
        for worker in workers
    ]
    for thread in threads:
        thread.start()
    return Running(threads, stopping)


def _loop(
    worker: Worker, database: Database, clock: Clock, log: FilteringBoundLogger, stopping: threading.Event
) -> None:
    told = ""
    while not stopping.is_set():
        started = time.monotonic()
        more, told = _step(worker, database, clock, log, told)
        stopping.wait(BREATHS * (time.monotonic() - started) if more else worker.seconds)
    if worker.stop is not None:
        worker.stop()


def _step(worker: Worker, database: Database, clock: Clock, log: FilteringBoundLogger, told: str) -> tuple[bool, str]:
    """Whether there is more to do, and why the step failed, if the store said so; `told` is what it said before. A
    failed step is tried again after the wait: its work is still in the store.
    """
    try:
        return worker.step(database, clock()), ""
    except ApiError as failure:
        if failure.message != told:
            log.error("worker failed", worker=worker.name, reason=failure.message)
        return False, failure.message
    except Exception:
        log.exception("worker failed", worker=worker.name)
        return False, ""
