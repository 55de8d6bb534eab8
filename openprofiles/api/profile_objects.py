"""Profile objects: what other systems say of a customer, stored whole."""

import base64
import binascii
from collections.abc import Mapping, Sequence

from openprofiles.actions import delete, records, search, standard_objects
from openprofiles.actions.delayed import hold_back
from openprofiles.actions.incoming import Incoming, text_of_key
from openprofiles.actions.ingest import Outcome, ingest
from openprofiles.actions.lookup import find_domain, profile_id_bytes
from openprofiles.actions.object_types import find_object_type, object_type_to_fill
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.errors import ApiError, BadRequestException, ResourceNotFoundException
from openprofiles.mapping.standard_objects import SYSTEM_IDS
from openprofiles.shapes import (
    BatchPutProfileObjectErrorItem,
    BatchPutProfileObjectRequest,
    BatchPutProfileObjectResponse,
    BatchPutProfileObjectResponseItem,
    DeleteProfileObjectRequest,
    DeleteProfileObjectResponse,
    ListProfileObjectsItem,
    ListProfileObjectsRequest,
    ListProfileObjectsResponse,
    ObjectFilter,
    PutProfileObjectRequest,
    PutProfileObjectResponse,
)
from openprofiles.storage import definitions, key_supplies, keys, profile_objects
from openprofiles.storage import standard_objects as standard_rows
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.profile_objects import ObjectRow
from openprofiles.storage.standard_objects import StandardObjectRow

PAGE_SIZE = 20


Put = tuple[Call, PutProfileObjectRequest]


def put_profile_object(call: Call, request: PutProfileObjectRequest) -> PutProfileObjectResponse:
    """Store one object and update the profile that it belongs to."""
    [answer] = put_profile_objects([(call, request)])
    if isinstance(answer, ApiError):
        raise answer
    return answer


def put_profile_objects(puts: Sequence[Put]) -> list[PutProfileObjectResponse | ApiError]:
    """The list form of `put_profile_object`: calls of one account on one domain, in one transaction."""
    call, request = puts[0]
    try:
        domain = find_domain(call, request.domain_name)
    except ResourceNotFoundException as unknown:
        return [ResourceNotFoundException(unknown.message) for _ in puts]  # each is raised for a caller of its own
    types = definitions.find_all(call.tx, domain.number, OBJECT_TYPE, {put.object_type_name for _, put in puts})
    incoming = [_incoming(domain, types, *put) for put in puts]
    outcomes = iter(_take_in(domain, [one for one in incoming if isinstance(one, Incoming)]))
    return [_answer(next(outcomes) if isinstance(one, Incoming) else one) for one in incoming]


def _take_in(domain: Domain, incoming: list[Incoming]) -> list[Outcome | ApiError]:
    """Now, or later where a server for tests imitates AWS in that."""
    switches = incoming[0].call.switches if incoming else None
    if switches is not None and switches.delays:
        return hold_back(domain, incoming)
    return ingest(incoming[0].call.tx, domain, incoming) if incoming else []


def _incoming(
    domain: Domain, types: Mapping[str, Definition], call: Call, request: PutProfileObjectRequest
) -> Incoming | ApiError:
    name = request.object_type_name
    if name.startswith("_"):
        return BadRequestException(f"Objects of the standard object type {name} can not be put.")
    try:
        object_type = types.get(name) or object_type_to_fill(call, domain, name)
    except ResourceNotFoundException as unknown:
        return unknown
    return Incoming(call, object_type, request.object)


def _answer(outcome: Outcome | ApiError) -> PutProfileObjectResponse | ApiError:
    if isinstance(outcome, ApiError):
        return outcome
    return PutProfileObjectResponse(profile_object_unique_key=text_of_key(outcome.unique_key))


def batch_put_profile_object(call: Call, request: BatchPutProfileObjectRequest) -> BatchPutProfileObjectResponse:
    """Store up to ten objects of one type in order; a refused one does not disturb the others."""
    domain, object_type = _find_types(call, request.domain_name, request.object_type_name)
    if len({item.id for item in request.items}) != len(request.items):
        raise BadRequestException("Items must not repeat an Id.")
    outcomes = _take_in(domain, [Incoming(call, object_type, item.object) for item in request.items])
    response = BatchPutProfileObjectResponse(successful=[], failed=[])
    for item, outcome in zip(request.items, outcomes, strict=True):
        _answer_item(response, item.id, outcome)
    return response


def _answer_item(response: BatchPutProfileObjectResponse, item_id: str, outcome: Outcome | ApiError) -> None:
    if isinstance(outcome, ApiError):
        failed = BatchPutProfileObjectErrorItem(id=item_id, code=outcome.status, message=outcome.message)
        response.failed = [*(response.failed or ()), failed]
    else:
        stored = BatchPutProfileObjectResponseItem(
            id=item_id, profile_object_unique_key=text_of_key(outcome.unique_key)
        )
        response.successful = [*(response.successful or ()), stored]


def _find_types(call: Call, domain_name: str, type_name: str) -> tuple[Domain, Definition]:
    domain = find_domain(call, domain_name)
    if type_name.startswith("_"):
        raise BadRequestException(f"Objects of the standard object type {type_name} can not be put.")
    return domain, object_type_to_fill(call, domain, type_name)


def _bytes_of(unique_key: str) -> bytes:
    """What is no unique key is the key of nothing."""
    try:
        return base64.b64decode(unique_key, validate=True)
    except (binascii.Error, ValueError):
        return b""


def list_profile_objects(call: Call, request: ListProfileObjectsRequest) -> ListProfileObjectsResponse:
    """A profile's objects of one type, newest first; or its standard objects (`_asset`, `_case`, `_order`)."""
    domain = find_domain(call, request.domain_name)
    if request.object_type_name in SYSTEM_IDS:
        return _list_standard_objects(call, domain, request)
    object_type = find_object_type(call, domain, request.object_type_name)
    profile = _profile_or_nobody(request.profile_id)
    scope, limit = _scope(domain, request), request.max_results or PAGE_SIZE
    before = profile_objects.END_OF_TIME
    position = open_token(call, scope, request.next_token)
    if position is not None:
        before = (int(position[0]), int(position[1]), bytes.fromhex(str(position[2])))
    rows: Sequence[ObjectRow]
    if request.object_filter is None:
        rows = profile_objects.newest(call.tx, domain.number, profile, object_type.number, before, limit + 1)
    else:
        suppliers = _suppliers(call, domain, profile, request.object_filter)
        rows = profile_objects.newest_of_suppliers(
            call.tx, domain.number, profile, object_type.number, before, limit + 1, sorted(suppliers)
        )
    page, token = page_of(call, scope, rows, limit, lambda row: [row.ingested_at, row.sequence, row.unique_key.hex()])
    items = [_item(request.object_type_name, row.unique_key, row.object) for row in page]
    return ListProfileObjectsResponse(items=items, next_token=token)


def _profile_or_nobody(profile_id: str) -> bytes:
    """An unknown profile has no objects: the answer is an empty list, not an error."""
    try:
        return profile_id_bytes(profile_id)
    except ResourceNotFoundException:
        return b""


def _scope(domain: Domain, request: ListProfileObjectsRequest) -> tuple[object, ...]:
    wanted = request.object_filter
    filtered = None if wanted is None else (wanted.key_name, wanted.values)
    return ("ListProfileObjects", domain.number, request.object_type_name, request.profile_id, filtered)


def _suppliers(call: Call, domain: Domain, profile: bytes, wanted: ObjectFilter) -> set[bytes]:
    """The objects of the profile that carry one of the wanted key values."""
    key = search.search_key(call.tx, domain.number, wanted.key_name, wanted.values)
    return key_supplies.suppliers(call.tx, domain.number, profile, key.all_hashes)


def _list_standard_objects(
    call: Call, domain: Domain, request: ListProfileObjectsRequest
) -> ListProfileObjectsResponse:
    kind, profile = request.object_type_name, _profile_or_nobody(request.profile_id)
    scope, limit = _scope(domain, request), request.max_results or PAGE_SIZE
    before = standard_rows.END_OF_TIME
    position = open_token(call, scope, request.next_token)
    if position is not None:
        before = (int(position[0]), bytes.fromhex(str(position[1])))
    if request.object_filter is None:
        rows = standard_rows.newest(call.tx, domain.number, profile, kind, before, limit + 1)
    else:
        everything = standard_rows.newest(call.tx, domain.number, profile, kind, before, 1 << 31)
        search.checked(request.object_filter.key_name, request.object_filter.values)
        wanted = standard_objects.matcher(call.tx, domain.number, kind, request.object_filter)
        rows = [row for row in everything if wanted(row)][: limit + 1]
    page, token = page_of(call, scope, rows, limit, lambda row: [row.updated_at, row.id.hex()])
    items = [_item(kind, _standard_key(row), row.document) for row in page]
    return ListProfileObjectsResponse(items=items, next_token=token)


def _standard_key(row: StandardObjectRow) -> bytes:
    """A standard object has no UNIQUE key of a mapping: its own id, twice, is as long as one."""
    return row.id * 2


def _item(type_name: str, unique_key: bytes, text: str) -> ListProfileObjectsItem:
    return ListProfileObjectsItem(
        object_type_name=type_name, profile_object_unique_key=text_of_key(unique_key), object=text
    )


def delete_profile_object(call: Call, request: DeleteProfileObjectRequest) -> DeleteProfileObjectResponse:
    """The object goes; the profile keeps the values and keys that came from it."""
    domain = find_domain(call, request.domain_name)
    unique_key, profile = _bytes_of(request.profile_object_unique_key), profile_id_bytes(request.profile_id)
    if request.object_type_name in SYSTEM_IDS:
        record = records.load(call, domain.number, profile)
        standard = standard_rows.find(call.tx, domain.number, unique_key[:16])
        if standard is None or standard.profile != profile or standard.kind != request.object_type_name:
            raise _no_object(request)
        standard_objects.delete(call.tx, domain.number, standard)
        if record is not None:
            records.save(call, domain.number, record, "UPDATED", standard.kind, unique_key)
    else:
        object_type = find_object_type(call, domain, request.object_type_name)
        keys.lock(call.tx, domain.number, [unique_key])
        row = profile_objects.find(call.tx, domain.number, object_type.number, unique_key)
        if row is None or row.profile != profile:
            raise _no_object(request)
        delete.delete_object(call, domain.number, row, object_type.name)
    return DeleteProfileObjectResponse(message="Profile Object Deleted")


def _no_object(request: DeleteProfileObjectRequest) -> ResourceNotFoundException:
    return ResourceNotFoundException(
        f"Profile {request.profile_id} has no object {request.profile_object_unique_key} of type"
        f" {request.object_type_name}."
    )
