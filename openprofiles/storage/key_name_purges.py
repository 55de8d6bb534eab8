"""Key names that no object type uses any more: their values go, in small steps."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage import key_supplies, profiles, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.domains import LONGEST_TRANSACTION, can_be_forgotten
from openprofiles.storage.key_supplies import Keys, Supply

BEGIN = b""


class Purge(msgspec.Struct, frozen=True):
    """How far the removal of a name's values has got. `unused_at` in milliseconds; `passes` that are behind it."""

    domain: int
    name: str
    unused_at: int
    passes: int = 0
    behind: Supply = (BEGIN, BEGIN)


ADD = """
    INSERT INTO key_name_purge (domain, name, owner, supplier, unused_at, passes)
    VALUES (:domain, :name, :owner, :supplier, :unused_at, 0)
    ON CONFLICT DO NOTHING
"""


def add(tx: Transaction, domain: int, names: Iterable[str], now: int) -> list[Purge]:
    """Remember names until nothing of them is left."""
    purges = [Purge(domain, name, now) for name in names]
    tx.run_many(ADD, [(domain, purge.name, *purge.behind, now) for purge in purges])
    return purges


NAMES = "SELECT name FROM key_name_purge WHERE domain = :domain ORDER BY name"


def names(tx: Transaction, domain: int) -> list[str]:
    """Those of which there may be something left."""
    return [row["name"] for row in tx.all(NAMES, domain=domain)]


FORGET = "DELETE FROM key_name_purge WHERE domain = :domain AND name = :name"


def forget(tx: Transaction, domain: int, names: Iterable[str]) -> None:
    """Nothing of them is left, or they are used again."""
    for name in names:
        tx.run(FORGET, domain=domain, name=name)


NEXT = """
    SELECT key_name_purge.domain AS domain, key_name_purge.name AS name, unused_at, passes, owner, supplier
    FROM key_name_purge JOIN domain ON domain.domain = key_name_purge.domain
    WHERE domain.deleted_at IS NULL AND (passes = 0 OR unused_at < :forgettable)
    ORDER BY key_name_purge.domain, key_name_purge.name LIMIT 1
    /*postgres: FOR UPDATE OF key_name_purge SKIP LOCKED */
"""


def next_purge(tx: Transaction, now: int) -> Purge | None:
    """One that no other node is working on: in its first pass, or in its last, behind which nobody writes any more."""
    row = tx.one(NEXT, forgettable=now - LONGEST_TRANSACTION)
    if row is None:
        return None
    return Purge(row["domain"], row["name"], row["unused_at"], row["passes"], (row["owner"], row["supplier"]))


PAGE = """
    SELECT owner, supplier, keys FROM key_supply
    WHERE domain = :domain AND (owner, supplier) > (:owner, :supplier) ORDER BY owner, supplier LIMIT :limit
"""

GO_ON = """
    UPDATE key_name_purge SET owner = :owner, supplier = :supplier WHERE domain = :domain AND name = :name
"""


BEGIN_AGAIN = """
    UPDATE key_name_purge SET owner = :begin, supplier = :begin, passes = passes + 1
    WHERE domain = :domain AND name = :name
"""


def step(tx: Transaction, purge: Purge, limit: int, now: int) -> bool:
    """Remove the name's values from up to `limit` supplies. Whether there may be more at once."""
    owner, supplier = purge.behind
    rows = tx.all(PAGE, domain=purge.domain, owner=owner, supplier=supplier, limit=limit)
    holding = {row["owner"] for row in rows if _holds(key_supplies.from_stored(row["keys"]), purge.name)}
    if holding:
        _remove(tx, purge, holding, [(row["owner"], row["supplier"]) for row in rows if row["owner"] in holding])
    is_last = tx.runs_alone or purge.passes > 0
    if len(rows) < limit and is_last and can_be_forgotten(tx, purge.unused_at, now):
        forget(tx, purge.domain, [purge.name])
        return False
    if len(rows) < limit:
        tx.run(BEGIN_AGAIN, begin=BEGIN, domain=purge.domain, name=purge.name)
        return False
    owner, supplier = rows[-1]["owner"], rows[-1]["supplier"]
    tx.run(GO_ON, domain=purge.domain, name=purge.name, owner=owner, supplier=supplier)
    return True


def _holds(keys: Keys, name: str) -> bool:
    return any(row.name == name for row in keys.values())


def _remove(tx: Transaction, purge: Purge, owners: set[bytes], supplies: list[Supply]) -> None:
    """What is supplied to an owner changes only while the owner is locked; so it is read again."""
    living = profiles.locked(tx, purge.domain, owners)
    for owner in sorted(owners - living.keys()):
        standard_objects.find(tx, purge.domain, owner)
    before = dict(zip(supplies, key_supplies.supplied(tx, purge.domain, supplies), strict=True))
    after = {
        supply: {key_hash: row for key_hash, row in keys.items() if row.name != purge.name}
        for supply, keys in before.items()
    }
    key_supplies.change(tx, purge.domain, before, after)
