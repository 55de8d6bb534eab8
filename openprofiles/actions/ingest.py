"""Objects in: map → gather → decide → write, for a whole list in the caller's transaction.

What the store knows of all objects is read first; then each is decided in order, in memory, so that later objects see
the effects of earlier ones; then all is written together. A refused object changes nothing and does not disturb its
neighbours.
"""

from collections.abc import Sequence

import msgspec

from openprofiles.actions import eviction, object_keys, records, standard_ingestion
from openprofiles.actions.delete import delete_profile
from openprofiles.actions.events import tell_of_object
from openprofiles.actions.expiry import EXPIRED
from openprofiles.actions.incoming import Incoming, Ingestion, prepare
from openprofiles.actions.known import Known
from openprofiles.actions.object_claims import claims_of_objects
from openprofiles.actions.records import ProfileRecord
from openprofiles.actions.writes import Writes
from openprofiles.errors import ApiError, BadRequestException
from openprofiles.mapping.keys import FULL_NAME, default_keys, match_hash, search_hash
from openprofiles.merging.provenance import ObjectClaims, put_object, refold, remove_object
from openprofiles.merging.stored_claims import StoredObjectClaims, decode_object_claims, pack, unpack
from openprofiles.merging.survivorship import Claim, Stamp
from openprofiles.storage import erasures, event_streams, profiles
from openprofiles.storage.database import Transaction
from openprofiles.storage.dead_letters import DeadLetter
from openprofiles.storage.domains import Domain
from openprofiles.storage.event_streams import Listener
from openprofiles.storage.profile_objects import ObjectHead, ObjectRow

NO_PROFILE = "NoMatchingProfile"
AMBIGUOUS = "AmbiguousStandardObject"

NO_CLAIMS = StoredObjectClaims()


class Outcome(msgspec.Struct, frozen=True):
    """What became of an accepted object. `rejection`: why it could not be given to a profile (code, reason)."""

    unique_key: bytes
    rejection: tuple[str, str] | None = None


def ingest(
    tx: Transaction, domain: Domain, incoming: Sequence[Incoming], keeps_rejected: bool = True
) -> list[Outcome | ApiError]:
    """Store objects and update the profiles that they belong to. Answers for each what became of it, or why it is
    refused. An accepted object that can not be given to a profile becomes a dead letter, if it is to be kept.
    """
    prepared = prepare(domain, incoming)
    taken = [one for one in prepared if isinstance(one, Ingestion)]
    if not taken:
        return [one for one in prepared if isinstance(one, ApiError)]
    writes = Writes(domain.number, taken[0].call.seed, _listeners(tx, domain))
    known = Known(tx, domain.number, writes)
    known.gather(taken)
    prepared = _without_erased(domain, prepared)
    outcomes: list[Outcome | ApiError] = []
    for one in prepared:
        outcome = one if isinstance(one, ApiError) else _decide(known, one)
        if keeps_rejected and isinstance(one, Ingestion) and isinstance(outcome, Outcome) and outcome.rejection:
            _keep_aside(writes, one, *outcome.rejection)
        outcomes.append(outcome)
    writes.flush(tx)
    return outcomes


def _listeners(tx: Transaction, domain: Domain) -> list[Listener]:
    return event_streams.listening(tx, domain.number) if domain.listeners else []


def _without_erased(domain: Domain, prepared: list[Ingestion | ApiError]) -> list[Ingestion | ApiError]:
    """Objects of customers who were erased are refused, where the server is told so; asked when their keys are locked,
    so that an erasure beside it is seen.
    """
    return [
        _of_erased(domain, one) or one if isinstance(one, Ingestion) and one.call.policy.refuse_erased else one
        for one in prepared
    ]


def _of_erased(domain: Domain, ingestion: Ingestion) -> ApiError | None:
    names = {match_hash(key.name, key.parts): key.name for key in ingestion.identifying_keys}
    fields = {**ingestion.mapped.inferred, **ingestion.mapped.profile_fields}
    names |= {search_hash(name, value): name for name, value in default_keys(fields) if name != FULL_NAME}
    found = erasures.erased(ingestion.call.tx, domain.account, domain.region, domain.name, names.keys())
    if not found:
        return None
    told = ", ".join(sorted({names[key_hash] for key_hash in found}))
    return BadRequestException(f"The object is of a customer who was erased, as its key {told} tells.")


def _decide(known: Known, ingestion: Ingestion) -> Outcome | ApiError:
    """A refusal comes before anything of the object is noted, so that it leaves nothing."""
    target = living_target(known, ingestion)
    standard = standard_ingestion.owners(known.tx, known.domain, ingestion)
    rejection = _rejection(ingestion, target, standard)
    if rejection is not None:
        return Outcome(ingestion.unique_key, rejection)
    profile = None if target is None else known.record(ingestion.call, target)
    try:
        _take_in(known, ingestion, profile or records.new(ingestion.call), standard)
    except ApiError as refusal:
        return refusal
    return Outcome(ingestion.unique_key)


def living_target(known: Known, ingestion: Ingestion) -> bytes | None:
    """The profile that the object belongs to. One whose time is over goes first, as nobody would have it again."""
    while (target := known.target(ingestion)) is not None:
        profile = known.record_of_target(ingestion, target)
        if profile is None or profile.row.expires_at > ingestion.call.now:
            break
        known.writes.flush(known.tx)
        delete_profile(ingestion.call, known.domain, profile, EXPIRED)
        known.forget_profile(target)
    return target


def _rejection(
    ingestion: Ingestion, target: bytes | None, standard: standard_ingestion.Owners
) -> tuple[str, str] | None:
    """Why an accepted object can not be given to a profile (code, reason), or None."""
    for kind, owners in standard.items():
        if len(owners) > 1:
            return AMBIGUOUS, f"The keys of the object belong to {len(owners)} standard objects {kind}."
    if target is None and not ingestion.compiled.allow_profile_creation:
        name = ingestion.object_type.name
        return NO_PROFILE, f"No profile matches, and object type {name} does not allow profile creation."
    return None


def _keep_aside(writes: Writes, ingestion: Ingestion, code: str, reason: str) -> None:
    call, object_type = ingestion.call, ingestion.object_type
    letter = DeadLetter(
        call.new_id(),
        call.now,
        object_type.number,
        object_type.name,
        ingestion.unique_key,
        code,
        reason,
        ingestion.text,
        ingestion.identifying_hashes,
    )
    writes.add_dead_letter(letter, ingestion.domain.has_dead_letter_queue)


def _take_in(known: Known, ingestion: Ingestion, profile: ProfileRecord, standard: standard_ingestion.Owners) -> None:
    """An object that was in another profile leaves that first; `former` is the object as it was in this one."""
    elsewhere = known.object(ingestion.name)
    former = elsewhere if elsewhere is not None and elsewhere.profile == profile.id else None
    stored = NO_CLAIMS if former is None else decode_object_claims(former.claims)
    stamp = ingestion.stamp(profile.sequence)
    claims = _fold(known, ingestion, profile, dict(unpack(stored.profile)), stamp)
    if elsewhere is not None and former is None:
        _leave_profile(known, ingestion, elsewhere)
    is_new = profile.is_new
    profile.row.objects += former is None
    profile.bytes_more = ingestion.size - (0 if former is None else former.size)
    records.keep_until(profile, ingestion.call.now, ingestion.days)
    _change(known, ingestion, profile, "INGESTED")
    object_keys.replace(known, ingestion, profile.id, is_new, former is not None)
    written = standard_ingestion.write(known, ingestion, standard, profile.id, stamp, stored.standard)
    _put_object(known, ingestion, profile.id, stamp.sequence, StoredObjectClaims(pack(claims.items()), written))
    if former is None:
        eviction.make_room(known, ingestion, profile)


def _fold(
    known: Known, ingestion: Ingestion, profile: ProfileRecord, former: ObjectClaims, stamp: Stamp
) -> ObjectClaims:
    """Fold the object's claims into the profile's; the claims that the object makes now. What would make the profile
    too large is taken back and refused.
    """
    fields = ingestion.mapped.profile_fields
    if profile.is_new:
        fields = {**ingestion.mapped.inferred, **fields}
    before = dict(profile.claims.winners), profile.bound
    try:
        claims = _fold_fields(
            known, ingestion, profile, former, {field: Claim(fields[field], stamp) for field in fields}
        )
        records.check_size(profile, records.bytes_of_texts(fields))
    except ApiError:
        profile.claims.winners, profile.bound = before
        raise
    return claims


def _fold_fields(
    known: Known, ingestion: Ingestion, profile: ProfileRecord, former: ObjectClaims, new: ObjectClaims
) -> ObjectClaims:
    claims, weaker = put_object(profile.claims, former, new)
    if weaker:
        known.writes.flush_objects(known.tx)
        others = claims_of_objects(known.tx, known.domain, profile.id)
        others.pop(ingestion.source, None)
        refold(profile.claims, weaker, [*others.values(), claims])
    return claims


def _change(known: Known, ingestion: Ingestion, profile: ProfileRecord, action: str) -> None:
    records.change(ingestion.call, known.writes, profile, action, ingestion.object_type.name, ingestion.unique_key)
    known.note_record(profile)


def _put_object(known: Known, ingestion: Ingestion, profile: bytes, sequence: int, claims: StoredObjectClaims) -> None:
    call = ingestion.call
    row = ObjectRow(
        object_type=ingestion.object_type.number,
        unique_key=ingestion.unique_key,
        profile=profile,
        ingested_at=call.now,
        sequence=sequence,
        expires_at=call.now + ingestion.days * records.DAY,
        size=ingestion.size,
        object=ingestion.text,
        claims=records.encode(claims).decode(),
    )
    if known.writes.listeners:
        name, is_new = (ingestion.object_type.name, ingestion.unique_key), known.object(ingestion.name) is None
        tell_of_object(call, known.writes, profile, sequence, name, ingestion.text, is_new)
    known.writes.put_object(row)
    known.note_object(row)


def _leave_profile(known: Known, ingestion: Ingestion, row: ObjectHead) -> None:
    """An object leaves its profile for another: winning claims stay there, marked as gone; its keys there go."""
    profile = known.record(ingestion.call, row.profile)
    if profile is None:
        return
    stored = decode_object_claims(row.claims)
    remove_object(profile.claims, dict(unpack(stored.profile)))
    profiles.add_gone_source(known.tx, known.domain, row.object_type, row.profile)
    supply = profile.id, row.supplier
    supplied = known.supplied(supply)
    known.writes.know_supplied(supply, supplied)
    known.writes.remove_keys(supply, supplied)
    standard_ingestion.leave_all(known, ingestion, stored.standard)
    profile.row.objects -= 1
    profile.bytes_more = -row.size
    _change(known, ingestion, profile, "UPDATED")
