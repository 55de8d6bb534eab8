"""Key values: who has them, and which object types use which key names.

An owner of a value is a profile or a standard object.
"""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.storage.database import Transaction, Value

MATCH = 1
SEARCH = 2
MATCH_AND_SEARCH = 3

decode_content_types = msgspec.json.Decoder(list[list[str]]).decode


class KeyRow(msgspec.Struct, array_like=True, frozen=True):
    """One key value of an owner. `role`: may ingestion match by it, may SearchProfiles find by it."""

    hash: bytes
    role: int
    name: str
    value: str


MATCHING = """
    SELECT owner FROM key_owner WHERE domain = :domain AND hash = :hash AND role <> 2 ORDER BY owner LIMIT 2
"""


def matching_owners(tx: Transaction, domain: int, hashes: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """The owners of each value, at most two: more than one is ambiguous, whoever they are."""
    found = tx.each(MATCHING, [(domain, key_hash) for key_hash in hashes])
    return {key_hash: [row["owner"] for row in rows] for key_hash, rows in zip(hashes, found, strict=True)}


LOCK_BITS = 20

ADD_LOCK = "INSERT INTO key_lock (domain, lock) VALUES (:domain, :lock) ON CONFLICT DO NOTHING"

LOCK = "SELECT lock FROM key_lock WHERE domain = :domain AND lock IN :locks ORDER BY lock /*postgres: FOR UPDATE */"


def lock(tx: Transaction, domain: int, hashes: Iterable[bytes]) -> None:
    """Hold others off these values until the transaction ends. Taken before anything is looked up by them, and before
    any profile is locked.
    """
    if tx.runs_alone:
        return
    locks = sorted({int.from_bytes(key_hash[:4]) >> (32 - LOCK_BITS) for key_hash in hashes})
    if locks:
        tx.run_many(ADD_LOCK, [(domain, number) for number in locks])
        tx.all(LOCK, domain=domain, locks=locks)


FOUND = """
    SELECT DISTINCT owner FROM key_owner
    WHERE domain = :domain AND hash = :hash AND role <> 1 AND owner > :after
    ORDER BY owner LIMIT :limit
"""


def found_owners(tx: Transaction, domain: int, hashes: Sequence[bytes], after: bytes, limit: int) -> list[bytes]:
    """Owners of any of these values, in the order of their ids, from behind `after`. However many have a value, no more
    than `limit` of them are looked at.
    """
    found = tx.each(FOUND, [(domain, key_hash, after, limit) for key_hash in hashes])
    return sorted({row["owner"] for rows in found for row in rows})[:limit]


FOUND_BY_ALL = """
    SELECT DISTINCT owner FROM key_owner AS held
    WHERE domain = :domain AND hash = :hash AND role <> 1 AND owner > :after {also}
    ORDER BY owner LIMIT :limit
"""

ALSO = """
    AND EXISTS (SELECT 1 FROM key_owner AS other WHERE other.domain = :domain AND other.hash IN :hashes_of_{number}
        AND other.owner = held.owner AND other.role <> 1)
"""


def found_owners_of_all(tx: Transaction, domain: int, keys: list[list[bytes]], after: bytes, limit: int) -> list[bytes]:
    """Owners that have a value of each of the keys (a list of hashes for each key), from behind `after`.

    Those of the rarest key are looked through: a value that very many share costs nothing beside a rare one.
    """
    rarest, *others = sorted(keys, key=lambda hashes: _rows_of(tx, domain, hashes)) if len(keys) > 1 else keys
    sql = FOUND_BY_ALL.format(also="".join(ALSO.format(number=number) for number in range(len(others))))
    values: dict[str, Value] = {f"hashes_of_{number}": hashes for number, hashes in enumerate(others)}
    found = [tx.all(sql, domain=domain, hash=key_hash, after=after, limit=limit, **values) for key_hash in rarest]
    return sorted({row["owner"] for rows in found for row in rows})[:limit]


COUNTED = 1_000

COUNT_SOME = f"""
    SELECT count(*) AS rows_of_value FROM (
        SELECT 1 FROM key_owner WHERE domain = :domain AND hash = :hash LIMIT {COUNTED}) AS counted
"""


def _rows_of(tx: Transaction, domain: int, hashes: list[bytes]) -> int:
    """How many rows these values have; of very many, only that they are many."""
    found = tx.each(COUNT_SOME, [(domain, key_hash) for key_hash in hashes])
    return sum(rows[0]["rows_of_value"] for rows in found)


HELD = """
    SELECT DISTINCT owner FROM key_owner
    WHERE domain = :domain AND hash IN :hashes AND role <> 1 AND owner IN :owners
"""


def holders(tx: Transaction, domain: int, hashes: list[bytes], owners: list[bytes]) -> set[bytes]:
    """Which of these owners have any of these values."""
    return {row["owner"] for row in tx.all(HELD, domain=domain, hashes=hashes, owners=owners)}


NAMES_ELSEWHERE = """
    SELECT name, content_types FROM key_name
    WHERE domain = :domain AND name IN :names AND object_type <> :object_type ORDER BY name, object_type
"""


def names_elsewhere(tx: Transaction, domain: int, names: list[str], object_type: int) -> dict[str, list[list[str]]]:
    """How other object types use these key names: the content types of each definition's fields, by name."""
    taken: dict[str, list[list[str]]] = {}
    for row in tx.all(NAMES_ELSEWHERE, domain=domain, names=names, object_type=object_type):
        taken.setdefault(row["name"], []).extend(decode_content_types(row["content_types"]))
    return taken


NAME = "SELECT content_types FROM key_name WHERE domain = :domain AND name = :name ORDER BY object_type LIMIT 1"


def content_types(tx: Transaction, domain: int, name: str) -> list[list[str]]:
    """The content types of a key name's fields, for each definition; empty where no object type uses the name."""
    row = tx.one(NAME, domain=domain, name=name)
    return [] if row is None else decode_content_types(row["content_types"])


FORGET_NAMES = "DELETE FROM key_name WHERE domain = :domain AND object_type = :object_type"

ADD_NAME = """
    INSERT INTO key_name (domain, name, object_type, content_types)
    VALUES (:domain, :name, :object_type, :content_types)
"""


def set_names(tx: Transaction, domain: int, object_type: int, names: dict[str, list[list[str]]]) -> None:
    """The key names that an object type uses (name → content types), in place of those of before."""
    tx.run(FORGET_NAMES, domain=domain, object_type=object_type)
    encode = msgspec.json.encode
    tx.run_many(ADD_NAME, [(domain, name, object_type, encode(types).decode()) for name, types in names.items()])
