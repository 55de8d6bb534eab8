"""Profile objects: what was ingested, whole, with the claims that it makes."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from openprofiles.storage.database import Row, Transaction


class ObjectHead(msgspec.Struct):
    """What the next ingestion of an object asks of it. `object_type` is the type's number, `unique_key` a 32-byte
    digest, `size` in bytes of UTF-8, `claims` the JSON of StoredObjectClaims.
    """

    object_type: int
    unique_key: bytes
    profile: bytes
    size: int
    claims: str

    @property
    def supplier(self) -> bytes:
        return supplier_of(self.object_type, self.unique_key)

    @property
    def source(self) -> str:
        return source_of(self.object_type, self.unique_key)


class ObjectRow(ObjectHead):
    """An object's row. `sequence` is the version of the profile that its last ingestion made."""

    ingested_at: int
    sequence: int
    expires_at: int
    object: str


HEAD, NAMES = ObjectHead.__struct_fields__, ObjectRow.__struct_fields__
COLUMNS = ", ".join(NAMES)

KEPT_OF_UNIQUE_KEY = 12


def supplier_of(object_type: int, unique_key: bytes) -> bytes:
    """What key rows call the object that supplies them. A type that is deleted and made again has other suppliers."""
    return unique_key[:KEPT_OF_UNIQUE_KEY] + object_type.to_bytes(4)


def type_of(supplier: bytes) -> int | None:
    """The number of the type of the object that is called so; None for what is no object's name."""
    return int.from_bytes(supplier[KEPT_OF_UNIQUE_KEY:]) if len(supplier) == KEPT_OF_UNIQUE_KEY + 4 else None


def source_of(object_type: int, unique_key: bytes) -> str:
    """What claims call the object that makes them."""
    return f"{object_type}:{unique_key[:KEPT_OF_UNIQUE_KEY].hex()}"


FIND = f"""
    SELECT {COLUMNS} FROM profile_object
    WHERE domain = :domain AND object_type = :object_type AND unique_key = :unique_key
"""


def find(tx: Transaction, domain: int, object_type: int, unique_key: bytes) -> ObjectRow | None:
    row = tx.one(FIND, domain=domain, object_type=object_type, unique_key=unique_key)
    return None if row is None else _object(row)


FIND_HEAD = f"""
    SELECT {", ".join(HEAD)} FROM profile_object
    WHERE domain = :domain AND object_type = :object_type AND unique_key = :unique_key
"""


def heads(tx: Transaction, domain: int, names: Sequence[tuple[int, bytes]]) -> list[ObjectHead]:
    """Those that there are of the objects of these types and unique keys."""
    found = tx.each(FIND_HEAD, [(domain, *name) for name in names])
    return [ObjectHead(*[row[column] for column in HEAD]) for rows in found for row in rows]


PUT = f"""
    INSERT INTO profile_object (domain, {COLUMNS})
    VALUES (:domain, :object_type, :unique_key, :profile, :size, :claims, :ingested_at, :sequence, :expires_at, :object)
    ON CONFLICT (domain, object_type, unique_key) DO UPDATE SET
        profile = excluded.profile, ingested_at = excluded.ingested_at, sequence = excluded.sequence,
        expires_at = excluded.expires_at, size = excluded.size, object = excluded.object, claims = excluded.claims
"""


def put_all(tx: Transaction, domain: int, rows: Iterable[ObjectRow]) -> None:
    tx.run_many(PUT, [(domain, *msgspec.structs.astuple(row)) for row in rows])


DELETE = """
    DELETE FROM profile_object WHERE domain = :domain AND object_type = :object_type AND unique_key = :unique_key
"""


def delete(tx: Transaction, domain: int, object_type: int, unique_key: bytes) -> None:
    tx.run(DELETE, domain=domain, object_type=object_type, unique_key=unique_key)


COUNTS = """
    SELECT object_type, count(*) AS count, sum(size) AS size FROM profile_object
    WHERE domain = :domain AND profile = :profile GROUP BY object_type
"""


class Counted(msgspec.Struct, frozen=True):
    """Objects of one type in one profile, and their bytes."""

    count: int
    size: int


def counts_of_profile(tx: Transaction, domain: int, profile: bytes) -> dict[int, Counted]:
    """By the types' numbers."""
    rows = tx.all(COUNTS, domain=domain, profile=profile)
    return {row["object_type"]: Counted(int(row["count"]), int(row["size"])) for row in rows}


OLDEST_OF_TYPE = f"""
    SELECT {COLUMNS} FROM profile_object
    WHERE domain = :domain AND profile = :profile AND object_type = :object_type AND unique_key <> :but
    ORDER BY ingested_at, sequence, unique_key LIMIT 1
"""

OLDEST = f"""
    SELECT {COLUMNS} FROM profile_object WHERE domain = :domain AND profile = :profile AND unique_key <> :but
    ORDER BY ingested_at, sequence, unique_key LIMIT 1
"""


def oldest(tx: Transaction, domain: int, profile: bytes, object_type: int | None, but: bytes) -> ObjectRow | None:
    """A profile's oldest object, of one type or of all, except one."""
    if object_type is None:
        row = tx.one(OLDEST, domain=domain, profile=profile, but=but)
    else:
        row = tx.one(OLDEST_OF_TYPE, domain=domain, profile=profile, object_type=object_type, but=but)
    return None if row is None else _object(row)


CLAIMS_OF_PROFILE = "SELECT claims FROM profile_object WHERE domain = :domain AND profile = :profile"


def claims_of_profile(tx: Transaction, domain: int, profile: bytes) -> list[str]:
    """The claims of all objects of a profile, as JSON."""
    return [row["claims"] for row in tx.all(CLAIMS_OF_PROFILE, domain=domain, profile=profile)]


NEWEST = f"""
    SELECT {COLUMNS} FROM profile_object
    WHERE domain = :domain AND profile = :profile AND object_type = :object_type
        AND (ingested_at, sequence, unique_key) < (:ingested_at, :sequence, :unique_key)
    ORDER BY ingested_at DESC, sequence DESC, unique_key DESC LIMIT :limit
"""

END_OF_TIME = (1 << 62, 1 << 62, b"")


class ObjectBody(msgspec.Struct, frozen=True):
    """What an object says, and when. Times in milliseconds."""

    unique_key: bytes
    ingested_at: int
    sequence: int
    expires_at: int
    object: str


BODY = ObjectBody.__struct_fields__

BODIES_OF_TYPE = f"""
    SELECT {", ".join(BODY)} FROM profile_object
    WHERE domain = :domain AND profile = :profile AND object_type = :object_type
"""


def bodies_of_type(tx: Transaction, domain: int, profile: bytes, object_type: int) -> list[ObjectBody]:
    """All objects of one type of a profile, in no order."""
    rows = tx.all(BODIES_OF_TYPE, domain=domain, profile=profile, object_type=object_type)
    return [ObjectBody(*[row[column] for column in BODY]) for row in rows]


BODIES = f"""
    SELECT {", ".join(BODY)} FROM profile_object
    WHERE domain = :domain AND object_type = :object_type AND unique_key IN :unique_keys AND profile = :profile
"""


def bodies(
    tx: Transaction, domain: int, profile: bytes, object_type: int, unique_keys: Sequence[bytes]
) -> list[ObjectBody]:
    """Those of the objects of one type that are in the profile now."""
    rows = tx.all(BODIES, domain=domain, profile=profile, object_type=object_type, unique_keys=unique_keys)
    return [ObjectBody(*[row[column] for column in BODY]) for row in rows]


def newest(
    tx: Transaction, domain: int, profile: bytes, object_type: int, before: tuple[int, int, bytes], limit: int
) -> list[ObjectRow]:
    """A profile's objects of one type, newest first, from before (ingested_at, sequence, unique_key)."""
    ingested_at, sequence, unique_key = before
    rows = tx.all(
        NEWEST,
        domain=domain,
        profile=profile,
        object_type=object_type,
        ingested_at=ingested_at,
        sequence=sequence,
        unique_key=unique_key,
        limit=limit,
    )
    return [_object(row) for row in rows]


NEWEST_OF_SUPPLIERS = f"""
    SELECT {COLUMNS} FROM profile_object
    WHERE domain = :domain AND profile = :profile AND object_type = :object_type
        AND (ingested_at, sequence, unique_key) < (:ingested_at, :sequence, :unique_key)
        AND substr(unique_key, 1, 12) IN :beginnings
    ORDER BY ingested_at DESC, sequence DESC, unique_key DESC LIMIT :limit
"""


def newest_of_suppliers(
    tx: Transaction,
    domain: int,
    profile: bytes,
    object_type: int,
    before: tuple[int, int, bytes],
    limit: int,
    suppliers: list[bytes],
) -> list[ObjectRow]:
    """As `newest`, but only objects that are known as one of these suppliers of key values."""
    ingested_at, sequence, unique_key = before
    rows = tx.all(
        NEWEST_OF_SUPPLIERS,
        domain=domain,
        profile=profile,
        object_type=object_type,
        ingested_at=ingested_at,
        sequence=sequence,
        unique_key=unique_key,
        limit=limit,
        beginnings=[supplier[:KEPT_OF_UNIQUE_KEY] for supplier in suppliers],
    )
    return [_object(row) for row in rows]


WITHOUT_OBJECT = COLUMNS.removesuffix("object") + "'' AS object"

EXPIRIES = """
    SELECT object_type, unique_key, expires_at FROM profile_object
    WHERE domain = :domain AND (object_type, unique_key) > (:object_type, :unique_key)
    ORDER BY object_type, unique_key LIMIT :limit
"""


def expiries(tx: Transaction, domain: int, after: tuple[int, bytes], limit: int) -> list[tuple[tuple[int, bytes], int]]:
    """When objects expire, by type and unique key and in the order of these, from behind `after`."""
    rows = tx.all(EXPIRIES, domain=domain, object_type=after[0], unique_key=after[1], limit=limit)
    return [((row["object_type"], row["unique_key"]), row["expires_at"]) for row in rows]


OF_TYPE = f"""
    SELECT {WITHOUT_OBJECT} FROM profile_object WHERE domain = :domain AND object_type = :object_type
    ORDER BY unique_key LIMIT :limit
"""


def of_type(tx: Transaction, domain: int, object_type: int, limit: int) -> list[ObjectRow]:
    """Some objects of a type, without their text."""
    return [_object(row) for row in tx.all(OF_TYPE, domain=domain, object_type=object_type, limit=limit)]


TYPE_NAMES = "SELECT number, name FROM definition WHERE domain = :domain AND kind = 'object-types'"


def type_names(tx: Transaction, domain: int) -> dict[int, str]:
    """The names of a domain's object types, by number."""
    return {row["number"]: row["name"] for row in tx.all(TYPE_NAMES, domain=domain)}


TYPES_OF_OBJECTS = "SELECT object_type, unique_key FROM profile_object WHERE domain = :domain AND profile = :profile"


def names_of_profile(tx: Transaction, domain: int, profile: bytes) -> list[tuple[int, bytes]]:
    """(object type's number, unique key) of each object of a profile."""
    rows = tx.all(TYPES_OF_OBJECTS, domain=domain, profile=profile)
    return [(row["object_type"], row["unique_key"]) for row in rows]


OF_PROFILE = f"SELECT {WITHOUT_OBJECT} FROM profile_object WHERE domain = :domain AND profile = :profile"


def of_profile(tx: Transaction, domain: int, profile: bytes) -> list[ObjectRow]:
    """All objects of a profile, without their text."""
    return [_object(row) for row in tx.all(OF_PROFILE, domain=domain, profile=profile)]


WHOLE_OF_PROFILE = f"""
    SELECT {COLUMNS} FROM profile_object WHERE domain = :domain AND profile = :profile ORDER BY object_type, unique_key
"""


def whole_of_profile(tx: Transaction, domain: int, profile: bytes) -> list[ObjectRow]:
    """All objects of a profile with their text."""
    return [_object(row) for row in tx.all(WHOLE_OF_PROFILE, domain=domain, profile=profile)]


SAMPLE = """
    SELECT unique_key, ingested_at, object FROM profile_object
    WHERE domain = :domain AND object_type = :object_type AND unique_key > :after ORDER BY unique_key LIMIT :limit
"""


def sample(tx: Transaction, domain: int, object_type: int, most: int, at_once: int) -> Iterator[tuple[int, str]]:
    """Objects of a type, and when each came in: by their unique keys, which are digests; read in pages."""
    after = b""
    for _ in range(0, most, at_once):
        rows = tx.all(SAMPLE, domain=domain, object_type=object_type, after=after, limit=at_once)
        yield from [(row["ingested_at"], row["object"]) for row in rows]
        if len(rows) < at_once:
            return
        after = rows[-1]["unique_key"]


MOVE = "UPDATE profile_object SET profile = :to_profile WHERE domain = :domain AND profile = :from_profile"


def move(tx: Transaction, domain: int, from_profile: bytes, to_profile: bytes) -> int:
    """Give all objects of one profile to another; how many there were."""
    return tx.run(MOVE, domain=domain, from_profile=from_profile, to_profile=to_profile)


DELETE_OF_PROFILE = "DELETE FROM profile_object WHERE domain = :domain AND profile = :profile"

SIZES = "SELECT count(*) AS count, sum(size) AS size FROM profile_object WHERE domain = :domain AND profile = :profile"


def delete_of_profile(tx: Transaction, domain: int, profile: bytes) -> tuple[int, int]:
    """Remove all objects of a profile; how many there were, and their bytes."""
    row = tx.one(SIZES, domain=domain, profile=profile)
    tx.run(DELETE_OF_PROFILE, domain=domain, profile=profile)
    return (0, 0) if row is None else (int(row["count"]), int(row["size"] or 0))


ADD_PURGE = """
    INSERT INTO object_type_purge (domain, object_type, name, deleted_at)
    VALUES (:domain, :object_type, :name, :deleted_at)
"""


def add_purge(tx: Transaction, domain: int, object_type: int, name: str, deleted_at: int) -> None:
    """Remember a deleted object type until nothing of it is left."""
    tx.run(ADD_PURGE, domain=domain, object_type=object_type, name=name, deleted_at=deleted_at)


class Purge(msgspec.Struct, frozen=True):
    """An object type that was deleted at a time in milliseconds, and of which objects may be left."""

    domain: int
    object_type: int
    name: str
    deleted_at: int


PURGES = """
    SELECT object_type_purge.domain AS domain, object_type, object_type_purge.name AS name,
        object_type_purge.deleted_at AS deleted_at
    FROM object_type_purge JOIN domain ON domain.domain = object_type_purge.domain WHERE domain.deleted_at IS NULL
    ORDER BY object_type_purge.domain, object_type /*postgres: FOR UPDATE OF object_type_purge SKIP LOCKED */
"""


def purges(tx: Transaction) -> list[Purge]:
    """All deleted types that are not forgotten yet, of domains that live; none that another node is working on."""
    return [Purge(row["domain"], row["object_type"], row["name"], row["deleted_at"]) for row in tx.all(PURGES)]


PURGES_OF_DOMAIN = """
    SELECT object_type, name, deleted_at FROM object_type_purge WHERE domain = :domain ORDER BY object_type
"""


class DeletedType(msgspec.Struct, frozen=True):
    """An object type that was deleted at a time in milliseconds, and of which objects may be left."""

    object_type: int
    name: str
    deleted_at: int


def deleted_types(tx: Transaction, domain: int) -> list[DeletedType]:
    rows = tx.all(PURGES_OF_DOMAIN, domain=domain)
    return [DeletedType(row["object_type"], row["name"], row["deleted_at"]) for row in rows]


FORGET_PURGE = "DELETE FROM object_type_purge WHERE domain = :domain AND object_type = :object_type"


def forget_purge(tx: Transaction, domain: int, object_type: int) -> None:
    tx.run(FORGET_PURGE, domain=domain, object_type=object_type)


def _object(row: Row) -> ObjectRow:
    return ObjectRow(*[row[column] for column in NAMES])
