"""Why a profile is as it is."""

from openprofiles.actions import records
from openprofiles.actions.lookup import find_domain, profile_id_bytes
from openprofiles.call import Call
from openprofiles.errors import ResourceNotFoundException
from openprofiles.extensions import (
    ExplainProfileRequest,
    ExplainProfileResponse,
    FieldExplanation,
    KeyExplanation,
)
from openprofiles.merging.survivorship import MANUAL, MANUAL_RANK, MERGE, Claim
from openprofiles.storage import keys, profile_objects
from openprofiles.storage.domains import Domain
from openprofiles.storage.keys import FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER

SUPPLIERS = {FIELD_SUPPLIER: "Profile field", HAND_SUPPLIER: "AddProfileKey", MERGE_SUPPLIER: "Merge"}


def explain_profile(call: Call, request: ExplainProfileRequest) -> ExplainProfileResponse:
    """The winner of each field with its source, and who supplies each key value."""
    domain = find_domain(call, request.domain_name)
    profile = records.load(call.tx, domain.number, profile_id_bytes(request.profile_id))
    if profile is None:
        raise ResourceNotFoundException(f"Profile {request.profile_id} does not exist in domain {domain.name}.")
    names = profile_objects.type_names(call.tx, domain.number)
    fields = {field: _field(winner, names) for field, winner in sorted(profile.claims.winners.items())}
    return ExplainProfileResponse(
        profile_id=request.profile_id, fields=fields, keys=_keys(call, domain, profile.id, names)
    )


def _field(winner: Claim, names: dict[int, str]) -> FieldExplanation:
    source, object_key = _source(winner.source, names)
    return FieldExplanation(
        value=winner.value,
        source=source,
        source_time=winner.time / 1000,
        source_priority=winner.rank if winner.rank < MANUAL_RANK else None,
        object_key=object_key,
        source_gone=True if winner.gone else None,
    )


def _source(source: str, names: dict[int, str]) -> tuple[str, str | None]:
    if source == MANUAL:
        return "Manual", None
    if source.startswith(MERGE):
        return "Merge", None
    number, _, supplier = source.partition(":")
    return names.get(int(number), "(deleted object type)"), supplier


def _keys(call: Call, domain: Domain, profile: bytes, names: dict[int, str]) -> list[KeyExplanation]:
    objects = profile_objects.type_of_suppliers(call.tx, domain.number, profile)
    by_value: dict[tuple[str, str], list[str]] = {}
    for row in keys.of_owner(call.tx, domain.number, profile):
        supplier = row["supplier"]
        told = SUPPLIERS.get(supplier) or names.get(objects.get(supplier, 0)) or "Object that is gone"
        suppliers = by_value.setdefault((row["name"], row["value"]), [])
        if told not in suppliers:
            suppliers.append(told)
    return [KeyExplanation(key_name=name, value=value, supplied_by=told) for (name, value), told in by_value.items()]
