"""Calculated attributes: values that the objects of a profile give, as of the moment of the question."""

from itertools import islice
from typing import Any

import msgspec

from openprofiles.actions import recalculate
from openprofiles.actions.calculate import ProfileObjects, compiled, decode_document
from openprofiles.actions.default_attributes import remember_deleted
from openprofiles.actions.incoming import text_of_key
from openprofiles.actions.lookup import find_domain, lock_domain, profile_id_bytes
from openprofiles.actions.object_types import find_object_type
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.calculation.conditions import check_range_override
from openprofiles.calculation.definitions import CalculatedAttributeDocument, check_definition
from openprofiles.calculation.expressions import compile_expression
from openprofiles.calculation.moments import NEVER
from openprofiles.calculation.results import Calculated, parts
from openprofiles.calculation.series import Entry, Series
from openprofiles.call import Call
from openprofiles.errors import ApiError, BadRequestException, ResourceNotFoundException
from openprofiles.extension_shapes import (
    ExplainCalculatedAttributeRequest,
    ExplainCalculatedAttributeResponse,
    ObjectVerdict,
)
from openprofiles.mapping.json_values import text_of
from openprofiles.shapes import (
    BatchGetCalculatedAttributeForProfileError,
    BatchGetCalculatedAttributeForProfileRequest,
    BatchGetCalculatedAttributeForProfileResponse,
    CalculatedAttributeValue,
    CreateCalculatedAttributeDefinitionRequest,
    CreateCalculatedAttributeDefinitionResponse,
    DeleteCalculatedAttributeDefinitionRequest,
    DeleteCalculatedAttributeDefinitionResponse,
    GetCalculatedAttributeDefinitionRequest,
    GetCalculatedAttributeDefinitionResponse,
    GetCalculatedAttributeForProfileRequest,
    GetCalculatedAttributeForProfileResponse,
    ListCalculatedAttributeDefinitionItem,
    ListCalculatedAttributeDefinitionsRequest,
    ListCalculatedAttributeDefinitionsResponse,
    ListCalculatedAttributeForProfileItem,
    ListCalculatedAttributesForProfileRequest,
    ListCalculatedAttributesForProfileResponse,
    Readiness,
    UpdateCalculatedAttributeDefinitionRequest,
    UpdateCalculatedAttributeDefinitionResponse,
)
from openprofiles.storage import calculated_series, definitions, profiles
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
    definition = _find(call, domain, request.calculated_attribute_name)
    return GetCalculatedAttributeDefinitionResponse(**_shown(definition))


def update_calculated_attribute_definition(
    call: Call, request: UpdateCalculatedAttributeDefinitionRequest
) -> UpdateCalculatedAttributeDefinitionResponse:
    """Change names or conditions; what is not given stays. Objects from before the range that held so far never come
    back ("UpdateCalculatedAttributeDefinition").
    """
    domain = lock_domain(call, request.domain_name)
    definition = _find(call, domain, request.calculated_attribute_name)
    document = decode_document(definition.document)
    given = {
        "display_name": request.display_name,
        "description": request.description,
        "conditions": request.conditions,
        "floor": None if request.conditions is None else compiled(definition).window(call.now)[0],
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
    definition = _find(call, domain, request.calculated_attribute_name)
    definitions.delete(call.tx, domain.number, CALCULATED_ATTRIBUTE, definition.name)
    calculated_series.end(call.tx, domain.number, definition.number, call.now)
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


def get_calculated_attribute_for_profile(
    call: Call, request: GetCalculatedAttributeForProfileRequest
) -> GetCalculatedAttributeForProfileResponse:
    """The value as of now; without objects most statistics have none."""
    domain = find_domain(call, request.domain_name)
    definition = _find(call, domain, request.calculated_attribute_name)
    found = _objects_of(call, domain, request.profile_id).value(definition)
    return GetCalculatedAttributeForProfileResponse(**_value(definition, found))


def _value(definition: Definition, found: Calculated) -> dict[str, Any]:
    return {
        "calculated_attribute_name": definition.name,
        "display_name": decode_document(definition.document).display_name,
        "is_data_partial": "true" if found.is_partial else "false",
        "value": found.value,
        "last_object_timestamp": None if found.last is None else _seconds(found.last),
    }


def list_calculated_attributes_for_profile(
    call: Call, request: ListCalculatedAttributesForProfileRequest
) -> ListCalculatedAttributesForProfileResponse:
    """Those that have a value, by name."""
    domain = find_domain(call, request.domain_name)
    scope = ("ListCalculatedAttributesForProfile", domain.number, request.profile_id)
    after, limit = open_token(call, scope, request.next_token) or [""], request.max_results or PAGE_SIZE
    every = definitions.every(call.tx, domain.number, CALCULATED_ATTRIBUTE)
    objects = _objects_of(call, domain, request.profile_id)
    values = ((definition, objects.value(definition)) for definition in every if definition.name > str(after[0]))
    filled = list(islice((one for one in values if one[1].value is not None), limit + 1))
    page, token = page_of(call, scope, filled, limit, lambda one: [one[0].name])
    items = [ListCalculatedAttributeForProfileItem(**_value(*one)) for one in page]
    return ListCalculatedAttributesForProfileResponse(items=items, next_token=token)


def batch_get_calculated_attribute_for_profile(
    call: Call, request: BatchGetCalculatedAttributeForProfileRequest
) -> BatchGetCalculatedAttributeForProfileResponse:
    """One attribute of up to a hundred profiles; those that do not exist are listed as errors of their own. A range
    that is given takes the place of the definition's for this call.
    """
    domain = find_domain(call, request.domain_name)
    definition = _find(call, domain, request.calculated_attribute_name)
    override = None if request.condition_overrides is None else request.condition_overrides.range
    if override is not None:
        check_range_override(override)
    values, errors = [], []
    for profile_id in dict.fromkeys(request.profile_ids):
        try:
            found = _objects_of(call, domain, profile_id).value(definition, override)
            values.append(CalculatedAttributeValue(**_value(definition, found), profile_id=profile_id))
        except ApiError as error:
            errors.append(
                BatchGetCalculatedAttributeForProfileError(
                    code=error.code, message=error.message, profile_id=profile_id
                )
            )
    return BatchGetCalculatedAttributeForProfileResponse(
        calculated_attribute_values=values, errors=errors, condition_overrides=request.condition_overrides
    )


def explain_calculated_attribute(
    call: Call, request: ExplainCalculatedAttributeRequest
) -> ExplainCalculatedAttributeResponse:
    """Which objects counted and which did not, worked out from the objects alone."""
    domain = find_domain(call, request.domain_name)
    definition = _find(call, domain, request.calculated_attribute_name)
    attribute, objects = compiled(definition), _objects_of(call, domain, request.profile_id)
    entries = objects.entries(attribute)
    series = Series.of(one for _, one in entries if isinstance(one, Entry))
    verdicts = parts(attribute, series, call.now)
    earliest, latest = attribute.window(call.now)
    return ExplainCalculatedAttributeResponse(
        **_value(definition, objects.value(definition)),
        range_start=_seconds(earliest),
        range_end=None if latest == NEVER else _seconds(latest),
        objects=[
            ObjectVerdict(
                profile_object_unique_key=text_of_key(body.unique_key),
                verdict=verdicts[one.key] if isinstance(one, Entry) else one,
                timestamp=_seconds(one.time) if isinstance(one, Entry) else None,
                value=(text_of(one.value) or None) if isinstance(one, Entry) else None,
            )
            for body, one in sorted(entries, key=lambda entry: (-entry[0].ingested_at, entry[0].unique_key))
        ],
    )


FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
"""Of the years 1 and 9999: what clients can read."""


def _seconds(milliseconds: int) -> float:
    return min(max(milliseconds / 1000, FIRST_SECOND), LAST_SECOND)


def _find(call: Call, domain: Domain, name: str) -> Definition:
    """Raises ResourceNotFoundException."""
    definition = definitions.find(call.tx, domain.number, CALCULATED_ATTRIBUTE, name)
    if definition is None:
        raise ResourceNotFoundException(f"Calculated attribute {name} does not exist in domain {domain.name}.")
    return definition


def _objects_of(call: Call, domain: Domain, profile_id: str) -> ProfileObjects:
    """Raises ResourceNotFoundException."""
    profile = profile_id_bytes(profile_id)
    size = profiles.sizes(call.tx, domain.number, [profile]).get(profile)
    if size is None:
        raise ResourceNotFoundException(f"Profile {profile_id} does not exist in domain {domain.name}.")
    return ProfileObjects(call, domain, profile, size.version)
