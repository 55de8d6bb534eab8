"""Standard objects other than the profile: assets, cases, orders. Each belongs to a profile and is decided from
claims.
"""

from collections.abc import Iterator

import msgspec

from openprofiles.storage.database import Row, Transaction

COLUMNS = "id, kind, profile, version, created_at, updated_at, document, claims"
NAMES = tuple(COLUMNS.split(", "))


class StandardObjectRow(msgspec.Struct):
    """A standard object's row. `kind` is `_asset`, `_case`, …; times in milliseconds.

    `document` is the standard object as JSON; `claims` the JSON of merging.provenance.RecordClaims and of each object's
    claims on it: few objects write to one standard object, so all its claims live in its own row.
    """

    id: bytes
    kind: str
    profile: bytes
    version: int
    created_at: int
    updated_at: int
    document: str
    claims: str


FIND = f"SELECT {COLUMNS} FROM standard_object WHERE domain = :domain AND id = :id /*postgres: FOR UPDATE */"


def find(tx: Transaction, domain: int, standard_object: bytes) -> StandardObjectRow | None:
    row = tx.one(FIND, domain=domain, id=standard_object)
    return None if row is None else _standard_object(row)


PUT = f"""
    INSERT INTO standard_object (domain, {COLUMNS})
    VALUES (:domain, :id, :kind, :profile, :version, :created_at, :updated_at, :document, :claims)
    ON CONFLICT (domain, id) DO UPDATE SET
        profile = excluded.profile, version = excluded.version, updated_at = excluded.updated_at,
        document = excluded.document, claims = excluded.claims
"""


def put(tx: Transaction, domain: int, row: StandardObjectRow) -> None:
    tx.run(PUT, domain=domain, **msgspec.structs.asdict(row))


NEWEST = f"""
    SELECT {COLUMNS} FROM standard_object
    WHERE domain = :domain AND profile = :profile AND kind = :kind AND (updated_at, id) < (:updated_at, :id)
    ORDER BY updated_at DESC, id DESC LIMIT :limit
"""

END_OF_TIME = (1 << 62, b"")


def newest(
    tx: Transaction, domain: int, profile: bytes, kind: str, before: tuple[int, bytes], limit: int
) -> list[StandardObjectRow]:
    """A profile's standard objects of one kind, last updated first, from before (updated_at, id)."""
    updated_at, standard_object = before
    rows = tx.all(
        NEWEST, domain=domain, profile=profile, kind=kind, updated_at=updated_at, id=standard_object, limit=limit
    )
    return [_standard_object(row) for row in rows]


IDS_OF_PROFILE = "SELECT id FROM standard_object WHERE domain = :domain AND profile = :profile"


def ids_of_profile(tx: Transaction, domain: int, profile: bytes) -> list[bytes]:
    return [row["id"] for row in tx.all(IDS_OF_PROFILE, domain=domain, profile=profile)]


OF_PROFILE = f"SELECT {COLUMNS} FROM standard_object WHERE domain = :domain AND profile = :profile ORDER BY id"


def of_profile(tx: Transaction, domain: int, profile: bytes) -> list[StandardObjectRow]:
    """All standard objects of a profile."""
    return [_standard_object(row) for row in tx.all(OF_PROFILE, domain=domain, profile=profile)]


NEWEST_OF_KIND = """
    SELECT id, updated_at, document FROM standard_object WHERE domain = :domain AND kind = :kind AND id < :before
    ORDER BY id DESC LIMIT :limit
"""

BEHIND_ALL_IDS = b"\xff" * 17


def newest_of_kind(tx: Transaction, domain: int, kind: str, most: int, at_once: int) -> Iterator[tuple[int, str]]:
    """When each of those of a kind that were made last has changed, and its record; read in pages."""
    before = BEHIND_ALL_IDS
    for _ in range(0, most, at_once):
        rows = tx.all(NEWEST_OF_KIND, domain=domain, kind=kind, before=before, limit=at_once)
        yield from [(row["updated_at"], row["document"]) for row in rows]
        if len(rows) < at_once:
            return
        before = rows[-1]["id"]


COUNT = """
    SELECT count(*) AS standard_objects FROM standard_object
    WHERE domain = :domain AND profile = :profile AND kind = :kind
"""


def count(tx: Transaction, domain: int, profile: bytes, kind: str) -> int:
    row = tx.one(COUNT, domain=domain, profile=profile, kind=kind)
    return 0 if row is None else int(row["standard_objects"])


OLDEST = f"""
    SELECT {COLUMNS} FROM standard_object
    WHERE domain = :domain AND profile = :profile AND kind = :kind AND id <> :but
    ORDER BY updated_at, id LIMIT 1 /*postgres: FOR UPDATE */
"""


def oldest(tx: Transaction, domain: int, profile: bytes, kind: str, but: bytes) -> StandardObjectRow | None:
    """The one of a kind that nobody has written to for longest, except one."""
    row = tx.one(OLDEST, domain=domain, profile=profile, kind=kind, but=but)
    return None if row is None else _standard_object(row)


MOVE = "UPDATE standard_object SET profile = :to_profile WHERE domain = :domain AND profile = :from_profile"


def move(tx: Transaction, domain: int, from_profile: bytes, to_profile: bytes) -> None:
    tx.run(MOVE, domain=domain, from_profile=from_profile, to_profile=to_profile)


DELETE = "DELETE FROM standard_object WHERE domain = :domain AND id = :id"


def delete(tx: Transaction, domain: int, standard_object: bytes) -> None:
    tx.run(DELETE, domain=domain, id=standard_object)


def _standard_object(row: Row) -> StandardObjectRow:
    return StandardObjectRow(*[row[column] for column in NAMES])
