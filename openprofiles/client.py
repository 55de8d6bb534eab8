"""A signed call of an operation over HTTP."""

import http.client
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import msgspec

from openprofiles.gateway.authentication import SERVICE
from openprofiles.gateway.signature import (
    ALGORITHM,
    TERMINATOR,
    Pairs,
    canonical_paths,
    canonical_query,
    canonical_request,
    sha256_hex,
    signature,
    signing_key,
    string_to_sign,
)
from openprofiles.operations import Operation
from openprofiles.settings import Credentials

PATIENCE = 330.0
"""Seconds to wait for a server that says nothing. A store may take five minutes for a change."""

PIECE = 64 * 1024


class Endpoint(msgspec.Struct, frozen=True):
    """A server, and who calls it. `url` has neither path nor query."""

    url: str
    region: str
    credentials: Credentials


class CallError(Exception):
    """A call without success. The message is one line for the person who made it. `code`: the type of error that the
    server has answered with, if it has.
    """

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class NotNow(CallError):
    """Nobody has answered to the end, or somebody who was too busy. The call may be done or not; later it succeeds."""


PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses of what passes by itself."""


class Request(msgspec.Struct, frozen=True):
    """A call as it goes over the wire, but for its headers."""

    method: str
    path: str
    query: bytes
    body: bytes

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query.decode()}" if self.query else self.path


def call(endpoint: Endpoint, operation: Operation, members: Mapping[str, Any]) -> bytes:
    """The answer's JSON. `members`: wire name → value, as JSON has it. Raises CallError."""
    answer = b"".join(stream(endpoint, operation, members))
    try:
        msgspec.json.decode(answer)
    except msgspec.DecodeError:
        raise CallError(f"What answers at {endpoint.url} is no openprofiles: it sends no JSON.") from None
    return answer


def page(url: str, path: str) -> tuple[int, bytes]:
    """Status and answer of a page that needs no signature. Raises CallError."""
    connection = _connection(_parts(url))
    with closing(connection), _told_as_call_error(url):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


def stream(endpoint: Endpoint, operation: Operation, members: Mapping[str, Any]) -> Iterator[bytes]:
    """The answer in pieces, as they come. Raises CallError, also where the answer ends too early."""
    with _told_as_call_error(endpoint.url):
        request, parts = request_of(operation, members), _parts(endpoint.url)
        headers = signed_headers(request, parts.netloc, endpoint.region, endpoint.credentials, time.time())
        connection = _connection(parts)
    try:
        with _told_as_call_error(endpoint.url):
            connection.request(request.method, request.target, request.body, headers)
            answer = connection.getresponse()
            _raise_unless_well(answer)
        yield from _pieces(answer, endpoint)
    finally:
        connection.close()


def _pieces(answer: http.client.HTTPResponse, endpoint: Endpoint) -> Iterator[bytes]:
    while True:
        with _told_as_call_error(endpoint.url):
            piece = answer.read1(PIECE)
            if not piece and answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
        if not piece:
            return
        yield piece


def _parts(url: str) -> SplitResult:
    """Raises CallError without the URL, which may hold a password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    elsewhere = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or elsewhere:
        raise CallError("That is no endpoint: write http://HOST:PORT or https://HOST:PORT.")
    return parts


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(str(parts.hostname), parts.port, timeout=PATIENCE)


# --- what is sent


def request_of(operation: Operation, members: Mapping[str, Any]) -> Request:
    """The request of a call: each member goes where the operation has its place."""
    left = dict(members)
    path = operation.path
    for placeholder, name in operation.path_members:
        path = path.replace(f"{{{placeholder}}}", quote(left.pop(name), safe=""))
    pairs = [pair for label, name, _ in operation.query_members for pair in _pairs(label, left.pop(name, None))]
    body = msgspec.json.encode(left) if left else b""
    return Request(operation.method, path, canonical_query(pairs), body)


def _pairs(label: str, value: Any) -> Pairs:
    """A list is its values under one name; what is None is not there."""
    values = [] if value is None else value if isinstance(value, list) else [value]
    return [(label.encode(), _query_text(one).encode()) for one in values]


def _query_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def signed_headers(request: Request, host: str, region: str, credentials: Credentials, at: float) -> dict[str, str]:
    """The headers of a request that is signed as of `at`, in seconds since the epoch."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at)).encode()
    headers = {b"content-type": [b"application/json"], b"host": [host.encode()], b"x-amz-date": [moment]}
    names, path = sorted(headers), canonical_paths(request.path.encode())[0]
    canonical = canonical_request(request.method, path, request.query, headers, names, sha256_hex(request.body))
    scope = b"/".join((moment[:8], region.encode(), SERVICE, TERMINATOR))
    key = signing_key(credentials.secret_access_key, moment[:8], region.encode(), SERVICE)
    proof = signature(key, string_to_sign(moment, scope, canonical))
    credential, signed = f"{credentials.access_key_id}/{scope.decode()}", b";".join(names).decode()
    authorization = f"{ALGORITHM.decode()} Credential={credential}, SignedHeaders={signed}, Signature={proof.decode()}"
    return {name.decode(): value.decode() for name, [value] in headers.items()} | {"authorization": authorization}


# --- what can go wrong


def _raise_unless_well(answer: http.client.HTTPResponse) -> None:
    if answer.status >= 300:
        code, kind = answer.getheader("x-amzn-ErrorType"), NotNow if answer.status in PASSING else CallError
        raise kind(_refusal(answer.status, code, answer.read()), code)


def _refusal(status: int, code: str | None, body: bytes) -> str:
    """The type of an error and its message; of what no openprofiles has sent, its status."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        told = {}
    message = told.get("Message") or told.get("message") or http.client.responses.get(status, "")
    return f"{code or f'Status {status}'}: {message}"


@contextmanager
def _told_as_call_error(url: str) -> Iterator[None]:
    try:
        yield
    except UnicodeError:
        raise CallError("What is given must be UTF-8.") from None
    except TimeoutError:
        raise NotNow(f"The server at {url} does not answer.") from None
    except http.client.IncompleteRead:
        raise NotNow("The answer broke off.") from None
    except OSError as error:  # before HTTPException, as a connection that is closed without an answer is both
        raise NotNow(f"No server answers at {url}: {_reason(error)}.") from None
    except http.client.HTTPException:
        raise CallError(f"What answers at {url} does not speak HTTP.") from None


def _reason(error: OSError) -> str:
    """The system's own words, without what Python adds."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
