"""A domain on a real store, run by the functions of the API as the gateway runs them, and a look into its tables."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from openprofiles.api import FUNCTIONS
from openprofiles.call import Call, Principal
from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS
from openprofiles.settings import Quotas
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.domains import LONGEST_TRANSACTION
from openprofiles.storage.sqlite_schema import all_tables
from openprofiles.storage.switches import Switches
from openprofiles.workers import purge_domains, purge_object_types
from tests.api.mappings import Definition

Record = dict[str, Any]

CALLER = Principal("AKIDSHOP", "111122223333")
REGION = "eu-west-1"
START = 1_772_600_767_000
SECOND = 1_000
DAY = 86_400_000

TABLES = sorted({"migration", *(table.name for table in all_tables())})


class Shop:
    """One domain. `now` is the time of the next call; each call is a second after the one before unless a test sets it.

    `caller` and `region` say who calls, and from where.
    """

    def __init__(self, database: Database, domain: str = "shop", is_new: bool = True) -> None:
        self.database = database
        self.domain = domain
        self.caller = CALLER
        self.region = REGION
        self.quotas = Quotas()
        self.switches: Switches | None = None
        self.now = START
        self.calls = 0
        if is_new:
            self.run("CreateDomain", DefaultExpirationDays=366)
        self.number: int = self.row("domain", name=domain, deleted_at=None)["domain"]

    # --- calls

    def run(self, operation: str, **members: Any) -> Any:
        """Run one operation to its end; the answer is its response, or what it raises."""
        return self.start(operation, **members).result(10)

    def start(self, operation: str, **members: Any) -> "Future[Any]":
        """Hand one operation over to the store."""
        work = self.work(operation, **members)
        self.now += SECOND
        return self.database.write(work)

    def work(self, operation: str, **members: Any) -> Callable[[Transaction], Any]:
        """One operation as a function of the transaction that it runs in, with all that is fixed for its call."""
        self.calls += 1
        now, seed, caller, region, quotas = self.now, self.calls.to_bytes(16), self.caller, self.region, self.quotas
        switches = self.switches
        request = msgspec.convert({"DomainName": self.domain, **members}, (OPERATIONS | EXTENSIONS)[operation].request)
        return lambda tx: FUNCTIONS[operation](
            Call(tx, caller, region, now, "", seed, quotas, switches=switches), request
        )

    def define(self, object_type: str, definition: Definition) -> None:
        self.run("PutProfileObjectType", ObjectTypeName=object_type, **definition)

    def forget(self, object_type: str) -> None:
        self.run("DeleteProfileObjectType", ObjectTypeName=object_type)

    def put(self, object_type: str, **members: Any) -> str:
        """Put an object with these members; its unique key."""
        text = json.dumps(members, ensure_ascii=False)
        answer = self.run("PutProfileObject", ObjectTypeName=object_type, Object=text)
        return str(answer.profile_object_unique_key)

    def put_many(self, object_type: str, objects: list[Record]) -> list[str | None]:
        """Put up to ten objects; the reason of each that is refused, None for those that are stored."""
        items = [
            {"Id": str(number), "Object": json.dumps(value, ensure_ascii=False)} for number, value in enumerate(objects)
        ]
        answer = self.run("BatchPutProfileObject", ObjectTypeName=object_type, Items=items)
        reasons = {item.id: item.message for item in answer.failed}
        return [reasons.get(item["Id"]) for item in items]

    def remove(self, object_type: str, profile_id: str, unique_key: str) -> None:
        members = {"ObjectTypeName": object_type, "ProfileId": profile_id, "ProfileObjectUniqueKey": unique_key}
        self.run("DeleteProfileObject", **members)

    def create(self, **fields: Any) -> str:
        return str(self.run("CreateProfile", **fields).profile_id)

    def update(self, profile_id: str, **fields: Any) -> None:
        self.run("UpdateProfile", ProfileId=profile_id, **fields)

    def delete(self, profile_id: str) -> None:
        self.run("DeleteProfile", ProfileId=profile_id)

    def merge(self, main: str, *others: str, **sources: str) -> None:
        """Merge the others into the main profile; `sources` are FieldSourceProfileIds."""
        chosen = {"FieldSourceProfileIds": sources} if sources else {}
        self.run("MergeProfiles", MainProfileId=main, ProfileIdsToBeMerged=list(others), **chosen)

    def add_key(self, profile_id: str, name: str, *values: str) -> None:
        self.run("AddProfileKey", ProfileId=profile_id, KeyName=name, Values=list(values))

    def delete_key(self, profile_id: str, name: str, *values: str) -> None:
        self.run("DeleteProfileKey", ProfileId=profile_id, KeyName=name, Values=list(values))

    # --- answers

    def ids(self, name: str, value: str) -> list[str]:
        """The ids of the profiles that have a key value."""
        answer = self.run("SearchProfiles", KeyName=name, Values=[value])
        return sorted(profile.profile_id for profile in answer.items)

    def one(self, name: str, value: str) -> str:
        """The id of the one profile that has a key value."""
        [profile_id] = self.ids(name, value)
        return profile_id

    def profile(self, profile_id: str) -> Record:
        """The fields of a profile, without its id."""
        return self.document("profile", profile_id, "ProfileId")

    def standard(self, kind: str, profile_id: str) -> list[Record]:
        """The standard objects of a profile, oldest first, without their ids."""
        rows = self.rows("standard_object", kind=kind, profile=bytes.fromhex(profile_id))
        documents = [json.loads(row["document"]) for row in sorted(rows, key=lambda row: bytes(row["id"]))]
        return [{name: value for name, value in document.items() if not name.endswith("Id")} for document in documents]

    def objects(self, profile_id: str) -> list[Record]:
        """The objects of a profile, as they were put."""
        rows = self.rows("profile_object", profile=bytes.fromhex(profile_id))
        return sorted((json.loads(row["object"]) for row in rows), key=str)

    def keys(self, owner: str, name: str) -> list[str]:
        """The values of one key of a profile or standard object."""
        return sorted({row["value"] for row in self.key_rows(owner=bytes.fromhex(owner), name=name)})

    def history(self, profile_id: str) -> list[Record]:
        """The history of a profile, oldest first."""
        rows = self.rows("history", profile=bytes.fromhex(profile_id))
        return sorted(rows, key=lambda row: int(row["version"]))

    def actions(self, profile_id: str) -> list[str]:
        return [row["action"] for row in self.history(profile_id)]

    # --- tables

    def document(self, table: str, row_id: str, without: str) -> Record:
        document: Record = json.loads(self.row(table, id=bytes.fromhex(row_id))["document"])
        del document[without]
        return document

    def sums(self) -> Record:
        """The domain's counters, over all shards."""
        shards = self.rows("domain_counter", domain=self.number)
        return {name: sum(shard[name] for shard in shards) for name in ("profiles", "objects", "bytes", "metered")}

    def row(self, table: str, **values: Any) -> Record:
        [row] = rows_of(self.database, table, values)
        return row

    def rows(self, table: str, **values: Any) -> list[Record]:
        """The rows of the domain in a table that have these values."""
        return rows_of(self.database, table, {"domain": self.number, **values})

    def key_rows(self, **values: Any) -> list[Record]:
        """The key values that have these values, one for each supplier."""
        rows = [
            {**supply, "hash": base64.b64decode(key_hash), "role": role, "name": name, "value": value}
            for supply in self.rows("key_supply")
            for key_hash, role, name, value in json.loads(supply["keys"])
        ]
        return [row for row in rows if values.items() <= row.items()]

    def runs_alone(self) -> bool:
        """Whether the store has one writer, which needs no locks and can forget at once."""
        return self.database.write(lambda tx: tx.runs_alone).result(10)

    def contents(self) -> dict[str, list[Record]]:
        """Everything that the store holds."""
        return contents(self.database)

    # --- workers

    def purge_types(self) -> int:
        """Scrub deleted object types to the end; how many steps that took."""
        self.now += 2 * LONGEST_TRANSACTION  # before that, what is deleted is not forgotten
        return _steps(lambda: purge_object_types(self.database, self.now))

    def purge_domains(self) -> int:
        """Purge deleted domains to the end; how many steps that took."""
        self.now += 2 * LONGEST_TRANSACTION
        return _steps(lambda: purge_domains(self.database, self.now))


def _steps(step: Callable[[], bool]) -> int:
    steps = 0
    while step():
        steps += 1
        assert steps < 10_000, "the worker never ends"
    return steps


def unique_key_bytes(unique_key: str) -> bytes:
    """The bytes of a ProfileObjectUniqueKey."""
    return base64.b64decode(unique_key)


def unique_key_text(unique_key: bytes) -> str:
    """A ProfileObjectUniqueKey of these bytes."""
    return base64.b64encode(unique_key).decode()


def contents(database: Database) -> dict[str, list[Record]]:
    """The rows of every table that the store has, in an order that depends on nothing but the rows."""
    return database.read(lambda tx: {name: _rows(tx, name) for name in TABLES}).result(10)


def rows_of(database: Database, table: str, values: Record) -> list[Record]:
    rows = database.read(lambda tx: _rows(tx, table)).result(10)
    return [row for row in rows if all(row[column] == value for column, value in values.items())]


def _rows(tx: Transaction, table: str) -> list[Record]:
    rows: list[Any] = tx.all(f"SELECT * FROM {table}")
    return sorted((dict(row) for row in rows), key=repr)


def tables_with_rows_of(database: Database, domain: int) -> set[str]:
    """The tables that have any row of the domain of this number."""
    everything = contents(database).items()
    return {name for name, rows in everything if any(row.get("domain") == domain for row in rows)}


def holding(database: Database, *needles: str | bytes) -> list[tuple[str, Record]]:
    """The rows of all tables with a text or bytes in which any of the needles occurs."""
    everything = contents(database).items()
    return [(name, row) for name, rows in everything for row in rows if _holds(row, needles)]


def _holds(row: Record, needles: tuple[str | bytes, ...]) -> bool:
    texts = [value for value in row.values() if isinstance(value, str)]
    raw = [value for value in row.values() if isinstance(value, bytes)]
    return any(
        any(needle in text for text in texts) if isinstance(needle, str) else any(needle in value for value in raw)
        for needle in needles
    )
