"""What every request meets before it reaches an operation, and what every answer has."""

import json
import re

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

from openprofiles.api import FUNCTIONS
from tests.conftest import client_of
from tests.server.process import RunningServer
from tests.server.wire import ask, connected, opened, read_answer, read_from

REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_health_and_readiness_need_no_signature(server: RunningServer) -> None:
    status, headers, body = ask(server, "GET", "/-/health")
    assert (status, json.loads(body)) == (200, {"Status": "ok"})
    assert headers["content-type"] == "application/json"
    assert ask(server, "GET", "/-/ready")[0] == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/-/"), ("GET", "/-/elsewhere"), ("POST", "/-/health"), ("GET", "/-/health/")],
)
def test_the_servers_own_paths_are_only_these(server: RunningServer, method: str, path: str) -> None:
    assert ask(server, method, path)[0] == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing/here"),
        ("DELETE", "/domains"),
        ("HEAD", "/domains"),
        ("OPTIONS", "/domains"),
        ("TRACE", "/domains"),
        ("PATCH", "/domains/x"),
    ],
)
def test_a_method_and_path_without_operation_are_refused(server: RunningServer, method: str, path: str) -> None:
    status, headers, _ = ask(server, method, path)
    assert (status, headers["x-amzn-errortype"]) == (404, "UnknownOperationException")


def test_an_unsigned_request_is_refused(server: RunningServer) -> None:
    status, headers, body = ask(server, "GET", "/domains")
    assert (status, headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")
    assert json.loads(body) == {"message": "Missing Authentication Token"}


@pytest.mark.parametrize(
    ("key_id", "secret", "code"),
    [
        ("AKIANOBODYNOBODYNOBO", None, "UnrecognizedClientException"),
        (None, "not/the/secret", "InvalidSignatureException"),
    ],
)
def test_a_signature_of_another_key_is_refused(
    server: RunningServer, key_id: str | None, secret: str | None, code: str
) -> None:
    client = client_of(server, key_id, secret)
    with pytest.raises(ClientError) as refused:
        client.list_domains()
    client.close()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_an_operation_without_code_names_itself(client: CustomerProfilesClient) -> None:
    assert "ListRecommenders" not in FUNCTIONS
    with pytest.raises(ClientError) as refused:
        client.list_recommenders(DomainName="shop")
    assert refused.value.response["Error"]["Code"] == "NotImplementedException"
    assert "ListRecommenders" in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_the_form_is_checked_before_an_operation_without_code_says_so(client: CustomerProfilesClient) -> None:
    with pytest.raises(ClientError) as refused:
        client.list_recommenders(DomainName="not a name")
    assert refused.value.response["Error"]["Code"] == "BadRequestException"


@pytest.mark.parametrize("path", ["/-/health", "/-/nothing", "/domains", "/nothing", "/domains/%zz"])
def test_every_answer_has_a_request_id_of_its_own(server: RunningServer, path: str) -> None:
    ids = [ask(server, "GET", path)[1]["x-amzn-requestid"] for _ in range(2)]
    assert all(REQUEST_ID.fullmatch(one) for one in ids)
    assert ids[0] != ids[1]


def test_a_connection_stays_usable_after_errors(server: RunningServer) -> None:
    with connected(server) as connection:
        used = set()
        for method, path, expected in [
            ("POST", "/domains/shop", 403),
            ("POST", "/no/such/path", 404),
            ("POST", "/-/nothing", 404),
            ("GET", "/-/health", 200),
        ]:
            connection.request(method, path, b"{}" if method == "POST" else None)
            used.add(connection.sock)
            assert read_answer(connection.getresponse())[0] == expected
        assert len(used) == 1


def test_requests_sent_in_one_go_are_answered_in_order(server: RunningServer) -> None:
    with opened(server) as connection:
        connection.sendall(b"GET /-/health HTTP/1.1\r\nhost: x\r\n\r\nGET /domains HTTP/1.1\r\nhost: x\r\n\r\n")
        received = b""
        while b"Missing Authentication Token" not in received:
            received += connection.recv(65_536)
        assert [line[:3] for line in received.split(b"HTTP/1.1 ")[1:]] == [b"200", b"403"]


def test_a_client_that_asks_first_is_told_to_go_on(server: RunningServer) -> None:
    with opened(server) as connection:
        connection.sendall(b"POST /domains/x HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n")
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert read_from(connection)[0] == 403


GARBAGE = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no version": b"GET /domains\r\n\r\n",
    "unknown version": b"GET /domains HTTP/9.9\r\nhost: x\r\n\r\n",
    "unknown method": b"FETCH /domains HTTP/1.1\r\nhost: x\r\n\r\n",
    "a proxy's method": b"CONNECT shop:443 HTTP/1.1\r\nhost: x\r\n\r\n",
    "bytes in the path": b"GET /domains/\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    "no path": b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
    "a broken escape": b"GET /domains/%f HTTP/1.1\r\nhost: x\r\n\r\n",
    "an encoded NUL": b"GET /domains/%00 HTTP/1.1\r\nhost: x\r\n\r\n",
    "a NUL in a header": b"GET /domains HTTP/1.1\r\nhost: x\r\nx-a: \x00\r\n\r\n",
    "a header without colon": b"GET /domains HTTP/1.1\r\nhost\r\n\r\n",
    "a length that is no number": b"POST /domains/x HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n",
    "a negative length": b"POST /domains/x HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    "two lengths": b"POST /domains/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    "length and chunks": b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n",
    "a broken chunk": b"POST /domains/x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "an upgrade": b"GET /domains HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    "a bad signature header": b"GET /domains HTTP/1.1\r\nhost: x\r\nauthorization: \xff\xfe\r\n\r\n",
}


@pytest.mark.parametrize("sent", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_the_clients_fault(server: RunningServer, sent: bytes) -> None:
    with opened(server) as connection:
        connection.sendall(sent)
        status, headers, body = read_from(connection)
    assert 400 <= status < 500
    assert REQUEST_ID.fullmatch(headers["x-amzn-requestid"])
    assert headers["x-amzn-errortype"]
    assert json.loads(body)
    assert ask(server, "GET", "/-/health")[0] == 200


def test_each_request_is_one_line_of_the_log(server: RunningServer) -> None:
    status, headers, _ = ask(server, "GET", "/domains")
    line = server.log_line(headers["x-amzn-requestid"])
    assert (line["operation"], line["status"], status) == ("ListDomains", 403, 403)
    assert 0 <= line["ms"] < 60_000


def test_what_is_no_http_is_logged_too(server: RunningServer) -> None:
    with opened(server) as connection:
        connection.sendall(b"\x00\x01\x02\r\n\r\n")
        _, headers, _ = read_from(connection)
    assert server.log_line(headers["x-amzn-requestid"])["status"] == 400


def test_the_log_has_no_bodies_queries_or_secrets(server: RunningServer, client: CustomerProfilesClient) -> None:
    _, headers, _ = ask(server, "POST", "/domains/shop?token=hidden-query", b'{"secret": "hidden-body"}')
    server.log_line(headers["x-amzn-requestid"])
    with pytest.raises(ClientError):
        client.list_recommenders(DomainName="shop")
    log = server.errors.read_text()
    assert "hidden-" not in log
    assert server.secret_access_key not in log
    assert "Signature=" not in log
