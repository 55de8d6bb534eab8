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

FOUND_ALSO = """
    SELECT DISTINCT owner FROM key_owner AS held
    WHERE domain = :domain AND hash = :hash AND role <> 1 AND owner > :after {also}
    ORDER BY owner LIMIT :limit
"""

ALSO = """
    AND {exists} (SELECT 1 FROM key_owner AS other WHERE other.domain = :domain AND other.hash IN :hashes_of_{number}
        AND other.owner = held.owner AND other.role <> 1)
"""


def found_owners(
    tx: Transaction, domain: int, hashes: Sequence[bytes], after: bytes, limit: int, without: Sequence[list[bytes]] = ()
) -> list[bytes]:
    """Owners of any of these values, and of none of the values `without`, in the order of their ids, from behind
    `after`. However many have a value, no more than `limit` of them are looked at where nothing is without.
    """
    return _found(tx, domain, hashes, after, limit, "NOT EXISTS", without)


def found_owners_of_all(tx: Transaction, domain: int, keys: list[list[bytes]], after: bytes, limit: int) -> list[bytes]:
    """Owners that have a value of each of the keys (a list of hashes for each key), from behind `after`.

    Those of the rarest key are looked through: a value that very many share costs nothing beside a rare one.
    """
    rarest = _rarest(tx, domain, keys)
    others = [hashes for hashes in keys if hashes is not rarest]
    return _found(tx, domain, rarest, after, limit, "EXISTS", others)


def _found(
    tx: Transaction,
    domain: int,
    hashes: Sequence[bytes],
    after: bytes,
    limit: int,
    exists: str,
    others: Sequence[list[bytes]],
) -> list[bytes]:
    if not others:
        found = tx.each(FOUND, [(domain, key_hash, after, limit) for key_hash in hashes])
    else:
        sql = FOUND_ALSO.format(
            also="".join(ALSO.format(exists=exists, number=number) for number in range(len(others)))
        )
        values: dict[str, Value] = {f"hashes_of_{number}": other for number, other in enumerate(others)}
        found = [tx.all(sql, domain=domain, hash=one, after=after, limit=limit, **values) for one in hashes]
    return sorted({row["owner"] for rows in found for row in rows})[:limit]


COUNTS = (1_000, 30_000, 1_000_000)
"""Up to so many rows of each key are counted, until one of them has fewer."""

COUNT_SOME = """
    SELECT count(*) AS rows_of_value FROM (
        SELECT 1 FROM key_owner WHERE domain = :domain AND hash = :hash LIMIT :most) AS counted
"""


def _rarest(tx: Transaction, domain: int, keys: list[list[bytes]]) -> list[bytes]:
    if len(keys) == 1:
        return keys[0]
    for most in COUNTS:
        counts = [
            sum(rows[0]["rows_of_value"] for rows in tx.each(COUNT_SOME, [(domain, one, most) for one in hashes]))
            for hashes in keys
        ]
        if min(counts) < most:
            break
    return keys[counts.index(min(counts))]


HELD = """
    SELECT DISTINCT owner FROM key_owner
    WHERE domain = :domain AND hash IN :hashes AND role <> 1 AND owner IN :owners
"""


def holders(tx: Transaction, domain: int, hashes: list[bytes], owners: list[bytes]) -> set[bytes]:
    """Which of these owners have any of these values."""
    return {row["owner"] for row in tx.all(HELD, domain=domain, hashes=hashes, owners=owners)}


HELD_BY = """
    SELECT DISTINCT owner, hash FROM key_owner
    WHERE domain = :domain AND hash IN :hashes AND role <> 1 AND owner IN :owners
"""


def held(tx: Transaction, domain: int, hashes: list[bytes], owners: list[bytes]) -> dict[bytes, set[bytes]]:
    """Which of these values each of these owners has."""
    found: dict[bytes, set[bytes]] = {owner: set() for owner in owners}
    for row in tx.all(HELD_BY, domain=domain, hashes=hashes, owners=owners):
        found[row["owner"]].add(row["hash"])
    return found


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


NAMES_OF = "SELECT name FROM key_name WHERE domain = :domain AND object_type = :object_type ORDER BY name"

NAMES_USED = "SELECT DISTINCT name FROM key_name WHERE domain = :domain AND name IN :names"

FORGET_NAMES = "DELETE FROM key_name WHERE domain = :domain AND object_type = :object_type"

ADD_NAME = """
    INSERT INTO key_name (domain, name, object_type, content_types)
    VALUES (:domain, :name, :object_type, :content_types)
"""


def set_names(tx: Transaction, domain: int, object_type: int, names: dict[str, list[list[str]]]) -> list[str]:
    """The key names that an object type uses (name → content types), in place of those of before. Answers the names
    that no object type uses any more.
    """
    former = [row["name"] for row in tx.all(NAMES_OF, domain=domain, object_type=object_type)]
    tx.run(FORGET_NAMES, domain=domain, object_type=object_type)
    encode = msgspec.json.encode
    tx.run_many(ADD_NAME, [(domain, name, object_type, encode(types).decode()) for name, types in names.items()])
    gone = [name for name in former if name not in names]
    used = {row["name"] for row in tx.all(NAMES_USED, domain=domain, names=gone)} if gone else set()
    return [name for name in gone if name not in used]
