"""Requests that botocore, as an independent signer, signed are accepted, however odd their paths and queries."""

import hashlib
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from hypothesis import given, settings
from hypothesis import strategies as st

from openprofiles.gateway.http import HttpRequest

from .signing import (
    BODY,
    HOST,
    KEY,
    PUT_OBJECT,
    REGION,
    SIGNED_AT,
    assert_accepted,
    header_signer,
    on_the_wire,
    presigned,
    query_signer,
    signed,
    with_header,
    with_headers_rewritten,
    with_query_rewritten,
)

ARN = "arn:aws:profile:eu-west-1:111122223333:domains/shop-1/object-types/order"

ODD_PATHS = [
    "/",
    "",
    "//",
    "/domains//shop",
    "/domains/shop/",
    "/domains/./shop",
    "/domains/../shop",
    "/../..",
    "/domains/.well-known",
    "/domains/a%2Fb",
    "/tags/arn%3Aaws%3Aprofile%3Aeu-west-1%3A111122223333%3Adomains%2Fshop",
    "/tags/arn:aws:profile:eu-west-1:111122223333:domains",
    "/domains/two%20words",
    "/domains/%C3%A9%F0%9F%98%80",
    "/domains/~tilde",
    "/domains/100%25",
    "/domains/%2e%2E/shop",
]
ODD_QUERIES = [
    "",
    "next-token",
    "next-token=",
    "tagKeys=b&tagKeys=a&tagKeys=",
    "next-token=a&max-results=5",
    "b=2&a=2&B=1&a=1",
    "a-b=1&a=2&a.b=3&ab=4",
    "tagKeys=two%20words&tagKeys=a%2Bb&tagKeys=%C3%A9%2F%C3%BC",
    "a=1%3D2%26b%3D3",
    "a=1&&b=2",
    "~a=-._~",
]


def test_a_request_in_the_header_form_is_accepted_with_account_and_region() -> None:
    assert_accepted(signed())


def test_a_presigned_request_is_accepted_with_account_and_region() -> None:
    assert_accepted(presigned())


def test_a_date_header_may_stand_for_the_x_amz_date_header() -> None:
    request = signed(headers={"Date": "set by the signer"})

    assert dict(request.headers)[b"date"] == b"Wed, 04 Mar 2026 05:06:07 -0000"
    assert_accepted(request)


def test_a_body_hash_that_fits_the_body_is_accepted() -> None:
    assert_accepted(signed(headers={"X-Amz-Content-SHA256": hashlib.sha256(BODY).hexdigest()}))


def test_white_space_in_and_around_a_signed_header_does_not_matter() -> None:
    request = signed(headers={"X-Note": "two words"})

    assert_accepted(with_headers_rewritten(request, b"two words", b"  two   words "))


def test_repeated_signed_headers_are_signed_in_the_order_sent() -> None:
    request = with_headers_rewritten(signed(headers={"X-Note": "one,two"}), b"one,two", b"one")

    assert_accepted(with_header(request, b"x-note", b" two "))


def test_headers_that_are_not_signed_may_change_on_the_way() -> None:
    assert_accepted(with_header(signed(), b"via", b"1.1 proxy"))


@pytest.mark.parametrize("path", ODD_PATHS)
@pytest.mark.parametrize("signer", [header_signer(), query_signer()], ids=["header", "query"])
def test_an_odd_path_is_accepted_as_botocore_signs_it(path: str, signer: SigV4Auth) -> None:
    assert_accepted(signed(HOST + path, "GET", b"", signer=signer))


@pytest.mark.parametrize("path", ["/domains//shop", "/domains/./shop", "/a/../domains", "//"])
def test_a_path_is_accepted_when_the_signer_did_not_normalise_it(path: str) -> None:
    with patch("botocore.auth.normalize_url_path", side_effect=lambda path: path):
        request = signed(HOST + path, "GET", b"")

    assert_accepted(request)


@pytest.mark.parametrize("query", ODD_QUERIES)
def test_an_odd_query_is_accepted_as_botocore_signs_it(query: str) -> None:
    assert_accepted(signed(f"{HOST}/domains?{query}", "GET", b""))


def test_a_plus_sign_may_be_sent_as_it_is_where_it_was_signed_as_one() -> None:
    request = signed(f"{HOST}/domains?next-token=a%2Bb", "GET", b"")

    assert_accepted(with_query_rewritten(request, b"%2B", b"+"))


@given(segments=st.lists(st.text(max_size=8), max_size=5), safe=st.sampled_from(["", "~", ":@+=,;!"]))
@settings(max_examples=100, deadline=None)
def test_any_path_is_accepted_as_botocore_signs_it(segments: list[str], safe: str) -> None:
    path = "".join("/" + quote(segment, safe=safe) for segment in segments)

    assert_accepted(signed(HOST + path, "GET", b""))


@given(pairs=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5), body=st.binary(max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_query_and_body_are_accepted_as_botocore_signs_them(pairs: list[tuple[str, str]], body: bytes) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)

    assert_accepted(signed(f"{PUT_OBJECT}?{query}", body=body))


@pytest.fixture(scope="module")
def sent_by_boto3() -> Iterator[tuple[Any, list[HttpRequest]]]:
    """A boto3 client and the requests that it sent, none of which leaves the process."""
    sent: list[HttpRequest] = []

    def keep(request: Any, **_: Any) -> AWSResponse:
        sent.append(on_the_wire(request))
        return AWSResponse(request.url, 200, HTTPHeaders(), EmptyObject())

    client: Any = boto3.client(
        "customer-profiles",
        region_name=REGION,
        endpoint_url=HOST,
        aws_access_key_id=KEY.access_key_id,
        aws_secret_access_key=KEY.secret_access_key,
    )
    client.meta.events.register("before-send.customer-profiles", keep)
    with patch("botocore.auth.get_current_datetime", return_value=SIGNED_AT):
        yield client, sent


class EmptyObject:
    """The body `{}` as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield b"{}"


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("list_domains", {"NextToken": "a b+/é~=&", "MaxResults": 5}),
        ("untag_resource", {"resourceArn": ARN, "tagKeys": ["two words", "a+b", "é/ü", "b", "a", "=&%"]}),
        ("list_tags_for_resource", {"resourceArn": ARN}),
        ("get_domain", {"DomainName": "a/b c~é"}),
        ("put_profile_object", {"DomainName": "shop-1", "ObjectTypeName": "order", "Object": '{"é": "😀"}'}),
    ],
)
def test_a_call_of_the_client_is_accepted(
    sent_by_boto3: tuple[Any, list[HttpRequest]], operation: str, members: dict[str, Any]
) -> None:
    client, sent = sent_by_boto3

    getattr(client, operation)(**members)

    assert_accepted(sent[-1])


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("list_domains", {"NextToken": "a b+/é~=&", "MaxResults": 5}),
        ("list_tags_for_resource", {"resourceArn": ARN}),
    ],
)
def test_a_url_that_the_client_presigned_is_accepted(
    sent_by_boto3: tuple[Any, list[HttpRequest]], operation: str, members: dict[str, Any]
) -> None:
    client, _ = sent_by_boto3

    url = client.generate_presigned_url(operation, Params=members, ExpiresIn=60)

    assert_accepted(on_the_wire(AWSRequest("GET", url).prepare()))
