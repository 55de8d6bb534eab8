"""How each request is refused that is not signed as it should be, and which domains a key may touch."""

import hashlib
import hmac
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from botocore.credentials import Credentials
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openprofiles.call import Principal
from openprofiles.errors import (
    AuthenticationError,
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    UnrecognizedClientException,
)
from openprofiles.gateway.authentication import UNKNOWN_CLIENT, WRONG_SIGNATURE
from openprofiles.gateway.http import HttpRequest

from .signing import (
    BODY,
    HOST,
    KEY,
    NOW,
    assert_accepted,
    assert_refused,
    authenticate,
    find_key,
    header_signer,
    never_asked,
    presigned,
    query_signer,
    signed,
    with_header,
    with_headers_rewritten,
    with_query_rewritten,
)

MINUTE = 60_000


def test_an_unsigned_request_is_refused() -> None:
    request = HttpRequest("GET", b"/domains", b"max-results=5", [(b"host", b"127.0.0.1:8090")], b"")

    assert_refused(request, MissingAuthenticationTokenException, "Missing Authentication Token")


def test_a_key_that_nobody_knows_is_refused() -> None:
    request = signed(signer=header_signer(Credentials("AKIDOTHER", KEY.secret_access_key)))

    assert_refused(request, UnrecognizedClientException, "security token included in the request is invalid")


def test_a_revoked_key_is_refused() -> None:
    revoked = msgspec.structs.replace(KEY, revoked_at=NOW - 1)

    assert_refused(signed(), UnrecognizedClientException, UNKNOWN_CLIENT, find=lambda _: revoked)


@pytest.mark.parametrize("access_key_id", [b"AKID\x00", b"AKID\xff", b"AKID\xf0\x9f\x98\x80"])
def test_a_key_id_of_unprintable_characters_is_refused_without_a_look_into_the_store(access_key_id: bytes) -> None:
    request = with_headers_rewritten(signed(), KEY.access_key_id.encode(), access_key_id)

    assert_refused(request, UnrecognizedClientException, UNKNOWN_CLIENT, find=never_asked)


def test_a_session_token_is_refused_in_the_header_form() -> None:
    credentials = Credentials(KEY.access_key_id, KEY.secret_access_key, "a session token")

    assert_refused(signed(signer=header_signer(credentials)), UnrecognizedClientException, UNKNOWN_CLIENT)


def test_a_session_token_is_refused_in_the_presigned_form() -> None:
    credentials = Credentials(KEY.access_key_id, KEY.secret_access_key, "a session token")
    request = signed(method="GET", body=b"", signer=query_signer(credentials=credentials))

    assert_refused(request, UnrecognizedClientException, UNKNOWN_CLIENT)


def test_a_wrong_secret_is_refused() -> None:
    request = signed(signer=header_signer(Credentials(KEY.access_key_id, "another secret")))

    assert_refused(request, InvalidSignatureException, WRONG_SIGNATURE)


def test_a_signature_by_a_former_secret_is_refused() -> None:
    assert_accepted(signed())
    renewed = msgspec.structs.replace(KEY, secret_access_key="a new secret")

    assert_refused(signed(), InvalidSignatureException, WRONG_SIGNATURE, find=lambda _: renewed)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "POST"},
        {"body": BODY + b" "},
        {"raw_path": b"/domains/shop-2"},
        {"raw_path": b"/domains%2Fshop-1"},
        {"raw_path": b"/domains/shop-1/"},
    ],
    ids=str,
)
@pytest.mark.parametrize("form", ["header", "query"])
def test_an_altered_request_is_refused(form: str, changes: dict[str, Any]) -> None:
    url = f"{HOST}/domains/shop-1"
    request = presigned(url) if form == "query" else signed(url)

    assert_refused(msgspec.structs.replace(request, **changes), InvalidSignatureException, WRONG_SIGNATURE)


@pytest.mark.parametrize(
    "query", [b"max-results=6", b"max-results=5&next-token=a", b"max-results=5&max-results=5", b"a=1"]
)
@pytest.mark.parametrize("form", ["header", "query"])
def test_an_altered_query_is_refused(form: str, query: bytes) -> None:
    url = f"{HOST}/domains?max-results=5"
    request = presigned(url) if form == "query" else signed(url)

    altered = with_query_rewritten(request, b"max-results=5", query)

    assert_refused(altered, InvalidSignatureException, WRONG_SIGNATURE)


def test_a_plus_sign_does_not_pass_for_a_signed_space() -> None:
    request = with_query_rewritten(signed(f"{HOST}/domains?next-token=a%20b"), b"%20", b"+")

    assert_refused(request, InvalidSignatureException, WRONG_SIGNATURE)


def test_an_altered_signed_header_is_refused() -> None:
    request = with_headers_rewritten(signed(), b"application/json", b"text/plain")

    assert_refused(request, InvalidSignatureException, WRONG_SIGNATURE)


def test_a_signed_header_that_did_not_arrive_is_refused() -> None:
    request = signed()
    headers = [(name, value) for name, value in request.headers if name != b"content-type"]

    assert_refused(msgspec.structs.replace(request, headers=headers), InvalidSignatureException, "'content-type' is in")


def test_an_altered_date_is_refused() -> None:
    request = with_headers_rewritten(signed(), b"20260304T050607Z", b"20260304T050608Z")

    assert_refused(request, InvalidSignatureException, WRONG_SIGNATURE)


def test_an_altered_lifetime_is_refused() -> None:
    request = with_query_rewritten(presigned(), b"X-Amz-Expires=60", b"X-Amz-Expires=61")

    assert_refused(request, InvalidSignatureException, WRONG_SIGNATURE)


def test_an_altered_region_is_refused() -> None:
    request = with_headers_rewritten(signed(), b"/eu-west-1/", b"/eu-west-2/")

    assert_refused(request, InvalidSignatureException, WRONG_SIGNATURE)


def test_signatures_are_compared_in_constant_time() -> None:
    with patch("openprofiles.gateway.authentication.hmac.compare_digest", wraps=hmac.compare_digest) as compare:
        assert_accepted(signed())

    assert compare.call_count == 1


@pytest.mark.parametrize("now", [NOW - 5 * MINUTE, NOW + 5 * MINUTE])
def test_a_clock_five_minutes_off_is_accepted(now: int) -> None:
    assert_accepted(signed(), now)


def test_a_stale_date_is_refused() -> None:
    text = "Signature expired: 20260304T050607Z is now earlier than 20260304T050608Z (20260304T051108Z - 5 min.)"

    assert_refused(signed(), InvalidSignatureException, text, NOW + 5 * MINUTE + 1000)


@pytest.mark.parametrize("request_", [signed(), presigned()], ids=["header", "query"])
def test_a_date_in_the_future_is_refused(request_: HttpRequest) -> None:
    text = (
        "Signature not yet current: 20260304T050607Z is still later than 20260304T050606Z (20260304T050106Z + 5 min.)"
    )

    assert_refused(request_, InvalidSignatureException, text, NOW - 5 * MINUTE - 1000)


def test_a_presigned_request_is_accepted_to_the_end_of_its_lifetime() -> None:
    assert_accepted(presigned(expires=604800), NOW + 604800 * 1000)


def test_a_presigned_request_is_refused_after_its_lifetime() -> None:
    assert_refused(presigned(expires=60), InvalidSignatureException, "Signature expired: ", NOW + 60_001)


@pytest.mark.parametrize("expires", [b"0", b"604801", b"-1", b"1.5", b"soon", b"9" * 5000])
def test_a_lifetime_that_is_not_between_a_second_and_a_week_is_refused(expires: bytes) -> None:
    request = with_query_rewritten(presigned(), b"X-Amz-Expires=60", b"X-Amz-Expires=" + expires)

    assert_refused(
        request, InvalidSignatureException, "X-Amz-Expires must be a whole number of seconds from 1 to 604800"
    )


def test_a_signature_for_another_service_is_refused() -> None:
    request = signed(signer=header_signer(service="execute-api"))

    assert_refused(request, InvalidSignatureException, "scoped to correct service: 'profile'")


@pytest.mark.parametrize("region", ["", "EU West", "x" * 65])
def test_a_signature_for_what_is_no_region_is_refused(region: str) -> None:
    request = signed(signer=header_signer(region=region))

    assert_refused(request, InvalidSignatureException, "Credential should be scoped to a valid region")


def test_a_scope_of_another_day_than_the_date_is_refused() -> None:
    request = with_headers_rewritten(signed(), b"/20260304/", b"/20260303/")

    assert_refused(request, InvalidSignatureException, "'20260303' != '20260304', from '20260304T050607Z'")


def test_a_scope_with_another_end_is_refused() -> None:
    request = with_headers_rewritten(signed(), b"aws4_request", b"aws5_request")

    assert_refused(request, InvalidSignatureException, "valid terminator: 'aws4_request'")


def test_a_host_that_is_not_signed_is_refused() -> None:
    request = with_headers_rewritten(signed(), b"content-type;host;x-amz-date", b"content-type;x-amz-date")

    assert_refused(request, InvalidSignatureException, "'host' must be signed")


def test_a_date_header_that_is_not_signed_is_refused() -> None:
    request = with_headers_rewritten(
        signed(headers={"Date": "set by the signer"}), b"content-type;date;", b"content-type;"
    )

    assert_refused(request, InvalidSignatureException, "'date' must be signed")


@pytest.mark.parametrize("request_", [signed(), presigned()], ids=["header", "query"])
def test_an_x_amz_header_that_is_not_signed_is_refused(request_: HttpRequest) -> None:
    request = with_header(request_, b"x-amz-note", b"added on the way")

    assert_refused(request, InvalidSignatureException, "'x-amz-note' must be signed")


@pytest.mark.parametrize("body_hash", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
def test_a_body_that_is_not_signed_as_a_whole_is_refused(body_hash: str) -> None:
    request = signed(headers={"X-Amz-Content-SHA256": body_hash})

    assert_refused(request, InvalidSignatureException, f"'{body_hash}' is not supported")


def test_an_unsigned_body_is_refused_in_the_presigned_form() -> None:
    request = presigned(f"{HOST}/domains?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD")

    assert_refused(request, InvalidSignatureException, "'UNSIGNED-PAYLOAD' is not supported")


def test_a_body_hash_of_another_body_is_refused() -> None:
    request = signed(headers={"X-Amz-Content-SHA256": hashlib.sha256(b"another").hexdigest()})

    assert_refused(request, InvalidSignatureException, "'x-amz-content-sha256' header does not match")


@pytest.mark.parametrize(
    ("authorization", "telling"),
    [
        (b"", "must begin with 'AWS4-HMAC-SHA256'"),
        (b"Bearer abc", "must begin with 'AWS4-HMAC-SHA256', not 'Bearer'"),
        (b"\xff\xfe\x00", "must begin with 'AWS4-HMAC-SHA256'"),
        (b"AWS4-HMAC-SHA256", "is not a key=value pair"),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "requires 'SignedHeaders' parameter."),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "requires 'Signature' parameter."),
        (b"AWS4-HMAC-SHA256 SignedHeaders=host, Signature=ab", "requires 'Credential' parameter."),
        (b"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=ab", "not 'a/b'"),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=b;a, Signature=ab", "not 'b;a'"),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=Host, Signature=ab", "not 'Host'"),
        (b"AWS4-HMAC-SHA256 Signature=a, Signature=b", "'Signature', repeated"),
        (b"AWS4-HMAC-SHA256 Password=a", "'Password', repeated or unknown"),
    ],
)
def test_an_unreadable_authorization_header_is_refused_with_what_is_wrong(authorization: bytes, telling: str) -> None:
    headers = [(b"host", b"a"), (b"x-amz-date", b"20260304T050607Z"), (b"authorization", authorization)]

    assert_refused(HttpRequest("GET", b"/", b"", headers, b""), IncompleteSignatureException, telling)


def test_a_message_repeats_only_the_beginning_of_a_long_value() -> None:
    headers = [(b"host", b"a"), (b"authorization", b"x" * 60_000)]

    assert_refused(HttpRequest("GET", b"/", b"", headers, b""), IncompleteSignatureException, f"not '{'x' * 100}'.")


@pytest.mark.parametrize("date", [b"20260230T050607Z", b"2026-03-04T05:06:07Z", b"now", b"\xb2" * 16, b"a,b"])
def test_an_unreadable_date_is_refused(date: bytes) -> None:
    request = with_headers_rewritten(signed(), b"20260304T050607Z", date)

    assert_refused(request, IncompleteSignatureException, "Date must be in ISO-8601 'basic format'")


def test_a_date_header_of_a_day_that_does_not_exist_is_refused() -> None:
    request = with_headers_rewritten(signed(headers={"Date": "set by the signer"}), b"04 Mar", b"31 Feb")

    assert_refused(request, IncompleteSignatureException, "does not exist")


def test_a_request_without_a_date_is_refused() -> None:
    request = signed()
    headers = [(name, value) for name, value in request.headers if name != b"x-amz-date"]

    assert_refused(
        msgspec.structs.replace(request, headers=headers),
        IncompleteSignatureException,
        "either a 'X-Amz-Date' or a 'Date'",
    )


def test_authentication_in_header_and_query_at_once_is_refused() -> None:
    request = msgspec.structs.replace(signed(), query_string=presigned().query_string)

    assert_refused(request, IncompleteSignatureException, "Only one way to authenticate is allowed")


def test_a_repeated_authorization_header_is_refused() -> None:
    request = signed()
    again = dict(request.headers)[b"authorization"]

    assert_refused(
        with_header(request, b"authorization", again),
        IncompleteSignatureException,
        "Authorization header must not be repeated",
    )


@pytest.mark.parametrize("name", [b"X-Amz-Signature", b"x-amz-date", b"X%2DAmz-Expires"])
def test_a_repeated_query_parameter_of_the_signature_is_refused(name: bytes) -> None:
    request = presigned()
    again = msgspec.structs.replace(request, query_string=request.query_string + b"&" + name + b"=1")

    assert_refused(again, IncompleteSignatureException, "must not be repeated")


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"])
def test_a_presigned_request_that_lacks_a_parameter_is_refused_with_its_name(name: str) -> None:
    request = with_query_rewritten(presigned(), f"X-Amz-{name}=".encode(), b"other=")

    assert_refused(request, IncompleteSignatureException, f"requires 'X-Amz-{name}' parameter.")


def test_a_presigned_request_of_another_algorithm_is_refused() -> None:
    request = with_query_rewritten(presigned(), b"AWS4-HMAC-SHA256", b"AWS4-ECDSA-P256-SHA256")

    assert_refused(request, IncompleteSignatureException, "X-Amz-Algorithm must be 'AWS4-HMAC-SHA256'")


@given(
    position=st.sampled_from(["authorization", "x-amz-date", "date", "content-type", "host", "path", "query"]),
    garbage=st.binary(max_size=30),
)
@example(
    position="authorization",
    garbage=b"AWS4-HMAC-SHA256 Credential=\xff/\xff/\xff/\xff/\xff,SignedHeaders=\xff,Signature=\xff",
)
@settings(max_examples=100, deadline=None)
def test_whatever_bytes_arrive_the_answer_is_an_authentication_error(position: str, garbage: bytes) -> None:
    request = signed(headers={"Date": "set by the signer"} if position == "date" else None)
    changes: dict[str, Any] = {"path": {"raw_path": b"/\xff" + garbage}, "query": {"query_string": b"%\xff" + garbage}}
    headers = [(name, b"\xff" + garbage if name.decode() == position else value) for name, value in request.headers]

    with pytest.raises(AuthenticationError):
        authenticate(msgspec.structs.replace(request, **changes.get(position, {"headers": headers})), find_key, NOW)


@pytest.mark.parametrize(
    ("pattern", "domain_name", "allowed"),
    [
        ("*", "shop-1", True),
        ("shop-*", "shop-1", True),
        ("shop-*", "shop-", True),
        ("shop-?", "shop-12", False),
        ("shop-?", "shop-1", True),
        ("shop-*", "my-shop-1", False),
        ("shop-*", "Shop-1", False),
        ("shop", "shop\n", False),
        ("", "shop", False),
    ],
)
def test_a_key_touches_the_domains_that_its_pattern_covers(pattern: str, domain_name: str, allowed: bool) -> None:
    assert Principal("AKIDEXAMPLE", "111122223333", pattern).may_touch(domain_name) is allowed
