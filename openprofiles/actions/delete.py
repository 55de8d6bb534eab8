"""Objects, profiles and object types out, with everything that hangs on them."""

from openprofiles.actions import records, standard_objects
from openprofiles.actions.merge_journal import absorbed_profiles
from openprofiles.actions.object_claims import claims_of_objects
from openprofiles.actions.records import ProfileRecord
from openprofiles.call import Call, Principal
from openprofiles.merging.provenance import drop_object_type, refold, remove_object
from openprofiles.merging.stored_claims import StoredObjectClaims, decode_object_claims, unpack
from openprofiles.storage import dead_letters, definitions, domains, history, keys, profile_objects, profiles
from openprofiles.storage import standard_objects as standard_rows
from openprofiles.storage.database import Transaction
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
from openprofiles.storage.domains import Counts, Domain
from openprofiles.storage.keys import gone_supplier
from openprofiles.storage.profile_objects import ObjectRow

SCRUBBED_AT_ONCE = 500
"""Objects of a deleted type that its deletion removes itself; a worker removes the rest."""
PURGED_AT_ONCE = 500
"""Rows that one step of a worker removes, so that it never holds up others for long."""


def delete_object(call: Call, domain: int, row: ObjectRow, type_name: str) -> None:
    """The object goes; the profile keeps the values and the keys that came from it."""
    profile = records.load(call, domain, row.profile)
    if profile is None:
        return
    stored = decode_object_claims(row.claims)
    remove_object(profile.claims, dict(unpack(stored.profile)))
    _leave_keys(call, domain, row, stored)
    profile.row.objects -= 1
    profile.bytes_more = -row.size
    profile_objects.delete(call.tx, domain, row.object_type, row.unique_key)
    records.save(call, domain, profile, "UPDATED", type_name, row.unique_key)


def _leave_keys(call: Call, domain: int, row: ObjectRow, stored: StoredObjectClaims) -> None:
    """The keys stay, supplied by an object of the type that is gone, until the type goes too."""
    gone = gone_supplier(row.object_type)
    profiles.add_gone_source(call.tx, domain, row.object_type, row.profile)
    keys.resupply(call.tx, domain, row.profile, row.supplier, gone)
    for standard_object in map(bytes.fromhex, stored.standard.values()):
        keys.resupply(call.tx, domain, standard_object, row.supplier, gone)
        standard_objects.leave(call, domain, standard_object, row.source)


def delete_profile(call: Call, domain: int, profile: ProfileRecord) -> None:
    """The profile and all that hangs on it go; rows without content stay in its history, and in that of the profiles
    that it absorbed.
    """
    tx, profile_id = call.tx, profile.id
    for standard_object in standard_rows.ids_of_profile(tx, domain, profile_id):
        keys.remove_owner(tx, domain, standard_object)
        standard_rows.delete(tx, domain, standard_object)
    for row in profile_objects.of_profile(tx, domain, profile_id):
        _forget_standard_objects(call, domain, row)
    keys.remove_owner(tx, domain, profile_id)
    objects, size = profile_objects.delete_of_profile(tx, domain, profile_id)
    for absorbed in absorbed_profiles(tx, domain, profile_id):
        history.strip(tx, domain, absorbed)
    profiles.forget_gone_sources(tx, domain, profile_id)
    profiles.forget_merges(tx, domain, profile_id)
    profiles.delete(tx, domain, profile_id)
    domains.count(tx, domain, Counts(-1, -objects, -size, -records.metered(profile.row.objects)), call.seed)
    history.strip(tx, domain, profile_id)
    profile.row.version += 1
    records.add_change(call, domain, profile.row, "DELETED_BY_CUSTOMER")


def _forget_standard_objects(call: Call, domain: int, row: ObjectRow) -> None:
    """What an object said of standard objects goes with it, also where those belong to another profile by now."""
    for standard_object in map(bytes.fromhex, decode_object_claims(row.claims).standard.values()):
        keys.remove_supplier(call.tx, domain, standard_object, row.supplier)
        standard_objects.forget(call, domain, standard_object, row.source)


def delete_object_type(call: Call, domain: Domain, object_type: Definition) -> None:
    """The type goes at once; of its objects as many as one call may remove, the rest by a worker in small steps."""
    definitions.delete(call.tx, domain.number, OBJECT_TYPE, object_type.name)
    keys.set_names(call.tx, domain.number, object_type.number, {})
    profile_objects.add_purge(call.tx, domain.number, object_type.number, object_type.name)
    scrub_object_type(call, domain.number, object_type.number, SCRUBBED_AT_ONCE)


def scrub_object_type(call: Call, domain: int, object_type: int, limit: int) -> None:
    """Take what a deleted type populated out of up to `limit` of its objects and profiles, falling back to the next
    best claim. Forgets the type when nothing of it is left.
    """
    rows = profile_objects.of_type(call.tx, domain, object_type, limit)
    by_profile: dict[bytes, list[ObjectRow]] = {}
    for row in rows:
        by_profile.setdefault(row.profile, []).append(row)
    gone = profiles.gone_sources(call.tx, domain, object_type, limit) if len(rows) < limit else []
    for profile in dict.fromkeys([*by_profile, *gone]):
        _scrub_profile(call, domain, object_type, profile, by_profile.get(profile, []))
    letters = dead_letters.delete_of_type(call.tx, domain, object_type, limit)
    if max(len(rows), len(gone), letters) < limit:
        profile_objects.forget_purge(call.tx, domain, object_type)


def _scrub_profile(call: Call, domain: int, object_type: int, profile_id: bytes, rows: list[ObjectRow]) -> None:
    for row in rows:
        _forget_standard_objects(call, domain, row)
        keys.remove_supplier(call.tx, domain, profile_id, row.supplier)
        profile_objects.delete(call.tx, domain, object_type, row.unique_key)
    keys.remove_supplier(call.tx, domain, profile_id, gone_supplier(object_type))
    for standard_object in standard_rows.ids_of_profile(call.tx, domain, profile_id):
        keys.remove_supplier(call.tx, domain, standard_object, gone_supplier(object_type))
        standard_objects.forget_type(call, domain, standard_object, object_type)
    profiles.forget_gone_source(call.tx, domain, object_type, profile_id)
    profile = records.load(call, domain, profile_id)
    if profile is not None:
        profile.row.objects -= len(rows)
        profile.bytes_more = -sum(row.size for row in rows)
        others = claims_of_objects(call.tx, domain, profile_id)
        refold(profile.claims, drop_object_type(profile.claims, object_type), others.values())
        records.save(call, domain, profile, "UPDATED")


def purge_domain_step(tx: Transaction) -> bool:
    """Remove some rows of a deleted domain. Whether there may be more to do."""
    return domains.purge_step(tx, PURGED_AT_ONCE)


def purge_object_type_step(tx: Transaction, now: int, seed: bytes) -> bool:
    """Scrub some objects of a deleted type. Whether there may be more to do."""
    found = profile_objects.any_purge(tx)
    if found is None:
        return False
    call = Call(tx, Principal("openprofiles", ""), "", now, "", seed)
    scrub_object_type(call, *found, PURGED_AT_ONCE)
    return True
