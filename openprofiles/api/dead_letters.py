"""Dead letters: objects that were accepted and could not be given to a profile."""

from typing import Any

from openprofiles.actions.incoming import Incoming, text_of_key
from openprofiles.actions.ingest import ingest
from openprofiles.actions.lookup import find_domain, profile_id_bytes
from openprofiles.actions.object_types import find_object_type
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.errors import ApiError, ResourceNotFoundException
from openprofiles.extension_shapes import (
    DeadLetterItem,
    DeleteDeadLetterRequest,
    DeleteDeadLetterResponse,
    GetDeadLetterRequest,
    GetDeadLetterResponse,
    ListDeadLettersRequest,
    ListDeadLettersResponse,
    ReplayDeadLettersRequest,
    ReplayDeadLettersResponse,
    ReplayedDeadLetter,
)
from openprofiles.storage import dead_letters, definitions, keys, profile_objects
from openprofiles.storage.dead_letters import DeadLetter
from openprofiles.storage.definitions import OBJECT_TYPE
from openprofiles.storage.domains import Domain

PAGE_SIZE = 100
REPLAYED_AT_ONCE = 100


def list_dead_letters(call: Call, request: ListDeadLettersRequest) -> ListDeadLettersResponse:
    """Oldest first."""
    domain, limit = find_domain(call, request.domain_name), request.max_results or PAGE_SIZE
    scope = ("ListDeadLetters", domain.number, request.object_type_name)
    rows = _page(call, domain, scope, request.object_type_name, request.next_token, limit)
    page, token = page_of(call, scope, rows, limit, lambda letter: [letter.id.hex()])
    return ListDeadLettersResponse(items=[DeadLetterItem(**_shown(letter)) for letter in page], next_token=token)


def _page(
    call: Call, domain: Domain, scope: tuple[object, ...], type_name: str | None, token: str | None, limit: int
) -> list[DeadLetter]:
    [after] = open_token(call, scope, token) or [""]
    number = None if type_name is None else find_object_type(call, domain, type_name).number
    return dead_letters.page(call.tx, domain.number, bytes.fromhex(str(after)), limit + 1, number)


def _shown(letter: DeadLetter) -> dict[str, Any]:
    return {
        "dead_letter_id": letter.id.hex(),
        "object_type_name": letter.object_type_name,
        "profile_object_unique_key": text_of_key(letter.unique_key),
        "code": letter.code,
        "reason": letter.reason,
        "created_at": letter.at / 1000,
    }


def get_dead_letter(call: Call, request: GetDeadLetterRequest) -> GetDeadLetterResponse:
    """One with its object."""
    letter = _find(call, find_domain(call, request.domain_name), request.dead_letter_id)
    return GetDeadLetterResponse(object=letter.object, **_shown(letter))


def _find(call: Call, domain: Domain, letter_id: str) -> DeadLetter:
    letter = dead_letters.find(call.tx, domain.number, profile_id_bytes(letter_id))
    if letter is None:
        raise ResourceNotFoundException(f"Domain {domain.name} has no dead letter {letter_id}.")
    return letter


def replay_dead_letters(call: Call, request: ReplayDeadLettersRequest) -> ReplayDeadLettersResponse:
    """Ingest the objects again, with the mapping of today. Those that are stored are no dead letters any more."""
    domain = find_domain(call, request.domain_name)
    scope, token = ("ReplayDeadLetters", domain.number, request.object_type_name), None
    if request.dead_letter_ids is not None:
        letters = _named(call, domain, request.dead_letter_ids)
    else:
        rows = _page(call, domain, scope, request.object_type_name, request.next_token, REPLAYED_AT_ONCE)
        page, token = page_of(call, scope, rows, REPLAYED_AT_ONCE, lambda letter: [letter.id.hex()])
        letters = list(page)
    keys.lock(call.tx, domain.number, [letter.unique_key for letter in letters])  # before the letters, as erasure does
    held = [held for letter in letters if (held := dead_letters.find(call.tx, domain.number, letter.id)) is not None]
    items = [_replay(call, domain, letter) for letter in held]
    return ReplayDeadLettersResponse(items=items, next_token=token)


def _named(call: Call, domain: Domain, ids: list[str]) -> list[DeadLetter]:
    """Raises ResourceNotFoundException for one that is not there."""
    wanted = sorted({profile_id_bytes(letter_id) for letter_id in ids})
    found = dead_letters.of_ids(call.tx, domain.number, wanted)
    if len(found) < len(wanted):
        missing = next(one for one in wanted if one not in {letter.id for letter in found})
        raise ResourceNotFoundException(f"Domain {domain.name} has no dead letter {missing.hex()}.")
    return found


def _replay(call: Call, domain: Domain, letter: DeadLetter) -> ReplayedDeadLetter:
    object_type = definitions.find(call.tx, domain.number, OBJECT_TYPE, letter.object_type_name)
    if object_type is None or object_type.number != letter.object_type:
        return _refused(call, domain, letter, "ResourceNotFoundException", "Its object type does not exist any more.")
    stored = profile_objects.find(call.tx, domain.number, letter.object_type, letter.unique_key)
    if stored is not None and stored.ingested_at >= letter.at:
        return _refused(call, domain, letter, "NewerObject", "A newer object of this UNIQUE key is stored.")
    [outcome] = ingest(call.tx, domain, [Incoming(call, object_type, letter.object)], keeps_rejected=False)
    if isinstance(outcome, ApiError):
        return _refused(call, domain, letter, outcome.code, outcome.message)
    if outcome.rejection is not None:
        return _refused(call, domain, letter, *outcome.rejection)
    dead_letters.delete(call.tx, domain.number, [letter.id])
    return ReplayedDeadLetter(dead_letter_id=letter.id.hex())


def _refused(call: Call, domain: Domain, letter: DeadLetter, code: str, reason: str) -> ReplayedDeadLetter:
    """It stays, with the reason of today."""
    dead_letters.set_reason(call.tx, domain.number, letter.id, code, reason)
    return ReplayedDeadLetter(dead_letter_id=letter.id.hex(), reason=reason)


def delete_dead_letter(call: Call, request: DeleteDeadLetterRequest) -> DeleteDeadLetterResponse:
    domain = find_domain(call, request.domain_name)
    dead_letters.delete(call.tx, domain.number, [_find(call, domain, request.dead_letter_id).id])
    return DeleteDeadLetterResponse(message="Dead Letter Deleted")
