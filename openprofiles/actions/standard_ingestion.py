"""What an incoming object writes to standard objects: assets, cases, orders."""

from openprofiles.actions import eviction, records, standard_objects
from openprofiles.actions.incoming import Ingestion
from openprofiles.actions.known import Known
from openprofiles.actions.standard_objects import StandardRecord
from openprofiles.merging.survivorship import Stamp
from openprofiles.storage import key_supplies, keys
from openprofiles.storage.database import Transaction
from openprofiles.storage.keys import KeyRow

Owners = dict[str, set[bytes]]
"""The standard objects of each kind that an object's keys find."""


def owners(tx: Transaction, domain: int, ingestion: Ingestion) -> Owners:
    mapped = ingestion.mapped
    return {kind: standard_objects.owners(tx, domain, kind, mapped) for kind in mapped.standard_objects}


def write(
    known: Known, ingestion: Ingestion, found: Owners, profile: bytes, stamp: Stamp, former: dict[str, str]
) -> dict[str, str]:
    """Write to the standard objects that the object has targets for; it leaves those that it wrote to before and does
    not any more. Answers their ids by kind.
    """
    if not found and not former:
        return {}
    written = {}
    for kind, owners_of_kind in found.items():
        record = _record(known, ingestion, owners_of_kind, kind, profile, former)
        is_there = record.row.version > 0 and record.row.profile == profile
        _leave_profile(known, ingestion, record, profile)
        values = ingestion.mapped.standard_objects[kind]
        standard_objects.put_claims(ingestion.call, known.writes, record, profile, values, stamp)
        _replace_keys(known, ingestion, kind, record.row.id)
        written[kind] = record.row.id.hex()
        if not is_there:
            eviction.make_room_for_standard_object(known, ingestion, record.row)
    left = {kind: standard_object for kind, standard_object in former.items() if written.get(kind) != standard_object}
    leave_all(known, ingestion, {kind: left[kind] for kind in left if kind in written})
    return {**former, **written}


def _record(
    known: Known, ingestion: Ingestion, found: set[bytes], kind: str, profile: bytes, former: dict[str, str]
) -> StandardRecord:
    """The standard object that the object's keys find, else the one that it wrote to before, else a new one."""
    record = None
    for standard_object in found or {bytes.fromhex(former.get(kind, ""))}:
        record = standard_objects.load(known.tx, known.domain, standard_object)
    return record or standard_objects.new(ingestion.call, kind, profile)


def _leave_profile(known: Known, ingestion: Ingestion, record: StandardRecord, profile: bytes) -> None:
    """A standard object that moves to another profile is a change of the one that it leaves."""
    former = None if record.row.profile == profile else known.record(ingestion.call, record.row.profile)
    if former is not None:
        object_type, unique_key = ingestion.object_type.name, ingestion.unique_key
        records.change(ingestion.call, known.writes, former, "UPDATED", object_type, unique_key)
        known.note_record(former)


def _replace_keys(known: Known, ingestion: Ingestion, kind: str, owner: bytes) -> None:
    rows = {}
    for key in ingestion.mapped.keys:
        if key.finds(kind) and not key.lookup_only:
            key_hash = standard_objects.key_hash(kind, key.name, key.parts)
            rows[key_hash] = KeyRow(key_hash, keys.MATCH_AND_SEARCH, key.name, " ".join(key.parts))
    key_supplies.replace(known.tx, known.domain, (owner, ingestion.supplier), rows)


def leave_all(known: Known, ingestion: Ingestion, standard: dict[str, str]) -> None:
    """The object leaves these standard objects (ids by kind)."""
    for standard_object in map(bytes.fromhex, standard.values()):
        standard_objects.leave(ingestion.call, known.domain, standard_object, ingestion.source)
        key_supplies.remove_supplier(known.tx, known.domain, standard_object, ingestion.supplier)
