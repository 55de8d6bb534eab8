"""Answers that were given, kept for some minutes, so that a call that comes again is answered and not done again."""

from openprofiles.storage.database import RunAgain, Transaction

KEPT_MILLISECONDS = 5 * 60 * 1000
"""How long a client may ask again."""

Answer = tuple[int, bytes]
"""Status and body."""

FIND = "SELECT status, body FROM answer WHERE account = :account AND call = :call AND at > :after"


def find(tx: Transaction, account: str, call: bytes, after: int) -> Answer | None:
    """The answer that the call has had since `after` (milliseconds)."""
    row = tx.one(FIND, account=account, call=call, after=after)
    return None if row is None else (row["status"], row["body"].encode())


ADD = """
    INSERT INTO answer (account, call, at, status, body) VALUES (:account, :call, :at, :status, :body)
    ON CONFLICT (account, call) DO UPDATE SET at = excluded.at, status = excluded.status, body = excluded.body
        WHERE answer.at <= :stale
"""


def add(tx: Transaction, account: str, call: bytes, at: int, answer: Answer) -> None:
    """An answer that nobody can ask for any more gives way. Two calls that are the same and run beside each other can
    not both add: the later one raises RunAgain.
    """
    status, body = answer
    stale = at - KEPT_MILLISECONDS
    if not tx.run(ADD, account=account, call=call, at=at, status=status, body=body.decode(), stale=stale):
        raise RunAgain("the same call was done meanwhile")


FORGET = """
    DELETE FROM answer WHERE (account, call) IN (SELECT account, call FROM answer WHERE at <= :before LIMIT :limit)
"""


def forget(tx: Transaction, before: int, limit: int) -> int:
    """Remove up to `limit` answers of before that time (milliseconds); how many went."""
    return tx.run(FORGET, before=before, limit=limit)
