"""The key names of a domain: one index for all its object types ("Key definitions")."""

from collections.abc import Mapping

from openprofiles.mapping.keys import PREDEFINED_KEYS
from openprofiles.storage import key_name_purges, keys
from openprofiles.storage.database import Transaction

REMOVED_AT_ONCE = 500
"""Supplies of key values that a call, or a step of a worker, looks at."""


def set_names(tx: Transaction, domain: int, object_type: int, names: Mapping[str, list[list[str]]], now: int) -> None:
    """An object type uses these names (name → content types). When no object type uses a custom key any more, its
    values go: some at once, the rest by a worker. A name that is used again before that keeps those that are left.
    """
    key_name_purges.forget(tx, domain, names)
    unused = keys.set_names(tx, domain, object_type, dict(names))
    for purge in key_name_purges.add(tx, domain, [name for name in unused if name not in PREDEFINED_KEYS], now):
        key_name_purges.step(tx, purge, REMOVED_AT_ONCE, now)


def purge_step(tx: Transaction, now: int) -> bool:
    """Remove some values of a name that is not used any more. Whether there may be more to do."""
    purge = key_name_purges.next_purge(tx, now)
    if purge is None:
        return False
    key_name_purges.step(tx, purge, REMOVED_AT_ONCE, now)
    return True
