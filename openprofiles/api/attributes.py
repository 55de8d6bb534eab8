"""The attributes that objects and profiles have, and their values: what a filter or a segment can be made of."""

from openprofiles.actions.attributes import PROFILE, Seen, attributes_of, newest_first, values_of_attribute
from openprofiles.actions.lookup import find_domain
from openprofiles.actions.object_types import find_object_type
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.shapes import (
    AttributeValueItem,
    ListObjectTypeAttributeItem,
    ListObjectTypeAttributesRequest,
    ListObjectTypeAttributesResponse,
    ListObjectTypeAttributeValuesItem,
    ListObjectTypeAttributeValuesRequest,
    ListObjectTypeAttributeValuesResponse,
    ListProfileAttributeValuesRequest,
    ListProfileAttributeValuesResponse,
)

PAGE_SIZE = 100
MOST_PROFILE_VALUES = 100
LONGEST_PROFILE_VALUE = 255


def list_object_type_attributes(
    call: Call, request: ListObjectTypeAttributesRequest
) -> ListObjectTypeAttributesResponse:
    """The names that objects of the type have values for, those seen last first. Works for standard types too."""
    domain = find_domain(call, request.domain_name)
    object_type = find_object_type(call, domain, request.object_type_name)
    scope = ("ListObjectTypeAttributes", domain.number, request.object_type_name)
    seen = attributes_of(call, domain, object_type)
    page, token = _page(call, scope, seen, request.next_token, request.max_results)
    items = [ListObjectTypeAttributeItem(attribute_name=name, last_updated_at=at / 1000) for name, at in page]
    return ListObjectTypeAttributesResponse(items=items, next_token=token)


def list_object_type_attribute_values(
    call: Call, request: ListObjectTypeAttributeValuesRequest
) -> ListObjectTypeAttributeValuesResponse:
    """The values of one attribute, each once, those seen last first."""
    domain = find_domain(call, request.domain_name)
    object_type = find_object_type(call, domain, request.object_type_name)
    scope = ("ListObjectTypeAttributeValues", domain.number, request.object_type_name, request.attribute_name)
    seen = values_of_attribute(call, domain, object_type, request.attribute_name)
    page, token = _page(call, scope, seen, request.next_token, request.max_results)
    items = [ListObjectTypeAttributeValuesItem(value=value, last_updated_at=at / 1000) for value, at in page]
    return ListObjectTypeAttributeValuesResponse(items=items, next_token=token)


def list_profile_attribute_values(
    call: Call, request: ListProfileAttributeValuesRequest
) -> ListProfileAttributeValuesResponse:
    """The values that profiles have for one attribute, those seen last first; one page."""
    domain = find_domain(call, request.domain_name)
    seen = values_of_attribute(call, domain, find_object_type(call, domain, PROFILE), request.attribute_name)
    values = [value for value, _ in newest_first(seen) if len(value) <= LONGEST_PROFILE_VALUE]
    return ListProfileAttributeValuesResponse(
        domain_name=domain.name,
        attribute_name=request.attribute_name,
        items=[AttributeValueItem(value=value) for value in values[:MOST_PROFILE_VALUES]],
        status_code=200,
    )


def _page(
    call: Call, scope: tuple[object, ...], seen: Seen, token: str | None, limit: int | None
) -> tuple[list[tuple[str, int]], str | None]:
    """From behind the name or value that the token holds; what has changed since then has moved to the front."""
    after, most = open_token(call, scope, token), limit or PAGE_SIZE
    rows = newest_first(seen)
    if after is not None:
        last = -int(after[0]), str(after[1])
        rows = [row for row in rows if (-row[1], row[0]) > last]
    page, next_token = page_of(call, scope, rows[: most + 1], most, lambda row: [row[1], row[0]])
    return list(page), next_token
