"""Objects that were accepted and then could not be given to a profile."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Row, Transaction


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


COLUMNS = "id, at, object_type, object_type_name, unique_key, code, reason, object"
NAMES = tuple(COLUMNS.split(", "))

PAGE = f"SELECT {COLUMNS} FROM dead_letter WHERE domain = :domain AND id > :after ORDER BY id LIMIT :limit"

PAGE_OF_TYPE = f"""
    SELECT {COLUMNS} FROM dead_letter
    WHERE domain = :domain AND object_type = :object_type AND id > :after ORDER BY id LIMIT :limit
"""


def page(tx: Transaction, domain: int, after: bytes, limit: int, object_type: int | None = None) -> list[DeadLetter]:
    """Oldest first, from behind `after`; of all object types, or of one."""
    if object_type is None:
        rows = tx.all(PAGE, domain=domain, after=after, limit=limit)
    else:
        rows = tx.all(PAGE_OF_TYPE, domain=domain, object_type=object_type, after=after, limit=limit)
    return [_letter(row) for row in rows]


FIND = f"SELECT {COLUMNS} FROM dead_letter WHERE domain = :domain AND id = :id /*postgres: FOR UPDATE */"


def find(tx: Transaction, domain: int, letter: bytes) -> DeadLetter | None:
    """The letter, held until the transaction ends."""
    row = tx.one(FIND, domain=domain, id=letter)
    return None if row is None else _letter(row)


DELETE = "DELETE FROM dead_letter WHERE domain = :domain AND id = :id"


def delete(tx: Transaction, domain: int, letter: bytes) -> bool:
    """Whether it was there."""
    return tx.run(DELETE, domain=domain, id=letter) > 0


SET_REASON = "UPDATE dead_letter SET code = :code, reason = :reason WHERE domain = :domain AND id = :id"


def set_reason(tx: Transaction, domain: int, letter: bytes, code: str, reason: str) -> None:
    """It was refused again."""
    tx.run(SET_REASON, domain=domain, id=letter, code=code, reason=reason)


def _letter(row: Row) -> DeadLetter:
    return DeadLetter(*[row[column] for column in NAMES])


DELETE_OF_TYPE = """
    DELETE FROM dead_letter WHERE domain = :domain AND id IN (
        SELECT id FROM dead_letter WHERE domain = :domain AND object_type = :object_type ORDER BY id LIMIT :limit)
"""


def delete_of_type(tx: Transaction, domain: int, object_type: int, limit: int) -> int:
    """Remove up to `limit` letters of a type; how many went."""
    return tx.run(DELETE_OF_TYPE, domain=domain, object_type=object_type, limit=limit)
