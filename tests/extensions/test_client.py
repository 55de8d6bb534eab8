"""A signed call: where members travel, what is signed, and what it says where nobody answers as expected."""

import socket
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.client import CallError, Endpoint, NotNow, Request, call, request_of, signed_headers, stream
from openprofiles.gateway.http import HttpRequest
from openprofiles.settings import Credentials
from tests.gateway.signing import HOST, KEY, REGION, SIGNED_AT, assert_accepted, signed

from .listener import Listen, answer, in_chunks
from .sample import TABLE

CREDENTIALS = Credentials(KEY.access_key_id, KEY.secret_access_key)
LIST, TRY, EXPORT = TABLE["ListThings"], TABLE["DryRunThing"], TABLE["ExportThings"]
HERE = HOST.removeprefix("http://")


def endpoint(url: str) -> Endpoint:
    return Endpoint(url, "us-east-1", CREDENTIALS)


def refusal(url: str) -> str:
    with pytest.raises(CallError) as refused:
        call(endpoint(url), LIST, {"DomainName": "shop"})
    return str(refused.value)


# --- what is sent


def test_members_travel_where_the_table_says() -> None:
    request = request_of(TRY, {"DomainName": "a/b c", "Object": "{}", "MaxParts": 3})
    assert (request.method, request.target) == ("POST", "/-/domains/a%2Fb%20c/things/dry-run")
    assert request.body == b'{"Object":"{}","MaxParts":3}'


def test_members_of_the_query_are_its_texts() -> None:
    members = {"DomainName": "shop", "Names": ["a b", "c+d"], "Hidden": True, "NextToken": "x=/"}
    assert request_of(LIST, members).query == b"hidden=true&name=a%20b&name=c%2Bd&next-token=x%3D%2F"


def test_a_call_without_members_of_a_body_has_none() -> None:
    assert request_of(LIST, {"DomainName": "shop"}).body == b""


def test_a_request_is_signed_as_botocore_signs_it() -> None:
    request = Request("POST", "/-/domains/a%20b/things", b"name=c%2Bd&name=e", b'{"Object":"{}"}')
    ours = signed_headers(request, HERE, REGION, CREDENTIALS, SIGNED_AT.timestamp())
    theirs = dict(signed(HOST + request.target, "POST", request.body).headers)
    assert ours["authorization"].encode() == theirs[b"authorization"]


@given(domain=st.text(min_size=1), names=st.lists(st.text()), body=st.binary())
def test_whatever_the_members_are_the_server_takes_the_signature(domain: str, names: list[str], body: bytes) -> None:
    path = f"/-/domains/{quote(domain, safe='', errors='replace')}/things"
    query = request_of(
        LIST, {"DomainName": "shop", "Names": [name.encode(errors="replace").decode() for name in names]}
    )
    request = Request("GET", path, query.query, body)
    headers = signed_headers(request, HERE, REGION, CREDENTIALS, SIGNED_AT.timestamp())
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert_accepted(HttpRequest("GET", path.encode(), request.query, sent, body))


# --- what comes back


def test_an_answer_is_handed_on_as_it_came(listen: Listen) -> None:
    listener = listen(answer(b'{"Total": 1.50}'))
    assert call(endpoint(listener.url), LIST, {"DomainName": "shop"}) == b'{"Total": 1.50}'


def test_lines_are_handed_on_as_they_come(listen: Listen) -> None:
    listener = listen(in_chunks(b'{"a":1}\n', b'{"a":2}\n'))
    assert b"".join(stream(endpoint(listener.url), EXPORT, {"DomainName": "shop"})) == b'{"a":1}\n{"a":2}\n'


@pytest.mark.parametrize(
    "broken",
    [in_chunks(b'{"a":1}\n', ended=False), answer(b'{"a":1}\n').replace(b"Length: 8", b"Length: 80")],
    ids=["chunks", "length"],
)
def test_an_answer_that_breaks_off_is_an_error_after_what_came(listen: Listen, broken: bytes) -> None:
    came: list[bytes] = []
    with pytest.raises(CallError, match="broke off"):
        came.extend(stream(endpoint(listen(broken).url), EXPORT, {"DomainName": "shop"}))
    assert b"".join(came) == b'{"a":1}\n'


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"Message": "There is none."}, "ResourceNotFoundException: There is none."),
        ({"message": "Bad signature."}, "ResourceNotFoundException: Bad signature."),
    ],
)
def test_an_error_is_its_type_and_message(listen: Listen, told: dict[str, Any], expected: str) -> None:
    listener = listen(answer(told, "404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException"))
    assert refusal(listener.url) == expected


def test_an_error_of_something_between_is_its_status(listen: Listen) -> None:
    assert refusal(listen(answer(b"<html>", "502 Bad Gateway")).url) == "Status 502: Bad Gateway"


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"])
def test_an_error_that_passes_is_told_apart(listen: Listen, status: str) -> None:
    with pytest.raises(NotNow):
        call(endpoint(listen(answer({"Message": "Later."}, status)).url), LIST, {"DomainName": "shop"})


def test_an_error_that_stays_has_its_type(listen: Listen) -> None:
    listener = listen(answer({"Message": "Wrong."}, "400 Bad Request", "x-amzn-ErrorType: BadRequestException"))
    with pytest.raises(CallError) as refused:
        call(endpoint(listener.url), LIST, {"DomainName": "shop"})
    assert (type(refused.value), refused.value.code) == (CallError, "BadRequestException")


@pytest.mark.parametrize("broken", [b"", answer(b"{}").replace(b"Length: 2", b"Length: 3")], ids=["closed", "cut"])
def test_a_call_that_was_not_answered_to_the_end_is_told_apart(listen: Listen, broken: bytes) -> None:
    with pytest.raises(NotNow):
        call(endpoint(listen(broken).url), LIST, {"DomainName": "shop"})


def test_nobody_at_the_address_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    assert refusal(url) == f"No server answers at {url}: Connection refused."


def test_a_connection_that_is_closed_at_once_is_told(listen: Listen) -> None:
    listener = listen(b"")
    assert refusal(listener.url).startswith(f"No server answers at {listener.url}: ")


def test_a_server_that_says_nothing_is_told(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openprofiles.client.PATIENCE", 0.05)
    listener = listen()
    assert refusal(listener.url) == f"The server at {listener.url} does not answer."


def test_another_protocol_is_told(listen: Listen) -> None:
    listener = listen(b"SSH-2.0-OpenSSH\r\n")
    assert refusal(listener.url) == f"What answers at {listener.url} does not speak HTTP."


def test_an_answer_that_is_no_json_is_told(listen: Listen) -> None:
    assert refusal(listen(answer(b"<html>")).url).endswith("it sends no JSON.")


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8090",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1/below",
        "http://[::1",
        "http://me:secret@127.0.0.1:8090",
    ],
)
def test_what_is_no_endpoint_is_refused_without_showing_it(url: str) -> None:
    assert refusal(url) == "That is no endpoint: write http://HOST:PORT or https://HOST:PORT."


def test_a_domain_that_utf8_can_not_hold_is_refused() -> None:
    with pytest.raises(CallError, match="UTF-8"):
        call(endpoint(HOST), LIST, {"DomainName": "\udcff"})
