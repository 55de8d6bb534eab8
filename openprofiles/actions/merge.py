"""Profiles become one: objects, keys and claims move to the main profile, and the merge says what each field is."""

from collections.abc import Mapping

import msgspec

from openprofiles.actions import records
from openprofiles.actions.delete import add_last_change
from openprofiles.actions.records import ProfileRecord
from openprofiles.call import Call
from openprofiles.merging.provenance import decide, merge_decisions
from openprofiles.merging.survivorship import MANUAL_RANK, MERGE, Claim
from openprofiles.storage import domains, keys, profile_objects, profiles, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.domains import Counts
from openprofiles.storage.profiles import ProfileRow


class AbsorbedProfile(msgspec.Struct):
    """A profile as it was before a merge, so that the merge can be undone."""

    row: ProfileRow
    objects: list[tuple[int, bytes]]
    standard_objects: list[bytes]
    keys: list[tuple[bytes, bytes, int, str, str]]


class MergeJournal(msgspec.Struct):
    """What a merge changed: the main profile and the absorbed ones, as they were."""

    main: ProfileRow
    main_keys: list[tuple[bytes, bytes, int, str, str]]
    absorbed: list[AbsorbedProfile]


def merge(
    call: Call, domain: int, main: ProfileRecord, absorbed: list[ProfileRecord], chosen: Mapping[str, ProfileRecord]
) -> bytes:
    """Merge `absorbed` into `main`; answers the merge's id.

    `chosen` names for a field (or an address, or `Attributes.key`) the profile whose value is taken, even where it has
    none; else the main profile's value wins, then that of the first absorbed profile that has one.
    """
    merge_id = call.new_id()
    _keep(call, domain, main, absorbed, merge_id)
    # Decisions come after every claim that any of the profiles ever held.
    main.sequence = max(record.sequence for record in (main, *absorbed))
    empty = Claim("", f"{MERGE}{merge_id.hex()}", MANUAL_RANK, call.now, main.sequence)
    decisions = merge_decisions(
        main.claims,
        [record.claims for record in absorbed],
        {field: record.claims for field, record in chosen.items()},
        empty,
    )
    for record in absorbed:
        _absorb(call, domain, main, record)
    for field, decision in decisions.items():
        decide(main.claims, field, decision)
    records.save(call, domain, main, "MERGED")
    return merge_id


def _absorb(call: Call, domain: int, main: ProfileRecord, record: ProfileRecord) -> None:
    tx = call.tx
    profile_objects.move(tx, domain, record.id, main.id)
    standard_objects.move(tx, domain, record.id, main.id)
    keys.move(tx, domain, record.id, main.id)
    profiles.move_gone_sources(tx, domain, record.id, main.id)
    profiles.move_merges(tx, domain, record.id, main.id)
    profiles.delete(tx, domain, record.id)
    objects = record.row.objects
    domains.count(tx, domain, Counts(-1, -objects, 0, -records.metered(objects)))
    main.row.objects += objects
    main.row.expires_at = max(main.row.expires_at, record.row.expires_at)
    add_last_change(call, domain, record, "DELETED_BY_MERGE")


def _keep(call: Call, domain: int, main: ProfileRecord, absorbed: list[ProfileRecord], merge_id: bytes) -> None:
    journal = MergeJournal(
        main.row, _keys(call.tx, domain, main.id), [_as_it_was(call.tx, domain, record) for record in absorbed]
    )
    profiles.add_merge(call.tx, domain, main.id, merge_id, call.now, records.encode(journal).decode())


def _as_it_was(tx: Transaction, domain: int, record: ProfileRecord) -> AbsorbedProfile:
    objects = [(row.object_type, row.unique_key) for row in profile_objects.of_profile(tx, domain, record.id)]
    standard = standard_objects.ids_of_profile(tx, domain, record.id)
    return AbsorbedProfile(record.row, objects, standard, _keys(tx, domain, record.id))


def _keys(tx: Transaction, domain: int, owner: bytes) -> list[tuple[bytes, bytes, int, str, str]]:
    rows = keys.of_owner(tx, domain, owner)
    return [(row["hash"], row["supplier"], row["role"], row["name"], row["value"]) for row in rows]
