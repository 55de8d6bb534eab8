"""Assets, cases and orders: found by their own keys, decided from claims like a profile."""

from collections.abc import Callable
from typing import Any

import msgspec

from openprofiles.actions.records import decode_document, encode
from openprofiles.actions.writes import Writes
from openprofiles.call import Call
from openprofiles.mapping.keys import KeyValue, id_of, match_hash, search_hash, search_parts
from openprofiles.mapping.object_types import MappedObject
from openprofiles.mapping.standard_objects import SYSTEM_IDS, render
from openprofiles.merging.provenance import (
    ObjectClaims,
    RecordClaims,
    drop_object_type,
    put_object,
    refold,
    remove_object,
)
from openprofiles.merging.stored_claims import decode_claims, from_stored, to_stored, unpack
from openprofiles.merging.survivorship import Claim, Stamp
from openprofiles.shapes import ObjectFilter
from openprofiles.storage import key_supplies, keys, profiles, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.keys import KeyRow
from openprofiles.storage.standard_objects import StandardObjectRow

FILTER_MEMBERS = {
    ("_asset", "_assetId"): "AssetId",
    ("_asset", "_assetName"): "AssetName",
    ("_asset", "_serialNumber"): "SerialNumber",
    ("_case", "_caseId"): "CaseId",
    ("_order", "_orderId"): "OrderId",
}
"""Keys of an ObjectFilter that name a member of the standard object ("ListProfileObjects")."""

SEARCHABLE_IDS = {"_asset": "_assetId", "_case": "_caseId", "_order": "_orderId"}


class StandardRecord(msgspec.Struct):
    """A standard object between load and save. `objects`: each object's claims on it, by source."""

    row: StandardObjectRow
    claims: RecordClaims
    objects: dict[str, ObjectClaims]


def key_hash(kind: str, name: str, parts: tuple[str, ...]) -> bytes:
    """Keys of standard objects live apart from those of profiles: a key name holds no slash."""
    return match_hash(f"{kind}/{name}", parts)


def key_hashes(kind: str, key_values: list[KeyValue]) -> list[bytes]:
    """What ingestion looks up to find a standard object of this kind."""
    return [key_hash(kind, key.name, key.parts) for key in key_values if key.finds(kind)]


def owners(tx: Transaction, domain: int, kind: str, mapped: MappedObject) -> set[bytes]:
    """The standard objects of this kind that the object's keys find."""
    found: set[bytes] = set()
    for key in mapped.keys:
        if key.finds(kind):
            found.update(_owners_of_key(tx, domain, kind, key))
    return found


def _owners_of_key(tx: Transaction, domain: int, kind: str, key: KeyValue) -> list[bytes]:
    if key.name == SEARCHABLE_IDS.get(kind):
        row = standard_objects.find(tx, domain, id_of(key.parts[0]) or b"")
        return [row.id] if row is not None and row.kind == kind else []
    [found] = keys.matching_owners(tx, domain, [key_hash(kind, key.name, key.parts)]).values()
    return found


def load(tx: Transaction, domain: int, standard_object: bytes) -> StandardRecord | None:
    row = standard_objects.find(tx, domain, standard_object)
    if row is None:
        return None
    stored = decode_claims(row.claims)
    objects: dict[str, ObjectClaims] = {}
    for field, claim in unpack(stored.objects):
        objects.setdefault(claim.source, {})[field] = claim
    return StandardRecord(row, from_stored(stored), objects)


def new(call: Call, kind: str, profile: bytes) -> StandardRecord:
    row = StandardObjectRow(call.new_id(), kind, profile, 0, call.now, call.now, "{}", "{}")
    return StandardRecord(row, RecordClaims(), {})


def put_claims(
    call: Call, writes: Writes, record: StandardRecord, profile: bytes, values: dict[str, Any], stamp: Stamp
) -> None:
    """An object writes to a standard object, which from now on belongs to the object's profile. Of the stamp, the
    sequence is replaced: a standard object has its own.
    """
    sequence = record.row.version + 1
    stamp = msgspec.structs.replace(stamp, sequence=sequence)
    new_claims = {field: Claim(value, stamp) for field, value in values.items()}
    mine, weaker = put_object(record.claims, record.objects.get(stamp.source, {}), new_claims)
    record.objects[stamp.source] = mine
    refold(record.claims, weaker, record.objects.values())
    if record.row.profile != profile or sequence == 1:
        _move(call.tx, writes, record, profile)
    _save(call, writes.domain, record)


def _move(tx: Transaction, writes: Writes, record: StandardRecord, profile: bytes) -> None:
    """The standard object's own id is a search key of the profile that it belongs to, and the deletion of a type finds
    there what gone objects have left on it.
    """
    row = record.row
    gone = {claim.object_type for own in record.claims.own.values() for claim in own}
    for object_type in gone | key_supplies.gone_types(tx, writes.domain, row.id):
        profiles.add_gone_source(tx, writes.domain, object_type, profile)
    name = SEARCHABLE_IDS.get(row.kind)
    if name is not None:
        value = row.id.hex()
        key_row = KeyRow(search_hash(name, value), keys.MATCH_AND_SEARCH, name, value)
        writes.remove_keys((row.profile, row.id), [key_row.hash])
        writes.add_keys((profile, row.id), [key_row])
    row.profile = profile


def _save(call: Call, domain: int, record: StandardRecord) -> None:
    row = record.row
    row.version += 1
    row.updated_at = call.now
    document = {SYSTEM_IDS[row.kind]: row.id.hex(), **render(record.claims.values(), row.kind)}
    row.document = encode(document).decode()
    claims = (item for object_claims in record.objects.values() for item in object_claims.items())
    row.claims = encode(to_stored(record.claims, claims)).decode()
    standard_objects.put(call.tx, domain, row)


def leave(call: Call, domain: int, standard_object: bytes, source: str) -> None:
    """An object goes. Its claims that win stay with the standard object, marked as gone."""
    record = load(call.tx, domain, standard_object)
    if record is not None and source in record.objects:
        remove_object(record.claims, record.objects.pop(source))
        profiles.add_gone_source(call.tx, domain, _object_type_of(source), record.row.profile)
        _save(call, domain, record)


def forget(call: Call, domain: int, standard_object: bytes, source: str) -> None:
    """An object goes with all that it said; a standard object that has nothing left goes too."""
    record = load(call.tx, domain, standard_object)
    if record is not None and source in record.objects:
        mine = record.objects.pop(source)
        won = [field for field, claim in mine.items() if record.claims.winners.get(field) == claim]
        refold(record.claims, won, record.objects.values())
        _save_or_delete(call, domain, record)


def forget_type(call: Call, domain: int, standard_object: bytes, object_type: int) -> None:
    """A type goes with what its gone objects left behind."""
    record = load(call.tx, domain, standard_object)
    if record is not None and any(
        claim.object_type == object_type for own in record.claims.own.values() for claim in own
    ):
        refold(record.claims, drop_object_type(record.claims, object_type), record.objects.values())
        _save_or_delete(call, domain, record)


def _save_or_delete(call: Call, domain: int, record: StandardRecord) -> None:
    if record.claims.winners:
        _save(call, domain, record)
    else:
        delete(call.tx, domain, record.row)


def _object_type_of(source: str) -> int:
    return int(source.partition(":")[0])


def delete(tx: Transaction, domain: int, row: StandardObjectRow) -> None:
    key_supplies.remove_owner(tx, domain, row.id)
    key_supplies.remove_supplier(tx, domain, row.profile, row.id)
    standard_objects.delete(tx, domain, row.id)


def matcher(tx: Transaction, domain: int, kind: str, wanted: ObjectFilter) -> Callable[[StandardObjectRow], bool]:
    """Whether a standard object has one of the wanted values of a key: its id, its name, its serial number, or a key of
    an object that wrote to it.
    """
    member = FILTER_MEMBERS.get((kind, wanted.key_name))
    if member is not None:
        return lambda row: decode_document(row.document).get(member) in wanted.values
    types = keys.content_types(tx, domain, wanted.key_name)
    hashes = [key_hash(kind, wanted.key_name, parts) for value in wanted.values for parts in search_parts(value, types)]
    return lambda row: bool(hashes) and bool(key_supplies.suppliers(tx, domain, row.id, hashes))
