"""A run: servers beside each other, rounds that alternate between them, because machines drift."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import repeat

import msgspec

from benchmarks import calculated, ingestion, load, loading, names, paced, processes, requests, statements
from benchmarks.kinds import KINDS, Kind, Subject, half_and_half
from benchmarks.load import Measured
from benchmarks.processes import Server
from benchmarks.results import Figure, Results, figure_of
from benchmarks.stores import POSTGRES, Store, Stores

STARTS = 3

GROUPS = ("put", "search", calculated.GROUP, "processes", names.LOAD, names.STATEMENTS, names.READY, names.INGESTION)


TOGETHER = Kind(names.PROCESSES, "processes", half_and_half)


class Plan(msgspec.Struct, frozen=True):
    """What to measure: some of GROUPS on some of STORES. `known` customers are there before, and as many objects stand
    in a file to load.
    """

    groups: Sequence[str]
    stores: Sequence[str]
    rounds: int = 3
    seconds: float = 2.0
    known: int = 20_000

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind in (*KINDS, *calculated.KINDS) if kind.group in self.groups]


class Running(msgspec.Struct, frozen=True):
    """The servers of a run. `together` is the PostgreSQL store once more, behind two processes."""

    hello: Server
    subjects: list[Subject]
    together: list[Subject]


def run(plan: Plan, stores: Stores, results: Results) -> None:
    if names.INGESTION in plan.groups:
        ingestion.measure(stores, plan.rounds, min(ingestion.OBJECTS, plan.known), results)
    if set(plan.groups) == {names.INGESTION}:
        return
    if names.READY in plan.groups:
        measure_starts(plan, stores, results)
    with processes.hello() as hello, serving_all(plan, stores) as subjects:
        for subject in subjects:
            prepare(subject, stores, results)
            if calculated.GROUP in plan.groups:
                calculated.prepare(subject)
        with serving_together(plan, subjects) as together:
            for _ in range(plan.rounds):
                measure_round(plan, Running(hello, subjects, together), stores, results)
        for subject in subjects:
            results.read(names.PEAK, subject.store.name, subject.server.peak_megabytes())
    if names.STATEMENTS in plan.groups:
        count_statements(plan, stores, results)


def measure_starts(plan: Plan, stores: Stores, results: Results) -> None:
    for number in range(STARTS):
        for store in plan.stores:
            with processes.openprofiles(stores.fresh(store, f"start_{number}").environment) as server:
                results.read(names.READY, store, server.ready_seconds)


@contextmanager
def serving_all(plan: Plan, stores: Stores) -> Iterator[list[Subject]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(stores.fresh(store, "main"), plan.known)) for store in plan.stores]


@contextmanager
def serving(store: Store, known: int = 0) -> Iterator[Subject]:
    with processes.openprofiles(store.environment) as server:
        yield Subject(store, server, known)


@contextmanager
def serving_together(plan: Plan, subjects: Sequence[Subject]) -> Iterator[list[Subject]]:
    wanted = [each for each in subjects if each.store.name == POSTGRES and "processes" in plan.groups]
    with ExitStack() as stack:
        yield [
            each.served_by(stack.enter_context(processes.openprofiles(each.store.environment, count=2)))
            for each in wanted
        ]


def prepare(subject: Subject, stores: Stores, results: Results) -> None:
    results.read(names.IDLE, subject.store.name, subject.server.resident_megabytes())
    subject.set_up()
    loading.fill(subject.store, stores.folder, map(requests.contact_json, range(subject.known)))
    subject.find()


def measure_round(plan: Plan, running: Running, stores: Stores, results: Results) -> None:
    results.add(names.HELLO, names.NO_STORE, measure_hello(running.hello, plan.seconds))
    for subject in running.subjects:
        measure_subject(plan, subject, results)
        if names.LOAD in plan.groups:
            results.add(names.LOAD, subject.store.name, loading.measured(subject, stores.folder, plan.known))
    for subject in running.together:
        results.add(names.PROCESSES, subject.store.name, measure(subject, TOGETHER, plan.seconds))


def measure_subject(plan: Plan, subject: Subject, results: Results) -> None:
    for kind in plan.kinds:
        full = measure(subject, kind, plan.seconds)
        results.add(kind.name, subject.store.name, full)
        if kind.name in names.HALF_LOAD:
            half = measure_half_load(subject, kind, full.per_second, plan.seconds)
            results.add(names.HALF_LOAD[kind.name], subject.store.name, half)


def measure_hello(hello: Server, seconds: float) -> Figure:
    """The yardstick has the body of a put, and no signature to check."""
    request = requests.put(hello.port, 1)
    return figure(hello, lambda: 0.0, lambda: load.run(hello.port, repeat(request), seconds=seconds))


def measure(subject: Subject, kind: Kind, seconds: float) -> Figure:
    server, prepared = subject.server, kind.make(subject, seconds)
    return figure(server, subject.store.cpu_seconds, lambda: load.run(server.port, prepared, seconds=seconds))


def measure_half_load(subject: Subject, kind: Kind, rate: float, seconds: float) -> Figure:
    """Latency where requests come half as fast as the closed loop got its answers."""
    server, prepared = subject.server, kind.make(subject, seconds)
    return figure(server, subject.store.cpu_seconds, lambda: paced.run(server.port, prepared, rate / 2, seconds))


def figure(server: Server, store_cpu: Callable[[], float], work: Callable[[], Measured]) -> Figure:
    cpu, of_store = server.cpu_seconds(), store_cpu()
    measured = work()
    return figure_of(measured, server.cpu_seconds() - cpu, store_cpu() - of_store)


def count_statements(plan: Plan, stores: Stores, results: Results) -> None:
    for name in plan.stores:
        store = stores.fresh(name, "statements")
        with serving(store) as subject:
            subject.set_up()
        results.read(names.STATEMENTS, name, statements.for_each_object(stores, store))
