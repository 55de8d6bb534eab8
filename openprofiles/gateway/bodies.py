"""The body of a request, read under the limits of size, time and bytes in flight."""

from openprofiles.gateway import limits as checks
from openprofiles.gateway.exchange import ClientGone, Exchange, Services
from openprofiles.gateway.limits import Headers


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
