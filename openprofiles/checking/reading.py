"""Pages of whole profiles and standard objects: all their rows in one snapshot, in a few round trips."""

from collections.abc import Sequence

import msgspec

from openprofiles.actions.merge_journal import decode_ids
from openprofiles.checking.profile import WholeProfile
from openprofiles.checking.standard_object import WholeStandardObject, suppliers_named
from openprofiles.storage import check, definitions, profile_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.definitions import OBJECT_TYPE, Definition


def types_by_number(tx: Transaction, domain: int) -> dict[int, Definition]:
    """A domain's object types."""
    names = profile_objects.type_names(tx, domain).values()
    found = definitions.find_all(tx, domain, OBJECT_TYPE, names)
    return {definition.number: definition for definition in found.values()}


def whole_profiles(tx: Transaction, domain: int, after: bytes, limit: int) -> list[WholeProfile]:
    rows = check.profiles_page(tx, domain, after, limit)
    ids = [row.id for row in rows]
    objects, keys = check.objects(tx, domain, ids), check.keys_of(tx, domain, ids)
    standard_objects, gone = check.standard_objects_of(tx, domain, ids), check.gone_sources_of(tx, domain, ids)
    told = _told(tx, domain, ids)
    types = types_by_number(tx, domain)
    return [
        WholeProfile(row, objects[place], keys[place], *told[place], standard_objects[place], gone[place], types)
        for place, row in enumerate(rows)
    ]


def _told(tx: Transaction, domain: int, ids: Sequence[bytes]) -> list[tuple[check.History, set[bytes], bool]]:
    """Each profile's history, and what it tells together with the histories of those that the profile absorbed: the
    objects that were ingested, and whether keys were deleted by hand.
    """
    absorbed = [[one for text in texts for one in _ids_in(text)] for texts in check.merges(tx, domain, ids)]
    everyone = list(dict.fromkeys([*ids, *(one for ones in absorbed for one in ones)]))
    histories = dict(zip(everyone, check.histories(tx, domain, everyone), strict=True))
    ingested = dict(zip(everyone, check.ingested(tx, domain, everyone), strict=True))
    told = []
    for profile, others in zip(ids, absorbed, strict=True):
        family = [profile, *others]
        objects = {unique_key for one in family for unique_key in ingested[one]}
        told.append((histories[profile], objects, any(histories[one].deleted_keys for one in family)))
    return told


def _ids_in(journal: str) -> list[bytes]:
    """Whom a merge absorbed. A journal that can not be read is found where journals are looked at."""
    try:
        return [entry.row.id for entry in decode_ids(journal).absorbed]
    except msgspec.DecodeError:
        return []


def whole_standard_objects(tx: Transaction, domain: int, after: bytes, limit: int) -> list[WholeStandardObject]:
    rows = check.standard_objects_page(tx, domain, after, limit)
    keys = check.keys_of(tx, domain, [row.id for row in rows])
    named = [suppliers_named(row, own) for row, own in zip(rows, keys, strict=True)]
    suppliers = check.existing_suppliers(tx, domain, set().union(*named))
    profiles = sorted(check.living_profiles(tx, domain, [row.profile for row in rows]))
    had, have = check.gone_sources_of(tx, domain, profiles), check.types_of_objects(tx, domain, profiles)
    types = {profile: had[place] | have[place] for place, profile in enumerate(profiles)}
    return [
        WholeStandardObject(row, own, suppliers, types.get(row.profile)) for row, own in zip(rows, keys, strict=True)
    ]
