"""Whether one profile is right, from all its rows: pure comparisons."""

from collections.abc import Mapping

import msgspec

from openprofiles.actions.object_keys import key_rows
from openprofiles.actions.standard_objects import SEARCHABLE_IDS
from openprofiles.checking.findings import Finding, Found, Unreadable, decoded
from openprofiles.checking.records import (
    SuppliedKey,
    decode_document,
    of_gone_sources,
    of_record,
    of_winners,
    supplied_keys,
)
from openprofiles.errors import ApiError
from openprofiles.mapping.keys import default_keys, search_hash
from openprofiles.mapping.object_types import compile_object_type, evaluate
from openprofiles.mapping.parsing import parse_object
from openprofiles.mapping.standard_objects import render
from openprofiles.merging.provenance import RecordClaims
from openprofiles.merging.stored_claims import decode_claims, decode_object_claims, from_stored, unpack
from openprofiles.storage.check import History
from openprofiles.storage.definitions import Definition
from openprofiles.storage.key_supplies import FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER, gone_type
from openprofiles.storage.keys import MATCH_AND_SEARCH
from openprofiles.storage.profile_objects import ObjectRow
from openprofiles.storage.profiles import ProfileRow


class WholeProfile(msgspec.Struct):
    """All rows of a profile, in one snapshot.

    `keys`: what each supplier gives to it, as it is stored; `ingested`: the unique keys of all objects that its history
    tells of, and that of the profiles which it absorbed; `has_lost_keys`: whether keys were deleted by hand from any of
    them; `standard_objects`: their kinds by id; `gone_sources` and `types` by the types' numbers.
    """

    row: ProfileRow
    objects: list[ObjectRow]
    keys: Mapping[bytes, str]
    history: History
    ingested: set[bytes]
    has_lost_keys: bool
    standard_objects: Mapping[bytes, str]
    gone_sources: set[int]
    types: Mapping[int, Definition]


def findings(profile: WholeProfile) -> list[Finding]:
    """Everything that is wrong with it."""
    subject = profile.row.id.hex()
    try:
        return [Finding(kind, subject, text) for kind, text in _findings(profile)]
    except Unreadable as error:
        return [Finding("json", subject, str(error))]


def _findings(profile: WholeProfile) -> Found:
    row = profile.row
    document = decoded("its record", decode_document, row.document)
    claims = from_stored(decoded("its claims", decode_claims, row.claims))
    stored = [decoded(_named(one), decode_object_claims, one.claims) for one in profile.objects]
    yield from of_record(document, {"ProfileId": row.id.hex(), **render(claims.values(), "_profile")})
    yield from of_winners(claims, [dict(unpack(one.profile)) for one in stored])
    told = profile.gone_sources | {one.object_type for one in profile.objects}
    yield from of_gone_sources(claims, profile.keys, told)
    yield from _history(profile)
    yield from _objects(profile)
    keys = supplied_keys(profile.keys)
    yield from _key_rows(profile, keys)
    yield from _field_keys(profile, keys, claims)
    if not profile.has_lost_keys:
        yield from _keys_of_objects(profile, keys)
        yield from _keys_of_standard_objects(profile, keys)


def _named(row: ObjectRow) -> str:
    return f"what its object {row.unique_key.hex()} claims"


def _history(profile: WholeProfile) -> Found:
    history, version = profile.history, profile.row.version
    if history.has_gaps or history.last != version:
        yield "history", f"its history has {history.changes} changes up to {history.last}, and its version is {version}"
    for row in profile.objects:
        if row.unique_key not in profile.ingested:
            yield "history", f"no history tells of its object {row.unique_key.hex()}"


def _objects(profile: WholeProfile) -> Found:
    if profile.row.objects != len(profile.objects):
        yield "objects", f"it says that it has {profile.row.objects} objects, and has {len(profile.objects)}"
    for row in profile.objects:
        size = len(row.object.encode())
        if row.size != size:
            yield "objects", f"its object {row.unique_key.hex()} says that it has {row.size} bytes, and has {size}"


def _key_rows(profile: WholeProfile, keys: list[SuppliedKey]) -> Found:
    known = {row.supplier for row in profile.objects} | profile.standard_objects.keys()
    known |= {FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER}
    for supplier, row in keys:
        if supplier not in known and gone_type(supplier) is None:
            yield "keys", f"a value of {row.name} is supplied by what is not there"
        if row.role == MATCH_AND_SEARCH and row.hash != search_hash(row.name, row.value):
            yield "keys", f"a value of {row.name} has the hash of another"


def _field_keys(profile: WholeProfile, keys: list[SuppliedKey], claims: RecordClaims) -> Found:
    """Those that somebody has deleted by hand are not there, and that is right."""
    wanted = set(default_keys(claims.values()))
    given = {(row.name, row.value) for supplier, row in keys if supplier == FIELD_SUPPLIER}
    for name, _ in sorted(given - wanted):
        yield "keys", f"a value of {name} is there that no field has"
    for name, _ in sorted(wanted - given):
        if not profile.has_lost_keys:
            yield "keys", f"a value of {name} is missing that a field has"


def _keys_of_objects(profile: WholeProfile, keys: list[SuppliedKey]) -> Found:
    """An object has supplied the values that its mapping gives, where that has never changed.

    Whether a change came before an object or after it nobody can tell: clocks differ, and may be set back.
    """
    given = {(supplier, row.hash) for supplier, row in keys}
    for row in profile.objects:
        definition = profile.types.get(row.object_type)
        if definition is None or definition.updated_at != definition.created_at:
            continue
        missing = {(row.supplier, key_hash) for key_hash in _hashes(definition, row.object)} - given
        if missing:
            yield "keys", f"{len(missing)} key values of its object {row.unique_key.hex()} are missing"


def _hashes(definition: Definition, text: str) -> set[bytes]:
    """What the mapping refuses today it may have taken when the object came, in an earlier version of the program."""
    try:
        mapped = evaluate(compile_object_type(definition.document), parse_object(text))
    except (ApiError, msgspec.DecodeError):
        return set()
    stored = [key for key in mapped.keys if not key.lookup_only and not key.new_only]
    return {row.hash for key in stored for row in key_rows(key)}


def _keys_of_standard_objects(profile: WholeProfile, keys: list[SuppliedKey]) -> Found:
    """The id of an asset, case or order is a key of the profile that it belongs to."""
    given = {(supplier, row.hash) for supplier, row in keys}
    for standard_object, kind in profile.standard_objects.items():
        name = SEARCHABLE_IDS.get(kind)
        if name is not None and (standard_object, search_hash(name, standard_object.hex())) not in given:
            yield "keys", f"the value of {name} is missing that is the id of {standard_object.hex()}"
