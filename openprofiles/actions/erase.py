"""A customer goes, with everything that is known of them."""

from collections.abc import Sequence

import msgspec

from openprofiles.actions import merge_journal, records
from openprofiles.actions.delete import delete_profile
from openprofiles.actions.object_types import decode_document
from openprofiles.actions.records import ProfileRecord
from openprofiles.call import Call
from openprofiles.mapping.keys import FULL_NAME, PREDEFINED_KEYS
from openprofiles.storage import (
    dead_letters,
    definitions,
    erasures,
    history,
    key_supplies,
    profile_objects,
    standard_objects,
)
from openprofiles.storage.database import RunAgain
from openprofiles.storage.definitions import OBJECT_TYPE
from openprofiles.storage.domains import Domain
from openprofiles.storage.keys import KeyRow

MERGED_AWAY = "DELETED_BY_MERGE"


class Erased(msgspec.Struct):
    """How much there was of a customer."""

    profiles: list[bytes] = []
    objects: int = 0
    standard_objects: int = 0
    keys: int = 0
    history_records: int = 0
    dead_letters: int = 0


def erase(call: Call, domain: Domain, profiles: Sequence[bytes], given: list[KeyRow]) -> Erased:
    """Remove profiles with their objects, keys, merges and history, and the dead letters of the same keys and objects.
    `given`: the key values that they were found by, which are remembered as erased with all others.

    Raises RunAgain where one has been merged since it was found.
    """
    locked = records.load_all(call, domain.number, profiles) if profiles else {}
    erased, rows = Erased(), {row.hash: row for row in given}
    unique_keys: list[bytes] = []
    for profile in profiles:
        rows |= _keys(call, domain.number, profile)
        unique_keys += [key for _, key in profile_objects.names_of_profile(call.tx, domain.number, profile)]
        _erase_profile(call, domain, profile, locked.get(profile), erased)
    erased.keys, erased.objects = len(rows), len(unique_keys)
    erased.dead_letters = dead_letters.delete_of_keys(call.tx, domain.number, [*rows, *unique_keys])
    names = _identifying_names(call, domain.number)
    erasures.add(call.tx, domain, [row.hash for row in rows.values() if row.name in names], call.now)
    return erased


def _identifying_names(call: Call, domain: int) -> set[str]:
    """Keys whose values tell people apart: a full name, or what is only searched by, others have too."""
    types = definitions.every(call.tx, domain, OBJECT_TYPE)
    of_types = {
        name
        for definition in types
        for name, entries in (decode_document(definition.document).keys or {}).items()
        if any({"PROFILE", "UNIQUE"} & {*(entry.standard_identifiers or ())} for entry in entries)
    }
    return (of_types | PREDEFINED_KEYS.keys()) - {FULL_NAME}


def _keys(call: Call, domain: int, profile: bytes) -> dict[bytes, KeyRow]:
    """The key values of a profile and of its standard objects."""
    owners = [profile, *standard_objects.ids_of_profile(call.tx, domain, profile)]
    of_each = key_supplies.of_owners(call.tx, domain, owners)
    return {row.hash: row for suppliers in of_each for keys in suppliers.values() for row in keys.values()}


def _erase_profile(call: Call, domain: Domain, profile: bytes, record: ProfileRecord | None, erased: Erased) -> None:
    """Also what is left of a profile that was deleted before, and so has no record."""
    tx, number = call.tx, domain.number
    if record is None and history.last_action(tx, number, profile) == MERGED_AWAY:
        raise RunAgain("a profile that is to be erased has been merged into another")
    absorbed = merge_journal.absorbed_profiles(tx, number, profile)
    if record is not None:
        erased.standard_objects += len(standard_objects.ids_of_profile(tx, number, profile))
        delete_profile(call, number, record)
    erased.history_records += sum(history.delete(tx, number, one) for one in (profile, *absorbed))
    erased.profiles.append(profile)
