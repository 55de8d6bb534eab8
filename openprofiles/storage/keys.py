"""Key values with their owners and suppliers, and which object types use which key names.

An owner is a profile or a standard object. A supplier is the object that carries the value (the first 16 bytes of its
unique key), a field of the record, or somebody who added it by hand.
"""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.storage.database import Row, Transaction, Value

FIELD_SUPPLIER = b"field"
HAND_SUPPLIER = b"hand"
MERGE_SUPPLIER = b"merge"


def gone_supplier(object_type: int) -> bytes:
    """Who supplies what an object of this type supplied before it was deleted."""
    return b"gone:%d" % object_type


MATCH = 1
SEARCH = 2
MATCH_AND_SEARCH = 3


decode_content_types = msgspec.json.Decoder(list[list[str]]).decode


class KeyRow(msgspec.Struct, frozen=True):
    """One key value of an owner. `role`: may ingestion match by it, may SearchProfiles find by it."""

    hash: bytes
    role: int
    name: str
    value: str


ADD = """
    INSERT INTO key_value (domain, hash, owner, supplier, role, name, value)
    VALUES (:domain, :hash, :owner, :supplier, :role, :name, :value)
    ON CONFLICT DO NOTHING
"""


Supplied = tuple[bytes, bytes, bytes]
"""Owner, supplier and hash of a key row."""


def add_all(tx: Transaction, domain: int, rows: Iterable[tuple[Supplied, KeyRow]]) -> None:
    """Add values; those that the supplier gives already stay as they are."""
    values = [(domain, row.hash, owner, supplier, row.role, row.name, row.value) for (owner, supplier, _), row in rows]
    tx.run_many(ADD, values)


def add(tx: Transaction, domain: int, owner: bytes, supplier: bytes, rows: Iterable[KeyRow]) -> None:
    """Add values of one owner and supplier."""
    add_all(tx, domain, [((owner, supplier, row.hash), row) for row in rows])


REMOVE_ONE = """
    DELETE FROM key_value WHERE domain = :domain AND owner = :owner AND supplier = :supplier AND hash = :hash
"""


def remove_all(tx: Transaction, domain: int, rows: Iterable[Supplied]) -> None:
    """Withdraw values; a value goes with its last supplier."""
    tx.run_many(REMOVE_ONE, [(domain, *row) for row in rows])


def remove(tx: Transaction, domain: int, owner: bytes, supplier: bytes, hashes: Iterable[bytes]) -> None:
    """Withdraw values of one owner and supplier."""
    remove_all(tx, domain, [(owner, supplier, key_hash) for key_hash in hashes])


REMOVE_FROM_OWNER = "DELETE FROM key_value WHERE domain = :domain AND owner = :owner AND hash IN :hashes"


def remove_from_owner(tx: Transaction, domain: int, owner: bytes, hashes: list[bytes]) -> int:
    """Remove values whoever supplies them; how many rows went."""
    return tx.run(REMOVE_FROM_OWNER, domain=domain, owner=owner, hashes=hashes)


REMOVE_SUPPLIER = "DELETE FROM key_value WHERE domain = :domain AND owner = :owner AND supplier = :supplier"


def remove_supplier(tx: Transaction, domain: int, owner: bytes, supplier: bytes) -> None:
    tx.run(REMOVE_SUPPLIER, domain=domain, owner=owner, supplier=supplier)


RESUPPLY = """
    INSERT INTO key_value (domain, hash, owner, supplier, role, name, value)
    SELECT domain, hash, owner, :to_supplier, role, name, value FROM key_value
    WHERE domain = :domain AND owner = :owner AND supplier = :supplier
    ON CONFLICT DO NOTHING
"""


def resupply(tx: Transaction, domain: int, owner: bytes, supplier: bytes, to_supplier: bytes) -> None:
    """Another supplier stands for an owner's values from now on."""
    tx.run(RESUPPLY, domain=domain, owner=owner, supplier=supplier, to_supplier=to_supplier)
    remove_supplier(tx, domain, owner, supplier)


REMOVE_OWNER = "DELETE FROM key_value WHERE domain = :domain AND owner = :owner"


def remove_owner(tx: Transaction, domain: int, owner: bytes) -> None:
    tx.run(REMOVE_OWNER, domain=domain, owner=owner)


MOVE_NEW = """
    INSERT INTO key_value (domain, hash, owner, supplier, role, name, value)
    SELECT domain, hash, :to_owner, CASE WHEN supplier = :field THEN :merge ELSE supplier END, role, name, value
    FROM key_value WHERE domain = :domain AND owner = :from_owner
    ON CONFLICT DO NOTHING
"""


def move(tx: Transaction, domain: int, from_owner: bytes, to_owner: bytes) -> None:
    """A merge gives all values of one owner to another. What its fields supplied is supplied by the merge from now
    on.
    """
    tx.run(
        MOVE_NEW,
        domain=domain,
        from_owner=from_owner,
        to_owner=to_owner,
        field=FIELD_SUPPLIER,
        merge=MERGE_SUPPLIER,
    )
    remove_owner(tx, domain, from_owner)


SUPPLIED = "SELECT hash FROM key_value WHERE domain = :domain AND owner = :owner AND supplier = :supplier"


def supplied(tx: Transaction, domain: int, pairs: Sequence[tuple[bytes, bytes]]) -> list[set[bytes]]:
    """The hashes of what each supplier gives to an owner, for pairs of (owner, supplier)."""
    found = tx.each(SUPPLIED, [(domain, owner, supplier) for owner, supplier in pairs])
    return [{row["hash"] for row in rows} for rows in found]


OF_OWNER = """
    SELECT hash, supplier, role, name, value FROM key_value WHERE domain = :domain AND owner = :owner
    ORDER BY name, value, supplier
"""


def of_owner(tx: Transaction, domain: int, owner: bytes) -> list[Row]:
    """All values of an owner, with a row for each supplier."""
    return tx.all(OF_OWNER, domain=domain, owner=owner)


SUPPLIERS = "SELECT DISTINCT supplier FROM key_value WHERE domain = :domain AND hash IN :hashes AND owner = :owner"


def suppliers(tx: Transaction, domain: int, owner: bytes, hashes: list[bytes]) -> set[bytes]:
    """Who supplies any of these values to the owner."""
    return {row["supplier"] for row in tx.all(SUPPLIERS, domain=domain, hashes=hashes, owner=owner)}


MATCHING = """
    SELECT (SELECT owner FROM key_value WHERE domain = :domain AND hash = :hash AND role <> 2
            ORDER BY owner LIMIT 1) AS first,
        (SELECT owner FROM key_value WHERE domain = :domain AND hash = :hash AND role <> 2
            ORDER BY owner DESC LIMIT 1) AS last
"""


def matching_owners(tx: Transaction, domain: int, hashes: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """The owners of each value, at most two: more than one is ambiguous, whoever they are, so of very many only the
    first and the last are looked at.
    """
    found = tx.each(MATCHING, [(domain, key_hash) for key_hash in hashes])
    return {key_hash: _ends(row["first"], row["last"]) for key_hash, [row] in zip(hashes, found, strict=True)}


def _ends(first: bytes | None, last: bytes | None) -> list[bytes]:
    if first is None or last is None:
        return []
    return [first] if first == last else [first, last]


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
    SELECT DISTINCT owner FROM key_value
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
    SELECT DISTINCT owner FROM key_value AS held
    WHERE domain = :domain AND hash = :hash AND role <> 1 AND owner > :after {also}
    ORDER BY owner LIMIT :limit
"""

ALSO = """
    AND EXISTS (SELECT 1 FROM key_value AS other WHERE other.domain = :domain AND other.hash IN :hashes_of_{number}
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
        SELECT 1 FROM key_value WHERE domain = :domain AND hash = :hash LIMIT {COUNTED}) AS counted
"""


def _rows_of(tx: Transaction, domain: int, hashes: list[bytes]) -> int:
    """How many rows these values have; of very many, only that they are many."""
    found = tx.each(COUNT_SOME, [(domain, key_hash) for key_hash in hashes])
    return sum(rows[0]["rows_of_value"] for rows in found)


HELD = """
    SELECT DISTINCT owner FROM key_value
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
