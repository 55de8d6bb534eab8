"""Objects in: map → keys → resolve the profile → fold the claims → store, in the caller's transaction.

Each object of the list is gathered for (what the store knows of it), decided, and applied, in order: later objects
see the effects of earlier ones. A rejected object changes nothing and does not disturb its neighbours.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from openprofiles.actions import records, standard_objects
from openprofiles.actions.records import ProfileRecord
from openprofiles.call import Call
from openprofiles.errors import ApiError
from openprofiles.mapping.keys import KeyValue, match_hash, search_hash
from openprofiles.mapping.object_types import CompiledObjectType, MappedObject, compile_object_type, evaluate
from openprofiles.mapping.parsing import parse_object
from openprofiles.merging.provenance import (
    ClaimGroup,
    ObjectClaims,
    pack,
    put_object,
    refold,
    remove_object,
    unpack,
)
from openprofiles.merging.survivorship import Claim, rank_of
from openprofiles.storage import dead_letters, keys, profile_objects, profiles
from openprofiles.storage.database import Transaction
from openprofiles.storage.dead_letters import DeadLetter
from openprofiles.storage.definitions import Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.keys import KeyRow
from openprofiles.storage.profile_objects import ObjectRow, source_of, supplier_of

NO_PROFILE = "NoMatchingProfile"
PROFILE_ID = "_profileId"
AMBIGUOUS = "AmbiguousStandardObject"


class ObjectRowClaims(msgspec.Struct, omit_defaults=True):
    """The claims in an object's row: on its profile, and which standard object of each kind it writes to."""

    profile: list[ClaimGroup] = []
    standard: dict[str, str] = {}


decode_object_claims = msgspec.json.Decoder(ObjectRowClaims).decode


class Ingestion(msgspec.Struct):
    """One object on its way in."""

    domain: int
    days: int
    object_type: Definition
    compiled: CompiledObjectType
    text: str
    mapped: MappedObject
    unique_key: bytes
    size: int

    @property
    def source(self) -> str:
        return source_of(self.object_type.number, self.unique_key)

    @property
    def supplier(self) -> bytes:
        return supplier_of(self.object_type.number, self.unique_key)


class Outcome(msgspec.Struct, frozen=True):
    """What became of an accepted object. `dead_letter`: why it could not be given to a profile and is kept aside."""

    unique_key: bytes
    dead_letter: str | None = None


class Situation(msgspec.Struct):
    """What the store knows of an incoming object. `target`: the profile that its keys lead to."""

    former: ObjectRow | None
    target: bytes | None
    standard: dict[str, set[bytes]]


def ingest(call: Call, domain: Domain, object_type: Definition, texts: Sequence[str]) -> list[Outcome | ApiError]:
    """Store objects and update the profiles that they belong to. Answers for each what became of it, or why it is
    refused.
    """
    compiled = compile_object_type(object_type.document)
    return [_answer(call, domain, object_type, compiled, text) for text in texts]


def _answer(
    call: Call, domain: Domain, object_type: Definition, compiled: CompiledObjectType, text: str
) -> Outcome | ApiError:
    """A refusal comes before the object's first write, so that it leaves nothing."""
    try:
        mapped = evaluate(compiled, parse_object(text))
        unique_key = unique_key_of(domain.name, object_type.name, mapped.unique_parts)
        days = compiled.document.expiration_days or domain.default_expiration_days
        size = len(text.encode())
        ingestion = Ingestion(domain.number, days, object_type, compiled, text, mapped, unique_key, size)
        return _ingest_one(call, ingestion, gather(call.tx, ingestion))
    except ApiError as refusal:
        return refusal


def unique_key_of(domain: str, object_type: str, parts: tuple[str, ...]) -> bytes:
    """The same value of the UNIQUE key gives the same 32 bytes, in this domain and of this type."""
    text = "".join(f"{len(part)}:{part}" for part in (domain, object_type, *parts))
    return hashlib.sha256(text.encode()).digest()


def gather(tx: Transaction, ingestion: Ingestion) -> Situation:
    """Everything that the decision needs, read from the store."""
    former = profile_objects.find(tx, ingestion.domain, ingestion.object_type.number, ingestion.unique_key)
    target = resolve(tx, ingestion.domain, ingestion.mapped.keys)
    if target is None and former is not None:
        target = former.profile
    kinds = ingestion.mapped.standard_objects
    owners = {kind: standard_objects.owners(tx, ingestion.domain, kind, ingestion.mapped) for kind in kinds}
    return Situation(former, target, owners)


def resolve(tx: Transaction, domain: int, key_values: list[KeyValue]) -> bytes | None:
    """The profile of the first PROFILE key, in the order of the mapping, that belongs to exactly one: primary keys,
    then secondary ones. A key that belongs to several is ambiguous and attaches to none ("Profile matching and inferred
    profiles in Customer Profiles").
    """
    ordered = [key for key in key_values if key.is_profile and not key.is_secondary]
    ordered += [key for key in key_values if key.is_profile and key.is_secondary]
    named = [(key, match_hash(key.name, key.parts)) for key in ordered]
    owners = keys.matching_owners_of_each(tx, domain, [key_hash for _, key_hash in named])
    for key, key_hash in named:
        found = _profile_of_id(tx, domain, key.parts[0]) if key.name == PROFILE_ID else owners[key_hash]
        if len(found) == 1:
            return found[0]
    return None


def _profile_of_id(tx: Transaction, domain: int, text: str) -> list[bytes]:
    """The key `_profileId` is the profile's own id."""
    try:
        profile = bytes.fromhex(text)
    except ValueError:
        return []
    return [profile] if profiles.exists(tx, domain, profile) else []


def _ingest_one(call: Call, ingestion: Ingestion, situation: Situation) -> Outcome:
    rejection = _rejection(ingestion, situation)
    if rejection is not None:
        _reject(call, ingestion, *rejection)
        return Outcome(ingestion.unique_key, rejection[1])
    former = situation.former
    moves = former is not None and former.profile != situation.target
    target = None if situation.target is None else records.load(call, ingestion.domain, situation.target)
    _apply(call, ingestion, situation, target or records.new(call), None if moves else former)
    return Outcome(ingestion.unique_key)


def _rejection(ingestion: Ingestion, situation: Situation) -> tuple[str, str] | None:
    """Why an accepted object can not be given to a profile (code, reason), or None."""
    for kind, owners in situation.standard.items():
        if len(owners) > 1:
            return AMBIGUOUS, f"The keys of the object belong to {len(owners)} standard objects {kind}."
    if situation.target is None and not ingestion.compiled.allow_profile_creation:
        name = ingestion.object_type.name
        return NO_PROFILE, f"No profile matches, and object type {name} does not allow profile creation."
    return None


def _reject(call: Call, ingestion: Ingestion, code: str, reason: str) -> None:
    object_type, unique_key = ingestion.object_type, ingestion.unique_key
    letter = DeadLetter(
        call.new_id(), call.now, object_type.number, object_type.name, unique_key, code, reason, ingestion.text
    )
    dead_letters.add(call.tx, ingestion.domain, letter)


def _apply(
    call: Call, ingestion: Ingestion, situation: Situation, profile: ProfileRecord, former: ObjectRow | None
) -> None:
    """`former` is the object as it was in this profile; one that was in another profile leaves that first."""
    former_claims = decode_object_claims(former.claims) if former is not None else ObjectRowClaims()
    claims = _fold(call, ingestion, profile, dict(unpack(former_claims.profile)))
    records.check_size(profile)
    if situation.former is not None and former is None:
        leave_profile(call, ingestion.domain, situation.former, ingestion.object_type.name)
    profile.row.objects += former is None
    profile.bytes_more = ingestion.size - (0 if former is None else former.size)
    records.keep_until(profile, call.now, ingestion.days)
    records.save(call, ingestion.domain, profile, "INGESTED", ingestion.object_type.name, ingestion.unique_key)
    _store_keys(call.tx, ingestion, profile, former)
    standard = _store_standard_objects(call, ingestion, situation, profile.id, former_claims.standard)
    _store_object(call, ingestion, profile, ObjectRowClaims(pack(claims.items()), standard))


def _stamp(call: Call, ingestion: Ingestion, sequence: int) -> Claim:
    """What all claims of this ingestion share."""
    source_time = ingestion.mapped.source_time
    time = call.now if source_time is None else source_time
    return Claim("", ingestion.source, rank_of(ingestion.compiled.source_priority), time, sequence)


def _fold(call: Call, ingestion: Ingestion, profile: ProfileRecord, former: ObjectClaims) -> ObjectClaims:
    """Fold the object's claims into the profile's; the claims that the object makes now."""
    fields = ingestion.mapped.profile_fields
    if profile.is_new:
        fields = {**ingestion.mapped.inferred, **fields}
    stamp = _stamp(call, ingestion, profile.sequence)
    new = {field: Claim(value, stamp.source, stamp.rank, stamp.time, stamp.sequence) for field, value in fields.items()}
    claims, weaker = put_object(profile.claims, former, new)
    if weaker:
        others = claims_of_objects(call.tx, ingestion.domain, profile.id)
        others.pop(ingestion.source, None)
        refold(profile.claims, weaker, [*others.values(), claims])
    return claims


def claims_of_objects(tx: Transaction, domain: int, profile: bytes) -> dict[str, ObjectClaims]:
    """The claims of each object of a profile on the profile, by source."""
    by_source: dict[str, ObjectClaims] = {}
    for text in profile_objects.claims_of_profile(tx, domain, profile):
        for field, claim in unpack(decode_object_claims(text).profile):
            by_source.setdefault(claim.source, {})[field] = claim
    return by_source


def key_rows(key: KeyValue) -> list[KeyRow]:
    """The rows of a key value. A composite value is searched by its parts joined by a space, and matched part by
    part.
    """
    joined = " ".join(key.parts)
    if len(key.parts) == 1:
        return [KeyRow(search_hash(key.name, joined), keys.MATCH_AND_SEARCH, key.name, joined)]
    return [
        KeyRow(match_hash(key.name, key.parts), keys.MATCH, key.name, joined),
        KeyRow(search_hash(key.name, joined), keys.SEARCH, key.name, joined),
    ]


def _store_keys(tx: Transaction, ingestion: Ingestion, profile: ProfileRecord, former: ObjectRow | None) -> None:
    """The object's key values replace those that it supplied before. LOOKUP_ONLY values are never stored, NEW_ONLY ones
    by the ingestion that made the profile ("Standard identifiers in Customer Profiles").
    """
    domain, owner, supplier = ingestion.domain, profile.id, ingestion.supplier
    old = {row.hash for row in keys.supplied(tx, domain, owner, supplier)} if former is not None else set()
    rows = {
        row.hash: row
        for key in ingestion.mapped.keys
        if not key.lookup_only
        for row in key_rows(key)
        if not key.new_only or profile.is_new or row.hash in old
    }
    keys.remove(tx, domain, owner, supplier, old - rows.keys())
    keys.add(tx, domain, owner, supplier, [row for key_hash, row in rows.items() if key_hash not in old])


def _store_standard_objects(
    call: Call, ingestion: Ingestion, situation: Situation, profile: bytes, former: dict[str, str]
) -> dict[str, str]:
    """Write to the standard objects that the object has targets for. Answers their ids by kind."""
    written = {}
    for kind, values in ingestion.mapped.standard_objects.items():
        record = None
        for standard_object in situation.standard[kind] or {bytes.fromhex(former.get(kind, ""))}:
            record = standard_objects.load(call.tx, ingestion.domain, standard_object)
        record = record or standard_objects.new(call, kind, profile)
        standard_objects.put_claims(call, ingestion.domain, record, profile, values, _stamp(call, ingestion, 0))
        _store_standard_keys(call.tx, ingestion, kind, record.row.id)
        written[kind] = record.row.id.hex()
    for kind, left in former.items():
        if written.get(kind, left) != left:
            _leave_standard_object(call, ingestion.domain, bytes.fromhex(left), ingestion.source, ingestion.supplier)
    return {**former, **written}


def _store_standard_keys(tx: Transaction, ingestion: Ingestion, kind: str, owner: bytes) -> None:
    rows = {}
    for key in ingestion.mapped.keys:
        if key.finds(kind) and not key.lookup_only:
            key_hash = standard_objects.key_hash(kind, key.name, key.parts)
            rows[key_hash] = KeyRow(key_hash, keys.MATCH_AND_SEARCH, key.name, " ".join(key.parts))
    old = {row.hash for row in keys.supplied(tx, ingestion.domain, owner, ingestion.supplier)}
    keys.remove(tx, ingestion.domain, owner, ingestion.supplier, old - rows.keys())
    keys.add(tx, ingestion.domain, owner, ingestion.supplier, [row for row in rows.values() if row.hash not in old])


def _leave_standard_object(call: Call, domain: int, standard_object: bytes, source: str, supplier: bytes) -> None:
    keys.remove_supplier(call.tx, domain, standard_object, supplier)
    standard_objects.leave(call, domain, standard_object, source)


def _store_object(call: Call, ingestion: Ingestion, profile: ProfileRecord, claims: ObjectRowClaims) -> None:
    row = ObjectRow(
        object_type=ingestion.object_type.number,
        unique_key=ingestion.unique_key,
        profile=profile.id,
        ingested_at=call.now,
        sequence=profile.sequence,
        expires_at=call.now + ingestion.days * records.DAY,
        size=ingestion.size,
        object=ingestion.text,
        claims=records.encode(claims).decode(),
    )
    profile_objects.put(call.tx, ingestion.domain, row)


def leave_profile(call: Call, domain: int, row: ObjectRow, type_name: str) -> None:
    """An object leaves its profile for another: winning claims stay there, marked as gone; its keys there go."""
    profile = records.load(call, domain, row.profile)
    if profile is None:
        return
    stored = decode_object_claims(row.claims)
    remove_object(profile.claims, dict(unpack(stored.profile)))
    profiles.add_gone_source(call.tx, domain, row.object_type, row.profile)
    keys.remove_supplier(call.tx, domain, profile.id, row.supplier)
    for standard_object in stored.standard.values():
        _leave_standard_object(call, domain, bytes.fromhex(standard_object), row.source, row.supplier)
    profile.row.objects -= 1
    profile.bytes_more = -row.size
    records.save(call, domain, profile, "UPDATED", type_name, row.unique_key)
    profile_objects.delete(call.tx, domain, row.object_type, row.unique_key)
