"""What a request says of its own signature: the Authorization header, or the X-Amz- query parameters (presigned).

Nothing of it is believed here; `authentication` decides.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import msgspec

from openprofiles.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
)
from openprofiles.gateway import signature
from openprofiles.gateway.signature import Headers, Pairs

LONGEST_LIFETIME = 7 * 24 * 3600
BASIC_DATE = re.compile(rb"[0-9]{8}T[0-9]{6}Z")
RFC_1123_DATE = re.compile(
    rb"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|UTC|[+-]0000)"
)
SECONDS = re.compile(rb"[0-9]{1,6}")

HEADER_MEMBERS = (b"Credential", b"SignedHeaders", b"Signature")
QUERY_MEMBERS = (
    b"X-Amz-Algorithm",
    b"X-Amz-Credential",
    b"X-Amz-Date",
    b"X-Amz-Expires",
    b"X-Amz-SignedHeaders",
    b"X-Amz-Signature",
)


class Credential(msgspec.Struct, frozen=True):
    """The Credential member: access key and scope."""

    access_key_id: bytes
    date: bytes
    region: bytes
    service: bytes
    terminator: bytes

    @property
    def scope(self) -> bytes:
        return b"/".join((self.date, self.region, self.service, self.terminator))


class Authorization(msgspec.Struct, frozen=True):
    """A signature and what it is said to cover.

    `timestamp` as it is signed, `signed_at` the same in milliseconds since the epoch; `lifetime` in seconds for the
    presigned form, None for the header form; `body_hash` and `session_token` None where absent.
    """

    credential: Credential
    signed_names: tuple[bytes, ...]
    signature: bytes
    timestamp: bytes
    signed_at: int
    lifetime: int | None
    body_hash: bytes | None
    session_token: bytes | None


def read_authorization(headers: Headers, parameters: Pairs) -> Authorization:
    """The signature in the Authorization header or in the query string, never in both.

    Raises MissingAuthenticationTokenException where there is neither, IncompleteSignatureException where it can not
    be read, InvalidSignatureException for a lifetime out of range.
    """
    presigned = _amz_parameters(parameters) if parameters else {}
    authorization = headers.get(b"authorization")
    if authorization and presigned:
        raise IncompleteSignatureException(
            "Only one way to authenticate is allowed: an Authorization header or X-Amz- query parameters, not both."
        )
    if authorization:
        return _from_header(authorization, headers)
    if presigned:
        return _from_query(presigned, headers)
    raise MissingAuthenticationTokenException("Missing Authentication Token")


def _amz_parameters(parameters: Pairs) -> dict[bytes, bytes]:
    """The X-Amz- parameters of a query by lower-case name. A repeated one has no one meaning, so it is refused."""
    found: dict[bytes, bytes] = {}
    for name, value in parameters:
        lower = name.lower()
        if not lower.startswith(b"x-amz-"):
            continue
        if lower in found:
            raise IncompleteSignatureException(f"Query parameter '{shown(name)}' must not be repeated.")
        found[lower] = value
    return found


def _from_header(authorization: list[bytes], headers: Headers) -> Authorization:
    if len(authorization) > 1:
        raise IncompleteSignatureException("The Authorization header must not be repeated.")
    credential, signed_names, signed = _signed_members(authorization[0])
    timestamp, signed_at = _header_time(headers)
    return Authorization(
        credential=credential,
        signed_names=signed_names,
        signature=signed,
        timestamp=timestamp,
        signed_at=signed_at,
        lifetime=None,
        body_hash=_sent(headers, b"x-amz-content-sha256"),
        session_token=_sent(headers, b"x-amz-security-token"),
    )


def _signed_members(authorization: bytes) -> tuple[Credential, tuple[bytes, ...], bytes]:
    """Credential, names of signed headers, signature. Nearly always the signature stands last, and what stands before
    it is the same all day.
    """
    same, marker, signed = authorization.rpartition(b", Signature=")
    if marker and signed.isalnum():
        return *_same_members(same), signed
    members = _authorization_members(authorization)
    return _credential(members[b"Credential"]), _signed_names(members[b"SignedHeaders"]), members[b"Signature"]


@lru_cache(maxsize=128)
def _same_members(authorization: bytes) -> tuple[Credential, tuple[bytes, ...]]:
    members = _authorization_members(authorization + b", Signature=0")
    return _credential(members[b"Credential"]), _signed_names(members[b"SignedHeaders"])


def _authorization_members(authorization: bytes) -> dict[bytes, bytes]:
    algorithm, _, rest = authorization.strip().partition(b" ")
    if algorithm != signature.ALGORITHM:
        raise IncompleteSignatureException(
            f"Authorization header must begin with '{signature.ALGORITHM.decode()}', not '{shown(algorithm)}'."
        )
    members: dict[bytes, bytes] = {}
    for part in rest.split(b","):
        name, equals, value = part.strip().partition(b"=")
        if not equals:
            raise IncompleteSignatureException(f"'{shown(part)}' in the Authorization header is not a key=value pair.")
        if name in members or name not in HEADER_MEMBERS:
            raise IncompleteSignatureException(f"Authorization header has '{shown(name)}', repeated or unknown.")
        members[name] = value
    _refuse_lacking("Authorization header", [name for name in HEADER_MEMBERS if not members.get(name)])
    return members


def _refuse_lacking(place: str, names: list[bytes]) -> None:
    if names:
        raise IncompleteSignatureException(" ".join(f"{place} requires '{name.decode()}' parameter." for name in names))


def _header_time(headers: Headers) -> tuple[bytes, int]:
    """Date and time of the header form: X-Amz-Date, or else Date."""
    name = b"x-amz-date" if b"x-amz-date" in headers else b"date"
    date = _sent(headers, name)
    if not date:
        raise IncompleteSignatureException(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if name == b"date" and RFC_1123_DATE.fullmatch(date):
        return _rfc_1123_time(date)
    return date, _basic_time(date)


def _from_query(parameters: dict[bytes, bytes], headers: Headers) -> Authorization:
    members = {name: parameters.get(name.lower(), b"") for name in QUERY_MEMBERS}
    _refuse_lacking("Query string", [name for name, value in members.items() if not value])
    if members[b"X-Amz-Algorithm"] != signature.ALGORITHM:
        raise IncompleteSignatureException(f"X-Amz-Algorithm must be '{signature.ALGORITHM.decode()}'.")
    return Authorization(
        credential=_credential(members[b"X-Amz-Credential"]),
        signed_names=_signed_names(members[b"X-Amz-SignedHeaders"]),
        signature=members[b"X-Amz-Signature"],
        timestamp=members[b"X-Amz-Date"],
        signed_at=_basic_time(members[b"X-Amz-Date"]),
        lifetime=_lifetime(members[b"X-Amz-Expires"]),
        body_hash=_sent(headers, b"x-amz-content-sha256") or parameters.get(b"x-amz-content-sha256"),
        session_token=_sent(headers, b"x-amz-security-token") or parameters.get(b"x-amz-security-token"),
    )


def _lifetime(text: bytes) -> int:
    seconds = int(text) if SECONDS.fullmatch(text) else 0
    if not 1 <= seconds <= LONGEST_LIFETIME:
        raise InvalidSignatureException(
            f"X-Amz-Expires must be a whole number of seconds from 1 to {LONGEST_LIFETIME}, not '{shown(text)}'."
        )
    return seconds


def _credential(text: bytes) -> Credential:
    parts = text.split(b"/")
    if len(parts) != 5:
        raise IncompleteSignatureException(
            f"Credential must be KEYID/DATE/REGION/SERVICE/aws4_request, not '{shown(text)}'."
        )
    return Credential(*parts)


def _signed_names(text: bytes) -> tuple[bytes, ...]:
    """The names in SignedHeaders. Their order is part of what is signed, so only the canonical one is read."""
    names = tuple(text.split(b";"))
    if text != text.lower() or names != tuple(sorted(set(names))):
        raise IncompleteSignatureException(
            f"SignedHeaders must be lower-case, sorted and without repetition, not '{shown(text)}'."
        )
    return names


@lru_cache(maxsize=64)
def _basic_time(text: bytes) -> int:
    """Milliseconds of YYYYMMDDTHHMMSSZ. Kept, because busy clients send the same second many times."""
    if BASIC_DATE.fullmatch(text):
        try:
            return int(datetime.fromisoformat(text.decode()).timestamp()) * 1000
        except ValueError:
            pass
    raise IncompleteSignatureException(
        f"Date must be in ISO-8601 'basic format', as in 20150830T123600Z, not '{shown(text)}'."
    )


def _rfc_1123_time(text: bytes) -> tuple[bytes, int]:
    """The time as it is signed and in milliseconds; `text` matches RFC_1123_DATE."""
    try:
        milliseconds = int(parsedate_to_datetime(text.decode()).replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        raise IncompleteSignatureException(f"Date '{shown(text)}' does not exist.") from None
    return basic_timestamp(milliseconds).encode(), milliseconds


def _sent(headers: Headers, name: bytes) -> bytes | None:
    values = headers.get(name)
    return None if values is None else signature.header_value(values)


def basic_timestamp(milliseconds: int) -> str:
    """YYYYMMDDTHHMMSSZ of milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def shown(value: bytes) -> str:
    """A part of the request for a message: any byte is some character of latin-1, and a long part is cut."""
    return value[:100].decode("latin-1")
