"""A decoded request becomes a call of its operation's function: in a transaction, or page by page of one snapshot."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

import msgspec

from openprofiles.call import Call
from openprofiles.errors import InternalServerException, NotImplementedException
from openprofiles.gateway.exchange import Exchange, Given, Services
from openprofiles.gateway.replays import call_digest, once
from openprofiles.storage.database import Discard, Many, Work


async def response_of(services: Services, exchange: Exchange) -> Any:
    """The response, once its transaction is committed. Refuses the call where too many wait."""
    function, given = _function(services, exchange), _given(services, exchange, exchange.request)
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
        services.policy,
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


def domain_of(path_members: Mapping[str, str]) -> str | None:
    """The name of the domain that a path is about; None where it is about none, "" where its ARN can not be read."""
    if "resourceArn" not in path_members:
        return path_members.get("DomainName")
    parts = path_members["resourceArn"].split("/", 2)
    return parts[1] if len(parts) > 1 and parts[0].endswith(":domains") else ""


LONGEST_STREAM = 1_800.0
"""Seconds of waiting for the client, after which a snapshot is given up: it costs the store room, others a place."""


async def stream_of(services: Services, exchange: Exchange) -> AsyncGenerator[bytes, None]:
    """The lines, page by page, all of one snapshot of the store. Whoever stops before the end closes it."""
    with services.streams:
        snapshot, seconds = services.database.snapshot(), 0.0
        request: msgspec.Struct | None = exchange.request
        try:
            while request is not None:
                work = _work_of(services, exchange, request)
                response = await services.completions.wait(snapshot.read(work))
                made = time.monotonic()
                yield response.lines
                seconds += time.monotonic() - made
                if seconds > LONGEST_STREAM:
                    raise InternalServerException(f"The answer was not taken in {LONGEST_STREAM:.0f} seconds.")
                request = _next_request(request, response.next_token)
        finally:
            snapshot.close()


def _work_of(services: Services, exchange: Exchange, request: Any) -> Work[Any]:
    function, given = _function(services, exchange), _given(services, exchange, request)
    return lambda tx: function(given.call(tx), given.request)


def _next_request(request: msgspec.Struct, token: str | None) -> msgspec.Struct | None:
    return None if token is None else msgspec.structs.replace(request, next_token=token)
