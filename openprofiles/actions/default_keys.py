"""Default keys of profiles: what standard fields are found by ("Default keys", `_fullName` and the like)."""

from collections.abc import Mapping, Set

from openprofiles.actions.writes import Writes
from openprofiles.mapping.keys import EMAIL_FIELDS, NAME_FIELDS, PHONE_FIELDS, default_keys, search_hash
from openprofiles.merging.provenance import RecordClaims
from openprofiles.merging.survivorship import ClaimValue
from openprofiles.storage import key_supplies, keys
from openprofiles.storage.database import Transaction
from openprofiles.storage.key_supplies import FIELD_SUPPLIER
from openprofiles.storage.keys import KeyRow

Values = Mapping[str, ClaimValue]


def set_default_keys(writes: Writes, profile: bytes, before: Values, after: Values, is_new: bool) -> None:
    """The record has changed in fields that it is found by."""
    supply = profile, FIELD_SUPPLIER
    if is_new:
        writes.know_supplied(supply, {})
    old = set(default_keys(before)) if before else set()
    new = default_keys(after)
    writes.remove_keys(supply, [search_hash(name, value) for name, value in old.difference(new)])
    writes.add_keys(supply, [_row(name, value) for name, value in new if (name, value) not in old])


def _row(name: str, value: str) -> KeyRow:
    return KeyRow(search_hash(name, value), keys.MATCH_AND_SEARCH, name, value)


def feed_default_keys(tx: Transaction, domain: int, profile: bytes, values: Values, fields: Set[str]) -> None:
    """Somebody sets these fields: the profile is found by them, also by a value that was deleted as a key."""
    wanted = {*fields, *(NAME_FIELDS if not fields.isdisjoint(NAME_FIELDS) else ())}
    rows = [_row(*key) for key in default_keys({field: values[field] for field in values if field in wanted})]
    if rows:
        key_supplies.add(tx, domain, (profile, FIELD_SUPPLIER), rows)


def default_keys_of_types(claims: RecordClaims) -> dict[int, set[bytes]]:
    """Which object types the record's default keys come from: type → hashes. A full name comes from the type of its
    first part that has one; what is given by hand, too, comes from none.
    """
    found: dict[int, set[bytes]] = {}
    by_hand: set[bytes] = set()
    values = claims.values()
    for fields in (*((field,) for field in (*PHONE_FIELDS, *EMAIL_FIELDS, "AccountNumber")), NAME_FIELDS):
        given = {field: values[field] for field in fields if field in values}
        types = [claims.winners[field].object_type for field in given]
        hashes = {search_hash(name, value) for name, value in default_keys(given)}
        object_type = next(filter(None, types), 0)
        (found.setdefault(object_type, set()) if object_type else by_hand).update(hashes)
    return {object_type: hashes - by_hand for object_type, hashes in found.items()}
