"""Objects that were accepted and then could not be given to a profile."""

from collections.abc import Sequence

import msgspec

from openprofiles.storage.database import Row, Transaction


class DeadLetter(msgspec.Struct, frozen=True):
    """One rejected object. `at` in milliseconds; `object_type` is the type's number; `code` is for programs, `reason`
    for people. `keys`: the hashed key values that say whose object it is.
    """

    id: bytes
    at: int
    object_type: int
    object_type_name: str
    unique_key: bytes
    code: str
    reason: str
    object: str
    keys: list[bytes] = []


ADD = """
    INSERT INTO dead_letter (domain, id, at, object_type, object_type_name, unique_key, code, reason, object)
    VALUES (:domain, :id, :at, :object_type, :object_type_name, :unique_key, :code, :reason, :object)
"""


ADD_KEY = "INSERT INTO dead_letter_key (domain, letter, hash) VALUES (:domain, :letter, :hash)"


def add_all(tx: Transaction, domain: int, letters: Sequence[DeadLetter]) -> None:
    tx.run_many(ADD, [(domain, *(getattr(letter, name) for name in NAMES)) for letter in letters])
    tx.run_many(ADD_KEY, [(domain, letter.id, key) for letter in letters for key in sorted(set(letter.keys))])


COLUMNS = "id, at, object_type, object_type_name, unique_key, code, reason, object"
NAMES = tuple(COLUMNS.split(", "))

KEYS = "SELECT hash FROM dead_letter_key WHERE domain = :domain AND letter = :letter ORDER BY hash"


def keys(tx: Transaction, domain: int, letter: bytes) -> list[bytes]:
    """The hashed key values that say whose object a letter holds."""
    return [row["hash"] for row in tx.all(KEYS, domain=domain, letter=letter)]


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


OF_IDS = f"SELECT {COLUMNS} FROM dead_letter WHERE domain = :domain AND id IN :ids ORDER BY id"


def of_ids(tx: Transaction, domain: int, ids: Sequence[bytes]) -> list[DeadLetter]:
    """Those that there are, to be read."""
    return [_letter(row) for row in tx.all(OF_IDS, domain=domain, ids=ids)]


DELETE = "DELETE FROM dead_letter WHERE domain = :domain AND id IN :ids"
DELETE_SENDING = "DELETE FROM letter_to_send WHERE domain = :domain AND letter IN :ids"
DELETE_KEYS = "DELETE FROM dead_letter_key WHERE domain = :domain AND letter IN :ids"


def delete(tx: Transaction, domain: int, letters: Sequence[bytes]) -> int:
    """They go, and are not sent any more. How many of them there were."""
    if not letters:
        return 0
    tx.run(DELETE_SENDING, domain=domain, ids=letters)
    tx.run(DELETE_KEYS, domain=domain, ids=letters)
    return tx.run(DELETE, domain=domain, ids=letters)


OF_KEYS = "SELECT DISTINCT letter FROM dead_letter_key WHERE domain = :domain AND hash IN :hashes ORDER BY letter"


def delete_of_keys(tx: Transaction, domain: int, hashes: Sequence[bytes]) -> int:
    """The letters of objects with any of these key values go; how many they were."""
    rows = tx.all(OF_KEYS, domain=domain, hashes=hashes) if hashes else []
    return delete(tx, domain, [row["letter"] for row in rows])


SET_REASON = "UPDATE dead_letter SET code = :code, reason = :reason WHERE domain = :domain AND id = :id"


def set_reason(tx: Transaction, domain: int, letter: bytes, code: str, reason: str) -> None:
    """It was refused again."""
    tx.run(SET_REASON, domain=domain, id=letter, code=code, reason=reason)


def _letter(row: Row) -> DeadLetter:
    return DeadLetter(*[row[column] for column in NAMES])


IDS_OF_TYPE = """
    SELECT id FROM dead_letter WHERE domain = :domain AND object_type = :object_type ORDER BY id LIMIT :limit
"""


def delete_of_type(tx: Transaction, domain: int, object_type: int, limit: int) -> int:
    """Remove up to `limit` letters of a type; how many went."""
    rows = tx.all(IDS_OF_TYPE, domain=domain, object_type=object_type, limit=limit)
    return delete(tx, domain, [row["id"] for row in rows])
