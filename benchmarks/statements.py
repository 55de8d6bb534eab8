"""How many SQL statements an object costs where 64 are ingested together, as they are under load."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from urllib.parse import urlsplit

from benchmarks import requests
from benchmarks.postgres import Postgres
from benchmarks.signing import REGION
from benchmarks.stores import SQLITE, Store, Stores
from openprofiles.call import Principal
from openprofiles.connectors import files
from openprofiles.connectors.files import Line, Target
from openprofiles.settings import Quotas, read_settings, store_path
from openprofiles.storage.database import Database
from openprofiles.storage.postgres import open_postgres
from openprofiles.storage.sqlite import open_sqlite

TOGETHER, LISTS = 64, 8
TARGET = Target(Principal("benchmark", "000000000000"), REGION, requests.DOMAIN, requests.OBJECT_TYPE, Quotas())

STATEMENT = re.compile(r"LOG:  (?:execute|statement)")
"""What begins a statement in PostgreSQL's log; each run of a prepared one has its own."""

Opened = tuple[Database, Callable[[], int]]
"""A store, and how many statements have been run on it so far."""


def for_each_object(stores: Stores, store: Store) -> float:
    """`store` is empty but for the domain and the object type. Half of the counted objects are of new customers."""
    amount = TOGETHER * LISTS
    with _opened(stores, store) as (database, statements):
        ingest(database, range(amount), 0)
        before = statements()
        mixed = zip(range(amount // 2), range(amount, amount + amount // 2), strict=True)
        ingest(database, (number for pair in mixed for number in pair), 1)
        return (statements() - before) / amount


def ingest(database: Database, numbers: Iterable[int], revision: int) -> None:
    lines = (Line(number, requests.contact_json(number, revision).decode()) for number in numbers)
    while together := list(islice(lines, TOGETHER)):
        done = files.load(database, TARGET, together, _now, lambda *_: None, lambda _: None)
        assert done.stored == len(together), "An object was refused."


def _now() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def _opened(stores: Stores, store: Store) -> Iterator[Opened]:
    if store.name == SQLITE or stores.postgres is None:
        seen: list[str] = []
        path = store_path(read_settings(store.environment))
        with closing(open_sqlite(path, trace=seen.append)) as sqlite:
            yield sqlite, lambda: len(seen)
        return
    url = store.environment["OPENPROFILES_STORE"]
    _log_all(stores.postgres, url)
    log = stores.postgres.log
    with closing(open_postgres(url)) as postgres:
        yield postgres, lambda: len(STATEMENT.findall(log.read_text(errors="replace")))


def _log_all(postgres: Postgres, url: str) -> None:
    """What connects to the database from now on has its statements logged."""
    postgres.run(f"ALTER DATABASE \"{urlsplit(url).path[1:]}\" SET log_statement = 'all'")
