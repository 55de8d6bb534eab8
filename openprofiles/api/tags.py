"""Tags of domains and of everything in them that has a name."""

from collections.abc import Callable

import msgspec

from openprofiles.actions.lookup import find_domain, lock_domain
from openprofiles.call import Call
from openprofiles.errors import BadRequestException, ResourceNotFoundException
from openprofiles.shapes import (
    ListTagsForResourceRequest,
    ListTagsForResourceResponse,
    TagResourceRequest,
    TagResourceResponse,
    UntagResourceRequest,
    UntagResourceResponse,
)
from openprofiles.storage import definitions, domains
from openprofiles.storage.definitions import TAGGABLE, decode_tags
from openprofiles.storage.domains import Domain

MAX_TAGS = 50


class Resource(msgspec.Struct):
    """What an ARN names: a domain (`kind` is empty), or something of this kind and name in it."""

    arn: str
    domain: Domain
    kind: str
    name: str
    tags: dict[str, str]


def tag_resource(call: Call, request: TagResourceRequest) -> TagResourceResponse:
    """Add tags; a key that is there gets the new value."""
    resource = _find(call, request.resource_arn, lock_domain)
    tags = {**resource.tags, **request.tags}
    if len(tags) > MAX_TAGS:
        raise BadRequestException(f"{resource.arn} would have {len(tags)} tags; at most {MAX_TAGS} are allowed.")
    _store(call, resource, tags)
    return TagResourceResponse()


def untag_resource(call: Call, request: UntagResourceRequest) -> UntagResourceResponse:
    """Remove tags; keys that are not there are no error."""
    resource = _find(call, request.resource_arn, lock_domain)
    _store(call, resource, {key: value for key, value in resource.tags.items() if key not in request.tag_keys})
    return UntagResourceResponse()


def list_tags_for_resource(call: Call, request: ListTagsForResourceRequest) -> ListTagsForResourceResponse:
    return ListTagsForResourceResponse(tags=_find(call, request.resource_arn, find_domain).tags)


def _find(call: Call, arn: str, look_up: Callable[[Call, str], Domain]) -> Resource:
    """Raises BadRequestException for what is no ARN of this service, ResourceNotFoundException for what does not exist.

    A resource's name may hold colons and slashes itself: only the first parts are split off.
    """
    head, _, path = arn.partition(":domains/")
    parts = head.split(":")
    if len(parts) != 5 or not path:
        raise BadRequestException(f"{arn} is not the ARN of a domain or of something in a domain.")
    domain_name, _, rest = path.partition("/")
    if parts[3:] != [call.region, call.account]:
        raise ResourceNotFoundException(f"{arn} does not exist.")
    domain = look_up(call, domain_name)
    if not rest:
        return Resource(arn, domain, "", "", decode_tags(domain.tags))
    kind, _, name = rest.partition("/")
    definition = definitions.find(call.tx, domain.number, kind, name) if kind in TAGGABLE else None
    if definition is None:
        raise ResourceNotFoundException(f"{arn} does not exist.")
    return Resource(arn, domain, kind, name, decode_tags(definition.tags))


def _store(call: Call, resource: Resource, tags: dict[str, str]) -> None:
    text = msgspec.json.encode(tags).decode()
    if resource.kind:
        definitions.set_tags(call.tx, resource.domain.number, resource.kind, resource.name, text)
    else:
        domains.set_tags(call.tx, resource.domain.number, text)
