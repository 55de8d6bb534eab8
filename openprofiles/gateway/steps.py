"""The steps of a request: functions of what the server has (Services) and of the request on its way (Exchange).

Their order is a list in `app.py`. A step refuses a request by raising an ApiError.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

import msgspec

from openprofiles.call import Call
from openprofiles.errors import (
    AccessDeniedException,
    ApiError,
    BadRequestException,
    InternalServerException,
    NotImplementedException,
    UnknownOperationException,
)
from openprofiles.gateway import codec
from openprofiles.gateway import limits as checks
from openprofiles.gateway.authentication import Caller, Claim, read_claim, verified
from openprofiles.gateway.codec import decode_request, encode_error, encode_response
from openprofiles.gateway.completions import Completions
from openprofiles.gateway.http import HttpRequest
from openprofiles.gateway.known_keys import KnownKeys
from openprofiles.gateway.limits import LEAST_READ, BytesInFlight, Headers, Places
from openprofiles.gateway.replays import call_digest, once
from openprofiles.gateway.request_ids import request_id_of, take
from openprofiles.gateway.routing import Router
from openprofiles.gateway.throttle import Throttle
from openprofiles.openapi import document_json
from openprofiles.operations import Operation
from openprofiles.settings import Limits, Quotas
from openprofiles.storage import access_keys, switches
from openprofiles.storage.answers import Answer
from openprofiles.storage.database import Database, Discard, Many, Transaction, Work
from openprofiles.storage.switches import Switches

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


class ClientGone(Exception):
    """The connection ended before the request did."""


MOST_STREAMS = 4
"""Each has a thread, a connection and a snapshot of the store to itself."""


class Services(msgspec.Struct, frozen=True):
    """What the steps use. `functions`: operation name → function; `list_forms`: the same for
    those whose waiting calls run together. `clock` gives milliseconds of business time."""

    router: Router
    functions: Mapping[str, Callable[[Call, Any], Any]]
    list_forms: Mapping[str, Many["Given", Any]]
    database: Database
    known_keys: KnownKeys
    clock: Callable[[], int]
    limits: Limits
    quotas: Quotas
    in_flight: BytesInFlight
    places: Places
    completions: Completions
    throttle: Throttle = Throttle({})
    cors_origins: tuple[str, ...] = ()
    streams: Places = msgspec.field(default_factory=lambda: Places(MOST_STREAMS))
    refuses_erased: bool = False
    long_reads: frozenset[str] = frozenset()


class Exchange:
    """One request and its answer. Each step reads what earlier ones have set, and sets what later ones read."""

    __slots__ = (
        "answer",
        "answer_bytes",
        "body",
        "body_bytes",
        "body_complete",
        "caller",
        "content_type",
        "error_code",
        "headers",
        "method",
        "name",
        "operation",
        "path_members",
        "query_string",
        "random",
        "raw_path",
        "receive",
        "request",
        "request_id",
        "response",
        "rest",
        "started",
        "status",
        "switches",
    )

    operation: Operation
    path_members: dict[str, str]
    caller: Caller
    request: msgspec.Struct
    response: msgspec.Struct | Answer | None

    def __init__(self, scope: Message, receive: Receive) -> None:
        self.started = time.perf_counter()
        self.random = take()
        self.request_id = request_id_of(self.random)
        self.receive = receive
        self.method: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.query_string: bytes = scope["query_string"]
        self.headers: Headers = scope["headers"]
        self.name = "-"
        self.body = b""
        self.body_bytes = 0
        self.answer_bytes = 0
        self.body_complete = False
        self.status = 500
        self.answer = b""
        self.content_type = b"application/json"
        self.switches: Switches | None = None
        self.rest: AsyncGenerator[bytes, None] | None = None
        self.error_code: str | None = None

    def fail(self, error: ApiError) -> None:
        self.status, self.answer, self.error_code = error.status, encode_error(error), error.code


Step = Callable[[Services, Exchange], Awaitable[None] | None]


# --- the steps


def check_head(services: Services, exchange: Exchange) -> None:
    """Refuses a request line and headers that are too large."""
    checks.check_head(exchange.raw_path, exchange.query_string, exchange.headers, services.limits)


def find_operation(services: Services, exchange: Exchange) -> Awaitable[None] | None:
    """Refuses a method and path that are no operation; the body is read all the same, to keep the connection usable."""
    try:
        exchange.operation, exchange.path_members = services.router.find(exchange.method, exchange.raw_path)
    except ApiError as error:
        return _refuse_behind_body(services, exchange, error)
    exchange.name = exchange.operation.name
    return None


async def _refuse_behind_body(services: Services, exchange: Exchange, error: ApiError) -> None:
    await receive_body(services, exchange, services.limits.body_bytes)
    raise error


def read_body(services: Services, exchange: Exchange) -> Awaitable[None]:
    """Refuses a body that is too large or too slow; batches may be larger."""
    batch = exchange.name.startswith("Batch")
    limit = services.limits.batch_body_bytes if batch else services.limits.body_bytes
    return receive_body(services, exchange, limit)


def check_structure(_services: Services, exchange: Exchange) -> None:
    """Refuses a body that is nested too deep or has far too many parts, before anybody parses it."""
    codec.check_structure(exchange.body)


def identify_caller(services: Services, exchange: Exchange) -> Awaitable[None] | None:
    """Refuses a request without the signature of a key that is known. Signatures go by wall time."""
    signed = HttpRequest(exchange.method, exchange.raw_path, exchange.query_string, exchange.headers, exchange.body)
    claim = read_claim(signed, time.time_ns() // 1_000_000)
    key = services.known_keys.find(claim.access_key_id)
    if key is None:
        return _ask_who_calls(services, exchange, claim, signed)
    exchange.caller = verified(claim, signed, key)
    return None


async def _ask_who_calls(services: Services, exchange: Exchange, claim: Claim, signed: HttpRequest) -> None:
    """Others are served meanwhile. Whoever asks holds a place: nobody need be known for asking."""
    with services.places:
        asked = services.known_keys.ask(claim.access_key_id)
        key = asked.result() if asked.done() else await services.completions.wait(asked)
    exchange.caller = verified(claim, signed, key)


def throttle(services: Services, exchange: Exchange) -> None:
    """Refuses a call past the rates that the server was told to hold."""
    services.throttle.take(exchange.caller.principal.account, exchange.caller.region, exchange.name)


async def imitate(services: Services, exchange: Exchange) -> None:
    """Only on a server for tests: its clock, and a share of writing calls that is refused as AWS does at times."""
    read = services.database.read(switches.get)
    exchange.switches = read.result() if read.done() else await services.completions.wait(read)
    is_own = exchange.operation.path.startswith("/-/")
    if is_own or exchange.operation.reads:
        return
    if int.from_bytes(exchange.random[:4]) < exchange.switches.concurrent_update_rate * (1 << 32):
        raise BadRequestException("A concurrent update is in-progress. Try again later.")


def decode(_services: Services, exchange: Exchange) -> None:
    """Refuses what has not the form of the operation's request."""
    exchange.request = decode_request(exchange.operation, exchange.path_members, exchange.query_string, exchange.body)


def authorise_domain(_services: Services, exchange: Exchange) -> None:
    """Refuses a domain that the caller's key may not touch."""
    principal = exchange.caller.principal
    domain = domain_of(exchange.path_members)
    if domain is None or principal.may_touch(domain):
        return
    resource = f"arn:aws:profile:{exchange.caller.region}:{principal.account}:domains/{domain}"
    raise AccessDeniedException(
        f"User: {principal.arn} is not authorized to perform: profile:{exchange.name} on resource: {resource}"
    )


def domain_of(path_members: Mapping[str, str]) -> str | None:
    """The name of the domain that a path is about; None where it is about none, "" where its ARN can not be read."""
    if "resourceArn" not in path_members:
        return path_members.get("DomainName")
    parts = path_members["resourceArn"].split("/", 2)
    return parts[1] if len(parts) > 1 and parts[0].endswith(":domains") else ""


class Given(msgspec.Struct, frozen=True):
    """What a call is made of once there is a transaction for it, and its request. The same each time it is run."""

    caller: Caller
    now: int
    request_id: str
    seed: bytes
    request: Any
    quotas: Quotas
    refuses_erased: bool
    switches: Switches | None

    def call(self, tx: Transaction) -> Call:
        return Call(
            tx,
            self.caller.principal,
            self.caller.region,
            self.now,
            self.request_id,
            self.seed,
            self.quotas,
            self.refuses_erased,
            self.switches,
        )


async def run(services: Services, exchange: Exchange) -> None:
    """Run the operation's function in a transaction and wait for its commit. Refuses it where too many wait."""
    if exchange.operation.streams:
        exchange.rest = _stream(services, exchange)
        exchange.answer = await anext(exchange.rest)
    else:
        exchange.response = await _response(services, exchange, exchange.request)


async def _response(services: Services, exchange: Exchange, request: msgspec.Struct) -> Any:
    function, given = _function(services, exchange), _given(services, exchange, request)
    with services.places:
        future = _hand_over(services, exchange, function, given)
        try:
            return future.result() if future.done() else await services.completions.wait(future)
        except Discard as discarded:
            return discarded.result


def _function(services: Services, exchange: Exchange) -> Callable[[Call, Any], Any]:
    function = services.functions.get(exchange.name)
    if function is None:
        raise NotImplementedException(f"{exchange.name} is not implemented by this server.")
    return function


def _given(services: Services, exchange: Exchange, request: msgspec.Struct) -> Given:
    return Given(
        exchange.caller,
        services.clock() + (exchange.switches.clock_offset if exchange.switches else 0),
        exchange.request_id,
        exchange.random,
        request,
        services.quotas,
        services.refuses_erased,
        exchange.switches,
    )


def _hand_over(
    services: Services, exchange: Exchange, function: Callable[[Call, Any], Any], given: Given
) -> Future[Any]:
    """Calls of an operation with a list form that wait for the same domain run together."""
    database, size, many = services.database, len(exchange.body), services.list_forms.get(exchange.name)
    if many is not None:
        principal = given.caller.principal
        group = exchange.name, principal.account, given.caller.region, domain_of(exchange.path_members)
        return database.write_together(group, many, given, size, services.completions.arrival())
    if exchange.operation.reads:
        is_long = exchange.name in services.long_reads or _is_long(exchange.request)
        return database.read(lambda tx: function(given.call(tx), given.request), is_long)
    return database.write(_once(exchange, lambda tx: function(given.call(tx), given.request)), size)


LONG_PAGE = 25
"""A page of more items may be made more slowly than others' single look-ups."""


def _is_long(request: msgspec.Struct) -> bool:
    return (getattr(request, "max_results", None) or 0) > LONG_PAGE


def _once(exchange: Exchange, work: Work[Any]) -> Work[Any]:
    """Where the operation must not be done twice, and the client says which call this is, the work is done once."""
    if not exchange.operation.replays:
        return work
    region = exchange.caller.region.encode()
    sent = exchange.method.encode(), exchange.raw_path, exchange.query_string, exchange.body
    call = call_digest(exchange.headers, region, *sent)
    return work if call is None else once(exchange.operation, exchange.caller.principal.account, call, work)


def as_many(list_form: Callable[[Sequence[tuple[Call, Any]]], Sequence[Any]]) -> Many[Given, Any]:
    """An operation's list form as the store runs it."""
    return lambda tx, items: list_form([(given.call(tx), given.request) for given in items])


def encode(services: Services, exchange: Exchange) -> None:
    """The answer's status and body, unless they were written down with the change. A large one (which only a read has)
    counts among the bytes in flight until it is taken.
    """
    if exchange.rest is not None:
        _begin_stream(services, exchange)
        return
    response = exchange.response
    encoded = response if isinstance(response, tuple) else encode_response(exchange.operation, response)
    status, answer = encoded
    if len(answer) > LEAST_READ:
        services.in_flight.add(len(answer))
        exchange.answer_bytes = len(answer)
    exchange.status, exchange.answer = status, answer


NDJSON = b"application/x-ndjson"


def _begin_stream(services: Services, exchange: Exchange) -> None:
    """The first lines are there; the rest is made while they are sent."""
    services.in_flight.add(len(exchange.answer))
    exchange.answer_bytes = len(exchange.answer)
    exchange.status, exchange.content_type = exchange.operation.status, NDJSON


LONGEST_STREAM = 1_800.0
"""Seconds after which a snapshot is given up that somebody takes in too slowly: it costs the store room, and others
a place.
"""


async def _stream(services: Services, exchange: Exchange) -> AsyncGenerator[bytes, None]:
    """The lines, page by page, all of one snapshot of the store. Whoever stops before the end closes it."""
    with services.streams:
        snapshot, began = services.database.snapshot(), time.monotonic()
        request: msgspec.Struct | None = exchange.request
        try:
            while request is not None:
                work = _work_of(services, exchange, request)
                response = await services.completions.wait(snapshot.read(work))
                yield response.lines
                request = _next_request(request, response.next_token)
                if request is not None and time.monotonic() - began > LONGEST_STREAM:
                    raise InternalServerException(f"The answer was not taken in {LONGEST_STREAM:.0f} seconds.")
        finally:
            snapshot.close()


def _work_of(services: Services, exchange: Exchange, request: Any) -> Work[Any]:
    function, given = _function(services, exchange), _given(services, exchange, request)
    return lambda tx: function(given.call(tx), given.request)


def _next_request(request: msgspec.Struct, token: str | None) -> msgspec.Struct | None:
    return None if token is None else msgspec.structs.replace(request, next_token=token)


# --- the pages that need no signature


async def answer_own_path(services: Services, exchange: Exchange) -> None:
    """Whether the server lives, and whether it can serve. Nobody needs to be known for that."""
    await receive_body(services, exchange, services.limits.body_bytes)
    if exchange.method != "GET":
        raise UnknownOperationException("No operation has this method and path.")
    exchange.name, answer = OWN_PAGES[exchange.raw_path]
    exchange.status, exchange.answer = await answer(services)


async def health(_services: Services) -> tuple[int, bytes]:
    return 200, b'{"Status":"ok"}'


async def ready(services: Services) -> tuple[int, bytes]:
    """200 once the store answers a read."""
    try:
        await services.completions.wait(services.database.read(lambda tx: access_keys.find_usable(tx, "")))
    except Exception:
        return 503, b'{"Status":"not ready"}'
    return 200, b'{"Status":"ready"}'


async def openapi(_services: Services) -> tuple[int, bytes]:
    """What lies below `/-/`, as an OpenAPI document."""
    return 200, document_json()


OWN_PAGES: dict[bytes, tuple[str, Callable[[Services], Awaitable[tuple[int, bytes]]]]] = {
    b"/-/health": ("health", health),
    b"/-/ready": ("ready", ready),
    b"/-/openapi.json": ("openapi", openapi),
}
"""Raw path → what the log calls it, and its answer."""


# --- the body


async def receive_body(services: Services, exchange: Exchange, limit: int) -> None:
    """Read the body to its end, under the limits of size, time and bytes in flight.

    Raises RequestRefused, ClientGone.
    """
    length = declared_length(exchange.headers)
    if length == 0:
        exchange.body_complete = True
        return
    if length is not None and length > limit:
        raise checks.body_too_large(limit)
    await _receive_pieces(services, exchange, limit)


def declared_length(headers: Headers) -> int | None:
    """Bytes of the body; None where only its end will tell. The parser has checked that Content-Length is a number."""
    for name, value in headers:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            return None
    return 0


async def _receive_pieces(services: Services, exchange: Exchange, limit: int) -> None:
    pieces = []
    while not exchange.body_complete:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece, exchange.body_complete = message["body"], not message["more_body"]
        if not piece and not exchange.body_complete:  # how the protocol says that time is up
            raise checks.too_slow(services.limits)
        services.in_flight.add(len(piece))
        exchange.body_bytes += len(piece)
        if exchange.body_bytes > limit:
            raise checks.body_too_large(limit)
        pieces.append(piece)
    exchange.body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
