"""Requests signed by botocore, for the tests of signatures: one key, one moment, and ways to tamper."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import msgspec
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from openprofiles.call import Principal
from openprofiles.errors import AuthenticationError
from openprofiles.gateway.authentication import Caller, read_claim, verified
from openprofiles.gateway.http import HttpRequest
from openprofiles.storage.access_keys import AccessKey

KEY = AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "111122223333", "shop-*")
CREDENTIALS = Credentials(KEY.access_key_id, KEY.secret_access_key)
REGION = "eu-west-1"
CALLER = Caller(Principal(KEY.access_key_id, KEY.account, KEY.domain_pattern), REGION)

SIGNED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NOW = int(SIGNED_AT.timestamp()) * 1000

HOST = "http://127.0.0.1:8090"
PUT_OBJECT = f"{HOST}/domains/shop-1/profiles/objects"
BODY = b'{"ObjectTypeName": "order", "Object": "{}"}'


def find_key(access_key_id: str) -> AccessKey | None:
    return KEY if access_key_id == KEY.access_key_id else None


def authenticate(request: HttpRequest, find: Callable[[str], AccessKey | None], now: int) -> Caller:
    """As the gateway does it, with a store that answers at once."""
    claim = read_claim(request, now)
    return verified(claim, request, find(claim.access_key_id))


def never_asked(access_key_id: str) -> AccessKey | None:
    raise AssertionError(access_key_id)


def header_signer(credentials: Credentials = CREDENTIALS, service: str = "profile", region: str = REGION) -> SigV4Auth:
    return SigV4Auth(credentials, service, region)


def query_signer(expires: int = 60, credentials: Credentials = CREDENTIALS) -> SigV4QueryAuth:
    return SigV4QueryAuth(credentials, "profile", REGION, expires)


def signed(
    url: str = PUT_OBJECT,
    method: str = "PUT",
    body: bytes = BODY,
    headers: dict[str, str] | None = None,
    signer: SigV4Auth | None = None,
) -> HttpRequest:
    """A request signed by botocore at SIGNED_AT, as it comes over the wire."""
    request = AWSRequest(method, url, {"Content-Type": "application/json", **(headers or {})}, body)
    with patch("botocore.auth.get_current_datetime", return_value=SIGNED_AT):
        (signer or header_signer()).add_auth(request)
    return on_the_wire(request.prepare())


def presigned(url: str = f"{HOST}/domains?max-results=5", expires: int = 60) -> HttpRequest:
    return signed(url, "GET", b"", signer=query_signer(expires))


def on_the_wire(prepared: Any) -> HttpRequest:
    parts = urlsplit(prepared.url)
    headers = [(b"host", parts.netloc.encode())]
    for name, value in prepared.headers.items():
        headers.append((name.lower().encode(), value if isinstance(value, bytes) else value.encode()))
    return HttpRequest(prepared.method, parts.path.encode(), parts.query.encode(), headers, prepared.body or b"")


def with_header(request: HttpRequest, name: bytes, value: bytes) -> HttpRequest:
    """The request with the header added at the end."""
    return msgspec.structs.replace(request, headers=[*request.headers, (name, value)])


def with_headers_rewritten(request: HttpRequest, old: bytes, new: bytes) -> HttpRequest:
    assert any(old in value for _, value in request.headers)
    headers = [(name, value.replace(old, new)) for name, value in request.headers]
    return msgspec.structs.replace(request, headers=headers)


def with_query_rewritten(request: HttpRequest, old: bytes, new: bytes) -> HttpRequest:
    assert old in request.query_string
    return msgspec.structs.replace(request, query_string=request.query_string.replace(old, new))


def assert_accepted(request: HttpRequest, now: int = NOW) -> None:
    assert authenticate(request, find_key, now) == CALLER


def assert_refused(
    request: HttpRequest,
    error: type[AuthenticationError],
    telling: str,
    now: int = NOW,
    find: Callable[[str], AccessKey | None] = find_key,
) -> None:
    with pytest.raises(error) as refusal:
        authenticate(request, find, now)
    assert type(refusal.value) is error
    assert telling in refusal.value.message
    assert KEY.secret_access_key not in refusal.value.message
