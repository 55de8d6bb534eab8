"""Access keys besides the root credentials, which live outside the store."""

import msgspec

from openprofiles.storage.database import Row, Transaction


class AccessKey(msgspec.Struct, frozen=True):
    """A key that signs requests. `domain_pattern` has `*` and `?` as in a shell; times in milliseconds."""

    access_key_id: str
    secret_access_key: str
    account: str
    domain_pattern: str = "*"
    created_at: int = 0
    revoked_at: int | None = None

    def __repr__(self) -> str:
        """Without the secret, so that it reaches no log."""
        return f"AccessKey({self.access_key_id!r}, account={self.account!r})"


ADD = """
    INSERT INTO access_key (access_key_id, secret_access_key, account, domain_pattern, created_at, revoked_at)
    VALUES (:access_key_id, :secret_access_key, :account, :domain_pattern, :created_at, NULL)
"""


def add(tx: Transaction, key: AccessKey) -> None:
    tx.run(
        ADD,
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
        account=key.account,
        domain_pattern=key.domain_pattern,
        created_at=key.created_at,
    )


COLUMNS = "access_key_id, secret_access_key, account, domain_pattern, created_at, revoked_at"
NAMES = tuple(COLUMNS.split(", "))

FIND_USABLE = f"SELECT {COLUMNS} FROM access_key WHERE access_key_id = :access_key_id AND revoked_at IS NULL"


def find_usable(tx: Transaction, access_key_id: str) -> AccessKey | None:
    """The key, unless it is unknown or revoked."""
    row = tx.one(FIND_USABLE, access_key_id=access_key_id)
    return None if row is None else _access_key(row)


ALL = f"SELECT {COLUMNS} FROM access_key ORDER BY created_at, access_key_id"


def all_keys(tx: Transaction) -> list[AccessKey]:
    return [_access_key(row) for row in tx.all(ALL)]


REVOKE = "UPDATE access_key SET revoked_at = :now WHERE access_key_id = :access_key_id AND revoked_at IS NULL"


def revoke(tx: Transaction, access_key_id: str, now: int) -> bool:
    """Whether there was a usable key of this id."""
    return tx.run(REVOKE, access_key_id=access_key_id, now=now) == 1


def _access_key(row: Row) -> AccessKey:
    return AccessKey(*[row[column] for column in NAMES])
