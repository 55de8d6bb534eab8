"""Requests of the benchmark are signed as the SDK signs them."""

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks import requests, signing


@pytest.mark.parametrize("request_", [requests.put(8090, 7), requests.page_of_members(8090, "a%2Fb%3D")])
def test_a_request_is_signed_as_botocore_signs_it(request_: bytes) -> None:
    head, _, body = request_.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    sent = dict(header.split(": ", 1) for header in lines)
    method, path, _ = line.split()

    request = AWSRequest(method, f"http://127.0.0.1:8090{path}", {"content-type": sent["content-type"]}, body)
    request.context["timestamp"] = sent["x-amz-date"]
    credentials = Credentials(signing.ACCESS_KEY_ID, signing.SECRET_ACCESS_KEY)
    signer = SigV4Auth(credentials, signing.SERVICE, signing.REGION)
    request.headers["X-Amz-Date"] = sent["x-amz-date"]
    canonical = signer.canonical_request(request)

    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert sent["authorization"].endswith(f"Signature={signature}")
