"""What supplies key values to whom, and the changes of that: a value goes with its last supplier.

An owner is a profile or a standard object. A supplier is the object that carries the value (the beginning of its unique
key, and its type's number), a field of the record, or somebody who added it by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import msgspec

from openprofiles.storage.database import Transaction
from openprofiles.storage.keys import KeyRow

FIELD_SUPPLIER = b"field"
HAND_SUPPLIER = b"hand"
MERGE_SUPPLIER = b"merge"

Supply = tuple[bytes, bytes]
"""An owner, and who supplies it with key values."""

Keys = Mapping[bytes, KeyRow]
"""Key values by hash."""

# --- what a supplier gives to an owner

decode_keys = msgspec.json.Decoder(list[KeyRow]).decode
encode = msgspec.json.Encoder().encode


def to_stored(keys: Keys) -> str:
    """The same for the same values, whichever way they came together."""
    return encode([keys[key_hash] for key_hash in sorted(keys)]).decode()


def from_stored(text: str) -> dict[bytes, KeyRow]:
    return {row.hash: row for row in decode_keys(text)}


FIND_SUPPLY = """
    SELECT keys FROM key_supply WHERE domain = :domain AND owner = :owner AND supplier = :supplier
"""


def supplied(tx: Transaction, domain: int, supplies: Sequence[Supply]) -> list[dict[bytes, KeyRow]]:
    """What each supplier gives to an owner."""
    found = tx.each(FIND_SUPPLY, [(domain, *supply) for supply in supplies])
    return [from_stored(rows[0]["keys"]) if rows else {} for rows in found]


OF_OWNER = "SELECT supplier, keys FROM key_supply WHERE domain = :domain AND owner = :owner ORDER BY supplier"


def of_owners(tx: Transaction, domain: int, owners: Iterable[bytes]) -> list[dict[bytes, dict[bytes, KeyRow]]]:
    """All key values of each owner, by supplier."""
    found = tx.each(OF_OWNER, [(domain, owner) for owner in owners])
    return [{row["supplier"]: from_stored(row["keys"]) for row in rows} for rows in found]


def of_owner(tx: Transaction, domain: int, owner: bytes) -> dict[bytes, dict[bytes, KeyRow]]:
    [found] = of_owners(tx, domain, [owner])
    return found


def suppliers(tx: Transaction, domain: int, owner: bytes, hashes: Iterable[bytes]) -> set[bytes]:
    """Who supplies any of these values to the owner."""
    wanted = set(hashes)
    if not _owned(tx, domain, owner, sorted(wanted)):
        return set()
    return {supplier for supplier, keys in of_owner(tx, domain, owner).items() if not wanted.isdisjoint(keys)}


# --- changes

OwnedKey = tuple[bytes, bytes, int]
"""Hash, owner and role."""

PUT_SUPPLY = """
    INSERT INTO key_supply (domain, owner, supplier, keys) VALUES (:domain, :owner, :supplier, :keys)
    ON CONFLICT (domain, owner, supplier) DO UPDATE SET keys = excluded.keys
"""

DELETE_SUPPLY = "DELETE FROM key_supply WHERE domain = :domain AND owner = :owner AND supplier = :supplier"

ADD_OWNER = """
    INSERT INTO key_owner (domain, hash, owner, role, suppliers) VALUES (:domain, :hash, :owner, :role, :suppliers)
    ON CONFLICT (domain, hash, owner, role) DO UPDATE SET suppliers = key_owner.suppliers + excluded.suppliers
"""

DELETE_OWNER = """
    DELETE FROM key_owner
    WHERE domain = :domain AND hash = :hash AND owner = :owner AND role = :role AND suppliers <= 0
"""


def change(tx: Transaction, domain: int, before: Mapping[Supply, Keys], after: Mapping[Supply, Keys]) -> None:
    """Write what suppliers give from now on. `before`: what each of them has given until now, by the store."""
    changed = {supply: keys for supply, keys in after.items() if keys.keys() != before[supply].keys()}
    put = [(domain, *supply, to_stored(keys)) for supply, keys in changed.items() if keys]
    tx.run_many(PUT_SUPPLY, put)
    tx.run_many(DELETE_SUPPLY, [(domain, *supply) for supply, keys in changed.items() if not keys])
    counts: dict[OwnedKey, int] = {}
    for supply, keys in changed.items():
        _count(counts, supply[0], before[supply].values(), -1)
        _count(counts, supply[0], keys.values(), 1)
    more = [(domain, *owned, count) for owned, count in counts.items() if count]
    tx.run_many(ADD_OWNER, more)
    tx.run_many(DELETE_OWNER, [row[:-1] for row in more if row[-1] < 0])


def _count(counts: dict[OwnedKey, int], owner: bytes, rows: Iterable[KeyRow], by: int) -> None:
    for row in rows:
        owned = row.hash, owner, row.role
        counts[owned] = counts.get(owned, 0) + by


def replace(tx: Transaction, domain: int, supply: Supply, keys: Keys) -> None:
    """A supplier gives these values to an owner, and no others any more."""
    [before] = supplied(tx, domain, [supply])
    change(tx, domain, {supply: before}, {supply: keys})


def add(tx: Transaction, domain: int, supply: Supply, rows: Iterable[KeyRow]) -> None:
    """A supplier gives these values too."""
    [before] = supplied(tx, domain, [supply])
    change(tx, domain, {supply: before}, {supply: {row.hash: row for row in rows} | before})


def remove_supplier(tx: Transaction, domain: int, owner: bytes, supplier: bytes) -> None:
    """What it supplied to the owner goes."""
    replace(tx, domain, (owner, supplier), {})


def remove_from_owner(tx: Transaction, domain: int, owner: bytes, hashes: Sequence[bytes]) -> bool:
    """Remove values whoever supplies them. Whether there were any."""
    if not _owned(tx, domain, owner, hashes):
        return False
    before = {(owner, supplier): keys for supplier, keys in of_owner(tx, domain, owner).items()}
    gone = set(hashes)
    after = {
        supply: {key_hash: row for key_hash, row in keys.items() if key_hash not in gone}
        for supply, keys in before.items()
    }
    change(tx, domain, before, after)
    return True


OWNED = "SELECT 1 AS one FROM key_owner WHERE domain = :domain AND hash IN :hashes AND owner = :owner LIMIT 1"


def _owned(tx: Transaction, domain: int, owner: bytes, hashes: Sequence[bytes]) -> bool:
    return tx.one(OWNED, domain=domain, hashes=hashes, owner=owner) is not None


def remove_owner(tx: Transaction, domain: int, owner: bytes) -> None:
    """All values of an owner go."""
    before = {(owner, supplier): keys for supplier, keys in of_owner(tx, domain, owner).items()}
    change(tx, domain, before, {supply: {} for supply in before})


def move(
    tx: Transaction, domain: int, from_owner: bytes, to_owner: bytes, hashes_of_types: Mapping[int, set[bytes]]
) -> None:
    """A merge gives all values of one owner to another. What its fields supplied stays with the object type that the
    field's value comes from, as if an object of it were gone; what comes from none is supplied by the merge.
    """
    moved = of_owner(tx, domain, from_owner)
    before: dict[Supply, Keys] = {(from_owner, supplier): keys for supplier, keys in moved.items()}
    after: dict[Supply, Keys] = {supply: {} for supply in before}
    by_merge = dict(moved.pop(FIELD_SUPPLIER, {}))
    for object_type, hashes in hashes_of_types.items():
        keys = {key_hash: by_merge.pop(key_hash) for key_hash in hashes & by_merge.keys()}
        moved.setdefault(gone_supplier(object_type, keys), keys)
    moved[MERGE_SUPPLIER] = by_merge | moved.get(MERGE_SUPPLIER, {})
    targets = [(to_owner, supplier) for supplier in moved]
    for target, there in zip(targets, supplied(tx, domain, targets), strict=True):
        before[target], after[target] = there, moved[target[1]] | there
    change(tx, domain, before, after)


# --- suppliers that are gone

GONE = b"gone:"


def gone_type(supplier: bytes) -> int | None:
    """The number of the type whose deleted object supplied this; None for any other supplier."""
    return int(supplier.removeprefix(GONE).partition(b"/")[0]) if supplier.startswith(GONE) else None


def gone_supplier(object_type: int, keys: Keys) -> bytes:
    """An object of this type that is gone, told from others by what it supplied."""
    return b"%b%d/%b" % (GONE, object_type, blake2b(b"".join(sorted(keys)), digest_size=8).digest())


SUPPLIERS = """
    SELECT supplier FROM key_supply
    WHERE domain = :domain AND owner = :owner AND supplier >= :first AND supplier < :behind
"""


def gone_types(tx: Transaction, domain: int, owner: bytes) -> set[int]:
    """The types of which gone objects have left values with the owner."""
    rows = tx.all(SUPPLIERS, domain=domain, owner=owner, first=GONE, behind=GONE[:-1] + b";")  # ";" comes next to ":"
    return {found for row in rows if (found := gone_type(row["supplier"])) is not None}


def leave(tx: Transaction, domain: int, supply: Supply, object_type: int) -> None:
    """An object of this type goes, and the values stay that it supplied to an owner."""
    [keys] = supplied(tx, domain, [supply])
    if not keys:
        return
    gone = supply[0], gone_supplier(object_type, keys)
    [there] = supplied(tx, domain, [gone])
    change(tx, domain, {supply: keys, gone: there}, {supply: {}, gone: keys})


OF_GONE = """
    SELECT supplier, keys FROM key_supply
    WHERE domain = :domain AND owner = :owner AND supplier >= :first AND supplier < :behind
"""


def remove_gone(tx: Transaction, domain: int, owner: bytes, object_type: int) -> None:
    """What objects of this type have left goes."""
    first = b"%b%d" % (GONE, object_type)
    rows = tx.all(OF_GONE, domain=domain, owner=owner, first=first, behind=first + b"0")  # "0" comes next to "/"
    before = {(owner, row["supplier"]): from_stored(row["keys"]) for row in rows}
    change(tx, domain, before, {supply: {} for supply in before})
