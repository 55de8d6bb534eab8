"""What a merge absorbed, as it was: kept with the main profile, so that the merge can be undone."""

from collections.abc import Iterable

import msgspec
from msgspec import structs

from openprofiles.actions.records import ProfileRecord, encode, record_document
from openprofiles.call import Call
from openprofiles.mapping.keys import default_keys, search_hash
from openprofiles.merging.provenance import drop_object_type, refold
from openprofiles.merging.stored_claims import decode_claims, from_stored, to_stored
from openprofiles.storage import key_supplies, profile_objects, profiles, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.profiles import Merge, ProfileRow

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


decode = msgspec.json.Decoder(MergeJournal).decode
decode_ids = msgspec.json.Decoder(_AbsorbedIds).decode


def keep(call: Call, domain: int, main: ProfileRecord, absorbed: list[ProfileRecord], merge_id: bytes) -> None:
    """Write the journal; called before anything changes."""
    before = [_as_it_was(call.tx, domain, record) for record in absorbed]
    journal = MergeJournal(main.row, _keys(call.tx, domain, main.id), before)
    profiles.add_merge(call.tx, domain, main.id, merge_id, call.now, encode(journal).decode())


def absorbed_by(merges: Iterable[Merge]) -> set[bytes]:
    """The ids of the profiles that these merges have absorbed."""
    return {one.row.id for merge in merges for one in decode_ids(merge.document).absorbed}


def absorbed_profiles(tx: Transaction, domain: int, profile: bytes) -> list[bytes]:
    """The ids of all profiles that a profile has absorbed."""
    journals = [decode_ids(text) for text in profiles.merges(tx, domain, profile)]
    return [entry.row.id for journal in journals for entry in journal.absorbed]


def scrub(tx: Transaction, domain: int, profile: bytes, object_type: int) -> None:
    """An object type goes, also from what the profile has absorbed: an undo could not bring its values back."""
    for merge_id, text in profiles.journals(tx, domain, profile):
        journal = decode(text)
        journal.main, journal.main_keys = _without(object_type, journal.main, journal.main_keys)
        for absorbed in journal.absorbed:
            absorbed.row, absorbed.keys = _without(object_type, absorbed.row, absorbed.keys)
            absorbed.objects = [name for name in absorbed.objects if name[0] != object_type]
        profiles.replace_journal(tx, domain, profile, merge_id, encode(journal).decode())


def _without(object_type: int, row: ProfileRow, keys: list[KeyEntry]) -> tuple[ProfileRow, list[KeyEntry]]:
    """A field that the type decided falls back to a decision beneath, if there is one; other objects have their claims
    with them.
    """
    claims = from_stored(decode_claims(row.claims))
    decided = {field for field, winner in claims.winners.items() if winner.object_type == object_type}
    drop_object_type(claims, object_type)
    refold(claims, decided, [])
    values = claims.values()
    fields = {search_hash(name, value) for name, value in default_keys(values)}
    left = [key for key in keys if _is_left(object_type, key[1], key[0] in fields)]
    document = record_document(row.id, values).decode()
    return structs.replace(row, claims=encode(to_stored(claims)).decode(), document=document), left


def _is_left(object_type: int, supplier: bytes, is_of_fields: bool) -> bool:
    if supplier == key_supplies.FIELD_SUPPLIER:
        return is_of_fields
    return key_supplies.gone_type(supplier) != object_type and profile_objects.type_of(supplier) != object_type


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
