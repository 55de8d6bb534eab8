"""Objects that were accepted and then could not be given to a profile."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Transaction


class DeadLetter(msgspec.Struct, frozen=True):
    """One rejected object. `at` in milliseconds; `object_type` is the type's number; `code` is for programs, `reason`
    for people.
    """

    id: bytes
    at: int
    object_type: int
    object_type_name: str
    unique_key: bytes
    code: str
    reason: str
    object: str


ADD = """
    INSERT INTO dead_letter (domain, id, at, object_type, object_type_name, unique_key, code, reason, object)
    VALUES (:domain, :id, :at, :object_type, :object_type_name, :unique_key, :code, :reason, :object)
"""


def add_all(tx: Transaction, domain: int, letters: Iterable[DeadLetter]) -> None:
    tx.run_many(ADD, [(domain, *msgspec.structs.astuple(letter)) for letter in letters])


PAGE = """
    SELECT id, at, object_type, object_type_name, unique_key, code, reason, object FROM dead_letter
    WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit
"""


def page(tx: Transaction, domain: int, after: bytes, limit: int) -> list[DeadLetter]:
    """Oldest first, from behind `after`."""
    rows = tx.all(PAGE, domain=domain, after=after, limit=limit)
    return [DeadLetter(*(row[field] for field in DeadLetter.__struct_fields__)) for row in rows]


DELETE_OF_TYPE = """
    DELETE FROM dead_letter WHERE domain = :domain AND id IN (
        SELECT id FROM dead_letter WHERE domain = :domain AND object_type = :object_type ORDER BY id LIMIT :limit)
"""


def delete_of_type(tx: Transaction, domain: int, object_type: int, limit: int) -> int:
    """Remove up to `limit` letters of a type; how many went."""
    return tx.run(DELETE_OF_TYPE, domain=domain, object_type=object_type, limit=limit)
