"""Object types: how an object of a system maps to a profile."""

from typing import Any

import msgspec

from openprofiles.actions import delete
from openprofiles.actions.lookup import find_domain, find_object_type, lock_domain
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition, content_types_of_keys
from openprofiles.shapes import (
    DeleteProfileObjectTypeRequest,
    DeleteProfileObjectTypeResponse,
    GetProfileObjectTypeRequest,
    GetProfileObjectTypeResponse,
    ListProfileObjectTypeItem,
    ListProfileObjectTypesRequest,
    ListProfileObjectTypesResponse,
    ObjectTypeField,
    ObjectTypeKey,
    PutProfileObjectTypeRequest,
    PutProfileObjectTypeResponse,
)
from openprofiles.storage import definitions, keys
from openprofiles.storage.definitions import OBJECT_TYPE, Definition, decode_tags
from openprofiles.storage.domains import Domain
from openprofiles.storage.settings import next_number

PAGE_SIZE = 100
MAX_OBJECTS_PER_PROFILE = 1000
"""Profile objects that a profile may have in all ("Customer Profiles data limits")."""

decode_document = msgspec.json.Decoder(ObjectTypeDocument).decode


def put_profile_object_type(call: Call, request: PutProfileObjectTypeRequest) -> PutProfileObjectTypeResponse:
    """Define a type, or define it anew for later objects; the tags of an existing type stay as they are."""
    domain = lock_domain(call, request.domain_name)
    _check_origin(request)
    former = definitions.find(call.tx, domain.number, OBJECT_TYPE, request.object_type_name)
    number = next_number(call.tx) if former is None else former.number
    document = msgspec.convert(msgspec.to_builtins(request), ObjectTypeDocument)
    taken = keys.names_elsewhere(call.tx, domain.number, list(document.keys or ()), number)
    check_definition(document, taken)
    definition = Definition(
        name=request.object_type_name,
        number=number,
        created_at=call.now if former is None else former.created_at,
        updated_at=call.now,
        document=msgspec.json.encode(document).decode(),
        tags=msgspec.json.encode(request.tags or {}).decode() if former is None else former.tags,
    )
    definitions.put(call.tx, domain.number, OBJECT_TYPE, definition)
    keys.set_names(call.tx, domain.number, number, content_types_of_keys(document))
    return PutProfileObjectTypeResponse(**_shown(call, domain, definition))


def _check_origin(request: PutProfileObjectTypeRequest) -> None:
    if request.object_type_name.startswith("_"):
        raise BadRequestException(
            f"ObjectTypeName {request.object_type_name} begins with an underscore: those names are standard objects."
        )
    if request.template_id is not None:
        raise BadRequestException(f"TemplateId {request.template_id}: there is no such template.")
    if not request.fields or not request.keys:
        raise BadRequestException(f"Object type {request.object_type_name} needs Fields and Keys.")


def get_profile_object_type(call: Call, request: GetProfileObjectTypeRequest) -> GetProfileObjectTypeResponse:
    """A type as it was put: the answer is valid input for PutProfileObjectType."""
    domain = find_domain(call, request.domain_name)
    definition = find_object_type(call, domain, request.object_type_name)
    return GetProfileObjectTypeResponse(**_shown(call, domain, definition))


def delete_profile_object_type(call: Call, request: DeleteProfileObjectTypeRequest) -> DeleteProfileObjectTypeResponse:
    """The type goes with its objects and with what they populated; each field falls back to its next best claim."""
    domain = lock_domain(call, request.domain_name)
    delete.delete_object_type(call, domain, find_object_type(call, domain, request.object_type_name))
    return DeleteProfileObjectTypeResponse(message="Profile Object Type Deleted")


def list_profile_object_types(call: Call, request: ListProfileObjectTypesRequest) -> ListProfileObjectTypesResponse:
    """The domain's types, by name."""
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
        **msgspec.structs.asdict(document),
        "allow_profile_creation": bool(document.allow_profile_creation),
        "fields": msgspec.convert(document.fields, dict[str, ObjectTypeField] | None, from_attributes=True),
        "keys": msgspec.convert(document.keys, dict[str, list[ObjectTypeKey]] | None, from_attributes=True),
        "max_available_profile_object_count": _available(call, domain),
        "created_at": definition.created_at / 1000,
        "last_updated_at": definition.updated_at / 1000,
        "tags": decode_tags(definition.tags) or None,
    }


def _available(call: Call, domain: Domain) -> int:
    """How many objects of a profile no type of the domain has claimed for itself yet."""
    rows = definitions.page(call.tx, domain.number, OBJECT_TYPE, "", MAX_OBJECTS_PER_PROFILE)
    claimed = sum(decode_document(row.document).max_profile_object_count or 0 for row in rows)
    return max(0, MAX_OBJECTS_PER_PROFILE - claimed)
