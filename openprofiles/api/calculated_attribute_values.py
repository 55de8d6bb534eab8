"""The values of calculated attributes, as of the moment of the question, and how they come about."""

from itertools import islice
from typing import Any

from openprofiles.actions.calculate import Budget, compiled, decode_document, find_attribute, objects_of
from openprofiles.actions.incoming import text_of_key
from openprofiles.actions.lookup import find_domain
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.calculation.conditions import check_range_override
from openprofiles.calculation.moments import NEVER
from openprofiles.calculation.results import Calculated, parts
from openprofiles.calculation.series import Entry, Series
from openprofiles.call import Call
from openprofiles.errors import ApiError
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
    GetCalculatedAttributeForProfileRequest,
    GetCalculatedAttributeForProfileResponse,
    ListCalculatedAttributeForProfileItem,
    ListCalculatedAttributesForProfileRequest,
    ListCalculatedAttributesForProfileResponse,
)
from openprofiles.storage import definitions
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, Definition

PAGE_SIZE = 100


def get_calculated_attribute_for_profile(
    call: Call, request: GetCalculatedAttributeForProfileRequest
) -> GetCalculatedAttributeForProfileResponse:
    """The value as of now; without objects most statistics have none."""
    domain = find_domain(call, request.domain_name)
    definition = find_attribute(call, domain, request.calculated_attribute_name)
    found = objects_of(call, domain, request.profile_id, Budget()).value(definition)
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
    objects = objects_of(call, domain, request.profile_id, Budget())
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
    definition = find_attribute(call, domain, request.calculated_attribute_name)
    override = None if request.condition_overrides is None else request.condition_overrides.range
    if override is not None:
        check_range_override(override)
    values, errors = [], []
    budget = Budget()
    for profile_id in dict.fromkeys(request.profile_ids):
        try:
            found = objects_of(call, domain, profile_id, budget).value(definition, override)
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
    definition = find_attribute(call, domain, request.calculated_attribute_name)
    attribute, objects = compiled(definition), objects_of(call, domain, request.profile_id, Budget())
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
