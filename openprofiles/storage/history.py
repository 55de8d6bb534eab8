"""What happened to each profile: one row for every change, numbered by the profile's version."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Transaction


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


OF_PROFILE = """
    SELECT version, action, at, performed_by, object_type, content FROM history
    WHERE domain = :domain AND profile = :profile ORDER BY version
"""


def actions(tx: Transaction, domain: int, profile: bytes) -> list[str]:
    """What was done to a profile, oldest first."""
    return [row["action"] for row in tx.all(OF_PROFILE, domain=domain, profile=profile)]


STRIP = """
    UPDATE history SET content = NULL, object_type = NULL, unique_key = NULL
    WHERE domain = :domain AND profile = :profile
"""


def strip(tx: Transaction, domain: int, profile: bytes) -> None:
    """Leave of a deleted profile only what was done, when and by whom."""
    tx.run(STRIP, domain=domain, profile=profile)
