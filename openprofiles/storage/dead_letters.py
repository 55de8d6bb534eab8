"""Objects that were accepted and then could not be given to a profile."""

import msgspec

from openprofiles.storage.database import Transaction


class DeadLetter(msgspec.Struct, frozen=True):
    """One rejected object. `at` in milliseconds; `code` is for programs, `reason` for people."""

    id: bytes
    at: int
    object_type: str
    unique_key: bytes
    code: str
    reason: str
    object: str


ADD = """
    INSERT INTO dead_letter (domain, id, at, object_type, unique_key, code, reason, object)
    VALUES (:domain, :id, :at, :object_type, :unique_key, :code, :reason, :object)
"""


def add(tx: Transaction, domain: int, letter: DeadLetter) -> None:
    tx.run(ADD, domain=domain, **msgspec.structs.asdict(letter))


PAGE = """
    SELECT id, at, object_type, unique_key, code, reason, object FROM dead_letter
    WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit
"""


def page(tx: Transaction, domain: int, after: bytes, limit: int) -> list[DeadLetter]:
    """Oldest first, from behind `after`."""
    rows = tx.all(PAGE, domain=domain, after=after, limit=limit)
    return [DeadLetter(*(row[field] for field in DeadLetter.__struct_fields__)) for row in rows]
