"""Why a profile is as it is."""

from openprofiles.actions import records
from openprofiles.actions.explain import Sources, explain_fields, explain_keys
from openprofiles.actions.lookup import find_domain, profile_id_bytes
from openprofiles.call import Call
from openprofiles.errors import ResourceNotFoundException
from openprofiles.extension_shapes import ExplainProfileRequest, ExplainProfileResponse


def explain_profile(call: Call, request: ExplainProfileRequest) -> ExplainProfileResponse:
    """The winner of each field with what it beat, who supplies each key value, and the objects."""
    tx, domain = call.tx, find_domain(call, request.domain_name)
    profile = records.load(call, domain.number, profile_id_bytes(request.profile_id))
    if profile is None:
        raise ResourceNotFoundException(f"Profile {request.profile_id} does not exist in domain {domain.name}.")
    sources = Sources(tx, domain.number, profile.id)
    return ExplainProfileResponse(
        profile_id=request.profile_id,
        fields=explain_fields(tx, domain.number, profile, sources),
        keys=explain_keys(tx, domain.number, profile.id, sources),
        objects=sources.objects(),
    )
