"""Whether one profile is right, from all its rows: pure comparisons."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from openprofiles.actions.object_keys import key_rows
from openprofiles.checking.findings import Finding
from openprofiles.errors import ApiError
from openprofiles.mapping.keys import default_keys, search_hash
from openprofiles.mapping.object_types import compile_object_type, evaluate
from openprofiles.mapping.parsing import parse_object
from openprofiles.mapping.standard_objects import render
from openprofiles.merging.provenance import ObjectClaims, RecordClaims, refold
from openprofiles.merging.stored_claims import decode_claims, decode_object_claims, from_stored, unpack
from openprofiles.storage import keys
from openprofiles.storage.definitions import Definition
from openprofiles.storage.keys import FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER
from openprofiles.storage.profile_objects import ObjectRow
from openprofiles.storage.profiles import ProfileRow

decode_document = msgspec.json.Decoder(dict[str, Any]).decode


class WholeProfile(msgspec.Struct):
    """All rows of a profile, in one snapshot.

    `keys` and `history` are rows of those tables; `told`: its history and that of the profiles which it absorbed;
    `standard_objects` are ids; `types` by number.
    """

    row: ProfileRow
    objects: list[ObjectRow]
    keys: list[Any]
    history: list[Any]
    told: list[Any]
    standard_objects: set[bytes]
    types: Mapping[int, Definition]


def findings(profile: WholeProfile) -> list[Finding]:
    """Everything that is wrong with it."""
    subject = profile.row.id.hex()
    try:
        claims = from_stored(decode_claims(profile.row.claims))
        objects = [dict(unpack(decode_object_claims(row.claims).profile)) for row in profile.objects]
    except msgspec.DecodeError as error:
        return [Finding("claims", subject, f"its claims can not be read: {error}")]
    found = [*_record(profile, claims), *_fold(claims, objects), *_history(profile), *_objects(profile)]
    found += [*_field_keys(profile, claims), *_key_rows(profile), *_keys_of_objects(profile)]
    return [Finding(kind, subject, text) for kind, text in found]


Found = Iterator[tuple[str, str]]


def _record(profile: WholeProfile, claims: RecordClaims) -> Found:
    expected = {"ProfileId": profile.row.id.hex(), **render(claims.values(), "_profile")}
    if decode_document(profile.row.document) != msgspec.json.decode(msgspec.json.encode(expected)):
        yield "record", "its record is not what its winning claims say"


def _fold(claims: RecordClaims, objects: list[ObjectClaims]) -> Found:
    for field in differing_winners(claims, objects):
        yield "fold", f"the winner of {field} is not the one that all claims give"


def differing_winners(claims: RecordClaims, objects: list[ObjectClaims]) -> list[str]:
    """The fields whose winner is not that of a fold of all claims."""
    again = RecordClaims({}, dict(claims.own))
    fields = {*claims.winners, *claims.own, *(field for object_claims in objects for field in object_claims)}
    refold(again, fields, objects)
    return sorted(field for field in fields if again.winners.get(field) != claims.winners.get(field))


def _history(profile: WholeProfile) -> Found:
    versions = [row["version"] for row in profile.history]
    if versions != list(range(1, profile.row.version + 1)):
        yield "history", f"its history has {len(versions)} changes, and its version is {profile.row.version}"


def _objects(profile: WholeProfile) -> Found:
    if profile.row.objects != len(profile.objects):
        yield "objects", f"it says that it has {profile.row.objects} objects, and has {len(profile.objects)}"
    ingested = {change["unique_key"] for change in profile.told if change["action"] == "INGESTED"}
    for row in profile.objects:
        if row.unique_key not in ingested:
            yield "history", f"no history tells of its object {row.unique_key.hex()}"


def _has_lost_keys(profile: WholeProfile) -> bool:
    """Whether somebody has deleted key values by hand, whoever supplied them."""
    return any(change["action"] == "DELETED_PROFILE_KEY" for change in profile.told)


def _field_keys(profile: WholeProfile, claims: RecordClaims) -> Found:
    wanted = set(default_keys(claims.values()))
    given = {(row["name"], row["value"]) for row in profile.keys if row["supplier"] == FIELD_SUPPLIER}
    for name, _ in given - wanted:
        yield "keys", f"a value of {name} is there that no field has"
    for name, _ in set() if _has_lost_keys(profile) else wanted - given:
        yield "keys", f"a value of {name} is missing that a field has"


def _key_rows(profile: WholeProfile) -> Found:
    known = {row.supplier for row in profile.objects} | profile.standard_objects
    known |= {FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER}
    for row in profile.keys:
        if row["supplier"] not in known and not row["supplier"].startswith(b"gone:"):
            yield "keys", f"a value of {row['name']} is supplied by what is not there"
        if row["role"] == keys.MATCH_AND_SEARCH and row["hash"] != search_hash(row["name"], row["value"]):
            yield "keys", f"a value of {row['name']} has the hash of another"


def _keys_of_objects(profile: WholeProfile) -> Found:
    """Where the mapping has not changed since, an object has supplied the values that the mapping gives."""
    if _has_lost_keys(profile):
        return
    given = {(row["supplier"], row["hash"]) for row in profile.keys}
    for row in profile.objects:
        definition = profile.types.get(row.object_type)
        if definition is None or definition.updated_at >= row.ingested_at:
            continue
        missing = {(row.supplier, key_hash) for key_hash in _hashes(definition, row.object)} - given
        if missing:
            yield "keys", f"{len(missing)} key values of its object {row.unique_key.hex()} are missing"


def _hashes(definition: Definition, text: str) -> set[bytes]:
    try:
        mapped = evaluate(compile_object_type(definition.document), parse_object(text))
    except ApiError:
        return set()  # what the mapping takes in has changed with the program
    stored = [key for key in mapped.keys if not key.lookup_only and not key.new_only]
    return {row.hash for key in stored for row in key_rows(key)}
