"""Object types: how an object of a system maps to a profile."""

from typing import Any

import msgspec

from openprofiles.actions import delete
from openprofiles.actions.attributes import leaves
from openprofiles.actions.lookup import find_domain, lock_domain
from openprofiles.actions.object_types import NO_NUMBER, caps, decode_document, find_object_type, no_object_type
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.actions.put_object_type import put_object_type
from openprofiles.call import Call
from openprofiles.errors import BadRequestException, ResourceNotFoundException
from openprofiles.mapping.definitions import FieldDefinition, KeyDefinition
from openprofiles.mapping.detection import Proposal, detect_mapping, renamed
from openprofiles.mapping.object_type_templates import ObjectTypeTemplate, all_templates
from openprofiles.mapping.parsing import parse_object
from openprofiles.shapes import (
    DeleteProfileObjectTypeRequest,
    DeleteProfileObjectTypeResponse,
    DetectedProfileObjectType,
    DetectProfileObjectTypeRequest,
    DetectProfileObjectTypeResponse,
    GetProfileObjectTypeRequest,
    GetProfileObjectTypeResponse,
    GetProfileObjectTypeTemplateRequest,
    GetProfileObjectTypeTemplateResponse,
    ListProfileObjectTypeItem,
    ListProfileObjectTypesRequest,
    ListProfileObjectTypesResponse,
    ListProfileObjectTypeTemplateItem,
    ListProfileObjectTypeTemplatesRequest,
    ListProfileObjectTypeTemplatesResponse,
    ObjectTypeField,
    ObjectTypeKey,
    PutProfileObjectTypeRequest,
    PutProfileObjectTypeResponse,
)
from openprofiles.storage import definitions, keys
from openprofiles.storage.definitions import OBJECT_TYPE, Definition, decode_tags
from openprofiles.storage.domains import Domain

PAGE_SIZE = 100


def put_profile_object_type(call: Call, request: PutProfileObjectTypeRequest) -> PutProfileObjectTypeResponse:
    """Define a type, or define it anew for later objects; the tags of an existing type stay as they are."""
    domain = lock_domain(call, request.domain_name)
    definition = put_object_type(call, domain, request)
    return PutProfileObjectTypeResponse(**_shown(call, domain, definition))


def get_profile_object_type(call: Call, request: GetProfileObjectTypeRequest) -> GetProfileObjectTypeResponse:
    """A type as it was put: the answer is valid input for PutProfileObjectType. A template's name that holds, and has
    held, no object is free: infrastructure tools ask for a type before they create it.
    """
    domain = find_domain(call, request.domain_name)
    definition = find_object_type(call, domain, request.object_type_name)
    if definition.number == NO_NUMBER and not definition.name.startswith("_"):
        raise no_object_type(domain, definition.name)
    return GetProfileObjectTypeResponse(**_shown(call, domain, definition))


def delete_profile_object_type(call: Call, request: DeleteProfileObjectTypeRequest) -> DeleteProfileObjectTypeResponse:
    """The type goes with its objects and with what they populated; each field falls back to its next best claim. An
    implicit type without objects is not there.
    """
    domain = lock_domain(call, request.domain_name)
    object_type = find_object_type(call, domain, request.object_type_name)
    if object_type.number == NO_NUMBER:
        raise no_object_type(domain, object_type.name)
    delete.delete_object_type(call, domain, object_type)
    return DeleteProfileObjectTypeResponse(message="Profile Object Type Deleted")


def list_profile_object_types(call: Call, request: ListProfileObjectTypesRequest) -> ListProfileObjectTypesResponse:
    """The domain's types, by name; implicit ones where they hold, or have held, objects."""
    domain = find_domain(call, request.domain_name)
    scope, limit = ("ListProfileObjectTypes", domain.number), request.max_results or PAGE_SIZE
    after = open_token(call, scope, request.next_token) or [""]
    rows = definitions.page(call.tx, domain.number, OBJECT_TYPE, str(after[0]), limit + 1)
    page, token = page_of(call, scope, rows, limit, lambda definition: [definition.name])
    available = _available(call, domain)
    return ListProfileObjectTypesResponse(items=[_item(row, available) for row in page], next_token=token)


def _item(definition: Definition, available: int) -> ListProfileObjectTypeItem:
    document = decode_document(definition.document)
    return ListProfileObjectTypeItem(
        object_type_name=definition.name,
        description=document.description,
        created_at=definition.created_at / 1000,
        last_updated_at=definition.updated_at / 1000,
        max_profile_object_count=document.max_profile_object_count,
        max_available_profile_object_count=available,
        source_priority=document.source_priority,
        tags=decode_tags(definition.tags) or None,
    )


def _shown(call: Call, domain: Domain, definition: Definition) -> dict[str, Any]:
    """The members that Put and Get share."""
    document = decode_document(definition.document)
    return {
        "object_type_name": definition.name,
        **{member: value for member, value in msgspec.structs.asdict(document).items() if member != "is_implicit"},
        "allow_profile_creation": bool(document.allow_profile_creation),
        "fields": _fields(document.fields),
        "keys": _keys(document.keys),
        "max_available_profile_object_count": _available(call, domain),
        "created_at": definition.created_at / 1000,
        "last_updated_at": definition.updated_at / 1000,
        "tags": decode_tags(definition.tags) or None,
    }


def get_profile_object_type_template(
    _: Call, request: GetProfileObjectTypeTemplateRequest
) -> GetProfileObjectTypeTemplateResponse:
    template = all_templates().get(request.template_id)
    if template is None:
        raise ResourceNotFoundException(f"Template {request.template_id} does not exist.")
    return GetProfileObjectTypeTemplateResponse(
        **{
            **msgspec.structs.asdict(template),
            "fields": _fields(template.fields),
            "keys": _keys(template.keys),
        }
    )


def list_profile_object_type_templates(
    call: Call, request: ListProfileObjectTypeTemplatesRequest
) -> ListProfileObjectTypeTemplatesResponse:
    """All templates, by their ids."""
    scope, limit = ("ListProfileObjectTypeTemplates",), request.max_results or PAGE_SIZE
    [after] = open_token(call, scope, request.next_token) or [""]
    rows = [template for template_id, template in all_templates().items() if template_id > str(after)][: limit + 1]
    page, token = page_of(call, scope, rows, limit, lambda template: [template.template_id])
    return ListProfileObjectTypeTemplatesResponse(items=[_template_item(one) for one in page], next_token=token)


def _template_item(template: ObjectTypeTemplate) -> ListProfileObjectTypeTemplateItem:
    return ListProfileObjectTypeTemplateItem(
        template_id=template.template_id, source_name=template.source_name, source_object=template.source_object
    )


def detect_profile_object_type(call: Call, request: DetectProfileObjectTypeRequest) -> DetectProfileObjectTypeResponse:
    """Propose a mapping for objects such as these: one, or none where nothing tells one object from another. It is
    valid input for PutProfileObjectType in this domain.
    """
    domain = find_domain(call, request.domain_name)
    objects = [_sample(call, text) for text in request.objects]
    proposal = detect_mapping(objects)
    if proposal is None:
        return DetectProfileObjectTypeResponse(detected_profile_object_types=[])
    proposal = _without_clashes(call, domain, proposal)
    detected = DetectedProfileObjectType(
        source_last_updated_timestamp_format=proposal.source_last_updated_timestamp_format,
        fields=_fields(proposal.fields),
        keys=_keys(proposal.keys),
    )
    return DetectProfileObjectTypeResponse(detected_profile_object_types=[detected])


def _sample(call: Call, text: str) -> dict[str, Any]:
    parsed, most = parse_object(text), call.quotas.detected_attributes
    names: set[str] = set()
    for name, _ in leaves(parsed):
        names.add(name)
        if len(names) > most:
            raise BadRequestException(f"Breached limit of {most} attributes.")
    return parsed


def _without_clashes(call: Call, domain: Domain, proposal: Proposal) -> Proposal:
    """Keys that other types of the domain have for something else get names of their own."""
    while True:
        other = renamed(proposal, keys.names_elsewhere(call.tx, domain.number, list(proposal.keys), NO_NUMBER))
        if other == proposal:
            return proposal
        proposal = other


def _fields(fields: dict[str, FieldDefinition] | None) -> dict[str, ObjectTypeField] | None:
    return msgspec.convert(fields, dict[str, ObjectTypeField] | None, from_attributes=True)


def _keys(given: dict[str, list[KeyDefinition]] | None) -> dict[str, list[ObjectTypeKey]] | None:
    return msgspec.convert(given, dict[str, list[ObjectTypeKey]] | None, from_attributes=True)


def _available(call: Call, domain: Domain) -> int:
    """How many objects of a profile no type of the domain has claimed for itself yet."""
    claimed = sum(caps(call.tx, domain.number).values())
    return max(0, call.quotas.objects_per_profile - claimed)
