"""What a merge absorbed, as it was: kept with the main profile, so that the merge can be undone."""

import msgspec

from openprofiles.actions.records import ProfileRecord, encode
from openprofiles.call import Call
from openprofiles.storage import key_supplies, profile_objects, profiles, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.profiles import ProfileRow

KeyEntry = tuple[bytes, bytes, int, str, str]
"""hash, supplier, role, name and value of a key row."""


class AbsorbedProfile(msgspec.Struct):
    """A profile before a merge. `objects`: (object type's number, unique key) of each."""

    row: ProfileRow
    objects: list[tuple[int, bytes]]
    standard_objects: list[bytes]
    keys: list[KeyEntry]


class MergeJournal(msgspec.Struct):
    """One merge: the main profile and the absorbed ones, as they were."""

    main: ProfileRow
    main_keys: list[KeyEntry]
    absorbed: list[AbsorbedProfile]


class _Absorbed(msgspec.Struct):
    id: bytes


class _AbsorbedRow(msgspec.Struct):
    row: _Absorbed


class _AbsorbedIds(msgspec.Struct):
    absorbed: list[_AbsorbedRow]


decode_ids = msgspec.json.Decoder(_AbsorbedIds).decode


def keep(call: Call, domain: int, main: ProfileRecord, absorbed: list[ProfileRecord], merge_id: bytes) -> None:
    """Write the journal; called before anything changes."""
    before = [_as_it_was(call.tx, domain, record) for record in absorbed]
    journal = MergeJournal(main.row, _keys(call.tx, domain, main.id), before)
    profiles.add_merge(call.tx, domain, main.id, merge_id, call.now, encode(journal).decode())


def absorbed_profiles(tx: Transaction, domain: int, profile: bytes) -> list[bytes]:
    """The ids of all profiles that a profile has absorbed."""
    journals = [decode_ids(text) for text in profiles.merges(tx, domain, profile)]
    return [entry.row.id for journal in journals for entry in journal.absorbed]


def _as_it_was(tx: Transaction, domain: int, record: ProfileRecord) -> AbsorbedProfile:
    return AbsorbedProfile(
        row=record.row,
        objects=profile_objects.names_of_profile(tx, domain, record.id),
        standard_objects=standard_objects.ids_of_profile(tx, domain, record.id),
        keys=_keys(tx, domain, record.id),
    )


def _keys(tx: Transaction, domain: int, owner: bytes) -> list[KeyEntry]:
    found = key_supplies.of_owner(tx, domain, owner)
    return [
        (row.hash, supplier, row.role, row.name, row.value) for supplier, keys in found.items() for row in keys.values()
    ]
