"""What putting an object would do: it is put, looked at, and taken back by whoever opened the transaction."""

from typing import Any

import msgspec

from openprofiles.actions import records
from openprofiles.actions.explain import Sources, explain_keys
from openprofiles.actions.incoming import Incoming, Ingestion, prepare
from openprofiles.actions.ingest import ingest, living_target
from openprofiles.actions.known import Known
from openprofiles.actions.records import ProfileRecord
from openprofiles.actions.writes import Writes
from openprofiles.errors import ApiError
from openprofiles.extension_shapes import FieldExplanation, KeyExplanation
from openprofiles.mapping.keys import KeyValue
from openprofiles.merging.stored_claims import decode_object_claims
from openprofiles.merging.survivorship import ClaimValue
from openprofiles.storage import profile_objects, standard_objects
from openprofiles.storage.domains import Domain
from openprofiles.storage.profile_objects import ObjectRow

Keys = list[KeyExplanation]


class AskedKey(msgspec.Struct, frozen=True):
    """A key value of the object and the profiles that have it. `verdict` as in DryRunKey."""

    key: KeyValue
    profiles: list[bytes]
    verdict: str


class Before(msgspec.Struct, frozen=True):
    """What there was: the profile that the keys lead to, with its values and keys, and the object."""

    profile: bytes | None
    values: dict[str, ClaimValue]
    keys: Keys
    objects: int
    object_in: bytes | None


class After(msgspec.Struct, frozen=True):
    """What there would be: the object's profile; `overruled`: values of the object that lose."""

    profile: bytes
    values: dict[str, ClaimValue]
    keys: Keys
    objects: int
    overruled: dict[str, FieldExplanation]
    standard_objects: dict[str, dict[str, Any]]


class DryRun(msgspec.Struct, frozen=True):
    """`failure`: why the object would be refused, or why it would become a dead letter (code, reason)."""

    ingestion: Ingestion | None = None
    keys: list[AskedKey] = []
    before: Before | None = None
    after: After | None = None
    failure: ApiError | tuple[str, str] | None = None


def dry_run(domain: Domain, incoming: Incoming) -> DryRun:
    """Put the object in the call's transaction, which nobody may commit."""
    tx = incoming.call.tx
    [ingestion] = prepare(domain, [incoming])
    if isinstance(ingestion, ApiError):
        return DryRun(failure=ingestion)
    known = Known(tx, domain.number, Writes(domain.number, incoming.call.seed))
    known.gather([ingestion])
    living_target(known, ingestion)  # a profile whose time is over goes first, as before a put
    asked, before = _asked(known, ingestion), _before(known, ingestion)
    [outcome] = ingest(tx, domain, [incoming], keeps_rejected=False)
    failure = outcome if isinstance(outcome, ApiError) else outcome.rejection
    after = _after(domain, ingestion) if failure is None else None
    return DryRun(ingestion, asked, before, after, failure)


def _asked(known: Known, ingestion: Ingestion) -> list[AskedKey]:
    asked, is_decided = [], False
    for key, key_hash in ingestion.profile_keys:
        profiles = known.profiles_of(key, key_hash)
        asked.append(AskedKey(key, profiles, "NOT_ASKED" if is_decided else _verdict(profiles)))
        is_decided |= len(profiles) == 1
    return asked + [AskedKey(key, [], "NO_PROFILE_KEY") for key in ingestion.mapped.keys if not key.is_profile]


def _verdict(profiles: list[bytes]) -> str:
    return "DECIDES" if len(profiles) == 1 else "AMBIGUOUS" if profiles else "NO_PROFILE"


def _before(known: Known, ingestion: Ingestion) -> Before:
    target, former = known.target(ingestion), known.object(ingestion.name)
    profile = None if target is None else known.record(ingestion.call, target)
    object_in = None if former is None else former.profile
    if profile is None:
        return Before(None, {}, [], 0, object_in)
    keys = _keys(ingestion, known.domain, profile.id)
    return Before(profile.id, profile.claims.values(), keys, profile.row.objects, object_in)


def _keys(ingestion: Ingestion, domain: int, profile: bytes) -> Keys:
    tx = ingestion.call.tx
    return explain_keys(tx, domain, profile, Sources(tx, domain, profile))


def _after(domain: Domain, ingestion: Ingestion) -> After:
    """Raises LookupError where the object is not there, which an ingestion without a failure never leaves behind."""
    call, number = ingestion.call, domain.number
    row = profile_objects.find(call.tx, number, *ingestion.name)
    profile = None if row is None else records.load(call, number, row.profile)
    if row is None or profile is None:
        raise LookupError("an object that was put is not there")
    return After(
        profile.id,
        profile.claims.values(),
        _keys(ingestion, number, profile.id),
        profile.row.objects,
        _overruled(domain, ingestion, profile),
        _standard_objects(domain, ingestion, row),
    )


def _overruled(domain: Domain, ingestion: Ingestion, profile: ProfileRecord) -> dict[str, FieldExplanation]:
    sources, winners = Sources(ingestion.call.tx, domain.number, profile.id), profile.claims.winners
    lost = [field for field in ingestion.mapped.profile_fields if winners[field].source != ingestion.source]
    return {field: sources.field(winners[field]) for field in lost}


def _standard_objects(domain: Domain, ingestion: Ingestion, row: ObjectRow) -> dict[str, dict[str, Any]]:
    found = {
        kind: standard_objects.find(ingestion.call.tx, domain.number, bytes.fromhex(standard_object))
        for kind, standard_object in decode_object_claims(row.claims).standard.items()
    }
    return {kind: records.decode_document(one.document) for kind, one in found.items() if one is not None}
