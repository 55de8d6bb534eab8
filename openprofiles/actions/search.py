"""Which profiles have these key values."""

from collections.abc import Sequence

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.keys import PREDEFINED_KEYS, id_of, match_hash, search_parts
from openprofiles.storage import keys, profiles
from openprofiles.storage.database import Transaction
from openprofiles.storage.keys import KeyRow

PROFILE_ID = "_profileId"
MAX_VALUES = 1000
MAX_HASHES = 2000


class SearchKey(msgspec.Struct):
    """One key of a search: the values as they were given, and the hashes that stand for each."""

    name: str
    hashes: dict[str, list[bytes]]

    @property
    def all_hashes(self) -> list[bytes]:
        return [key_hash for hashes in self.hashes.values() for key_hash in hashes]

    @property
    def profile_ids(self) -> list[bytes]:
        """What `_profileId` values name; what is no id names nobody."""
        return [profile for value in self.hashes if (profile := id_of(value)) is not None]


def search_key(tx: Transaction, domain: int, name: str, values: Sequence[str]) -> SearchKey:
    """The key as a search needs it: a composite value is found by its parts joined by a space.

    A key that nobody knows finds nothing. Raises BadRequestException where there are no values or far too many.
    """
    types = content_types(tx, domain, name)
    parts = {value: search_parts(value, types) for value in checked(name, values)}
    hashes = {value: [match_hash(name, part) for part in found if len(part) == 1] for value, found in parts.items()}
    if sum(map(len, hashes.values())) > MAX_HASHES:
        raise BadRequestException(f"The values of key {name} can be read in more than {MAX_HASHES} ways.")
    return SearchKey(name, hashes)


def checked(name: str, values: Sequence[str]) -> list[str]:
    """The values, each once. Raises BadRequestException where there are none or far too many."""
    if not 1 <= len(values) <= MAX_VALUES:
        raise BadRequestException(f"Key {name} needs between 1 and {MAX_VALUES} values.")
    return list(dict.fromkeys(values))


def content_types(tx: Transaction, domain: int, name: str) -> list[list[str]]:
    """How the values of a key are compared; empty where the key is neither predefined nor of an object type."""
    return [[PREDEFINED_KEYS[name]]] if name in PREDEFINED_KEYS else keys.content_types(tx, domain, name)


def hand_rows(tx: Transaction, domain: int, name: str, values: Sequence[str]) -> list[KeyRow]:
    """The rows of values that are added by hand. A composite value that can be split in one way only is matched by
    ingestion too; any other is found as it was given.

    Raises BadRequestException for an unknown key, too many values, and a value that is empty once it is normalised.
    """
    types = content_types(tx, domain, name)
    if not types:
        raise BadRequestException(f"Key {name} is neither predefined nor used by an object type of the domain.")
    return [row for value in checked(name, values) for row in _hand_rows(name, value, search_parts(value, types))]


def _hand_rows(name: str, value: str, readings: list[tuple[str, ...]]) -> list[KeyRow]:
    if not readings:
        raise BadRequestException(f"A value of key {name} is empty once it is normalised.")
    tuples = [parts for parts in readings if len(parts) > 1]
    if len(tuples) > 1:
        return [KeyRow(match_hash(name, (value,)), keys.SEARCH, name, value)]
    role = keys.SEARCH if tuples else keys.MATCH_AND_SEARCH
    return [
        KeyRow(match_hash(name, parts), role if len(parts) == 1 else keys.MATCH, name, " ".join(parts))
        for parts in readings
    ]


def every_hash(tx: Transaction, domain: int, name: str, values: Sequence[str]) -> list[bytes]:
    """The hashes of all rows that the values may have, matched or searched."""
    types = content_types(tx, domain, name)
    return [match_hash(name, parts) for value in checked(name, values) for parts in search_parts(value, types)]


Found = tuple[int, bytes]
"""A profile that was found, behind the number of the first key that found it: the order of the answer."""

START: Found = (0, b"")


def found_by_any(tx: Transaction, domain: int, search_keys: list[SearchKey], after: Found, limit: int) -> list[Found]:
    """Profiles that have a value of any of the keys: those of earlier keys first, then by their ids, from behind
    `after`.
    """
    found: list[Found] = []
    for number in range(after[0], len(search_keys)):
        last = after[1] if number == after[0] else b""
        key, earlier = search_keys[number], search_keys[:number]
        found += [(number, owner) for owner in _owners(tx, domain, key, earlier, last, limit - len(found))]
        if len(found) == limit:
            break
    return found


def _owners(
    tx: Transaction, domain: int, key: SearchKey, earlier: list[SearchKey], after: bytes, limit: int
) -> list[bytes]:
    """Who has a value of the key, and none of the earlier keys."""
    named = {profile for other in earlier if other.name == PROFILE_ID for profile in other.profile_ids}
    others = [other.all_hashes for other in earlier if other.name != PROFILE_ID]
    if key.name != PROFILE_ID:
        found = keys.found_owners(tx, domain, key.all_hashes, after, limit + len(named), others)
        return [owner for owner in found if owner not in named][:limit]
    ids = [profile for profile in key.profile_ids if profile > after and profile not in named]
    owners = profiles.existing(tx, domain, ids)
    held = {owner for hashes in others if owners for owner in keys.holders(tx, domain, hashes, owners)}
    return [owner for owner in owners if owner not in held][:limit]


def found_by_all(tx: Transaction, domain: int, search_keys: list[SearchKey], after: Found, limit: int) -> list[Found]:
    """Profiles that have a value of each of the keys, in the order of their ids, from behind `after`."""
    return [(0, profile) for profile in _owners_of_all(tx, domain, search_keys, after[1], limit)]


def _owners_of_all(tx: Transaction, domain: int, search_keys: list[SearchKey], after: bytes, limit: int) -> list[bytes]:
    others = [key.all_hashes for key in search_keys if key.name != PROFILE_ID]
    named = [set(key.profile_ids) for key in search_keys if key.name == PROFILE_ID]
    if not named:
        return keys.found_owners_of_all(tx, domain, others, after, limit)
    ids = sorted(profile for profile in set.intersection(*named) if profile > after)
    found = set(profiles.existing(tx, domain, ids))
    for hashes in others:
        found &= keys.holders(tx, domain, hashes, sorted(found)) if found else set()
    return sorted(found)[:limit]


def values_found(tx: Transaction, domain: int, key: SearchKey, found: list[bytes]) -> dict[bytes, list[str]]:
    """By which of the key's values each of the found profiles has been found."""
    if key.name == PROFILE_ID:
        return {profile: [profile.hex()] if profile.hex() in key.hashes else [] for profile in found}
    held = keys.held(tx, domain, key.all_hashes, found)
    return {
        profile: [value for value, hashes in key.hashes.items() if not held[profile].isdisjoint(hashes)]
        for profile in found
    }
