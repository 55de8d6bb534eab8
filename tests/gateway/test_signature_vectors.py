"""AWS's own signature vectors: https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4 (Apache-2.0).

The file of vectors names the commit that they were copied from. Each holds a request, signed in the header form and
in the presigned form, with the canonical request, string to sign and signature that belong to it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from openprofiles.gateway import signature
from openprofiles.gateway.authentication import Claim, check_signature
from openprofiles.gateway.authorization import read_authorization
from openprofiles.gateway.http import HttpRequest
from openprofiles.storage.access_keys import AccessKey

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "sigv4-vectors.json").read_text())["cases"]

NOT_APPLICABLE = {
    ("post-sts-header-after", "query"): "Its session token joins the query after signing, as no part of the signature. "
    "Here every query parameter is part of the signature, and session tokens are refused.",
}

CASES = [
    pytest.param(vector, form, id=f"{name}-{form}")
    for name, vector in VECTORS.items()
    for form in ("header", "query")
    if (name, form) not in NOT_APPLICABLE
]


@pytest.mark.parametrize(("vector", "form"), CASES)
def test_a_signed_request_has_the_canonical_form_that_aws_gives(vector: dict[str, Any], form: str) -> None:
    request = parsed(vector[f"{form}-signed-request.txt"])

    assert canonical(vector, request) == vector[f"{form}-canonical-request.txt"].encode()


@pytest.mark.parametrize(("vector", "form"), CASES)
def test_a_canonical_request_has_the_string_to_sign_that_aws_gives(vector: dict[str, Any], form: str) -> None:
    timestamp = vector["context.json"]["timestamp"].replace("-", "").replace(":", "").encode()

    to_sign = signature.string_to_sign(timestamp, scope(vector), vector[f"{form}-canonical-request.txt"].encode())

    assert to_sign == vector[f"{form}-string-to-sign.txt"].encode()


@pytest.mark.parametrize(("vector", "form"), CASES)
def test_a_string_to_sign_has_the_signature_that_aws_gives(vector: dict[str, Any], form: str) -> None:
    date, region, service, _ = scope(vector).split(b"/")
    key = signature.signing_key(vector["context.json"]["credentials"]["secret_access_key"], date, region, service)

    assert (
        signature.signature(key, vector[f"{form}-string-to-sign.txt"].encode())
        == vector[f"{form}-signature.txt"].encode()
    )


@pytest.mark.parametrize(("vector", "form"), CASES)
def test_a_request_that_aws_signed_is_accepted(vector: dict[str, Any], form: str) -> None:
    request = parsed(vector[f"{form}-signed-request.txt"])
    credentials = vector["context.json"]["credentials"]
    key = AccessKey(credentials["access_key_id"], credentials["secret_access_key"], "111122223333")
    headers = signature.grouped_headers(request.headers)
    parameters = signature.query_pairs(request.query_string)

    claim = Claim(read_authorization(headers, parameters), headers, parameters)

    check_signature(claim, request, key)


def canonical(vector: dict[str, Any], request: HttpRequest) -> bytes:
    headers = signature.grouped_headers(request.headers)
    parameters = signature.query_pairs(request.query_string)
    paths = signature.canonical_paths(request.raw_path)
    return signature.canonical_request(
        request.method,
        paths[0] if vector["context.json"]["normalize"] else paths[-1],
        signature.canonical_query([(name, value) for name, value in parameters if name != b"X-Amz-Signature"]),
        headers,
        read_authorization(headers, parameters).signed_names,
        signature.sha256_hex(request.body),
    )


def scope(vector: dict[str, Any]) -> bytes:
    context = vector["context.json"]
    date = context["timestamp"][:10].replace("-", "")
    return f"{date}/{context['region']}/{context['service']}/aws4_request".encode()


def parsed(text: str) -> HttpRequest:
    """A request as the vectors write it: a target with any characters, header lines that may be folded, a body."""
    head, _, body = text.encode().partition(b"\n\n")
    first, *lines = head.replace(b"\n ", b" ").split(b"\n")
    method, _, target = first.removesuffix(b" HTTP/1.1").partition(b" ")
    raw_path, _, query_string = target.partition(b"?")
    pairs = (line.partition(b":") for line in lines)
    headers = [(name.lower(), value) for name, _, value in pairs]
    return HttpRequest(method.decode(), raw_path, query_string, headers, body)
