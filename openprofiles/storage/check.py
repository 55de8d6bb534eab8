"""What a check of a whole store reads: its tables in the order of their keys, page by page."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Row, Transaction
from openprofiles.storage.domains import PURGED, Counts
from openprofiles.storage.profile_objects import COLUMNS, ObjectRow
from openprofiles.storage.standard_objects import StandardObjectRow

LIVE_DOMAINS = "SELECT account, region, name FROM domain WHERE deleted_at IS NULL ORDER BY account, region, name"


def live_domains(tx: Transaction) -> list[tuple[str, str, str]]:
    """Account, region and name of each domain that lives."""
    return [(row["account"], row["region"], row["name"]) for row in tx.all(LIVE_DOMAINS)]


PROFILE_IDS = "SELECT id FROM profile WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit"


def profile_ids(tx: Transaction, domain: int, after: bytes, limit: int) -> list[bytes]:
    return [row["id"] for row in tx.all(PROFILE_IDS, domain=domain, after=after, limit=limit)]


OBJECTS = f"SELECT {COLUMNS} FROM profile_object WHERE domain = :domain AND profile = :profile"


def objects(tx: Transaction, domain: int, profile: bytes) -> list[ObjectRow]:
    """The objects of a profile, whole."""
    return [
        ObjectRow(*(row[column] for column in COLUMNS.split(", ")))
        for row in tx.all(OBJECTS, domain=domain, profile=profile)
    ]


HISTORY = """
    SELECT version, action, unique_key FROM history WHERE domain = :domain AND profile = :profile ORDER BY version
"""


def history(tx: Transaction, domain: int, profile: bytes) -> list[Row]:
    return tx.all(HISTORY, domain=domain, profile=profile)


STANDARD_OBJECTS = """
    SELECT id, kind, profile, version, created_at, updated_at, document, claims FROM standard_object
    WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit
"""


def standard_objects(tx: Transaction, domain: int, after: bytes, limit: int) -> list[StandardObjectRow]:
    rows = tx.all(STANDARD_OBJECTS, domain=domain, after=after, limit=limit)
    return [StandardObjectRow(*(row[field] for field in StandardObjectRow.__struct_fields__)) for row in rows]


OWNERS = "SELECT DISTINCT owner FROM key_value WHERE domain = :domain AND owner > :after ORDER BY owner LIMIT :limit"


def owners(tx: Transaction, domain: int, after: bytes, limit: int) -> list[bytes]:
    """Who owns key values."""
    return [row["owner"] for row in tx.all(OWNERS, domain=domain, after=after, limit=limit)]


OBJECT_NAMES = """
    SELECT object_type, unique_key, profile FROM profile_object
    WHERE domain = :domain AND (object_type, unique_key) > (:object_type, :unique_key)
    ORDER BY object_type, unique_key LIMIT :limit
"""


def object_names(tx: Transaction, domain: int, after: tuple[int, bytes], limit: int) -> list[Row]:
    object_type, unique_key = after
    return tx.all(OBJECT_NAMES, domain=domain, object_type=object_type, unique_key=unique_key, limit=limit)


JOURNALS = """
    SELECT DISTINCT profile FROM merge_journal WHERE domain = :domain AND profile > :after
    ORDER BY profile LIMIT :limit
"""


def journal_profiles(tx: Transaction, domain: int, after: bytes, limit: int) -> list[bytes]:
    """Profiles that merges are remembered for."""
    return [row["profile"] for row in tx.all(JOURNALS, domain=domain, after=after, limit=limit)]


EXISTING = "SELECT id FROM {table} WHERE domain = :domain AND id IN :ids"


def existing(tx: Transaction, domain: int, ids: Iterable[bytes]) -> set[bytes]:
    """Which of these are profiles or standard objects."""
    wanted = sorted(set(ids))
    found: set[bytes] = set()
    for table in ("profile", "standard_object"):
        found |= {row["id"] for row in tx.all(EXISTING.format(table=table), domain=domain, ids=wanted)}
    return found


RECOUNT_PROFILES = """
    SELECT count(*) AS profiles,
        coalesce(sum(CASE WHEN objects <= 100 THEN 1 ELSE (objects + 99) / 100 END), 0) AS metered
    FROM profile WHERE domain = :domain
"""

RECOUNT_OBJECTS = """
    SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes FROM profile_object WHERE domain = :domain
"""


def recounted(tx: Transaction, domain: int) -> Counts:
    """What the domain's counters have to be."""
    [profiles], [objects] = tx.all(RECOUNT_PROFILES, domain=domain), tx.all(RECOUNT_OBJECTS, domain=domain)
    return Counts(profiles["profiles"], objects["objects"], int(objects["bytes"]), int(profiles["metered"]))


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


KEY_NAMES = "SELECT object_type, name, content_types FROM key_name WHERE domain = :domain"


def key_names(tx: Transaction, domain: int) -> list[Row]:
    return tx.all(KEY_NAMES, domain=domain)


TYPES_TO_PURGE = "SELECT object_type FROM object_type_purge WHERE domain = :domain"


def types_to_purge(tx: Transaction, domain: int) -> set[int]:
    """Deleted types whose objects may be left."""
    return {row["object_type"] for row in tx.all(TYPES_TO_PURGE, domain=domain)}
