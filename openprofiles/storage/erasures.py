"""Which key values belonged to customers who were erased: only salted hashes, by the name of the domain."""

import secrets
from collections.abc import Collection, Iterable
from hashlib import blake2b

from openprofiles.storage import settings
from openprofiles.storage.database import Transaction
from openprofiles.storage.domains import Domain

SALT_SETTING = "erasure_salt"


def make_salt(tx: Transaction) -> None:
    """Make the salt of the hashes, once for a store: without it, hashes of e-mail addresses can be guessed."""
    settings.get_or_add(tx, SALT_SETTING, secrets.token_hex(32))


def _salted(tx: Transaction, key_hashes: Collection[bytes]) -> dict[bytes, bytes]:
    """Salted hash → key hash."""
    salt = bytes.fromhex(settings.get(tx, SALT_SETTING))
    return {blake2b(one, key=salt, digest_size=16).digest(): one for one in key_hashes}


ADD = """
    INSERT INTO erased_key (account, region, domain_name, hash, erased_at)
    VALUES (:account, :region, :domain_name, :hash, :erased_at)
    ON CONFLICT (account, region, domain_name, hash) DO UPDATE SET erased_at = excluded.erased_at
"""


def add(tx: Transaction, domain: Domain, key_hashes: Iterable[bytes], now: int) -> None:
    """Remember the key values (the hashes of KeyRow) of somebody who has been erased from the domain."""
    salted = sorted(_salted(tx, set(key_hashes)))
    tx.run_many(ADD, [(domain.account, domain.region, domain.name, one, now) for one in salted])


FORGET = """
    DELETE FROM erased_key WHERE account = :account AND region = :region AND domain_name = :domain_name
"""


def forget(tx: Transaction, domain: Domain) -> None:
    """As if nobody had been erased from the domain."""
    tx.run(FORGET, account=domain.account, region=domain.region, domain_name=domain.name)


FIND = """
    SELECT hash FROM erased_key
    WHERE account = :account AND region = :region AND domain_name = :domain_name AND hash IN :hashes
"""


def erased(tx: Transaction, account: str, region: str, domain_name: str, key_hashes: Collection[bytes]) -> set[bytes]:
    """Those of the key values that belonged to somebody who was erased from the domain of this name."""
    if not key_hashes:
        return set()
    salted = _salted(tx, key_hashes)
    rows = tx.all(FIND, account=account, region=region, domain_name=domain_name, hashes=sorted(salted))
    return {salted[row["hash"]] for row in rows}
