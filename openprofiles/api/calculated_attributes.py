"""Calculated attributes: how values are worked out from the objects of a profile."""

from typing import Any

import msgspec

from openprofiles.actions import recalculate
from openprofiles.actions.calculate import compiled, decode_document, find_attribute
from openprofiles.actions.default_attributes import remember_deleted
from openprofiles.actions.lookup import find_domain, lock_domain
from openprofiles.actions.object_types import find_object_type
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.calculation.definitions import CalculatedAttributeDocument, check_definition
from openprofiles.calculation.expressions import compile_expression
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.shapes import (
    CreateCalculatedAttributeDefinitionRequest,
    CreateCalculatedAttributeDefinitionResponse,
    DeleteCalculatedAttributeDefinitionRequest,
    DeleteCalculatedAttributeDefinitionResponse,
    GetCalculatedAttributeDefinitionRequest,
    GetCalculatedAttributeDefinitionResponse,
    ListCalculatedAttributeDefinitionItem,
    ListCalculatedAttributeDefinitionsRequest,
    ListCalculatedAttributeDefinitionsResponse,
    Readiness,
    UpdateCalculatedAttributeDefinitionRequest,
    UpdateCalculatedAttributeDefinitionResponse,
)
from openprofiles.storage import calculated_series, definitions
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, Definition, decode_tags
from openprofiles.storage.domains import Domain
from openprofiles.storage.settings import next_number

PAGE_SIZE = 100

PROFILE = "_profile"

COMPLETED = "COMPLETED"
READY = Readiness(progress_percentage=100, message="Values take in every object from the first question on.")
"""Nothing has to be worked out before a value is right: what a worker does in advance only makes it cheap."""


def create_calculated_attribute_definition(
    call: Call, request: CreateCalculatedAttributeDefinitionRequest
) -> CreateCalculatedAttributeDefinitionResponse:
    """Define an attribute for all profiles of a domain. A name that is taken is a BadRequestException, since the API
    has no conflict error.
    """
    domain = lock_domain(call, request.domain_name)
    name, most = request.calculated_attribute_name, call.quotas.calculated_attributes
    if definitions.find(call.tx, domain.number, CALCULATED_ATTRIBUTE, name) is not None:
        raise BadRequestException(f"Calculated attribute {name} already exists in domain {domain.name}.")
    if definitions.count(call.tx, domain.number, CALCULATED_ATTRIBUTE) >= most:
        raise BadRequestException(f"Domain {domain.name} has {most} calculated attributes; more are not allowed.")
    definition = Definition(
        name=name,
        number=next_number(call.tx),
        created_at=call.now,
        updated_at=call.now,
        document=msgspec.json.encode(_document(call, domain, request)).decode(),
        tags=msgspec.json.encode(request.tags or {}).decode(),
    )
    recalculate.store(call, domain, definition)
    return CreateCalculatedAttributeDefinitionResponse(**_shown(definition))


def _document(
    call: Call, domain: Domain, request: CreateCalculatedAttributeDefinitionRequest
) -> CalculatedAttributeDocument:
    """What is stored, once it makes sense. Raises BadRequestException, and ResourceNotFoundException where there is no
    such object type.
    """
    document = CalculatedAttributeDocument(
        display_name=request.display_name,
        description=request.description,
        statistic=request.statistic,
        attribute_details=request.attribute_details,
        conditions=request.conditions,
        filter=request.filter,
        use_historical_data=request.use_historical_data,
    )
    check_definition(document)
    object_type = compile_expression(request.attribute_details.expression).object_type
    if object_type == PROFILE:
        raise BadRequestException("Expression is of _profile; calculated attributes are of objects of a profile.")
    find_object_type(call, domain, object_type)
    return document


def get_calculated_attribute_definition(
    call: Call, request: GetCalculatedAttributeDefinitionRequest
) -> GetCalculatedAttributeDefinitionResponse:
    domain = find_domain(call, request.domain_name)
    definition = find_attribute(call, domain, request.calculated_attribute_name)
    return GetCalculatedAttributeDefinitionResponse(**_shown(definition))


def update_calculated_attribute_definition(
    call: Call, request: UpdateCalculatedAttributeDefinitionRequest
) -> UpdateCalculatedAttributeDefinitionResponse:
    """Change names or conditions; what is not given stays. Objects from before the range that held so far never come
    back ("UpdateCalculatedAttributeDefinition").
    """
    domain = lock_domain(call, request.domain_name)
    definition = find_attribute(call, domain, request.calculated_attribute_name)
    document = decode_document(definition.document)
    given = {
        "display_name": request.display_name,
        "description": request.description,
        "conditions": request.conditions,
        "floor": None if request.conditions is None else min(compiled(definition).window(call.now)[0], call.now),
    }
    changed = msgspec.structs.replace(document, **{name: value for name, value in given.items() if value is not None})
    check_definition(changed)
    text = msgspec.json.encode(changed).decode()
    updated = msgspec.structs.replace(definition, document=text, updated_at=call.now)
    recalculate.store_anew(call, domain, updated)
    shown = {name: value for name, value in _shown(updated).items() if name != "filter"}
    return UpdateCalculatedAttributeDefinitionResponse(**shown)


def delete_calculated_attribute_definition(
    call: Call, request: DeleteCalculatedAttributeDefinitionRequest
) -> DeleteCalculatedAttributeDefinitionResponse:
    """It is gone, also one of AWS's defaults, which then does not come back by itself."""
    domain = lock_domain(call, request.domain_name)
    definition = find_attribute(call, domain, request.calculated_attribute_name)
    definitions.delete(call.tx, domain.number, CALCULATED_ATTRIBUTE, definition.name)
    calculated_series.remove_all_of(call.tx, domain.number, definition.number, call.now)
    remember_deleted(call, domain, definition)
    return DeleteCalculatedAttributeDefinitionResponse()


def list_calculated_attribute_definitions(
    call: Call, request: ListCalculatedAttributeDefinitionsRequest
) -> ListCalculatedAttributeDefinitionsResponse:
    """The domain's definitions, by name."""
    domain = find_domain(call, request.domain_name)
    scope, limit = ("ListCalculatedAttributeDefinitions", domain.number), request.max_results or PAGE_SIZE
    after = open_token(call, scope, request.next_token) or [""]
    rows = definitions.page(call.tx, domain.number, CALCULATED_ATTRIBUTE, str(after[0]), limit + 1)
    page, token = page_of(call, scope, rows, limit, lambda definition: [definition.name])
    return ListCalculatedAttributeDefinitionsResponse(items=[_item(row) for row in page], next_token=token)


ITEM_MEMBERS = ListCalculatedAttributeDefinitionItem.__struct_fields__


def _item(definition: Definition) -> ListCalculatedAttributeDefinitionItem:
    shown = _shown(definition)
    return ListCalculatedAttributeDefinitionItem(**{name: shown[name] for name in ITEM_MEMBERS})


def _shown(definition: Definition) -> dict[str, Any]:
    """The members that all answers about one definition share. AWS's defaults have no times."""
    document = decode_document(definition.document)
    return {
        "calculated_attribute_name": definition.name,
        "display_name": document.display_name,
        "description": document.description,
        "statistic": document.statistic,
        "attribute_details": document.attribute_details,
        "conditions": document.conditions,
        "filter": document.filter,
        "use_historical_data": document.use_historical_data,
        "created_at": definition.created_at / 1000 if definition.created_at else None,
        "last_updated_at": definition.updated_at / 1000 if definition.updated_at else None,
        "status": COMPLETED,
        "readiness": READY,
        "tags": decode_tags(definition.tags) or None,
    }
