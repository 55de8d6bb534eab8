"""Values of the store itself, made once and shared by all nodes."""

from openprofiles.storage.database import Transaction

FIND = "SELECT value FROM setting WHERE name = :name"


def get(tx: Transaction, name: str) -> str:
    """The stored value; raises LookupError where there is none."""
    row = tx.one(FIND, name=name)
    if row is None:
        raise LookupError(name)
    return str(row["value"])


def find(tx: Transaction, name: str) -> str | None:
    row = tx.one(FIND, name=name)
    return None if row is None else str(row["value"])


PUT = """
    INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


def put(tx: Transaction, name: str, value: str) -> None:
    tx.run(PUT, name=name, value=value)


ADD = "INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING"


def get_or_add(tx: Transaction, name: str, value: str) -> str:
    """The stored value; `value` where there was none."""
    tx.run(ADD, name=name, value=value)
    return get(tx, name)


COUNT = """
    INSERT INTO setting (name, value) VALUES ('last_number', '1')
    ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)
    RETURNING value
"""


def next_number(tx: Transaction) -> int:
    """A number that no domain and no object type of this store has had."""
    [row] = tx.all(COUNT)
    return int(row["value"])


RAISE = """
    INSERT INTO setting (name, value) VALUES ('last_number', :number)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
    WHERE CAST(setting.value AS BIGINT) < CAST(excluded.value AS BIGINT)
"""


def raise_last_number(tx: Transaction, number: int) -> None:
    """Numbers up to this one are taken."""
    tx.run(RAISE, number=str(number))
