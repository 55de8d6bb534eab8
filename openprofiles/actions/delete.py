"""Objects, profiles and object types out, with everything that hangs on them."""

from openprofiles.actions import merge_journal, records, standard_objects
from openprofiles.actions.default_attributes import remove_defaults
from openprofiles.actions.events import tell_of_deleted_object, tell_of_deleted_profile
from openprofiles.actions.key_names import set_names
from openprofiles.actions.object_claims import claims_of_objects
from openprofiles.actions.recalculate import begin_anew
from openprofiles.actions.records import ProfileRecord
from openprofiles.call import Call, Principal
from openprofiles.merging.provenance import drop_object_type, refold, remove_object
from openprofiles.merging.stored_claims import StoredObjectClaims, decode_object_claims, unpack
from openprofiles.storage import (
    calculated_series,
    dead_letters,
    definitions,
    domains,
    history,
    key_supplies,
    keys,
    profile_objects,
    profiles,
)
from openprofiles.storage import standard_objects as standard_rows
from openprofiles.storage.database import RunAgain, Transaction
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
from openprofiles.storage.domains import Counts, Domain, can_be_forgotten
from openprofiles.storage.profile_objects import ObjectRow, Purge

SCRUBBED_AT_ONCE = 500
"""Objects of a deleted type that its deletion removes itself; a worker removes the rest."""
PURGED_AT_ONCE = 500
"""Rows that one step of a worker removes, so that it never holds up others for long."""


def delete_object(call: Call, domain: int, row: ObjectRow, type_name: str, action: str = "UPDATED") -> None:
    """The object goes; the profile keeps the values and the keys that came from it. The caller holds the lock of its
    unique key. `action`: what the profile's history calls it.
    """
    profile = records.load(call, domain, row.profile)
    if profile is None:
        raise RunAgain("the object's profile has been merged")
    stored = decode_object_claims(row.claims)
    remove_object(profile.claims, dict(unpack(stored.profile)))
    _leave_keys(call, domain, row, stored)
    profile.row.objects -= 1
    profile.bytes_more = -row.size
    profile_objects.delete(call.tx, domain, row.object_type, row.unique_key)
    writes = records.save(call, domain, profile, action, type_name, row.unique_key)
    tell_of_deleted_object(call, writes, row.profile, profile.sequence, (type_name, row.unique_key))
    writes.flush(call.tx)


def _leave_keys(call: Call, domain: int, row: ObjectRow, stored: StoredObjectClaims) -> None:
    """The keys stay, supplied by an object of the type that is gone, until the type goes too."""
    profiles.add_gone_source(call.tx, domain, row.object_type, row.profile)
    key_supplies.leave(call.tx, domain, (row.profile, row.supplier), row.object_type)
    for standard_object in map(bytes.fromhex, stored.standard.values()):
        standard_objects.leave(call, domain, standard_object, row.source)
        key_supplies.leave(call.tx, domain, (standard_object, row.supplier), row.object_type)


def delete_profile(call: Call, domain: int, profile: ProfileRecord, action: str = "DELETED_BY_CUSTOMER") -> None:
    """The profile and all that hangs on it go; rows without content stay in its history, and in that of the profiles
    that it absorbed. `action`: what its history calls that.
    """
    tx, profile_id = call.tx, profile.id
    for standard_object in standard_rows.ids_of_profile(tx, domain, profile_id):
        _delete_standard_object(tx, domain, profile_id, standard_object)
    for row in profile_objects.of_profile(tx, domain, profile_id):
        _forget_standard_objects(call, domain, row)
    key_supplies.remove_owner(tx, domain, profile_id)
    objects, size = profile_objects.delete_of_profile(tx, domain, profile_id)
    absorbed = merge_journal.absorbed_profiles(tx, domain, profile_id)
    for one in absorbed:
        history.strip(tx, domain, one)
    profiles.forget_gone_sources(tx, domain, profile_id)
    profiles.forget_merges(tx, domain, profile_id)
    calculated_series.delete_of_profile(tx, domain, profile_id)
    profiles.delete(tx, domain, profile_id)
    domains.count(tx, domain, Counts(-1, -objects, -size, -records.metered(profile.row.objects)), call.seed)
    history.strip(tx, domain, profile_id)
    profile.row.version += 1
    records.add_change(call, domain, profile.row, action)
    tell_of_deleted_profile(call, domain, profile.row, profile.sequence, absorbed)


def _delete_standard_object(tx: Transaction, domain: int, profile: bytes, standard_object: bytes) -> None:
    """Unless an object of another profile has taken it over, which shows once its row is locked."""
    row = standard_rows.find(tx, domain, standard_object)
    if row is not None and row.profile == profile:
        key_supplies.remove_owner(tx, domain, standard_object)
        standard_rows.delete(tx, domain, standard_object)


def _forget_standard_objects(call: Call, domain: int, row: ObjectRow) -> None:
    """What an object said of standard objects goes with it, also where those belong to another profile by now."""
    for standard_object in map(bytes.fromhex, decode_object_claims(row.claims).standard.values()):
        standard_objects.forget(call, domain, standard_object, row.source)
        key_supplies.remove_supplier(call.tx, domain, standard_object, row.supplier)


def delete_object_type(call: Call, domain: Domain, object_type: Definition) -> None:
    """The type goes at once; of its objects as many as one call may remove, the rest by a worker in small steps."""
    definitions.delete(call.tx, domain.number, OBJECT_TYPE, object_type.name)
    profile_objects.add_purge(call.tx, domain.number, object_type.number, object_type.name, call.now)
    purge = Purge(domain.number, object_type.number, object_type.name, call.now)
    scrub_object_type(call, purge, SCRUBBED_AT_ONCE)
    set_names(call.tx, domain.number, object_type.number, {}, call.now)
    remove_defaults(call, domain, object_type.name)
    begin_anew(call, domain, object_type.name)


def scrub_object_type(call: Call, purge: Purge, limit: int) -> bool:
    """Take what a deleted type populated out of up to `limit` of its objects and profiles, falling back to the next
    best claim. Forgets the type when nothing of it is left. Whether there was anything to do.
    """
    domain, object_type = purge.domain, purge.object_type
    found = profile_objects.of_type(call.tx, domain, object_type, limit)
    keys.lock(call.tx, domain, [row.unique_key for row in found])
    wanted = [row.profile for row in found]
    gone = profiles.gone_sources(call.tx, domain, object_type, limit) if len(wanted) < limit else []
    _scrub_profiles(call, purge, [*wanted, *gone], {row.unique_key for row in found}, limit)
    letters = dead_letters.delete_of_type(call.tx, domain, object_type, limit)
    if max(len(wanted), len(gone), letters) < limit and can_be_forgotten(call.tx, purge.deleted_at, call.now):
        profile_objects.forget_purge(call.tx, domain, object_type)
        return True
    return bool(wanted or gone or letters)


def _scrub_profiles(call: Call, purge: Purge, wanted: list[bytes], held: set[bytes], limit: int) -> None:
    """Objects are read again once their profiles are locked: somebody else may have scrubbed them meanwhile. Only those
    whose unique keys are held off others go: an ingestion may be looking at another.
    """
    domain, object_type = purge.domain, purge.object_type
    locked = records.load_all(call, domain, wanted)
    by_profile: dict[bytes, list[ObjectRow]] = {profile: [] for profile in dict.fromkeys(wanted)}
    for row in profile_objects.of_type(call.tx, domain, object_type, limit):
        if row.profile in by_profile and row.unique_key in held:
            by_profile[row.profile].append(row)
    for profile, rows in by_profile.items():
        _scrub_profile(call, purge, profile, locked.get(profile), rows)


def _scrub_profile(
    call: Call, purge: Purge, profile_id: bytes, profile: ProfileRecord | None, rows: list[ObjectRow]
) -> None:
    domain, object_type = purge.domain, purge.object_type
    for row in rows:
        _forget_standard_objects(call, domain, row)
        key_supplies.remove_supplier(call.tx, domain, profile_id, row.supplier)
        profile_objects.delete(call.tx, domain, object_type, row.unique_key)
    key_supplies.remove_gone(call.tx, domain, profile_id, object_type)
    merge_journal.scrub(call.tx, domain, profile_id, object_type)
    for standard_object in standard_rows.ids_of_profile(call.tx, domain, profile_id):
        standard_objects.forget_type(call, domain, standard_object, object_type)
        key_supplies.remove_gone(call.tx, domain, standard_object, object_type)
    profiles.forget_gone_source(call.tx, domain, object_type, profile_id)
    if profile is not None:
        profile.row.objects -= len(rows)
        profile.bytes_more = -sum(row.size for row in rows)
        others = claims_of_objects(call.tx, domain, profile_id)
        refold(profile.claims, drop_object_type(profile.claims, object_type), others.values())
        records.begin_change(call, profile)
        first = profile.sequence
        profile.sequence += len(rows)  # each object's event has one of its own
        writes = records.save(call, domain, profile, "UPDATED")
        for sequence, row in enumerate(rows, start=first):
            tell_of_deleted_object(call, writes, profile_id, sequence, (purge.name, row.unique_key))
        writes.flush(call.tx)


def purge_domain_step(tx: Transaction, now: int) -> bool:
    """Remove some rows of a deleted domain. Whether there may be more to do."""
    return domains.purge_step(tx, PURGED_AT_ONCE, now)


def purge_object_type_step(tx: Transaction, now: int, seed: bytes) -> bool:
    """Scrub some objects of a deleted type. Whether there may be more to do."""
    call = Call(tx, Principal("openprofiles", ""), "", now, "", seed)
    return any(scrub_object_type(call, purge, PURGED_AT_ONCE) for purge in profile_objects.purges(tx))
