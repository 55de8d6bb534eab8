"""What happened to each profile: one row for every change, numbered by the profile's version."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Row, Transaction


class Change(msgspec.Struct, frozen=True):
    """One change of one profile. `action` is an ActionType of the API; `at` in milliseconds; `content` is JSON."""

    profile: bytes
    version: int
    id: bytes
    action: str
    at: int
    performed_by: str
    object_type: str | None = None
    unique_key: bytes | None = None
    content: str | None = None


ADD = """
    INSERT INTO history (domain, profile, version, id, action, at, performed_by, object_type, unique_key, content)
    VALUES (:domain, :profile, :version, :id, :action, :at, :performed_by, :object_type, :unique_key, :content)
"""


def add_all(tx: Transaction, domain: int, changes: Iterable[Change]) -> None:
    tx.run_many(ADD, [(domain, *msgspec.structs.astuple(change)) for change in changes])


class Touched(msgspec.Struct, frozen=True):
    """What one change of a profile was about, in short."""

    version: int
    action: str
    object_type: str | None
    unique_key: bytes | None


SINCE = """
    SELECT version, action, object_type, unique_key FROM history
    WHERE domain = :domain AND profile = :profile AND version > :version ORDER BY version LIMIT :limit
"""


def since(tx: Transaction, domain: int, profile: bytes, version: int, limit: int) -> list[Touched]:
    """The changes of a profile behind a version, oldest first."""
    rows = tx.all(SINCE, domain=domain, profile=profile, version=version, limit=limit)
    return [Touched(row["version"], row["action"], row["object_type"], row["unique_key"]) for row in rows]


class Filter(msgspec.Struct, frozen=True):
    """Only changes of this object type (`_profile`: of none), of this kind, or by this principal."""

    object_type: str | None = None
    action: str | None = None
    performed_by: str | None = None


NEWEST = 1 << 62
"""A version behind every other."""

COLUMNS = "profile, version, id, action, at, performed_by, object_type, unique_key, content"
NAMES = tuple(COLUMNS.split(", "))

PAGE = f"""
    SELECT {COLUMNS} FROM history
    WHERE domain = :domain AND profile = :profile AND version < :before
        AND coalesce(object_type, '_profile') = coalesce(:object_type, object_type, '_profile')
        AND action = coalesce(:action, action) AND performed_by = coalesce(:performed_by, performed_by)
    ORDER BY version DESC LIMIT :limit
"""


def page(tx: Transaction, domain: int, profile: bytes, wanted: Filter, before: int, limit: int) -> list[Change]:
    """The changes of a profile, newest first, from before a version."""
    values = msgspec.structs.asdict(wanted)
    rows = tx.all(PAGE, domain=domain, profile=profile, before=before, limit=limit, **values)
    return [_change(row) for row in rows]


FIND = f"SELECT {COLUMNS} FROM history WHERE domain = :domain AND profile = :profile AND id = :id"


def find(tx: Transaction, domain: int, profile: bytes, change: bytes) -> Change | None:
    row = tx.one(FIND, domain=domain, profile=profile, id=change)
    return None if row is None else _change(row)


IS_KNOWN = "SELECT 1 AS one FROM history WHERE domain = :domain AND profile = :profile LIMIT 1"


def is_known(tx: Transaction, domain: int, profile: bytes) -> bool:
    """Whether there is, or was, such a profile."""
    return tx.one(IS_KNOWN, domain=domain, profile=profile) is not None


def _change(row: Row) -> Change:
    return Change(*[row[column] for column in NAMES])


OF_PROFILE = f"SELECT {COLUMNS} FROM history WHERE domain = :domain AND profile = :profile ORDER BY version"


def of_profile(tx: Transaction, domain: int, profile: bytes) -> list[Change]:
    """All changes of a profile, oldest first."""
    return [_change(row) for row in tx.all(OF_PROFILE, domain=domain, profile=profile)]


PROFILES = (
    "SELECT profile FROM history WHERE domain = :domain AND profile > :after ORDER BY profile, version LIMIT :limit"
)


def profiles_behind(tx: Transaction, domain: int, after: bytes, limit: int) -> tuple[list[bytes], bool]:
    """Profiles that are, or were, in the order of their ids from behind `after`, from so many changes; whether there
    are no more.
    """
    rows = tx.all(PROFILES, domain=domain, after=after, limit=limit)
    return list(dict.fromkeys(row["profile"] for row in rows)), len(rows) < limit


LAST_ACTION = """
    SELECT action FROM history WHERE domain = :domain AND profile = :profile ORDER BY version DESC LIMIT 1
"""


def last_action(tx: Transaction, domain: int, profile: bytes) -> str | None:
    """What was done to a profile last; None where there never was one."""
    row = tx.one(LAST_ACTION, domain=domain, profile=profile)
    return None if row is None else str(row["action"])


DELETE = "DELETE FROM history WHERE domain = :domain AND profile = :profile"


def delete(tx: Transaction, domain: int, profile: bytes) -> int:
    """Nothing stays of a profile, not even that it was. How many changes went."""
    return tx.run(DELETE, domain=domain, profile=profile)


STRIP = """
    UPDATE history SET content = NULL, object_type = NULL, unique_key = NULL
    WHERE domain = :domain AND profile = :profile
"""


def strip(tx: Transaction, domain: int, profile: bytes) -> None:
    """Leave of a deleted profile only what was done, when and by whom."""
    tx.run(STRIP, domain=domain, profile=profile)
