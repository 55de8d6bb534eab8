"""The page `/-/metrics`: what all processes of the server have counted, and what the store holds, for Prometheus.

Nothing in it names a domain, an account, a key or a person: nobody needs to be known for reading it.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial

import prometheus_client
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

import openprofiles
from openprofiles.gateway.exchange import Services
from openprofiles.metrics import BOUNDS, COUNTS, Counted, Counts
from openprofiles.storage import gauges

TEXT_FORMAT = b"text/plain; version=0.0.4; charset=utf-8"

FRESH_SECONDS, LONGEST_FRESH_SECONDS = 1.0, 10.0
"""How long a page is given to everybody: it costs more than what else nobody needs to be known for."""

RESTS = 20.0
"""A page that took long is kept so many times as long, so that however many ask, it takes a twentieth of the store."""

STORE_SECONDS = 5.0
"""How long the page waits for the store: half of what Prometheus waits for the page."""

BUCKETS = [*map(str, BOUNDS), "+Inf"]


class MetricsPage:
    """Made once for all who ask at about the same time."""

    def __init__(self, counts: Counts = COUNTS) -> None:
        self._counts = counts
        self._fresh_until = 0.0
        self._page: asyncio.Task[bytes] | None = None
        self._store: Future[list[int]] | None = None

    async def __call__(self, services: Services) -> tuple[int, bytes]:
        if self._page is None or (self._page.done() and time.monotonic() >= self._fresh_until):
            self._page = asyncio.create_task(self._make(services))
        return 200, await asyncio.shield(self._page)

    async def _make(self, services: Services) -> bytes:
        begun = time.monotonic()
        of_store = await self._read_store(services)
        text = prometheus_client.generate_latest(Families(families(self._counts.read(), of_store)))
        made = time.monotonic()
        self._fresh_until = made + min(max(FRESH_SECONDS, RESTS * (made - begun)), LONGEST_FRESH_SECONDS)
        return text

    async def _read_store(self, services: Services) -> list[int] | None:
        """The values of the store's gauges; None where it does not answer. A read that lasts is not begun twice."""
        try:
            if self._store is None or self._store.done():
                self._store = services.database.read(partial(gauges.read, now=services.clock()), is_long=True)
            async with asyncio.timeout(STORE_SECONDS):
                return await services.completions.wait(self._store)
        except Exception:
            return None


class Families:
    """What prometheus-client writes a page from."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def families(counted: Counted, of_store: Sequence[int] | None) -> Iterator[Metric]:
    """All that the page shows, in this order."""
    version = {"version": openprofiles.__version__}
    yield InfoMetricFamily("openprofiles", "The version of the server.", value=version)
    yield _requests(counted)
    yield _latencies(counted)
    yield _delivery_errors(counted)
    yield GaugeMetricFamily(
        "openprofiles_calls_waiting", "Calls that the store has in hand or waiting.", counted.waiting
    )
    yield GaugeMetricFamily(
        "openprofiles_bytes_in_flight",
        "Bytes of requests under way, and of large answers that are not read yet.",
        counted.bytes_in_flight,
    )
    yield from _of_store(of_store)
    yield from _of_processes(counted.processes)
    yield from prometheus_client.PlatformCollector(registry=None).collect()


def _requests(counted: Counted) -> Metric:
    text = "Requests that were answered. What is no operation and no page is '-'."
    family = CounterMetricFamily("openprofiles_requests", text, labels=("operation", "status"))
    for labels, number in counted.requests.items():
        family.add_metric(labels, number)
    return family


def _latencies(counted: Counted) -> Metric:
    text = "Seconds from the head of a request to the end of its answer."
    family = HistogramMetricFamily("openprofiles_request_seconds", text, labels=("operation",))
    for operation, found in counted.latencies.items():
        family.add_metric((operation,), list(zip(BUCKETS, found.up_to, strict=True)), found.seconds)
    return family


def _delivery_errors(counted: Counted) -> Metric:
    text = "Deliveries that failed and are tried again, or given up, by the kind of destination."
    family = CounterMetricFamily("openprofiles_delivery_errors", text, labels=("destination",))
    for destination, number in counted.delivery_errors.items():
        family.add_metric((destination,), number)
    return family


def _of_store(values: Sequence[int] | None) -> Iterator[Metric]:
    text = "Whether the store answered when this page was made; if not, what is read from it is left out."
    yield GaugeMetricFamily("openprofiles_store_up", text, values is not None)
    if values is None:
        return
    for gauge, value in zip(gauges.GAUGES, values, strict=True):
        up_to = f"{gauge.text}. No more than {gauges.MOST_COUNTED:,} rows are looked at."
        yield GaugeMetricFamily(gauge.name, up_to, value)


# --- the processes themselves


def _of_processes(processes: Mapping[int, int]) -> Iterable[Metric]:
    """Memory, time and files of this process; where there are several, of each, by its number."""
    if len(processes) == 1:
        return prometheus_client.ProcessCollector(registry=None).collect()
    merged: dict[str, Metric] = {}
    for number, process_id in processes.items():
        for family in _of_process(process_id):
            whole = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            whole.samples += [one._replace(labels={"process": str(number)}) for one in family.samples]
    return merged.values()


def _of_process(process_id: int) -> Iterable[Metric]:
    """Nothing where it is no more."""
    return prometheus_client.ProcessCollector(pid=lambda: process_id, registry=None).collect()
