"""Operations that AWS does not have: JSON below `/-/`, signed and routed like all others."""

from openprofiles.operations import Operation
from openprofiles.shapes import Name, Shape, Uuid


class ExplainProfileRequest(Shape, kw_only=True):
    domain_name: Name
    profile_id: Uuid


class FieldExplanation(Shape, kw_only=True):
    """Why a field has its value. `source` is an object type's name, `Manual` or `Merge`; times in epoch seconds.

    `object_key` is the ProfileObjectUniqueKey of the object; `source_gone` says that the object no longer exists;
    `merged_from` is the object type whose value a merge chose.
    """

    value: object
    source: str
    source_time: float
    source_priority: int | None = None
    object_key: str | None = None
    source_gone: bool | None = None
    merged_from: str | None = None


class KeyExplanation(Shape, kw_only=True):
    """A key value of the profile, and who supplies it."""

    key_name: str
    value: str
    supplied_by: list[str]


class ExplainProfileResponse(Shape, kw_only=True):
    profile_id: Uuid
    fields: dict[str, FieldExplanation]
    keys: list[KeyExplanation]


EXTENSIONS: dict[str, Operation] = {
    "ExplainProfile": Operation(
        name="ExplainProfile",
        method="GET",
        path="/-/domains/{DomainName}/profiles/{ProfileId}/explain",
        function="explain_profile",
        reads=True,
        status=200,
        request=ExplainProfileRequest,
        response=ExplainProfileResponse,
        path_members=(("DomainName", "DomainName"), ("ProfileId", "ProfileId")),
    ),
}
