"""Composition root: settings → database → gateway and workers."""

import fcntl
import gc
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, TextIO

import msgspec
from structlog.typing import FilteringBoundLogger

from openprofiles.actions import page_tokens
from openprofiles.api import FUNCTIONS, LIST_FORMS, LONG_READS
from openprofiles.delivery.destinations import destination_for
from openprofiles.delivery.events import EventDelivery
from openprofiles.errors import InternalServerException
from openprofiles.extensions import EXTENSIONS
from openprofiles.gateway import server, steps
from openprofiles.gateway.asgi import Gateway
from openprofiles.gateway.calls import as_many
from openprofiles.gateway.completions import Completions
from openprofiles.gateway.counting import CountedBytes, CountedPlaces, CountingLog
from openprofiles.gateway.exchange import Services, Step
from openprofiles.gateway.known_keys import KnownKeys
from openprofiles.gateway.log import RequestLog, open_log
from openprofiles.gateway.own_pages import paths_of_pages
from openprofiles.gateway.processes import Family
from openprofiles.gateway.routing import Router
from openprofiles.gateway.throttle import RATES, Throttle
from openprofiles.metrics import COUNTS
from openprofiles.operations import OPERATIONS
from openprofiles.settings import (
    Credentials,
    Settings,
    SettingsError,
    address,
    make_data_directory,
    postgres_url,
    root_credentials,
    store_path,
    url_of,
    without_secrets,
)
from openprofiles.storage import erasures, event_streams, switches
from openprofiles.storage.access_keys import AccessKey
from openprofiles.storage.copy import Incomplete, refuse_incomplete
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.migrate import NewerSchema, OlderSchema, wall_clock
from openprofiles.storage.sqlite import migrate_sqlite, open_sqlite
from openprofiles.workers import (
    Running,
    Sweep,
    Worker,
    forget_answers,
    ingest_delayed,
    purge_domains,
    purge_events,
    purge_key_names,
    purge_object_types,
    recalculate,
    run_periodically,
    send_dead_letters,
)

GARBAGE_THRESHOLD = 20_000
"""New containers between two looks for garbage."""

STEPS: tuple[Step, ...] = (
    steps.check_head,
    steps.find_operation,
    steps.read_body,
    steps.check_structure,
    steps.identify_caller,
    steps.throttle,
    steps.decode,
    steps.authorise_domain,
    steps.run,
    steps.encode,
)
"""What happens to a call of an operation, in this order. Limits come before the caller is known."""

OWN_STEPS: tuple[Step, ...] = (
    steps.check_head,
    steps.answer_own_path,
)
"""What happens to a request for a page that needs no signature."""

WORKERS: tuple[Worker, ...] = (
    Worker("expire", Sweep().step, 0.1),
    Worker("ingest delayed", ingest_delayed, 1.0),
    Worker("purge domains", purge_domains, 1.0),
    Worker("purge object types", purge_object_types, 1.0),
    Worker("purge key names", purge_key_names, 1.0),
    Worker("forget answers", forget_answers, 10.0),
    Worker("send dead letters", send_dead_letters, 0.5),
    Worker("recalculate", recalculate, 0.5),
    Worker("purge events", purge_events, 1.0),
)
"""What runs beside the requests: Worker(name, step, seconds), where `step(database, now)` does one small piece."""


SWEEP_SECONDS_OF_TESTS = 0.2

WORKERS_OF_TESTS: tuple[Worker, ...] = (
    Worker("expire", Sweep(seconds=SWEEP_SECONDS_OF_TESTS).step, 0.05),
    Worker("ingest delayed", ingest_delayed, 0.02),
    *WORKERS[2:],
)
"""On a server for tests nobody waits ten minutes for what expires once its clock has been set."""


class App(msgspec.Struct, frozen=True):
    """The parts of one server, put together and not yet started."""

    settings: Settings
    credentials: Credentials
    gateway: Gateway
    log: FilteringBoundLogger
    log_request: RequestLog


def now_milliseconds() -> int:
    """The clock of a server that nobody has set another."""
    return time.time_ns() // 1_000_000


def create_app(settings: Settings, log_to: BinaryIO, clock: Callable[[], int] = now_milliseconds) -> App:
    """Open the store and put the parts together; the gateway closes the store when it stops. Raises SettingsError."""
    make_data_directory(settings)
    credentials = root_credentials(settings)
    as_json = _as_json(settings, log_to)
    log, log_request = open_log(log_to, as_json), CountingLog(log_to, as_json, COUNTS)
    database = open_store(settings, partial(_tell, log))
    root = AccessKey(credentials.access_key_id, credentials.secret_access_key, settings.account_id)
    services = Services(
        router=Router([*OPERATIONS.values(), *EXTENSIONS.values()]),
        functions=FUNCTIONS,
        list_forms={name: as_many(form) for name, form in LIST_FORMS.items()},
        database=database,
        known_keys=KnownKeys(root, database),
        clock=clock,
        limits=settings.limits,
        quotas=settings.quotas,
        policy=settings.policy,
        in_flight=CountedBytes(settings.limits.bytes_in_flight, COUNTS),
        places=CountedPlaces(settings.limits.waiting, COUNTS),
        completions=Completions(),
        throttle=Throttle(RATES if settings.throttle == "aws" else {}),
        cors_origins=settings.cors_origins,
        long_reads=LONG_READS,
    )
    background = Background(database, _business_clock(settings, database, clock), _workers(settings), log)
    own_paths = paths_of_pages(with_metrics=settings.metrics == "on")
    gateway = Gateway(
        services, _steps(settings), OWN_STEPS, log, log_request, background.start, background.stop, own_paths
    )
    return App(settings, credentials, gateway, log, log_request)


def _steps(settings: Settings) -> tuple[Step, ...]:
    """A server for tests looks at its switches as soon as it knows the caller."""
    known = STEPS.index(steps.identify_caller) + 1
    return (*STEPS[:known], steps.imitate, *STEPS[known:]) if settings.for_tests else STEPS


def _workers(settings: Settings) -> tuple[Worker, ...]:
    events = EventDelivery(partial(destination_for, settings), int(settings.event_retention * 1000))
    workers = WORKERS_OF_TESTS if settings.for_tests else WORKERS
    return (*workers, Worker("deliver events", events.step, 0.1, events.stop))


def _business_clock(settings: Settings, database: Database, clock: Callable[[], int]) -> Callable[[], int]:
    """What workers go by."""
    if not settings.for_tests:
        return clock
    return lambda: clock() + database.read(switches.get).result().clock_offset


def _tell(log: FilteringBoundLogger, reason: str | None) -> None:
    if reason is None:
        log.warning("store back")
    else:
        log.error("store away", reason=reason)


def open_store(settings: Settings, tell: Callable[[str | None], None] = lambda _: None) -> Database:
    """The settings' store, ready to be used. `tell` is told why when it can not be reached any more, and None when it
    can again. Raises SettingsError.
    """
    with _told_as_settings_error(settings):
        database = _opened(settings, tell)
        try:
            database.write(_make_ready).result()
        except BaseException:
            database.close()
            raise
        return database


def open_existing_store(settings: Settings) -> Database:
    """As `open_store`, for commands that work on a store and make none. Raises SettingsError."""
    if postgres_url(settings) is None and not store_path(settings).exists():
        raise SettingsError(f"There is no store {store_path(settings)} yet; `openprofiles serve` makes it.")
    return open_store(settings)


def _make_ready(tx: Transaction) -> None:
    refuse_incomplete(tx)
    page_tokens.make_key(tx)
    erasures.make_salt(tx)
    event_streams.make_signing_key(tx)
    event_streams.wait_for_readers(tx, wall_clock() + event_streams.WAITS_FOR_READER)


def _opened(settings: Settings, tell: Callable[[str | None], None]) -> Database:
    url = postgres_url(settings)
    if url is None:
        return open_sqlite(store_path(settings), may_migrate=settings.migrate)
    from openprofiles.storage.postgres import open_postgres  # noqa: PLC0415 - who has an SQLite store does not load it

    return open_postgres(url, may_migrate=settings.migrate, tell=tell)


def migrate_store(settings: Settings) -> list[int]:
    """Bring the store's schema up to date; the numbers of the migrations that this took. Raises SettingsError."""
    make_data_directory(settings)
    url = postgres_url(settings)
    with _told_as_settings_error(settings):
        if url is None:
            return migrate_sqlite(store_path(settings))
        from openprofiles.storage.postgres import migrate_postgres  # noqa: PLC0415 - as above

        return migrate_postgres(url)


@contextmanager
def _told_as_settings_error(settings: Settings) -> Iterator[None]:
    url = postgres_url(settings)
    try:
        yield
    except (NewerSchema, OlderSchema) as error:
        raise SettingsError(str(error)) from None
    except (Incomplete, OSError, sqlite3.Error, InternalServerException) as error:
        name = store_path(settings) if url is None else without_secrets(url)
        raise SettingsError(f"Can not open the store {name}: {str(error).rstrip('.?')}.") from None


def _as_json(settings: Settings, log_to: BinaryIO) -> bool:
    return settings.log_format == "json" or (settings.log_format == "auto" and not log_to.isatty())


def _reason(error: OSError) -> str:
    """The system's own words, without what Python adds; name look-ups count their errors below zero."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)


def serve(settings: Settings, log_to: BinaryIO, when_ready: Callable[[App, str], None]) -> None:
    """Serve until SIGTERM or SIGINT. `when_ready` gets the parts and the address. Raises SettingsError."""
    host, port = address(settings)
    try:
        listener = server.listen(host, port)
    except OSError as error:
        raise SettingsError(f"Can not listen on {settings.listen}: {_reason(error)}.") from None
    with listener:
        url = url_of(host, listener.getsockname()[1])
        if settings.processes == 1:
            _serve_on(listener, settings, log_to, lambda app: when_ready(app, url))
        else:
            _serve_in_processes(listener, settings, log_to, lambda app: when_ready(app, url))


def _serve_on(listener: socket.socket, settings: Settings, log_to: BinaryIO, when_ready: Callable[[App], None]) -> None:
    with _as_the_only_one(settings):
        app = create_app(settings, log_to)
        spare_the_garbage_collector()
        server.run(app.gateway, listener, settings.limits, app.log, app.log_request, lambda: when_ready(app))


@contextmanager
def _as_the_only_one(settings: Settings) -> Iterator[None]:
    """An SQLite store is served by one process; the lock goes with it, however it ends. Raises SettingsError."""
    if postgres_url(settings) is not None:
        yield
        return
    with _locked(settings):
        yield


def _locked(settings: Settings) -> TextIO:
    make_data_directory(settings)
    with _told_as_settings_error(settings):
        lock = store_path(settings).with_suffix(".serving").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with lock:
            lock.seek(0)
            other = lock.read().strip()
        raise SettingsError(f"Process {other} serves the store {store_path(settings)} already.") from None
    lock.truncate(0)
    print(os.getpid(), file=lock, flush=True)
    return lock


def _serve_in_processes(
    listener: socket.socket, settings: Settings, log_to: BinaryIO, when_ready: Callable[[App], None]
) -> None:
    """What only one may do, or what would fail in all, is done first: the credentials, the schema. The first process
    tells when it is ready.
    """
    if postgres_url(settings) is None:
        raise SettingsError("An SQLite store is served by one process; more need a store on PostgreSQL.")
    make_data_directory(settings)
    root_credentials(settings)
    open_store(settings).close()

    COUNTS.share(settings.processes)

    def serve_one(number: int) -> None:
        COUNTS.take(number)
        _serve_on(listener, settings, log_to, when_ready if number == 0 else lambda _: None)

    Family(serve_one, open_log(log_to, _as_json(settings, log_to))).run(settings.processes)


def spare_the_garbage_collector() -> None:
    """What is loaded by now stays: it need not be looked at again, and requests leave hardly any cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


class Background:
    """The workers and the store, from the server's start to its end."""

    def __init__(
        self, database: Database, clock: Callable[[], int], workers: Sequence[Worker], log: FilteringBoundLogger
    ) -> None:
        self._database = database
        self._clock = clock
        self._workers = workers
        self._log = log
        self._running: Running | None = None

    def start(self) -> None:
        self._running = run_periodically(self._workers, self._database, self._clock, self._log)

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
        self._database.close()
