"""Dead letters that a domain's queue is still to be told of: leased by one node at a time, until they are sent."""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.storage.database import Transaction
from openprofiles.storage.dead_letters import DeadLetter

ADD = """
    INSERT INTO letter_to_send (domain, letter, next_try_at, tries) VALUES (:domain, :letter, :next_try_at, 0)
"""


def add_all(tx: Transaction, domain: int, letters: Iterable[bytes], now: int) -> None:
    tx.run_many(ADD, [(domain, letter, now) for letter in letters])


class Outgoing(msgspec.Struct, frozen=True):
    """A letter, and the domain that it is sent for. `settings` is the JSON of the domain's settings."""

    domain: int
    domain_name: str
    region: str
    settings: str
    tries: int
    letter: DeadLetter


LETTER_COLUMNS = ("id", "at", "object_type", "object_type_name", "unique_key", "code", "reason", "object")

DUE = """
    SELECT letter_to_send.domain AS domain, domain.name AS domain_name, region, document, tries,
        id, at, object_type, object_type_name, unique_key, code, reason, object
    FROM letter_to_send
    JOIN domain ON domain.domain = letter_to_send.domain
    JOIN dead_letter ON dead_letter.domain = letter_to_send.domain AND dead_letter.id = letter_to_send.letter
    WHERE next_try_at <= :now AND domain.deleted_at IS NULL
    ORDER BY next_try_at, letter_to_send.domain, letter LIMIT 1
    /*postgres: FOR UPDATE OF letter_to_send SKIP LOCKED */
"""


def lease(tx: Transaction, now: int, until: int) -> Outgoing | None:
    """A letter whose time has come: nobody else takes it before `until`."""
    row = tx.one(DUE, now=now)
    if row is None:
        return None
    letter = DeadLetter(*[row[column] for column in LETTER_COLUMNS])
    outgoing = Outgoing(row["domain"], row["domain_name"], row["region"], row["document"], row["tries"], letter)
    tx.run(SET_NEXT_TRY, domain=outgoing.domain, letter=letter.id, next_try_at=until, tries=outgoing.tries)
    return outgoing


SET_NEXT_TRY = """
    UPDATE letter_to_send SET next_try_at = :next_try_at, tries = :tries WHERE domain = :domain AND letter = :letter
"""

PUT_OFF = """
    UPDATE letter_to_send SET next_try_at = :next_try_at
    WHERE domain = :domain AND letter IN (
        SELECT letter FROM letter_to_send
        WHERE domain = :domain AND letter <> :letter AND next_try_at < :next_try_at ORDER BY letter LIMIT :limit)
"""

PUT_OFF_AT_ONCE = 1_000


def put_off(tx: Transaction, outgoing: Outgoing, at: int) -> None:
    """The letter's queue can not be reached: it, and others of its domain, are tried again later."""
    domain, letter = outgoing.domain, outgoing.letter.id
    tx.run(SET_NEXT_TRY, domain=domain, letter=letter, next_try_at=at, tries=outgoing.tries + 1)
    tx.run(PUT_OFF, domain=domain, letter=letter, next_try_at=at, limit=PUT_OFF_AT_ONCE)


DELETE = "DELETE FROM letter_to_send WHERE domain = :domain AND letter IN :letters"


def delete(tx: Transaction, domain: int, letters: Sequence[bytes]) -> None:
    """They were sent, or are not to be."""
    if letters:
        tx.run(DELETE, domain=domain, letters=letters)
