"""The steps of a request: functions of what the server has (Services) and of the request on its way (Exchange).

Their order is a list in `app.py`. A step refuses a request by raising an ApiError.
"""

import time
from collections.abc import Awaitable

from openprofiles.errors import AccessDeniedException, ApiError, BadRequestException, UnknownOperationException
from openprofiles.gateway import codec
from openprofiles.gateway import limits as checks
from openprofiles.gateway.authentication import Claim, read_claim, verified
from openprofiles.gateway.bodies import receive_body
from openprofiles.gateway.calls import domain_of, response_of, stream_of
from openprofiles.gateway.codec import decode_request, encode_response
from openprofiles.gateway.exchange import Exchange, Services
from openprofiles.gateway.http import HttpRequest
from openprofiles.gateway.limits import LEAST_READ
from openprofiles.gateway.own_pages import OWN_PAGES
from openprofiles.storage import switches


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


async def run(services: Services, exchange: Exchange) -> None:
    """Run the operation's function in a transaction and wait for its commit. Refuses it where too many wait."""
    if exchange.operation.streams:
        exchange.rest = stream_of(services, exchange)
        exchange.answer = await anext(exchange.rest)
    else:
        exchange.response = await response_of(services, exchange)


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


async def answer_own_path(services: Services, exchange: Exchange) -> None:
    """Whether the server lives, whether it can serve, and what it has counted. Nobody needs to be known for that."""
    await receive_body(services, exchange, services.limits.body_bytes)
    if exchange.method != "GET":
        raise UnknownOperationException("No operation has this method and path.")
    page = OWN_PAGES[exchange.raw_path]
    exchange.name = page.name
    exchange.status, exchange.answer = await page.answer(services)
    exchange.content_type = page.content_type
