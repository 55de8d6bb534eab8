"""Browsers: which other origins' pages may call the server (the Fetch standard's CORS protocol)."""

from collections.abc import Sequence

Headers = Sequence[tuple[bytes, bytes]]

ANY = "*"

VARY = (b"vary", b"Origin")
"""Another origin gets another answer: a cache between must know."""

ALLOWED_METHODS = b"GET, POST, PUT, DELETE"
EXPOSED = b"x-amzn-RequestId, x-amzn-ErrorType, x-amzn-errortype, x-amzn-requestid, Date"
KEPT_SECONDS = b"600"
"""For which a browser need not ask again."""


def origin_of(headers: Headers) -> bytes | None:
    return next((value for name, value in headers if name == b"origin"), None)


def is_preflight(method: str, headers: Headers) -> bool:
    """A browser asks what it may send, before it sends it."""
    return method == "OPTIONS" and any(name == b"access-control-request-method" for name, _ in headers)


def answer_headers(allowed: Sequence[str], headers: Headers) -> list[tuple[bytes, bytes]]:
    """What an answer tells a browser; nothing where the page's origin is not allowed."""
    origin = origin_of(headers)
    if origin is None or not (ANY in allowed or origin.decode("latin-1") in allowed):
        return [VARY]
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", EXPOSED),
        VARY,
    ]


def preflight_headers(allowed: Sequence[str], headers: Headers) -> list[tuple[bytes, bytes]]:
    """What the answer to a preflight tells besides. Signed requests have headers of each SDK's own: what is asked for
    is allowed, since it is the signature that protects the server.
    """
    if answer_headers(allowed, headers) == [VARY]:
        return []
    asked = next((value for name, value in headers if name == b"access-control-request-headers"), b"")
    return [
        (b"access-control-allow-methods", ALLOWED_METHODS),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", KEPT_SECONDS),
    ]
