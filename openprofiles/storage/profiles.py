"""Profiles: the folded record, its claims, its version."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from openprofiles.storage.database import Row, Transaction


class ProfileRow(msgspec.Struct):
    """A profile's row. `version` counts its changes, `objects` its profile objects; times in milliseconds.

    `document` is the API's Profile as JSON, `claims` the JSON of merging.provenance.RecordClaims.
    """

    id: bytes
    version: int
    created_at: int
    updated_at: int
    expires_at: int
    objects: int
    document: str
    claims: str


NAMES = ProfileRow.__struct_fields__
COLUMNS = ", ".join(NAMES)

FIND = f"SELECT {COLUMNS} FROM profile WHERE domain = :domain AND id = :id"


def find(tx: Transaction, domain: int, profile: bytes) -> ProfileRow | None:
    row = tx.one(FIND, domain=domain, id=profile)
    return None if row is None else _profile(row)


LOCKED = f"""
    SELECT {COLUMNS} FROM profile WHERE domain = :domain AND id IN :ids ORDER BY id /*postgres: FOR UPDATE */
"""


def locked(tx: Transaction, domain: int, ids: Iterable[bytes]) -> dict[bytes, ProfileRow]:
    """Those that live, by id, to be changed: nobody else changes them before the transaction ends."""
    rows = tx.all(LOCKED, domain=domain, ids=sorted(set(ids)))
    return {row["id"]: _profile(row) for row in rows}


EXISTING = "SELECT id FROM profile WHERE domain = :domain AND id IN :ids ORDER BY id"


def existing(tx: Transaction, domain: int, ids: Sequence[bytes]) -> list[bytes]:
    """Those that exist, in the order of their ids."""
    return [row["id"] for row in tx.all(EXISTING, domain=domain, ids=ids)] if ids else []


class Size(msgspec.Struct, frozen=True):
    """How many objects a profile has, as of a version."""

    version: int
    objects: int


SIZES = "SELECT id, version, objects FROM profile WHERE domain = :domain AND id IN :ids"


def sizes(tx: Transaction, domain: int, ids: Sequence[bytes]) -> dict[bytes, Size]:
    """Those that exist, by id."""
    return {row["id"]: Size(row["version"], row["objects"]) for row in tx.all(SIZES, domain=domain, ids=ids)}


SIZES_BEHIND = """
    SELECT id, version, objects FROM profile WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit
"""


def sizes_behind(tx: Transaction, domain: int, after: bytes, limit: int) -> list[tuple[bytes, int]]:
    """Ids and numbers of objects in the order of the ids, from behind `after`."""
    rows = tx.all(SIZES_BEHIND, domain=domain, after=after, limit=limit)
    return [(row["id"], row["objects"]) for row in rows]


EXPIRIES = """
    SELECT id, expires_at FROM profile WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit
"""


def expiries(tx: Transaction, domain: int, after: bytes, limit: int) -> list[tuple[bytes, int]]:
    """When profiles expire, in the order of their ids, from behind `after`."""
    return [(row["id"], row["expires_at"]) for row in tx.all(EXPIRIES, domain=domain, after=after, limit=limit)]


IDS = "SELECT id FROM profile WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit"


def ids_behind(tx: Transaction, domain: int, after: bytes, limit: int) -> list[bytes]:
    return [row["id"] for row in tx.all(IDS, domain=domain, after=after, limit=limit)]


PAGE = "SELECT id, document FROM profile WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit"


def page(tx: Transaction, domain: int, after: bytes, limit: int) -> list[tuple[bytes, str]]:
    """Ids and records in the order of the ids, from behind `after`."""
    return [(row["id"], row["document"]) for row in tx.all(PAGE, domain=domain, after=after, limit=limit)]


NEWEST = """
    SELECT id, updated_at, document FROM profile WHERE domain = :domain AND id < :before ORDER BY id DESC LIMIT :limit
"""

BEHIND_ALL_IDS = b"\xff" * 17


def newest(tx: Transaction, domain: int, most: int, at_once: int) -> Iterator[tuple[int, str]]:
    """When each of the profiles that were made last has changed, and its record; read in pages."""
    before = BEHIND_ALL_IDS
    for _ in range(0, most, at_once):
        rows = tx.all(NEWEST, domain=domain, before=before, limit=at_once)
        yield from [(row["updated_at"], row["document"]) for row in rows]
        if len(rows) < at_once:
            return
        before = rows[-1]["id"]


DOCUMENTS = "SELECT id, document FROM profile WHERE domain = :domain AND id IN :ids"


def documents(tx: Transaction, domain: int, ids: list[bytes]) -> dict[bytes, str]:
    """The records of those that exist, by id."""
    return {row["id"]: row["document"] for row in tx.all(DOCUMENTS, domain=domain, ids=ids)}


PUT = f"""
    INSERT INTO profile (domain, {COLUMNS})
    VALUES (:domain, :id, :version, :created_at, :updated_at, :expires_at, :objects, :document, :claims)
    ON CONFLICT (domain, id) DO UPDATE SET
        version = excluded.version, updated_at = excluded.updated_at, expires_at = excluded.expires_at,
        objects = excluded.objects, document = excluded.document, claims = excluded.claims
"""


def put_all(tx: Transaction, domain: int, rows: Iterable[ProfileRow]) -> None:
    tx.run_many(PUT, [(domain, *msgspec.structs.astuple(row)) for row in rows])


DELETE = "DELETE FROM profile WHERE domain = :domain AND id = :id"


def delete(tx: Transaction, domain: int, profile: bytes) -> None:
    tx.run(DELETE, domain=domain, id=profile)


ADD_GONE_SOURCE = """
    INSERT INTO gone_source (domain, object_type, profile) VALUES (:domain, :object_type, :profile)
    ON CONFLICT DO NOTHING
"""


def add_gone_source(tx: Transaction, domain: int, object_type: int, profile: bytes) -> None:
    """Remember that the profile has claims or keys of an object of this type that is gone."""
    tx.run(ADD_GONE_SOURCE, domain=domain, object_type=object_type, profile=profile)


GONE_SOURCES = "SELECT profile FROM gone_source WHERE domain = :domain AND object_type = :object_type LIMIT :limit"


def gone_sources(tx: Transaction, domain: int, object_type: int, limit: int) -> list[bytes]:
    rows = tx.all(GONE_SOURCES, domain=domain, object_type=object_type, limit=limit)
    return [row["profile"] for row in rows]


GONE_TYPES = "SELECT object_type FROM gone_source WHERE domain = :domain AND profile = :profile ORDER BY object_type"


def gone_types(tx: Transaction, domain: int, profile: bytes) -> list[int]:
    """The types of whose gone objects the profile has claims or keys."""
    return [int(row["object_type"]) for row in tx.all(GONE_TYPES, domain=domain, profile=profile)]


FORGET_GONE_SOURCE = """
    DELETE FROM gone_source WHERE domain = :domain AND object_type = :object_type AND profile = :profile
"""


def forget_gone_source(tx: Transaction, domain: int, object_type: int, profile: bytes) -> None:
    tx.run(FORGET_GONE_SOURCE, domain=domain, object_type=object_type, profile=profile)


MOVE_GONE_SOURCES = """
    INSERT INTO gone_source (domain, object_type, profile)
    SELECT domain, object_type, :to_profile FROM gone_source WHERE domain = :domain AND profile = :from_profile
    ON CONFLICT DO NOTHING
"""

FORGET_GONE_SOURCES = "DELETE FROM gone_source WHERE domain = :domain AND profile = :profile"


def move_gone_sources(tx: Transaction, domain: int, from_profile: bytes, to_profile: bytes) -> None:
    tx.run(MOVE_GONE_SOURCES, domain=domain, from_profile=from_profile, to_profile=to_profile)
    forget_gone_sources(tx, domain, from_profile)


def forget_gone_sources(tx: Transaction, domain: int, profile: bytes) -> None:
    tx.run(FORGET_GONE_SOURCES, domain=domain, profile=profile)


ADD_MERGE = """
    INSERT INTO merge_journal (domain, profile, id, at, document) VALUES (:domain, :profile, :id, :at, :document)
"""


def add_merge(tx: Transaction, domain: int, profile: bytes, merge: bytes, at: int, document: str) -> None:
    """Keep what a merge into `profile` absorbed, as it was."""
    tx.run(ADD_MERGE, domain=domain, profile=profile, id=merge, at=at, document=document)


class Merge(msgspec.Struct, frozen=True):
    """What a merge absorbed at a time in milliseconds, as JSON."""

    id: bytes
    at: int
    document: str


WHOLE_MERGES = (
    "SELECT id, at, document FROM merge_journal WHERE domain = :domain AND profile = :profile ORDER BY at, id"
)


def whole_merges(tx: Transaction, domain: int, profile: bytes) -> list[Merge]:
    rows = tx.all(WHOLE_MERGES, domain=domain, profile=profile)
    return [Merge(row["id"], row["at"], row["document"]) for row in rows]


MERGES = "SELECT document FROM merge_journal WHERE domain = :domain AND profile = :profile ORDER BY at, id"


def merges(tx: Transaction, domain: int, profile: bytes) -> list[str]:
    return [row["document"] for row in tx.all(MERGES, domain=domain, profile=profile)]


JOURNALS = "SELECT id, document FROM merge_journal WHERE domain = :domain AND profile = :profile ORDER BY id"


def journals(tx: Transaction, domain: int, profile: bytes) -> list[tuple[bytes, str]]:
    """The merges of a profile, by their ids."""
    return [(row["id"], row["document"]) for row in tx.all(JOURNALS, domain=domain, profile=profile)]


REPLACE_JOURNAL = """
    UPDATE merge_journal SET document = :document WHERE domain = :domain AND profile = :profile AND id = :id
"""


def replace_journal(tx: Transaction, domain: int, profile: bytes, merge: bytes, document: str) -> None:
    tx.run(REPLACE_JOURNAL, domain=domain, profile=profile, id=merge, document=document)


MOVE_MERGES = "UPDATE merge_journal SET profile = :to_profile WHERE domain = :domain AND profile = :from_profile"


def move_merges(tx: Transaction, domain: int, from_profile: bytes, to_profile: bytes) -> None:
    """What an absorbed profile had absorbed itself goes with it."""
    tx.run(MOVE_MERGES, domain=domain, from_profile=from_profile, to_profile=to_profile)


FORGET_MERGES = "DELETE FROM merge_journal WHERE domain = :domain AND profile = :profile"


def forget_merges(tx: Transaction, domain: int, profile: bytes) -> None:
    tx.run(FORGET_MERGES, domain=domain, profile=profile)


def _profile(row: Row) -> ProfileRow:
    return ProfileRow(*[row[column] for column in NAMES])
