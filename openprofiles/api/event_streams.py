"""Event streams: who is told of every change in a domain, and how that goes."""

import base64
from typing import Annotated

import msgspec

from openprofiles.actions.lookup import find_domain, lock_domain
from openprofiles.actions.page_tokens import open_token, page_of
from openprofiles.call import Call
from openprofiles.errors import BadRequestException, ResourceNotFoundException
from openprofiles.events.records import record
from openprofiles.events.signing import secret_text, stream_secret
from openprofiles.events.uris import READ_BY_CLIENTS, check_uri, is_of_aws
from openprofiles.extension_shapes import (
    GetSigningSecretRequest,
    GetSigningSecretResponse,
    ReadEventStreamRequest,
    ReadEventStreamResponse,
)
from openprofiles.shapes import (
    CreateEventStreamRequest,
    CreateEventStreamResponse,
    DeleteEventStreamRequest,
    DeleteEventStreamResponse,
    DestinationSummary,
    EventStreamDestinationDetails,
    EventStreamSummary,
    GetEventStreamRequest,
    GetEventStreamResponse,
    ListEventStreamsRequest,
    ListEventStreamsResponse,
)
from openprofiles.storage import definitions, event_streams, outbox
from openprofiles.storage.definitions import EVENT_STREAM, Definition, decode_tags
from openprofiles.storage.domains import Domain
from openprofiles.storage.event_streams import StreamState
from openprofiles.storage.migrate import wall_clock
from openprofiles.storage.settings import next_number

PAGE_SIZE, MOST_READ = 100, 1_000


def create_event_stream(call: Call, request: CreateEventStreamRequest) -> CreateEventStreamResponse:
    """From now on the destination is told of what happens. A name that is taken is a BadRequestException, since the API
    has no conflict error.
    """
    domain = lock_domain(call, request.domain_name)
    if definitions.find(call.tx, domain.number, EVENT_STREAM, request.event_stream_name) is not None:
        raise BadRequestException(f"Event stream {request.event_stream_name} already exists in domain {domain.name}.")
    if len(event_streams.listening(call.tx, domain.number)) >= call.quotas.event_streams:
        raise BadRequestException(
            f"Domain {domain.name} has {call.quotas.event_streams} event streams; more are not allowed."
        )
    if request.uri != READ_BY_CLIENTS:
        check_uri(request.uri, call.region, call.account, call.policy.webhook_hosts)
    definition = _define(call, domain, request)
    carries_deletions, waits_until = not is_of_aws(request.uri), _waits_until(request.uri)
    state = StreamState(definition.number, request.uri, carries_deletions, waits_until=waits_until)
    event_streams.add(call.tx, domain.number, state)
    return CreateEventStreamResponse(event_stream_arn=_arn(domain, definition), tags=request.tags)


def _define(call: Call, domain: Domain, request: CreateEventStreamRequest) -> Definition:
    definition = Definition(
        name=request.event_stream_name,
        number=next_number(call.tx),
        created_at=call.now,
        updated_at=call.now,
        document=msgspec.json.encode({"Uri": request.uri}).decode(),
        tags=msgspec.json.encode(request.tags or {}).decode(),
    )
    definitions.put(call.tx, domain.number, EVENT_STREAM, definition)
    return definition


def _waits_until(uri: str) -> int:
    return wall_clock() + event_streams.WAITS_FOR_READER if uri == READ_BY_CLIENTS else 0


def get_event_stream(call: Call, request: GetEventStreamRequest) -> GetEventStreamResponse:
    domain = find_domain(call, request.domain_name)
    definition, state = _find(call, domain, request.event_stream_name)
    return GetEventStreamResponse(
        domain_name=domain.name,
        event_stream_arn=_arn(domain, definition),
        created_at=definition.created_at / 1000,
        state="RUNNING" if state.stopped_at is None else "STOPPED",
        stopped_since=_seconds(state.stopped_at),
        destination_details=EventStreamDestinationDetails(
            uri=state.uri,
            status="HEALTHY" if state.unhealthy_since is None else "UNHEALTHY",
            unhealthy_since=_seconds(state.unhealthy_since),
            message=state.message,
        ),
        tags=decode_tags(definition.tags) or None,
    )


def list_event_streams(call: Call, request: ListEventStreamsRequest) -> ListEventStreamsResponse:
    """The domain's streams, by name."""
    domain = find_domain(call, request.domain_name)
    scope, limit = ("ListEventStreams", domain.number), request.max_results or PAGE_SIZE
    after = open_token(call, scope, request.next_token) or [""]
    rows = definitions.page(call.tx, domain.number, EVENT_STREAM, str(after[0]), limit + 1)
    page, token = page_of(call, scope, rows, limit, lambda definition: [definition.name])
    return ListEventStreamsResponse(items=[_item(call, domain, row) for row in page], next_token=token)


def _item(call: Call, domain: Domain, definition: Definition) -> EventStreamSummary:
    state = _state(call, domain, definition)
    return EventStreamSummary(
        domain_name=domain.name,
        event_stream_name=definition.name,
        event_stream_arn=_arn(domain, definition),
        state="RUNNING" if state.stopped_at is None else "STOPPED",
        stopped_since=_seconds(state.stopped_at),
        destination_summary=DestinationSummary(
            uri=state.uri,
            status="HEALTHY" if state.unhealthy_since is None else "UNHEALTHY",
            unhealthy_since=_seconds(state.unhealthy_since),
        ),
        tags=decode_tags(definition.tags) or None,
    )


def delete_event_stream(call: Call, request: DeleteEventStreamRequest) -> DeleteEventStreamResponse:
    """The destination is told of nothing any more, not even of what it has not been told yet."""
    domain = lock_domain(call, request.domain_name)
    definition, state = _find(call, domain, request.event_stream_name)
    definitions.delete(call.tx, domain.number, EVENT_STREAM, definition.name)
    event_streams.bury(call.tx, domain.number, state.stream, call.now)
    return DeleteEventStreamResponse()


def read_event_stream(call: Call, request: ReadEventStreamRequest) -> ReadEventStreamResponse:
    """Events that nobody has acknowledged yet. Those that the receipt names are removed first."""
    domain = find_domain(call, request.domain_name)
    _, state = _find(call, domain, request.event_stream_name)
    if state.uri != READ_BY_CLIENTS:
        raise BadRequestException(
            f"Event stream {request.event_stream_name} is sent to {state.uri}: only one with the Uri {READ_BY_CLIENTS}"
            " is read by clients."
        )
    if state.stopped_at is not None:
        raise BadRequestException(f"Event stream {request.event_stream_name} is stopped: {state.message}")
    event_streams.wait_for_reader(call.tx, domain.number, state.stream, wall_clock() + event_streams.WAITS_FOR_READER)
    outbox.delete(call.tx, domain.number, state.stream, _acknowledged(request.receipt))
    found = outbox.some(call.tx, domain.number, state.stream, request.max_results or PAGE_SIZE)
    in_order = sorted(found, key=lambda event: event.position)
    records = [msgspec.Raw(record(event, domain.name)) for event in in_order]
    receipt = _receipt([(event.profile, event.position) for event in found]) if found else None
    return ReadEventStreamResponse(records=records, receipt=receipt)


_Position = Annotated[int, msgspec.Meta(ge=0, le=(1 << 62))]
_Names = Annotated[list[tuple[bytes, _Position]], msgspec.Meta(max_length=MOST_READ)]
_decode_names = msgspec.json.Decoder(_Names).decode


def _receipt(names: _Names) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(names)).decode()


def _acknowledged(receipt: str | None) -> _Names:
    """Raises BadRequestException for what is no receipt. Whoever forges one removes only what may be removed."""
    if receipt is None:
        return []
    try:
        names = _decode_names(base64.b64decode(receipt, altchars=b"-_", validate=True))
        return [(profile, position) for profile, position in names if len(profile) == 16]
    except (ValueError, msgspec.MsgspecError):
        raise BadRequestException("Receipt is not one that this stream has given.") from None


def get_signing_secret(call: Call, request: GetSigningSecretRequest) -> GetSigningSecretResponse:
    """What a webhook verifies the signatures of its messages with."""
    domain = find_domain(call, request.domain_name)
    _, state = _find(call, domain, request.event_stream_name)
    secret = stream_secret(event_streams.signing_key(call.tx), domain.number, state.stream)
    return GetSigningSecretResponse(secret=secret_text(secret))


def _find(call: Call, domain: Domain, name: str) -> tuple[Definition, StreamState]:
    """Raises ResourceNotFoundException."""
    definition = definitions.find(call.tx, domain.number, EVENT_STREAM, name)
    if definition is None:
        raise ResourceNotFoundException(f"Event stream {name} does not exist in domain {domain.name}.")
    return definition, _state(call, domain, definition)


def _state(call: Call, domain: Domain, definition: Definition) -> StreamState:
    """A definition has a state from its creation to its end."""
    state = event_streams.find(call.tx, domain.number, definition.number)
    if state is None:
        raise LookupError(definition.name)
    return state


def _arn(domain: Domain, definition: Definition) -> str:
    return f"{domain.arn}/event-streams/{definition.name}"


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
