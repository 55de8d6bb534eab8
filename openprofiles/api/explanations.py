"""Why a profile is as it is."""

import base64

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
from openprofiles.merging.survivorship import MANUAL, MANUAL_RANK, Claim
from openprofiles.storage import key_supplies, profile_objects, standard_objects
from openprofiles.storage.domains import Domain
from openprofiles.storage.key_supplies import FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER

GONE_TYPE = "Deleted object type"
GONE_OBJECT = "Object that is gone"
SUPPLIERS = {FIELD_SUPPLIER: "Profile field", HAND_SUPPLIER: "AddProfileKey", MERGE_SUPPLIER: "Merge"}


def explain_profile(call: Call, request: ExplainProfileRequest) -> ExplainProfileResponse:
    """The winner of each field with its source, and who supplies each key value."""
    domain = find_domain(call, request.domain_name)
    profile = records.load(call, domain.number, profile_id_bytes(request.profile_id))
    if profile is None:
        raise ResourceNotFoundException(f"Profile {request.profile_id} does not exist in domain {domain.name}.")
    names = profile_objects.type_names(call.tx, domain.number)
    objects = profile_objects.names_of_profile(call.tx, domain.number, profile.id)
    unique_keys = {profile_objects.source_of(*named): named[1] for named in objects}
    fields = {field: _field(winner, names, unique_keys) for field, winner in sorted(profile.claims.winners.items())}
    return ExplainProfileResponse(
        profile_id=request.profile_id, fields=fields, keys=_keys(call, domain, profile.id, names)
    )


def _field(winner: Claim, names: dict[int, str], unique_keys: dict[str, bytes]) -> FieldExplanation:
    unique_key = unique_keys.get(winner.source)
    return FieldExplanation(
        value=winner.value,
        source=_source(winner, names),
        source_time=winner.time / 1000,
        source_priority=winner.rank if winner.rank < MANUAL_RANK else None,
        object_key=None if unique_key is None else base64.b64encode(unique_key).decode(),
        source_gone=True if winner.gone else None,
        merged_from=names.get(winner.origin) if winner.origin else None,
    )


def _source(winner: Claim, names: dict[int, str]) -> str:
    if winner.is_decision:
        return "Manual" if winner.source == MANUAL else "Merge"
    return names.get(winner.object_type, GONE_TYPE)


def _keys(call: Call, domain: Domain, profile: bytes, names: dict[int, str]) -> list[KeyExplanation]:
    objects = profile_objects.names_of_profile(call.tx, domain.number, profile)
    suppliers = SUPPLIERS | {
        profile_objects.supplier_of(number, unique_key): names.get(number, GONE_TYPE) for number, unique_key in objects
    }
    own_objects = standard_objects.ids_of_profile(call.tx, domain.number, profile)
    suppliers |= dict.fromkeys(own_objects, "Standard object")
    by_value: dict[tuple[str, str], list[str]] = {}
    for supplier, keys in key_supplies.of_owner(call.tx, domain.number, profile).items():
        for row in keys.values():
            told = by_value.setdefault((row.name, row.value), [])
            if (by := suppliers.get(supplier, GONE_OBJECT)) not in told:
                told.append(by)
    return [
        KeyExplanation(key_name=name, value=value, supplied_by=told) for (name, value), told in sorted(by_value.items())
    ]
