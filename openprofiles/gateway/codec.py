"""REST-JSON: path, query and body → request Struct; response Struct or error → status and bytes.

The good case costs one `json.decode` and one `convert`. What fails there is gone through again, to tell the caller
everything that is wrong at once (violations.py).

- Unknown members and query parameters are ignored, and so is a null member of a structure or map, at any depth.
- A member that travels in the path or query is read from there only, even if the body has one of its name.
- Integers are written without fraction or exponent. A timestamp is a number (seconds since the epoch) in the body
  and ISO 8601 text in the query.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any
from urllib.parse import unquote

import msgspec

from openprofiles.errors import ApiError, BadRequestException
from openprofiles.gateway.routing import percent_decoded
from openprofiles.gateway.violations import violations_message
from openprofiles.operations import Operation, QueryKind

MAX_DEPTH = 512
MAX_CONTAINERS = 20_000
MAX_VALUES = 100_000
INTEGER = re.compile(r"-?[0-9]{1,100}")
BOOLEANS = {"true": True, "false": False}

HIGH, LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
LONE_SURROGATE = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (HIGH, LOW, HIGH, LOW))

# Signed steps as bytes: an opening bracket goes one level down, a closing one up (255 is -1).
DEPTH_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def decode_request(
    operation: Operation, path_members: dict[str, str], query_string: bytes, body: bytes
) -> msgspec.Struct:
    """The operation's request. `path_members` is as Router.find gives it; `query_string` has no leading `?`.

    Raises BadRequestException: not JSON, not an object, too deep, NUL characters, or the list of all violations.
    """
    members = decode_body(body) if body else {}
    if operation.query_members:
        _place_query_members(operation, query_string, members)
    for placeholder, name in operation.path_members:
        members[name] = path_members[placeholder]
    try:
        return msgspec.convert(members, operation.request)
    except msgspec.ValidationError:
        return _decode_again(operation.request, members)


def decode_body(body: bytes) -> dict[str, Any]:
    """A JSON object of at most MAX_DEPTH levels, without NUL characters. Raises BadRequestException."""
    check_structure(body)
    try:
        document = _decode(body)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError:
        raise BadRequestException("The request body is not valid JSON: it is not UTF-8.") from None
    except msgspec.DecodeError as error:
        reason = "it has half of a surrogate pair" if LONE_SURROGATE.search(body) else error
        raise BadRequestException(f"The request body is not valid JSON: {reason}.") from None
    if not isinstance(document, dict):
        raise BadRequestException("The request body is not a JSON object.")
    # Only this escape can write a NUL; a backslash before it may be escaped itself, so the texts decide.
    if b"\\u0000" in body and any("\0" in text for text in _texts(document)):
        raise BadRequestException("The request body has a NUL character, which no member may have.")
    return document


def check_structure(body: bytes) -> None:
    """Raises BadRequestException for JSON deeper than MAX_DEPTH levels, or of more parts than any request needs: they
    cost far more time and memory than the text. Does not say whether the text is JSON.
    """
    containers, values = body.count(b"{") + body.count(b"["), body.count(b",")
    if containers <= MAX_DEPTH and values <= MAX_VALUES:
        return
    texts = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    if texts.count(b'"') > 2 * MAX_VALUES:
        raise _too_many(MAX_VALUES, "strings")
    # What is in strings does not count: without escapes, every other quotation mark ends one.
    outside = b"".join(texts.split(b'"')[::2])
    if outside.count(b",") > MAX_VALUES:
        raise _too_many(MAX_VALUES, "values")
    if outside.count(b"{") + outside.count(b"[") > MAX_CONTAINERS:
        raise _too_many(MAX_CONTAINERS, "objects and lists")
    steps = memoryview(outside.translate(DEPTH_STEPS, NOT_BRACKETS)).cast("b")
    if max(accumulate(steps), default=0) > MAX_DEPTH:
        raise _too_deep()


def _too_many(most: int, parts: str) -> BadRequestException:
    return BadRequestException(f"The request body has more than {most} {parts}.")


def _too_deep() -> BadRequestException:
    return BadRequestException(f"The request body is nested deeper than {MAX_DEPTH} levels.")


def _texts(document: object) -> Iterator[str]:
    """All strings of a JSON value, keys too. Without recursion, as the value may be deep."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            yield from value
            pending.extend(value.values())


def _decode_again(shape: type[msgspec.Struct], members: dict[str, Any]) -> msgspec.Struct:
    """The slow way: null members are taken out; if that was not all, every violation goes into the answer."""
    _drop_nulls(members)
    try:
        return msgspec.convert(members, shape)
    except msgspec.ValidationError as error:
        raise BadRequestException(violations_message(shape, members) or str(error)) from None


def _drop_nulls(members: dict[str, Any]) -> None:
    """Take null members out of a structure or map and all below it. A null in a list stays: it has a place there."""
    pending: list[Any] = [members]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            for name in [name for name, member in value.items() if member is None]:
                del value[name]
            pending.extend(value.values())


# --- the query string


def _place_query_members(operation: Operation, query_string: bytes, members: dict[str, Any]) -> None:
    values = _query_values(query_string)
    for query_name, name, kind in operation.query_members:
        members.pop(name, None)
        if query_name in values:
            members[name] = _query_member([percent_decoded(value) for value in values[query_name]], kind)


def _query_values(query_string: bytes) -> dict[str, list[bytes]]:
    """Parameter name → its raw values in order. A parameter that nobody asks for is not decoded."""
    values: dict[str, list[bytes]] = {}
    for parameter in filter(None, query_string.split(b"&")):
        name, _, value = parameter.partition(b"=")
        values.setdefault(unquote(name.decode(errors="replace")), []).append(value)
    return values


def _query_member(values: list[str], kind: QueryKind) -> object:
    """A value of the member's kind; of a parameter that came more than once, the last. Text that is not of the kind
    stays text, so that it is refused like a wrong type in the body."""
    text = values[-1]
    match kind:
        case "string-list":
            return values
        case "integer":
            return int(text) if INTEGER.fullmatch(text) else text
        case "boolean":
            return BOOLEANS.get(text, text)
        case "timestamp":
            return _timestamp(text)
        case "string":
            return text


def _timestamp(text: str) -> float | str:
    """ISO 8601 → seconds since the epoch; UTC where the text names no offset."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return text


# --- answers


def encode_response(operation: Operation, response: msgspec.Struct | None) -> tuple[int, bytes]:
    """Status and body of a successful answer. A member that is the status goes there and not into the body."""
    if response is None:
        return operation.status, b"{}"
    if operation.status_member is None:
        return operation.status, _encode(response)
    status = getattr(response, operation.status_member) or operation.status
    return status, _encode(msgspec.structs.replace(response, **{operation.status_member: None}))


def encode_error(error: ApiError) -> bytes:
    """The body of an error. Lone surrogates, which UTF-8 can not hold, become question marks."""
    return _encode({error.message_member: error.message.encode(errors="replace").decode()})
