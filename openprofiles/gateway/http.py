"""The HTTP request as the gateway's steps pass it on."""

import msgspec


class HttpRequest(msgspec.Struct, frozen=True):
    """One request as it came over the wire, read to its end.

    `raw_path` holds the bytes as sent, percent-encoding and all, without the query string: a signature covers exactly
    them, and an encoded slash inside a path member is no separator. Header names are lower-case, as ASGI gives them,
    in the order in which they were sent.
    """

    method: str
    raw_path: bytes
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
