"""The requests and answers of the operations that AWS does not have."""

from typing import Annotated, Literal

import msgspec

from openprofiles.shapes import (
    ExpirationDaysInteger,
    FieldName,
    MaxSize100,
    MaxSize1000,
    MinSize1,
    Name,
    ObjectTypeField,
    ObjectTypeKey,
    Profile,
    Shape,
    String1To255,
    StringifiedJson,
    Timestamp,
    Token,
    TypeName,
    Uuid,
)


class ExplainProfileRequest(Shape, kw_only=True):
    """Tells which source gave each field its value and what that beat, who supplies each key value, and the objects."""

    domain_name: Name
    profile_id: Uuid


class LosingClaim(Shape, kw_only=True):
    """A value that somebody gave. `source` is an object type's name, `Manual` or `Merge`; times in epoch seconds.

    `object_key` is the ProfileObjectUniqueKey of the object; `source_gone` says that the object no longer exists.
    """

    value: object
    source: str
    source_time: float
    source_priority: int | None = None
    object_key: str | None = None
    source_gone: bool | None = None


class FieldExplanation(LosingClaim, kw_only=True):
    """Why a field has its value: the claim that won, and those that it beat, newest first. `merged_from` is the object
    type whose value a merge chose.
    """

    merged_from: str | None = None
    losers: list[LosingClaim] | None = None


class KeyExplanation(Shape, kw_only=True):
    """A key value of the profile, and who supplies it."""

    key_name: str
    value: str
    supplied_by: list[str]


class ObjectExplanation(Shape, kw_only=True):
    """An object of the profile, and when it came and goes."""

    object_type_name: str
    profile_object_unique_key: str
    ingested_at: Timestamp
    expires_at: Timestamp


class ExplainProfileResponse(Shape, kw_only=True):
    profile_id: Uuid
    fields: dict[str, FieldExplanation]
    keys: list[KeyExplanation]
    objects: list[ObjectExplanation]


# --- all of a domain


class ListProfilesRequest(Shape, kw_only=True):
    """All profiles of a domain, oldest first."""

    domain_name: Name
    next_token: Token | None = None
    max_results: MaxSize100 | None = None


class ListProfilesResponse(Shape, kw_only=True):
    items: list[Profile]
    next_token: str | None = None


class ExportDomainRequest(Shape, kw_only=True):
    """Everything that a domain has, as lines from which `openprofiles import` makes it again."""

    domain_name: Name
    next_token: Token | None = None


class ExportDomainResponse(Shape, kw_only=True):
    """Lines of JSON (NDJSON). On the wire the lines are the answer."""

    lines: bytes
    next_token: str | None = None


class EraseCustomerRequest(Shape, kw_only=True):
    """Removes a customer with profile, objects, keys, history and dead letters: whose profile has this key value
    (`_profileId` names it by its id). Where several have it, none of them, unless `all_profiles` is true.
    """

    domain_name: Name
    key_name: Name
    value: String1To255
    all_profiles: bool | None = None


class EraseCustomerResponse(Shape, kw_only=True):
    """The receipt: what there was, and is no more. Not `is_complete` where more profiles have the value than one call
    erases.
    """

    erasure_id: str
    domain_name: str
    erased_at: Timestamp
    erased_by: str
    profile_ids: list[str]
    objects: int
    standard_objects: int
    keys: int
    history_records: int
    dead_letters: int
    is_complete: bool


# --- what a mapping does


class DraftMapping(Shape, kw_only=True):
    """An object type that nobody has put: the members of PutProfileObjectType that decide about objects."""

    template_id: Name | None = None
    expiration_days: ExpirationDaysInteger | None = None
    allow_profile_creation: bool | None = None
    source_last_updated_timestamp_format: String1To255 | None = None
    max_profile_object_count: MinSize1 | None = None
    source_priority: MinSize1 | None = None
    fields: dict[FieldName, ObjectTypeField] | None = None
    keys: dict[Name, list[ObjectTypeKey]] | None = None


class DryRunProfileObjectRequest(Shape, kw_only=True):
    """Tells what putting an object would do: as the type is in the domain, or as `mapping` would make it. Nothing is
    stored.
    """

    domain_name: Name
    object_type_name: TypeName
    object: StringifiedJson
    mapping: DraftMapping | None = None


class MappingFinding(Shape, kw_only=True):
    """What a mapping may do and what hurts. `where` is the field or key; docs/lint.md describes the codes."""

    code: str
    severity: Literal["warning", "note"]
    where: str | None = None
    message: str


class LintProfileObjectTypeRequest(Shape, kw_only=True):
    """Tells what hurts in an object type: as the domain has it, or as `mapping` would make it; with a sample `object`,
    in that too.
    """

    domain_name: Name
    object_type_name: TypeName
    mapping: DraftMapping | None = None
    object: StringifiedJson | None = None


class LintProfileObjectTypeResponse(Shape, kw_only=True):
    findings: list[MappingFinding]


class DryRunKey(Shape, kw_only=True):
    """A key value of the object, in the order in which PROFILE keys are asked, and the profiles that have it already.

    `verdict`: whether it decides the profile, belongs to none or to several, is not asked since one before it has
    decided, or never finds profiles.
    """

    key_name: str
    value: str
    standard_identifiers: list[str]
    profile_ids: list[str]
    verdict: Literal["DECIDES", "NO_PROFILE", "AMBIGUOUS", "NOT_ASKED", "NO_PROFILE_KEY"]


class ValueChange(Shape, kw_only=True):
    """What a field of the profile would change from and to; an absent side is no value."""

    before: object = None
    after: object = None


class DryRunProfileObjectResponse(Shape, kw_only=True):
    """What putting the object would do. Nothing is stored.

    `outcome`: REFUSED is an error of the put (`code`, `reason`), DEAD_LETTER an object that is accepted and given to
    no profile. `values`: what each field's source gives. `changes`: fields of the profile; `overruled`: the object's
    values that would not win, with what wins. `leaves_profile_id`: the profile that the object would be taken from.
    `evicted`: how many older objects would go. `findings`: what hurts in the mapping, with this object.
    """

    outcome: Literal["CREATES_PROFILE", "UPDATES_PROFILE", "DEAD_LETTER", "REFUSED"]
    reason: str
    code: str | None = None
    values: dict[str, object]
    keys: list[DryRunKey] | None = None
    profile_object_unique_key: str | None = None
    replaces_object: bool | None = None
    profile_id: str | None = None
    leaves_profile_id: str | None = None
    changes: dict[str, ValueChange] | None = None
    overruled: dict[str, FieldExplanation] | None = None
    added_keys: list[KeyExplanation] | None = None
    removed_keys: list[KeyExplanation] | None = None
    standard_objects: dict[str, dict[str, object]] | None = None
    evicted: int | None = None
    findings: list[MappingFinding]


# --- dead letters


class ListDeadLettersRequest(Shape, kw_only=True):
    """Objects that were accepted and could not be given to a profile, with the reason; oldest first."""

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
    """Shows a dead letter with its object."""

    domain_name: Name
    dead_letter_id: Uuid


class GetDeadLetterResponse(DeadLetterItem, kw_only=True):
    """The same with the object, as it was put."""

    object: str


class ReplayDeadLettersRequest(Shape, kw_only=True):
    """Tries dead letters again, with the mapping of today: those that are named, else all of an object type, else all;
    a page of them in one call.
    """

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
    """Deletes a dead letter with the object that it holds: nobody can replay it afterwards."""

    domain_name: Name
    dead_letter_id: Uuid


class DeleteDeadLetterResponse(Shape, kw_only=True):
    message: str


# --- only on a server for tests


class ResetServerRequest(Shape, kw_only=True):
    """Deletes all domains of the account that the key may touch, and puts clock and faults back. Only on a server for
    tests (`serve --for-tests`).
    """


class ResetServerResponse(Shape, kw_only=True):
    """How many domains there were."""

    domains: int


class GetClockRequest(Shape, kw_only=True):
    """Tells what time it is for the data. Only on a server for tests (`serve --for-tests`)."""


class SetClockRequest(Shape, kw_only=True):
    """Sets the time of the data, in epoch seconds, or moves it on; it goes on from there. Only on a server for tests
    (`serve --for-tests`).
    """

    now: Annotated[float, msgspec.Meta(ge=0, le=253_402_300_799)] | None = None
    advance_seconds: Annotated[float, msgspec.Meta(ge=-10_000_000_000, le=10_000_000_000)] | None = None


class ClockResponse(Shape, kw_only=True):
    """The time, and how far it is from the wall's."""

    now: float
    offset_seconds: float


Delay = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class GetFaultsRequest(Shape, kw_only=True):
    """Tells what is imitated of AWS's less convenient ways. Only on a server for tests (`serve --for-tests`)."""


class SetFaultsRequest(Shape, kw_only=True):
    """Imitates AWS's less convenient ways, on a server for tests (`serve --for-tests`); what is not given is off.
    Objects come to their profiles after `ingestion_delay_seconds`, and up to `ingestion_jitter_seconds` later, so that
    they change places. A share of writing calls, `concurrent_update_rate` from 0 to 1, is refused since another update
    is in progress.
    """

    ingestion_delay_seconds: Delay | None = None
    ingestion_jitter_seconds: Delay | None = None
    concurrent_update_rate: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class FaultsResponse(Shape, kw_only=True):
    ingestion_delay_seconds: float
    ingestion_jitter_seconds: float
    concurrent_update_rate: float


class ReadEventStreamRequest(Shape, kw_only=True):
    """Reads events of a stream with the Uri `pull:`, each until it is acknowledged. `receipt`: that of the last answer,
    whose events are done.
    """

    domain_name: Name
    event_stream_name: Name
    receipt: Annotated[str, msgspec.Meta(max_length=131_072)] | None = None
    max_results: MaxSize1000 | None = None


class ReadEventStreamResponse(Shape, kw_only=True):
    """Events as records, those of a profile in their order. Without a receipt there are none."""

    records: list[msgspec.Raw]
    receipt: str | None = None


class GetSigningSecretRequest(Shape, kw_only=True):
    """Shows the secret that a webhook verifies the signatures of its messages with."""

    domain_name: Name
    event_stream_name: Name


class GetSigningSecretResponse(Shape, kw_only=True):
    """`whsec_` and the key in base64, as the Standard Webhooks specification writes it."""

    secret: str


class ExplainCalculatedAttributeRequest(Shape, kw_only=True):
    """Tells which objects of a profile counted for a calculated attribute, and why the others did not."""

    domain_name: Name
    calculated_attribute_name: TypeName
    profile_id: Uuid


class ObjectVerdict(Shape, kw_only=True):
    """An object and what became of it: `COUNTED`, or why it did not count. `timestamp`: the time that it counts by."""

    profile_object_unique_key: str
    verdict: Literal[
        "COUNTED",
        "OUTSIDE_RANGE",
        "BEYOND_OBJECT_COUNT",
        "BEFORE_DEFINITION",
        "FILTERED",
        "NO_TIMESTAMP",
        "NO_VALUE",
        "NOT_A_NUMBER",
    ]
    timestamp: Timestamp | None = None
    value: str | None = None


class ExplainCalculatedAttributeResponse(Shape, kw_only=True):
    """The value as GetCalculatedAttributeForProfile gives it, the range that holds now, and all objects of the type,
    newest first. A range without an end includes all that comes in.
    """

    calculated_attribute_name: str
    display_name: str | None = None
    is_data_partial: str
    value: str | None = None
    last_object_timestamp: Timestamp | None = None
    range_start: Timestamp
    range_end: Timestamp | None = None
    objects: list[ObjectVerdict]
