"""Objects that were accepted and are held back for a while."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Transaction


class DelayedObject(msgspec.Struct, frozen=True):
    """An object that is to be ingested at a time in milliseconds. `caller` is the access key that it came with."""

    due_at: int
    id: bytes
    caller: str
    object_type: str
    object: str


ADD = """
    INSERT INTO delayed_object (domain, due_at, id, caller, object_type, object)
    VALUES (:domain, :due_at, :id, :caller, :object_type, :object)
"""


def add_all(tx: Transaction, domain: int, delayed: Iterable[DelayedObject]) -> None:
    tx.run_many(ADD, [(domain, *msgspec.structs.astuple(one)) for one in delayed])


class Due(msgspec.Struct, frozen=True):
    """An object whose time has come, and its domain."""

    number: int
    account: str
    region: str
    name: str
    delayed: DelayedObject


DUE = """
    SELECT delayed_object.domain AS number, account, region, domain.name AS name,
        due_at, id, caller, object_type, object
    FROM delayed_object JOIN domain ON domain.domain = delayed_object.domain
    WHERE domain.deleted_at IS NULL AND due_at <= :now ORDER BY due_at, id LIMIT :limit
    /*postgres: FOR UPDATE OF delayed_object SKIP LOCKED */
"""


def due(tx: Transaction, now: int, limit: int) -> list[Due]:
    """Those whose time has come, and that no other node is working on."""
    return [
        Due(
            row["number"],
            row["account"],
            row["region"],
            row["name"],
            DelayedObject(row["due_at"], row["id"], row["caller"], row["object_type"], row["object"]),
        )
        for row in tx.all(DUE, now=now, limit=limit)
    ]


DELETE = "DELETE FROM delayed_object WHERE domain = :domain AND due_at = :due_at AND id = :id"


def delete(tx: Transaction, found: Iterable[Due]) -> None:
    tx.run_many(DELETE, [(one.number, one.delayed.due_at, one.delayed.id) for one in found])
