"""Named documents of a domain, one table for all kinds: object types, later layouts, streams, triggers, segments."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Row, Transaction

OBJECT_TYPE = "object-types"
EVENT_STREAM = "event-streams"
CALCULATED_ATTRIBUTE = "calculated-attributes"
"""Kinds are called as the resource is in its ARN."""

TAGGABLE = (OBJECT_TYPE, EVENT_STREAM, CALCULATED_ATTRIBUTE)
"""Kinds that are resources; others are remembered for the product's own use."""

COLUMNS = "name, number, created_at, updated_at, document, tags"
NAMES = tuple(COLUMNS.split(", "))


decode_tags = msgspec.json.Decoder(dict[str, str]).decode
"""The `tags` of a definition or of a domain."""


class Definition(msgspec.Struct, frozen=True):
    """A definition's row. `number` is new at each creation; times in milliseconds; `document` and `tags` are JSON."""

    name: str
    number: int
    created_at: int
    updated_at: int
    document: str
    tags: str


FIND = f"SELECT {COLUMNS} FROM definition WHERE domain = :domain AND kind = :kind AND name = :name"


def find(tx: Transaction, domain: int, kind: str, name: str) -> Definition | None:
    row = tx.one(FIND, domain=domain, kind=kind, name=name)
    return None if row is None else _definition(row)


FIND_ALL = f"SELECT {COLUMNS} FROM definition WHERE domain = :domain AND kind = :kind AND name IN :names"


def find_all(tx: Transaction, domain: int, kind: str, names: Iterable[str]) -> dict[str, Definition]:
    """Those that exist, by name."""
    rows = tx.all(FIND_ALL, domain=domain, kind=kind, names=list(names))
    return {row["name"]: _definition(row) for row in rows}


PAGE = f"""
    SELECT {COLUMNS} FROM definition WHERE domain = :domain AND kind = :kind AND name > :after
    ORDER BY name LIMIT :limit
"""


def page(tx: Transaction, domain: int, kind: str, after: str, limit: int) -> list[Definition]:
    """In the order of their names, from behind `after`."""
    return [_definition(row) for row in tx.all(PAGE, domain=domain, kind=kind, after=after, limit=limit)]


COUNT = "SELECT count(*) AS definitions FROM definition WHERE domain = :domain AND kind = :kind"


def count(tx: Transaction, domain: int, kind: str) -> int:
    row = tx.one(COUNT, domain=domain, kind=kind)
    return 0 if row is None else int(row["definitions"])


EVERY = f"SELECT {COLUMNS} FROM definition WHERE domain = :domain AND kind = :kind ORDER BY name"


def every(tx: Transaction, domain: int, kind: str) -> list[Definition]:
    """All of a kind: an operator's quota says how many they are at most."""
    return [_definition(row) for row in tx.all(EVERY, domain=domain, kind=kind)]


PUT = f"""
    INSERT INTO definition (domain, kind, {COLUMNS})
    VALUES (:domain, :kind, :name, :number, :created_at, :updated_at, :document, :tags)
    ON CONFLICT (domain, kind, name) DO UPDATE SET
        number = excluded.number, created_at = excluded.created_at, updated_at = excluded.updated_at,
        document = excluded.document, tags = excluded.tags
"""


def put(tx: Transaction, domain: int, kind: str, definition: Definition) -> None:
    tx.run(PUT, domain=domain, kind=kind, **msgspec.structs.asdict(definition))


SET_TAGS = "UPDATE definition SET tags = :tags WHERE domain = :domain AND kind = :kind AND name = :name"


def set_tags(tx: Transaction, domain: int, kind: str, name: str, tags: str) -> None:
    tx.run(SET_TAGS, domain=domain, kind=kind, name=name, tags=tags)


DELETE = "DELETE FROM definition WHERE domain = :domain AND kind = :kind AND name = :name"


def delete(tx: Transaction, domain: int, kind: str, name: str) -> None:
    tx.run(DELETE, domain=domain, kind=kind, name=name)


def _definition(row: Row) -> Definition:
    return Definition(*[row[column] for column in NAMES])
