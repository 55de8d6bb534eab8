"""Signature Version 4: the canonical form of a request, and its signature. Pure bytes in, bytes out; nothing raises.

The rules are those of AWS's documentation for every service but S3: path normalised and encoded once more, query
decoded and encoded again, header values trimmed.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

ALGORITHM = b"AWS4-HMAC-SHA256"
TERMINATOR = b"aws4_request"
UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

Pairs = list[tuple[bytes, bytes]]
Headers = dict[bytes, list[bytes]]


def canonical_request(
    method: str, path: bytes, query: bytes, headers: Headers, signed_names: Sequence[bytes], body_hash: bytes
) -> bytes:
    """`path` and `query` in canonical form; `signed_names` sorted, each of them in `headers`."""
    lines = [method.encode(errors="replace"), path, query]
    lines += [name + b":" + header_value(headers[name]) for name in signed_names]
    lines += [b"", b";".join(signed_names), body_hash]
    return b"\n".join(lines)


def string_to_sign(timestamp: bytes, scope: bytes, canonical: bytes) -> bytes:
    """`timestamp` as YYYYMMDDTHHMMSSZ, `scope` as date/region/service/aws4_request."""
    return b"\n".join((ALGORITHM, timestamp, scope, sha256_hex(canonical)))


@lru_cache(maxsize=1024)
def signing_key(secret_access_key: str, date: bytes, region: bytes, service: bytes) -> bytes:
    """The key of one day, region and service. Kept, because its four steps cost as much as the rest of a check."""
    key = b"AWS4" + secret_access_key.encode()
    for part in (date, region, service, TERMINATOR):
        key = hmac.digest(key, part, "sha256")
    return key


def signature(key: bytes, to_sign: bytes) -> bytes:
    """The signature as 64 lower-case hex digits."""
    return hmac.digest(key, to_sign, "sha256").hex().encode()


def sha256_hex(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def canonical_paths(raw_path: bytes) -> list[bytes]:
    """The canonical forms that a signature may cover, the documented one first.

    AWS has dot segments and repeated slashes removed before the path is encoded. Some signers (of SDKs for which such
    paths are rare, and all that have normalisation turned off) encode the path as it is. That form binds the
    signature to the very bytes that were sent, so accepting it too gives nothing away. The two differ only where
    there is something to normalise.
    """
    normal = normalised_path(raw_path)
    if normal == raw_path or not raw_path:
        return [encoded_path(normal)]
    return [encoded_path(normal), encoded_path(raw_path)]


def encoded_path(path: bytes) -> bytes:
    """A path, encoded already, encoded once more: `%2F` becomes `%252F`."""
    # Most paths need no encoding, and this look is five times cheaper than the encoding.
    return quote_from_bytes(path, safe="/").encode() if path.translate(None, UNRESERVED + b"/") else path


def normalised_path(path: bytes) -> bytes:
    """The path without `.` and `..` segments and without repeated slashes. A slash at its end stays."""
    if path and b"//" not in path and b"/." not in path:
        return path
    segments: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in (b"", b"."):
            segments.append(segment)
    end = b"/" if segments and path.endswith(b"/") else b""
    return b"/" + b"/".join(segments) + end


def query_pairs(query_string: bytes) -> Pairs:
    """Names and values, decoded, in the order sent. A `+` is a plus sign, as it is to the codec."""
    if not query_string:
        return []
    pieces = (piece.partition(b"=") for piece in query_string.split(b"&"))
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pieces]


def canonical_query(pairs: Pairs) -> bytes:
    """Decoded pairs, encoded again with all but letters, digits and `-._~` as %XX, sorted by name, then by value."""
    if not pairs:
        return b""
    encoded = sorted((quote_from_bytes(name, safe=""), quote_from_bytes(value, safe="")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded).encode()


def grouped_headers(headers: Pairs) -> Headers:
    """The values of each header name, in the order sent."""
    grouped: Headers = {}
    for name, value in headers:
        if name in grouped:
            grouped[name].append(value)
        else:
            grouped[name] = [value]
    return grouped


def header_value(values: list[bytes]) -> bytes:
    """Values joined by commas; each without white space around it, and with one space for each run inside."""
    if len(values) == 1:
        return b" ".join(values[0].split())
    return b",".join([b" ".join(value.split()) for value in values])
