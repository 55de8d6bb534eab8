"""Access keys besides the root key, for the command line; a server that runs sees the changes within a second."""

import re
from collections.abc import Callable
from typing import TypeVar

from openprofiles.app import now_milliseconds, open_existing_store
from openprofiles.settings import Settings, SettingsError, new_key_pair
from openprofiles.storage import access_keys
from openprofiles.storage.access_keys import AccessKey
from openprofiles.storage.database import Database

T = TypeVar("T")

DOMAIN_PATTERN = re.compile(r"[A-Za-z0-9_*?-]{1,64}")


def create_key(settings: Settings, account: str, domain_pattern: str) -> AccessKey:
    """A new access key. Raises SettingsError."""
    if not DOMAIN_PATTERN.fullmatch(domain_pattern):
        raise SettingsError(f"{domain_pattern!r} is no pattern of domain names: letters, digits, - and _, * and ?.")
    key = AccessKey(*new_key_pair(), account, domain_pattern, created_at=now_milliseconds())
    return _with_store(settings, lambda database: _written(database, key))


def _written(database: Database, key: AccessKey) -> AccessKey:
    database.write(lambda tx: access_keys.add(tx, key)).result()
    return key


def list_keys(settings: Settings) -> list[AccessKey]:
    """All access keys in the store, revoked ones too. Raises SettingsError."""
    return _with_store(settings, lambda database: database.read(access_keys.all_keys).result())


def revoke_key(settings: Settings, access_key_id: str) -> bool:
    """Whether there was a usable key of this id. Raises SettingsError."""
    now = now_milliseconds()
    return _with_store(
        settings, lambda database: database.write(lambda tx: access_keys.revoke(tx, access_key_id, now)).result()
    )


def _with_store(settings: Settings, work: Callable[[Database], T]) -> T:
    database = open_existing_store(settings)
    try:
        return work(database)
    finally:
        database.close()
