"""Ways to damage the bytes of a request: those that leave its end where it was, and those that do not."""

from collections.abc import Callable
from random import Random

Damage = Callable[[Random, bytes], bytes]

NEXT = b"GET /-/health HTTP/1.1\r\nhost: x\r\n\r\n"
"""A good request that needs no signature."""

FRAMING = (b"content-length", b"transfer-encoding", b"connection", b"expect", b"upgrade")
VISIBLE = bytes([*range(0x21, 0x7F), *range(0x80, 0x100)])


# --- the end of the request stays where it was


def other_body(chance: Random, request: bytes) -> bytes:
    head, end, body = request.partition(b"\r\n\r\n")
    return head + end + (flipped(chance, body) if body else b"")


def other_header(chance: Random, request: bytes) -> bytes:
    """A byte of one header's value is another."""
    line, *headers, end = _lines(request)
    number = chance.randrange(len(headers))
    name, _, value = headers[number].partition(b": ")
    if not name.lower().startswith(FRAMING) and value:
        place = chance.randrange(len(value))
        headers[number] = name + b": " + value[:place] + bytes([chance.choice(VISIBLE)]) + value[place + 1 :]
    return b"\r\n".join([line, *headers, end])


def other_target(chance: Random, request: bytes) -> bytes:
    """Bytes more or less in the path or query."""
    method, target, rest = request.split(b" ", 2)
    place = chance.randint(1, len(target))
    odd = [b"/", b"//", b"?", b"?x=%00&x", b"%", b"%2e%2e", b"%ff", b"..", b"\\", b";", b"<", b"a" * 9_000, b"\x80"]
    return b" ".join([method, target[:place] + chance.choice(odd) + target[place + chance.randint(0, 3) :], rest])


def other_method(chance: Random, request: bytes) -> bytes:
    methods = [b"GET", b"PUT", b"POST", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"PROPFIND"]
    return chance.choice(methods) + b" " + request.split(b" ", 1)[1]


def more_headers(chance: Random, request: bytes) -> bytes:
    odd = [
        b"x: " + b"y" * 20_000,
        b"x: " + b"y" * 40_000,
        b"\r\n".join([b"a: b"] * 2_000),
        b"x:",
        b"x: \xff\xfe",
        b"authorization: Basic eA==",
        b"x-amz-date: 99999999T999999Z",
        b"amz-sdk-invocation-id: \x80",
        b"host: other",
        b"accept-encoding: gzip;q=0",
        b"content-encoding: br",
        b"connection: close",
        b"connection: keep-alive, x",
        b"upgrade: websocket",
        b"expect: 100-continue",
        b"range: bytes=0-0,-1",
    ]
    return _with_header(request, chance.choice(odd))


def padded_length(chance: Random, request: bytes) -> bytes:
    return request.replace(b"content-length: ", b"content-length: " + chance.choice([b"000", b" ", b"\t \t"]), 1)


def in_chunks(chance: Random, request: bytes) -> bytes:
    """The body in chunks of any size, with extensions."""
    head, body = _without_length(request)
    chunks, place = [], 0
    while place < len(body):
        size = chance.choice([1, 2, 17, 1_000])
        chunk = body[place : place + size]
        extension = chance.choice([b"", b"", b";a", b';a="b"'])
        chunks.append(b"%x" % len(chunk) + extension + b"\r\n" + chunk + b"\r\n")
        place += size
    return head + b"transfer-encoding: chunked\r\n\r\n" + b"".join(chunks) + b"0\r\n\r\n"


FRAMED: tuple[Damage, ...] = (
    other_body,
    other_header,
    other_target,
    other_method,
    more_headers,
    padded_length,
    in_chunks,
)


# --- nobody knows where the request ends


def flipped(chance: Random, request: bytes) -> bytes:
    made = bytearray(request)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(chance: Random, request: bytes) -> bytes:
    return request[: chance.randrange(1, len(request))]


def spliced(chance: Random, request: bytes) -> bytes:
    place, other = chance.randrange(1, len(request)), chance.randrange(len(request))
    return request[:place] + request[other:]


def doubtful_header(chance: Random, request: bytes) -> bytes:
    return _with_header(
        request, chance.choice([*DOUBTFUL.values(), b"no colon", b": x", b"\x00: 1", b"x: \x00", b"x\r: y"])
    )


def wrong_chunks(chance: Random, request: bytes) -> bytes:
    head, body = _without_length(request)
    size = chance.choice(
        [b"%x" % (len(body) + 1), b"0", b"-1", b"ffffffffffffffff", b"1" + b"0" * 16, b"zz", b"", b"0x1"]
    )
    end = chance.choice(
        [b"\r\n0\r\n\r\n", b"", b"\r\n0\r\nx: y\r\n\r\n", b"\r\n0\r\n" + b"x: y\r\n" * 9_000, b"\n0\n\n"]
    )
    return head + b"transfer-encoding: chunked\r\n\r\n" + size + b"\r\n" + body + end


def many_at_once(chance: Random, request: bytes) -> bytes:
    return request * chance.randint(1, 20) + flipped(chance, request)


def noise(chance: Random, _: bytes) -> bytes:
    return chance.randbytes(chance.randint(1, 3_000))


UNFRAMED: tuple[Damage, ...] = (flipped, cut, spliced, doubtful_header, wrong_chunks, many_at_once, noise)


DOUBTFUL: dict[str, bytes] = {
    "another length": b"content-length: 0",
    "two lengths in one": b"content-length: 5, 5",
    "a signed length": b"content-length: +5",
    "a hexadecimal length": b"content-length: 0x5",
    "a length with a space": b"content-length: 3 4",
    "no length": b"content-length: ",
    "a length past all numbers": b"content-length: 18446744073709551617",
    "a negative length": b"content-length: -1",
    "a length behind a vertical tab": b"content-length: \x0b5",
    "a length behind a NUL": b"content-length\x00: 5",
    "a length behind a line feed": b"x: y\ncontent-length: 5",
    "chunks": b"transfer-encoding: chunked",
    "chunks in other letters": b"Transfer-Encoding: cHuNkEd",
    "no coding": b"transfer-encoding: identity",
    "an unknown coding": b"transfer-encoding: xchunked",
    "chunks that are not last": b"transfer-encoding: chunked, identity",
    "chunks twice": b"transfer-encoding: chunked, chunked",
    "chunks in quotes": b'transfer-encoding: "chunked"',
    "a space before the colon": b"transfer-encoding : chunked",
    "a folded line": b"transfer-encoding:\r\n chunked",
    "a header that goes on": b"x: y\r\n transfer-encoding: chunked",
}
"""Headers that make a request with a Content-Length end in another place for some readers."""


def smuggling(header: bytes) -> bytes:
    """A request whose body is another request for who reads the header in one way, and nothing for who reads it in the
    other.
    """
    body = b"0\r\n\r\n" + NEXT
    return b"POST /domains/x HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n%b\r\n\r\n%b" % (len(body), header, body)


# --- parts of a request


def _lines(request: bytes) -> list[bytes]:
    """Request line, headers, and the rest behind them."""
    head, _, body = request.partition(b"\r\n\r\n")
    return [*head.split(b"\r\n"), b"\r\n" + body]


def _with_header(request: bytes, header: bytes) -> bytes:
    line, _, rest = request.partition(b"\r\n")
    return line + b"\r\n" + header + b"\r\n" + rest


def _without_length(request: bytes) -> tuple[bytes, bytes]:
    """The head up to where another header may stand, and the body."""
    *lines, rest = _lines(request)
    kept = [line for line in lines if not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*kept, b""]), rest[2:]
