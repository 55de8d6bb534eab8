"""What parts of ingestion cost: CPU for each object, in one process, on an SQLite store, without HTTP."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from unittest.mock import patch

import msgspec

from benchmarks import names, requests
from benchmarks.results import Figure, Results
from benchmarks.statements import TARGET, ingest
from benchmarks.stores import SQLITE, Stores
from openprofiles.api import FUNCTIONS
from openprofiles.app import open_store
from openprofiles.call import Call
from openprofiles.operations import OPERATIONS
from openprofiles.settings import read_settings
from openprofiles.storage import event_streams, outbox
from openprofiles.storage.database import Database, Transaction

OBJECTS = 5_000
"""Customers that are known, and so objects of a round, where nobody wants fewer."""

SECONDS_TO_SETTLE = 0.5

FORGOTTEN_AT_ONCE = 5_000
FIRST_NUMBERS = 10
"""The only domain of a store is among the first to get a number."""

BLOCKS = {
    "first": "{{#if _source.first}}{{_source.first}}{{else}}{{_source.nickname}}{{/if}}",
    "street": "{{#with _source.address}}{{street}}, {{city}}{{/with}}",
    "tier": "{{#if _source.vip}}vip{{else}}{{_source.tier}}{{/if}}",
    "labels": "{{#each _source.tags}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}",
}


def definition(sources: Mapping[str, str]) -> dict[str, object]:
    """The benchmark's mapping with the tags, and with other sources for some fields."""
    fields = {
        **msgspec.convert(requests.DEFINITION["Fields"], dict[str, dict[str, str]]),
        "labels": {"Source": "_source.tags", "Target": "_profile.Attributes.tags"},
    }
    told = {name: {**field, "Source": sources.get(name, field["Source"])} for name, field in fields.items()}
    return {**requests.DEFINITION, "Fields": told}


@contextmanager
def no_history() -> Iterator[None]:
    """Nothing is written down of what changes."""
    with (
        patch("openprofiles.actions.records._change", lambda *_: None),
        patch("openprofiles.storage.history.add_all", lambda *_: None),
    ):
        yield


@contextmanager
def as_it_is() -> Iterator[None]:
    yield


class Variant(msgspec.Struct, frozen=True):
    """A mapping, given by its unusual sources, under what it is run, and what its domain has besides."""

    name: str
    sources: Mapping[str, str]
    under: Callable[[], AbstractContextManager[None]]
    besides: Mapping[str, Mapping[str, object]] = {}


CREATED: Mapping[str, object] = {
    "CalculatedAttributeName": "spent",
    "AttributeDetails": {
        "Expression": f"{{{requests.OBJECT_TYPE}.spent}}",
        "Attributes": [{"Name": "spent"}],
    },
    "Statistic": "SUM",
}

LISTENED: Mapping[str, object] = {"EventStreamName": "changes", "Uri": "pull:"}

VARIANTS = (
    Variant(names.INGEST_PLAIN, {}, as_it_is),
    Variant(names.INGEST_BLOCKS, BLOCKS, as_it_is),
    Variant(names.INGEST_NO_HISTORY, {}, no_history),
    Variant(names.INGEST_ATTRIBUTE, {}, as_it_is, {"CreateCalculatedAttributeDefinition": CREATED}),
    Variant(names.INGEST_STREAM, {}, as_it_is, {"CreateEventStream": LISTENED}),
)


def measure(stores: Stores, rounds: int, objects: int, results: Results) -> None:
    """Rounds alternate between the variants, each on a store of its own."""
    with ExitStack() as stack:
        databases = [stack.enter_context(prepared(stores, variant, objects)) for variant in VARIANTS]
        for revision in range(1, rounds + 1):
            for variant, database in zip(VARIANTS, databases, strict=True):
                with variant.under():
                    results.add(variant.name, SQLITE, figure(database, objects, revision))


@contextmanager
def prepared(stores: Stores, variant: Variant, objects: int) -> Iterator[Database]:
    """A store with the domain, the mapping and the customers."""
    store = stores.fresh(SQLITE, variant.name)
    with closing(open_store(read_settings(store.environment))) as database:
        run(database, "CreateDomain", DefaultExpirationDays=366)
        run(database, "PutProfileObjectType", ObjectTypeName=requests.OBJECT_TYPE, **definition(variant.sources))
        for operation, members in variant.besides.items():
            run(database, operation, **members)
        ingest(database, range(objects), 0)
        yield database


def run(database: Database, operation: str, **members: object) -> None:
    request = msgspec.convert({"DomainName": requests.DOMAIN, **members}, OPERATIONS[operation].request)
    now = time.time_ns() // 1_000_000
    database.write(
        lambda tx: FUNCTIONS[operation](Call(tx, TARGET.principal, TARGET.region, now, "", bytes(16)), request)
    ).result()


def figure(database: Database, objects: int, revision: int) -> Figure:
    """Each customer's object once more, with changed values. What the clock shows is the process's CPU, of all threads:
    the speed is that of a process that had a core to itself.
    """
    forget_events(database)
    settle()
    began = time.process_time()
    ingest(database, range(objects), revision)
    settle()
    seconds = time.process_time() - began
    return Figure(objects / seconds, seconds / objects * 1e6)


def settle() -> None:
    """The log is carried into the file by a thread: each variant is to pay for its own. Waiting takes no CPU."""
    time.sleep(SECONDS_TO_SETTLE)


def forget_events(database: Database) -> None:
    """As if they had been delivered: nobody reads the stream here."""

    def step(tx: Transaction) -> int:
        return sum(
            outbox.delete_some(tx, number, stream, FORGOTTEN_AT_ONCE)
            for number in range(1, FIRST_NUMBERS)
            for stream in event_streams.numbers(tx, number)
        )

    while database.write(step).result():
        pass
