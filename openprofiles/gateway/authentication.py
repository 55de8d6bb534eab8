"""Who sends a request: Signature Version 4 in the Authorization header or in the query string (presigned)."""

import hmac
import re

import msgspec

from openprofiles.call import Principal
from openprofiles.errors import InvalidSignatureException, UnrecognizedClientException
from openprofiles.gateway import signature
from openprofiles.gateway.authorization import Authorization, basic_timestamp, read_authorization, shown
from openprofiles.gateway.http import HttpRequest
from openprofiles.gateway.signature import Headers, Pairs
from openprofiles.storage.access_keys import AccessKey

SERVICE = b"profile"
SKEW = 5 * 60 * 1000

# Regions are part of the key of a cache, so an unknown caller must not choose their length.
REGION = re.compile(rb"[a-z0-9-]{1,64}")

UNKNOWN_CLIENT = "The security token included in the request is invalid."
WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class Caller(msgspec.Struct, frozen=True):
    """Who signed a request, and for which region."""

    principal: Principal
    region: str


class Claim(msgspec.Struct, frozen=True):
    """Who a request says that it comes from, and what is needed to see whether that is so."""

    authorization: Authorization
    headers: Headers
    parameters: Pairs

    @property
    def access_key_id(self) -> str:
        return self.authorization.credential.access_key_id.decode("latin-1")


def read_claim(request: HttpRequest, now: int) -> Claim:
    """What can be seen without knowing any key. `now` is wall time in milliseconds since the epoch.

    Raises MissingAuthenticationTokenException (not signed), IncompleteSignatureException (unreadable),
    UnrecognizedClientException (any session token, an id that no key can have), InvalidSignatureException (all else).
    """
    headers = signature.grouped_headers(request.headers)
    parameters = signature.query_pairs(request.query_string)
    authorization = read_authorization(headers, parameters)
    check_scope(authorization)
    check_time(authorization, now)
    check_signed_names(authorization, headers)
    claim = Claim(authorization, headers, parameters)
    check_client(claim)
    return claim


def verified(claim: Claim, request: HttpRequest, key: AccessKey | None) -> Caller:
    """The caller whose key signed the request. `key`: the one that is claimed, where there is such a one.

    Raises UnrecognizedClientException (unknown or revoked key), InvalidSignatureException.
    """
    if key is None or key.revoked_at is not None:
        raise UnrecognizedClientException(UNKNOWN_CLIENT)
    check_signature(claim, request, key)
    principal = Principal(key.access_key_id, key.account, key.domain_pattern)
    return Caller(principal, claim.authorization.credential.region.decode())


def check_scope(authorization: Authorization) -> None:
    """Refuses a credential of another day, service or form, in the words that AWS uses."""
    credential, timestamp = authorization.credential, authorization.timestamp
    if credential.date != timestamp[:8]:
        raise InvalidSignatureException(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{shown(credential.date)}' != '{shown(timestamp[:8])}', from '{shown(timestamp)}'."
        )
    if not REGION.fullmatch(credential.region):
        raise InvalidSignatureException(
            f"Credential should be scoped to a valid region, not '{shown(credential.region)}'."
        )
    if credential.service != SERVICE:
        raise InvalidSignatureException(f"Credential should be scoped to correct service: '{SERVICE.decode()}'.")
    if credential.terminator != signature.TERMINATOR:
        raise InvalidSignatureException(
            f"Credential should be scoped with a valid terminator: '{signature.TERMINATOR.decode()}', "
            f"not '{shown(credential.terminator)}'."
        )


def check_time(authorization: Authorization, now: int) -> None:
    """Refuses a signature from the future or too old: five minutes for the header form, else its own lifetime."""
    signed_at, lifetime = authorization.signed_at, authorization.lifetime
    if signed_at > now + SKEW:
        limit = f"{basic_timestamp(now + SKEW)} ({basic_timestamp(now)} + 5 min.)"
        raise InvalidSignatureException(
            f"Signature not yet current: {basic_timestamp(signed_at)} is still later than {limit}"
        )
    if lifetime is None and signed_at < now - SKEW:
        limit = f"{basic_timestamp(now - SKEW)} ({basic_timestamp(now)} - 5 min.)"
        raise InvalidSignatureException(f"Signature expired: {basic_timestamp(signed_at)} is now earlier than {limit}")
    if lifetime is not None and signed_at + lifetime * 1000 < now:
        raise InvalidSignatureException(
            f"Signature expired: {basic_timestamp(signed_at)} + {lifetime} s (X-Amz-Expires) "
            f"is now earlier than {basic_timestamp(now)}"
        )


def check_signed_names(authorization: Authorization, headers: Headers) -> None:
    """Refuses headers that must be signed and are not: Host, the date, and every x-amz- header that was sent."""
    signed = authorization.signed_names
    for name in signed:
        if name not in headers:
            raise InvalidSignatureException(f"Header '{shown(name)}' is in SignedHeaders, but was not sent.")
    unsigned = [name for name in headers if name.startswith(b"x-amz-") and name not in signed]
    if b"host" not in signed:
        unsigned.append(b"host")
    if authorization.lifetime is None and b"x-amz-date" not in headers and b"date" not in signed:
        unsigned.append(b"date")
    if unsigned:
        raise InvalidSignatureException(f"Header '{shown(unsigned[0])}' must be signed, but is not in SignedHeaders.")


def check_client(claim: Claim) -> None:
    """Keys have no sessions, so a session token is as unknown as an unknown key. Only printable ASCII is asked for: a
    store need not be able to hold anything else.
    """
    access_key_id = claim.access_key_id
    readable = access_key_id.isascii() and access_key_id.isprintable()
    if not readable or claim.authorization.session_token is not None:
        raise UnrecognizedClientException(UNKNOWN_CLIENT)


def check_signature(claim: Claim, request: HttpRequest, key: AccessKey) -> None:
    """Refuses a body hash or signature other than our own; the signatures are compared in constant time."""
    authorization, headers, parameters = claim.authorization, claim.headers, claim.parameters
    body_hash = signature.sha256_hex(request.body)
    if authorization.body_hash is not None:
        _check_body_hash(authorization.body_hash, body_hash)
    scope = authorization.credential
    signing_key = signature.signing_key(key.secret_access_key, scope.date, scope.region, scope.service)
    query = signature.canonical_query([pair for pair in parameters if pair[0].lower() != b"x-amz-signature"])
    for path in signature.canonical_paths(request.raw_path):
        canonical = signature.canonical_request(
            request.method, path, query, headers, authorization.signed_names, body_hash
        )
        to_sign = signature.string_to_sign(authorization.timestamp, scope.scope, canonical)
        if hmac.compare_digest(signature.signature(signing_key, to_sign), authorization.signature):
            return
    raise InvalidSignatureException(WRONG_SIGNATURE)


def _check_body_hash(claimed: bytes, computed: bytes) -> None:
    if claimed == b"UNSIGNED-PAYLOAD" or claimed.startswith(b"STREAMING-"):
        raise InvalidSignatureException(
            f"x-amz-content-sha256 '{shown(claimed)}' is not supported: send the SHA-256 of the whole body."
        )
    if claimed != computed:
        raise InvalidSignatureException(
            "The provided 'x-amz-content-sha256' header does not match what was computed: "
            f"'{shown(claimed)}' != '{computed.decode()}'."
        )
