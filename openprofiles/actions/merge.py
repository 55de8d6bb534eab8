"""Profiles become one: objects, keys and claims move to the main profile, and the merge decides what is in conflict."""

from collections.abc import Mapping

from openprofiles.actions import merge_journal, records
from openprofiles.actions.default_keys import default_keys_of_types
from openprofiles.actions.records import Absorbed, ProfileRecord
from openprofiles.call import Call
from openprofiles.merging.provenance import absorb, decide, merge_decisions
from openprofiles.merging.survivorship import MANUAL_RANK, MERGE, Claim, Stamp
from openprofiles.storage import calculated_series, domains, key_supplies, profile_objects, profiles, standard_objects
from openprofiles.storage.domains import Counts


def merge(
    call: Call, domain: int, main: ProfileRecord, absorbed: list[ProfileRecord], chosen: Mapping[str, ProfileRecord]
) -> bytes:
    """Merge `absorbed` into `main`; answers the merge's id.

    `chosen` names for a field (or an address, or `Attributes.key`) the profile whose value is taken, even where it has
    none; else the main profile's value wins, then that of the first absorbed profile that has one. Raises
    BadRequestException where the profile would be larger than one may be.
    """
    merge_id = call.new_id()
    # Decisions come after every claim that any of the profiles ever held.
    main.sequence = max(record.sequence for record in (main, *absorbed))
    stamp = Stamp(f"{MERGE}{merge_id.hex()}", MANUAL_RANK, call.now, main.sequence)
    _decide(main, absorbed, chosen, Claim("", stamp))
    records.check_size(main, sum(record.bound for record in absorbed))
    documents = [record.row.document for record in absorbed]
    merge_journal.keep(call, domain, main, absorbed, merge_id)
    for record in absorbed:
        _move(call, domain, main, record)
    domains.count(call.tx, domain, _counts(absorbed), call.seed)  # last, as others may wait for its row
    records.save(call, domain, main, "MERGED", absorbed=Absorbed(merge_id, documents))
    return merge_id


def _decide(
    main: ProfileRecord, absorbed: list[ProfileRecord], chosen: Mapping[str, ProfileRecord], empty: Claim
) -> None:
    claims = [record.claims for record in absorbed]
    named = {field: record.claims for field, record in chosen.items()}
    decisions = merge_decisions(main.claims, claims, named, empty)
    for record in claims:
        absorb(main.claims, record)
    for field, decision in decisions.items():
        decide(main.claims, field, decision)


def _move(call: Call, domain: int, main: ProfileRecord, record: ProfileRecord) -> None:
    tx = call.tx
    profile_objects.move(tx, domain, record.id, main.id)
    standard_objects.move(tx, domain, record.id, main.id)
    hashes_of_types = default_keys_of_types(record.claims)
    key_supplies.move(tx, domain, record.id, main.id, hashes_of_types)
    for object_type in hashes_of_types:
        profiles.add_gone_source(tx, domain, object_type, main.id)
    profiles.move_gone_sources(tx, domain, record.id, main.id)
    profiles.move_merges(tx, domain, record.id, main.id)
    calculated_series.delete_of_profile(tx, domain, record.id)
    profiles.delete(tx, domain, record.id)
    main.row.objects += record.row.objects
    main.row.expires_at = max(main.row.expires_at, record.row.expires_at)
    record.row.version += 1
    records.add_change(call, domain, record.row, "DELETED_BY_MERGE")


def _counts(absorbed: list[ProfileRecord]) -> Counts:
    """The absorbed profiles go, and their objects from them; `records.save` counts these for the main profile."""
    counts = Counts()
    for record in absorbed:
        counts.add(Counts(-1, -record.row.objects, 0, -records.metered(record.row.objects)))
    return counts
