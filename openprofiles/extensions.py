"""Operations that AWS does not have: JSON below `/-/`, signed and routed like all others."""

from typing import Annotated

import msgspec

from openprofiles.operations import Operation
from openprofiles.shapes import MaxSize100, Name, Shape, Timestamp, Token, TypeName, Uuid


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


# --- dead letters


class ListDeadLettersRequest(Shape, kw_only=True):
    domain_name: Name
    object_type_name: TypeName | None = None
    next_token: Token | None = None
    max_results: MaxSize100 | None = None


class DeadLetterItem(Shape, kw_only=True):
    """An object that was accepted and could not be given to a profile: why, and when that was in epoch seconds."""

    dead_letter_id: str
    object_type_name: str
    profile_object_unique_key: str
    code: str
    reason: str
    created_at: Timestamp


class ListDeadLettersResponse(Shape, kw_only=True):
    items: list[DeadLetterItem]
    next_token: str | None = None


class GetDeadLetterRequest(Shape, kw_only=True):
    domain_name: Name
    dead_letter_id: Uuid


class GetDeadLetterResponse(DeadLetterItem, kw_only=True):
    """The same with the object, as it was put."""

    object: str


class ReplayDeadLettersRequest(Shape, kw_only=True):
    """Which to try again: those named, else all of an object type, else all; a page of them in one call."""

    domain_name: Name
    dead_letter_ids: Annotated[list[Uuid], msgspec.Meta(min_length=1, max_length=100)] | None = None
    object_type_name: TypeName | None = None
    next_token: Token | None = None


class ReplayedDeadLetter(Shape, kw_only=True):
    """What became of one: a reason where it was refused again, and is kept."""

    dead_letter_id: str
    reason: str | None = None


class ReplayDeadLettersResponse(Shape, kw_only=True):
    items: list[ReplayedDeadLetter]
    next_token: str | None = None


class DeleteDeadLetterRequest(Shape, kw_only=True):
    domain_name: Name
    dead_letter_id: Uuid


class DeleteDeadLetterResponse(Shape, kw_only=True):
    message: str


_DOMAIN = ("DomainName", "DomainName")
_LETTER = ("DeadLetterId", "DeadLetterId")

_ALL = (
    Operation(
        name="ExplainProfile",
        method="GET",
        path="/-/domains/{DomainName}/profiles/{ProfileId}/explain",
        function="explain_profile",
        reads=True,
        status=200,
        request=ExplainProfileRequest,
        response=ExplainProfileResponse,
        path_members=(_DOMAIN, ("ProfileId", "ProfileId")),
    ),
    Operation(
        name="ListDeadLetters",
        method="GET",
        path="/-/domains/{DomainName}/dead-letters",
        function="list_dead_letters",
        reads=True,
        status=200,
        request=ListDeadLettersRequest,
        response=ListDeadLettersResponse,
        path_members=(_DOMAIN,),
        query_members=(
            ("object-type-name", "ObjectTypeName", "string"),
            ("next-token", "NextToken", "string"),
            ("max-results", "MaxResults", "integer"),
        ),
    ),
    Operation(
        name="GetDeadLetter",
        method="GET",
        path="/-/domains/{DomainName}/dead-letters/{DeadLetterId}",
        function="get_dead_letter",
        reads=True,
        status=200,
        request=GetDeadLetterRequest,
        response=GetDeadLetterResponse,
        path_members=(_DOMAIN, _LETTER),
    ),
    Operation(
        name="ReplayDeadLetters",
        method="POST",
        path="/-/domains/{DomainName}/dead-letters/replay",
        function="replay_dead_letters",
        reads=False,
        status=200,
        request=ReplayDeadLettersRequest,
        response=ReplayDeadLettersResponse,
        path_members=(_DOMAIN,),
        replays=True,
    ),
    Operation(
        name="DeleteDeadLetter",
        method="DELETE",
        path="/-/domains/{DomainName}/dead-letters/{DeadLetterId}",
        function="delete_dead_letter",
        reads=False,
        status=200,
        request=DeleteDeadLetterRequest,
        response=DeleteDeadLetterResponse,
        path_members=(_DOMAIN, _LETTER),
        replays=True,
    ),
)

EXTENSIONS = {operation.name: operation for operation in _ALL}
