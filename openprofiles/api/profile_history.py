"""The history of a profile: every change, who made it and what it was."""

from typing import Any

from openprofiles.actions.incoming import text_of_key
from openprofiles.actions.lookup import find_domain, profile_id_bytes
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.errors import ResourceNotFoundException
from openprofiles.shapes import (
    GetProfileHistoryRecordRequest,
    GetProfileHistoryRecordResponse,
    ListProfileHistoryRecordsRequest,
    ListProfileHistoryRecordsResponse,
    ProfileHistoryRecord,
)
from openprofiles.storage import history
from openprofiles.storage.history import NEWEST, Change, Filter

PAGE_SIZE = 100
PROFILE = "_profile"
"""What a change is about that names no object."""


def list_profile_history_records(
    call: Call, request: ListProfileHistoryRecordsRequest
) -> ListProfileHistoryRecordsResponse:
    """What happened to a profile, newest first. Of one that is gone, that it was, without content."""
    domain, profile = find_domain(call, request.domain_name), profile_id_bytes(request.profile_id)
    wanted = Filter(request.object_type_name, request.action_type, request.performed_by)
    scope, limit = ("ListProfileHistoryRecords", domain.number, profile, wanted), request.max_results or PAGE_SIZE
    [before] = open_token(call, scope, request.next_token) or [NEWEST]
    rows = history.page(call.tx, domain.number, profile, wanted, int(before), limit + 1)
    if not rows and not history.is_known(call.tx, domain.number, profile):
        raise ResourceNotFoundException(f"Profile {request.profile_id} does not exist in domain {domain.name}.")
    page, token = page_of(call, scope, rows, limit, lambda change: [change.version])
    records = [ProfileHistoryRecord(**_shown(change)) for change in page]
    return ListProfileHistoryRecordsResponse(profile_history_records=records, next_token=token)


def get_profile_history_record(call: Call, request: GetProfileHistoryRecordRequest) -> GetProfileHistoryRecordResponse:
    """One change with its content: the fields that changed, and their new values."""
    domain, profile = find_domain(call, request.domain_name), profile_id_bytes(request.profile_id)
    change = history.find(call.tx, domain.number, profile, profile_id_bytes(request.id))
    if change is None:
        raise ResourceNotFoundException(f"Profile {request.profile_id} has no history record {request.id}.")
    return GetProfileHistoryRecordResponse(content=change.content, **_shown(change))


def _shown(change: Change) -> dict[str, Any]:
    """The members that List and Get share."""
    unique_key = change.unique_key
    return {
        "id": change.id.hex(),
        "object_type_name": change.object_type or PROFILE,
        "created_at": change.at / 1000,
        "last_updated_at": change.at / 1000,
        "action_type": change.action,
        "profile_object_unique_key": None if unique_key is None else text_of_key(unique_key),
        "performed_by": change.performed_by,
    }
