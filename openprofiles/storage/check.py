"""What a check of a whole store reads: its tables in the order of their keys, page by page.

Where a function takes several profiles or owners, it answers for each of them, in their order, in one round trip.
"""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.storage import profile_objects, profiles, standard_objects
from openprofiles.storage.database import Row, Transaction
from openprofiles.storage.domains import PURGED, Counts
from openprofiles.storage.key_supplies import OF_OWNER, OwnedKey
from openprofiles.storage.profile_objects import KEPT_OF_UNIQUE_KEY, ObjectRow
from openprofiles.storage.profiles import MERGES, ProfileRow
from openprofiles.storage.standard_objects import StandardObjectRow

# --- domains

LIVE_DOMAINS = "SELECT account, region, name FROM domain WHERE deleted_at IS NULL ORDER BY account, region, name"


def live_domains(tx: Transaction) -> list[tuple[str, str, str]]:
    """Account, region and name of each domain that lives."""
    return [(row["account"], row["region"], row["name"]) for row in tx.all(LIVE_DOMAINS)]


NEXT_DOMAIN = "SELECT domain FROM {table} WHERE domain > :after ORDER BY domain LIMIT 1"

ANY_DOMAIN = "SELECT 1 AS one FROM domain WHERE domain = :domain"


class Stray(msgspec.Struct, frozen=True):
    """A table with rows of a domain that does not exist."""

    table: str
    domain: int


def strays(tx: Transaction) -> list[Stray]:
    found = []
    for table in PURGED:
        after = -1
        while (row := tx.one(NEXT_DOMAIN.format(table=table), after=after)) is not None:
            after = row["domain"]
            if tx.one(ANY_DOMAIN, domain=after) is None:
                found.append(Stray(table, after))
    return found


# --- profiles, and what hangs on them

PROFILES = f"SELECT {profiles.COLUMNS} FROM profile WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit"


def profiles_page(tx: Transaction, domain: int, after: bytes, limit: int) -> list[ProfileRow]:
    rows = tx.all(PROFILES, domain=domain, after=after, limit=limit)
    return [ProfileRow(*(row[field] for field in ProfileRow.__struct_fields__)) for row in rows]


OBJECTS = f"SELECT {profile_objects.COLUMNS} FROM profile_object WHERE domain = :domain AND profile = :profile"


def objects(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[list[ObjectRow]]:
    """The objects of each profile, whole."""
    found = tx.each(OBJECTS, [(domain, profile) for profile in ids])
    return [[ObjectRow(*(row[field] for field in ObjectRow.__struct_fields__)) for row in rows] for rows in found]


def keys_of(tx: Transaction, domain: int, owners: Iterable[bytes]) -> list[dict[bytes, str]]:
    """What each supplier gives to each owner, as it is stored."""
    found = tx.each(OF_OWNER, [(domain, owner) for owner in owners])
    return [{row["supplier"]: row["keys"] for row in rows} for rows in found]


HISTORY = """
    SELECT count(*) AS changes, coalesce(min(version), 0) AS first, coalesce(max(version), 0) AS last,
        sum(CASE WHEN action = 'DELETED_PROFILE_KEY' THEN 1 ELSE 0 END) AS deleted_keys
    FROM history WHERE domain = :domain AND profile = :profile
"""


class History(msgspec.Struct, frozen=True):
    """How many changes a profile's history tells of, their lowest and highest version, and how often keys were deleted
    by hand.
    """

    changes: int
    first: int
    last: int
    deleted_keys: int

    @property
    def has_gaps(self) -> bool:
        return self.changes != self.last or (self.changes > 0 and self.first != 1)


def histories(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[History]:
    found = tx.each(HISTORY, [(domain, profile) for profile in ids])
    return [History(*(int(row[field] or 0) for field in History.__struct_fields__)) for [row] in found]


INGESTED = """
    SELECT DISTINCT unique_key FROM history
    WHERE domain = :domain AND profile = :profile AND action = 'INGESTED' AND unique_key IS NOT NULL
"""


def ingested(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[set[bytes]]:
    """The unique keys of all objects that each profile's history tells of."""
    found = tx.each(INGESTED, [(domain, profile) for profile in ids])
    return [{row["unique_key"] for row in rows} for rows in found]


def merges(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[list[str]]:
    """The journals of each profile, as JSON."""
    found = tx.each(MERGES, [(domain, profile) for profile in ids])
    return [[row["document"] for row in rows] for rows in found]


STANDARD_OBJECTS_OF = "SELECT id, kind FROM standard_object WHERE domain = :domain AND profile = :profile"


def standard_objects_of(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[dict[bytes, str]]:
    """The kinds of each profile's standard objects, by id."""
    found = tx.each(STANDARD_OBJECTS_OF, [(domain, profile) for profile in ids])
    return [{row["id"]: row["kind"] for row in rows} for rows in found]


GONE_SOURCES_OF = "SELECT object_type FROM gone_source WHERE domain = :domain AND profile = :profile"


def gone_sources_of(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[set[int]]:
    """The types whose gone objects have left something on each profile."""
    found = tx.each(GONE_SOURCES_OF, [(domain, profile) for profile in ids])
    return [{row["object_type"] for row in rows} for rows in found]


TYPES_OF_OBJECTS = "SELECT DISTINCT object_type FROM profile_object WHERE domain = :domain AND profile = :profile"


def types_of_objects(tx: Transaction, domain: int, ids: Iterable[bytes]) -> list[set[int]]:
    found = tx.each(TYPES_OF_OBJECTS, [(domain, profile) for profile in ids])
    return [{row["object_type"] for row in rows} for rows in found]


STANDARD_OBJECTS = f"""
    SELECT {standard_objects.COLUMNS} FROM standard_object
    WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit
"""


def standard_objects_page(tx: Transaction, domain: int, after: bytes, limit: int) -> list[StandardObjectRow]:
    rows = tx.all(STANDARD_OBJECTS, domain=domain, after=after, limit=limit)
    return [StandardObjectRow(*(row[field] for field in StandardObjectRow.__struct_fields__)) for row in rows]


EXISTING = "SELECT id FROM {table} WHERE domain = :domain AND id IN :ids"


def living_profiles(tx: Transaction, domain: int, ids: Iterable[bytes]) -> set[bytes]:
    return {row["id"] for row in tx.all(EXISTING.format(table="profile"), domain=domain, ids=sorted(set(ids)))}


def living_owners(tx: Transaction, domain: int, ids: Iterable[bytes]) -> set[bytes]:
    """Which of these are profiles or standard objects."""
    wanted = sorted(set(ids))
    found = tx.all(EXISTING.format(table="standard_object"), domain=domain, ids=wanted)
    return living_profiles(tx, domain, wanted) | {row["id"] for row in found}


SUPPLIER_EXISTS = """
    SELECT 1 AS one FROM profile_object
    WHERE domain = :domain AND object_type = :object_type AND unique_key >= :first AND unique_key <= :last LIMIT 1
"""


def existing_suppliers(tx: Transaction, domain: int, suppliers: Iterable[bytes]) -> set[bytes]:
    """Which of these are what key rows call an object that exists."""
    wanted = sorted(set(suppliers))
    found = tx.each(SUPPLIER_EXISTS, [(domain, *_range_of(supplier)) for supplier in wanted])
    return {supplier for supplier, rows in zip(wanted, found, strict=True) if rows}


def _range_of(supplier: bytes) -> tuple[int, bytes, bytes]:
    """A supplier's object type, and between which unique keys its object lies."""
    start, object_type = supplier[:KEPT_OF_UNIQUE_KEY], supplier[KEPT_OF_UNIQUE_KEY:]
    return int.from_bytes(object_type), start, start + b"\xff" * (32 - KEPT_OF_UNIQUE_KEY)


# --- other tables, page by page

OWNERS = "SELECT DISTINCT owner FROM key_supply WHERE domain = :domain AND owner > :after ORDER BY owner LIMIT :limit"


def owners(tx: Transaction, domain: int, after: bytes, limit: int) -> list[bytes]:
    """To whom key values are supplied."""
    return [row["owner"] for row in tx.all(OWNERS, domain=domain, after=after, limit=limit)]


OWNED_KEYS = """
    SELECT hash, owner, role, suppliers FROM key_owner
    WHERE domain = :domain AND (hash, owner, role) > (:hash, :owner, :role)
    ORDER BY hash, owner, role LIMIT :limit
"""


def owned_keys(tx: Transaction, domain: int, after: OwnedKey, limit: int) -> dict[OwnedKey, int]:
    """How many suppliers the rows say that they have by which values are found."""
    key_hash, owner, role = after
    rows = tx.all(OWNED_KEYS, domain=domain, hash=key_hash, owner=owner, role=role, limit=limit)
    return {(row["hash"], row["owner"], row["role"]): row["suppliers"] for row in rows}


OWNED_KEY = """
    SELECT 1 AS one FROM key_owner WHERE domain = :domain AND hash = :hash AND owner = :owner AND role = :role
"""


def missing(tx: Transaction, domain: int, wanted: Sequence[OwnedKey]) -> list[OwnedKey]:
    """Those by which nobody finds their owner."""
    found = tx.each(OWNED_KEY, [(domain, *owned) for owned in wanted])
    return [owned for owned, rows in zip(wanted, found, strict=True) if not rows]


OBJECT_NAMES = """
    SELECT object_type, unique_key, profile FROM profile_object
    WHERE domain = :domain AND (object_type, unique_key) > (:object_type, :unique_key)
    ORDER BY object_type, unique_key LIMIT :limit
"""


def object_names(tx: Transaction, domain: int, after: tuple[int, bytes], limit: int) -> list[Row]:
    object_type, unique_key = after
    return tx.all(OBJECT_NAMES, domain=domain, object_type=object_type, unique_key=unique_key, limit=limit)


JOURNALS = """
    SELECT profile, id, document FROM merge_journal WHERE domain = :domain AND (profile, id) > (:profile, :id)
    ORDER BY profile, id LIMIT :limit
"""


def journals(tx: Transaction, domain: int, after: tuple[bytes, bytes], limit: int) -> list[Row]:
    profile, merge = after
    return tx.all(JOURNALS, domain=domain, profile=profile, id=merge, limit=limit)


GONE_SOURCES = """
    SELECT object_type, profile FROM gone_source
    WHERE domain = :domain AND (object_type, profile) > (:object_type, :profile)
    ORDER BY object_type, profile LIMIT :limit
"""


def gone_sources(tx: Transaction, domain: int, after: tuple[int, bytes], limit: int) -> list[Row]:
    object_type, profile = after
    return tx.all(GONE_SOURCES, domain=domain, object_type=object_type, profile=profile, limit=limit)


CHANGED_PROFILES = """
    SELECT DISTINCT profile FROM history WHERE domain = :domain AND profile > :after ORDER BY profile LIMIT :limit
"""


def changed_profiles(tx: Transaction, domain: int, after: bytes, limit: int) -> list[bytes]:
    """Profiles with a history, living or not."""
    return [row["profile"] for row in tx.all(CHANGED_PROFILES, domain=domain, after=after, limit=limit)]


CHANGES = """
    SELECT profile, version, content FROM history
    WHERE domain = :domain AND (profile, version) > (:profile, :version) ORDER BY profile, version LIMIT :limit
"""


def changes(tx: Transaction, domain: int, after: tuple[bytes, int], limit: int) -> list[Row]:
    profile, version = after
    return tx.all(CHANGES, domain=domain, profile=profile, version=version, limit=limit)


LAST_ACTION = """
    SELECT action FROM history WHERE domain = :domain AND profile = :profile ORDER BY version DESC LIMIT 1
"""


def last_actions(tx: Transaction, domain: int, ids: Sequence[bytes]) -> list[str]:
    """The newest change of each profile; all have one."""
    return [row["action"] for [row] in tx.each(LAST_ACTION, [(domain, profile) for profile in ids])]


LETTERS_WITH_KEYS = """
    SELECT known.letter AS letter,
        EXISTS (SELECT 1 FROM dead_letter WHERE domain = :domain AND id = known.letter) AS lives
    FROM (SELECT DISTINCT letter FROM dead_letter_key WHERE domain = :domain AND letter > :after
        ORDER BY letter LIMIT :limit) AS known
    ORDER BY known.letter
"""


def letters_with_keys(tx: Transaction, domain: int, after: bytes, limit: int) -> list[Row]:
    """Dead letters of which there are keys, and whether each is there."""
    return tx.all(LETTERS_WITH_KEYS, domain=domain, after=after, limit=limit)


# --- what an operator has defined, and the sums

KEY_NAMES = "SELECT object_type, name, content_types FROM key_name WHERE domain = :domain"


def key_names(tx: Transaction, domain: int) -> list[Row]:
    return tx.all(KEY_NAMES, domain=domain)


DEFINITIONS = "SELECT kind, name, number, document, tags FROM definition WHERE domain = :domain ORDER BY kind, name"


def all_definitions(tx: Transaction, domain: int) -> list[Row]:
    return tx.all(DEFINITIONS, domain=domain)


TYPES_TO_PURGE = "SELECT object_type FROM object_type_purge WHERE domain = :domain"


def types_to_purge(tx: Transaction, domain: int) -> set[int]:
    """Deleted types of which something may be left."""
    return {row["object_type"] for row in tx.all(TYPES_TO_PURGE, domain=domain)}


RECOUNT_PROFILES = """
    SELECT count(*) AS profiles,
        coalesce(sum(CASE WHEN objects <= 100 THEN 1 ELSE (objects + 99) / 100 END), 0) AS metered
    FROM profile WHERE domain = :domain AND id > :id
"""
# Every row is behind the key that is given; without one, SQLite walks through the rows of all domains.

RECOUNT_OBJECTS = """
    SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes FROM profile_object
    WHERE domain = :domain AND (object_type, unique_key) > (:object_type, :unique_key)
"""


def recounted(tx: Transaction, domain: int) -> Counts:
    """What the domain's counters have to be."""
    [profiles] = tx.all(RECOUNT_PROFILES, domain=domain, id=b"")
    [objects] = tx.all(RECOUNT_OBJECTS, domain=domain, object_type=-1, unique_key=b"")
    return Counts(profiles["profiles"], objects["objects"], int(objects["bytes"]), int(profiles["metered"]))
