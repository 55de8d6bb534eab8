"""What holds before anybody has signed anything: size of head and body, time, bytes in flight, connections."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.server.process import RunningServer, launch, wait_until
from tests.server.wire import ask, connected, opened, read_answer, read_from, request_head

BODY = 10_000
BATCH_BODY = 30_000
IN_FLIGHT = 50_000
CONNECTIONS = 4
SECONDS = 0.5

CREATE_PROFILE = "/domains/shop/profiles"
BATCH_PUT = "/domains/shop/profiles/objects/batch-put-profile-object"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with limits that a test can reach."""
    running = launch(
        tmp_path_factory.mktemp("strict"),
        OPENPROFILES_LOG_FORMAT="json",
        OPENPROFILES_LIMIT_BODY_BYTES=str(BODY),
        OPENPROFILES_LIMIT_BATCH_BODY_BYTES=str(BATCH_BODY),
        OPENPROFILES_LIMIT_BYTES_IN_FLIGHT=str(IN_FLIGHT),
        OPENPROFILES_LIMIT_CONNECTIONS=str(CONNECTIONS),
        OPENPROFILES_LIMIT_SEND_SECONDS=str(SECONDS),
    )
    yield running
    assert running.stop() == 0


def test_a_body_may_be_as_large_as_the_limit(strict: RunningServer) -> None:
    assert ask(strict, "POST", CREATE_PROFILE, b"x" * BODY)[0] == 403


def test_a_larger_body_is_refused_and_the_connection_closed(strict: RunningServer) -> None:
    status, headers, body = ask(strict, "POST", CREATE_PROFILE, b"x" * (BODY + 1))
    assert (status, headers["connection"]) == (413, "close")
    assert json.loads(body) == {"Message": f"The request's body is larger than {BODY} bytes."}


def test_a_body_is_refused_by_its_length_before_it_is_sent(strict: RunningServer) -> None:
    with opened(strict) as connection:
        connection.sendall(request_head("POST", CREATE_PROFILE, content_length=10**15))
        assert read_from(connection)[0] == 413


def test_a_body_without_length_is_refused_where_it_passes_the_limit(strict: RunningServer) -> None:
    with opened(strict) as connection:
        connection.sendall(request_head("POST", CREATE_PROFILE, transfer_encoding="chunked"))
        for _ in range(BODY // 1_000 + 1):
            connection.sendall(b"3e8\r\n" + b"x" * 1_000 + b"\r\n")
        assert read_from(connection)[0] == 413


def test_a_batch_may_be_larger(strict: RunningServer) -> None:
    assert ask(strict, "PUT", BATCH_PUT, b"x" * BATCH_BODY)[0] == 403
    assert ask(strict, "PUT", BATCH_PUT, b"x" * (BATCH_BODY + 1))[0] == 413


def test_a_body_for_no_operation_is_limited_too(strict: RunningServer) -> None:
    assert ask(strict, "POST", "/nothing", b"x" * BODY)[0] == 404
    assert ask(strict, "POST", "/nothing", b"x" * (BODY + 1))[0] == 413
    assert ask(strict, "POST", "/-/nothing", b"x" * (BODY + 1))[0] == 413


def test_the_answer_to_a_large_body_arrives_though_the_client_still_sends(server: RunningServer) -> None:
    status, _, body = ask(server, "POST", CREATE_PROFILE, b"x" * (30 * 1024 * 1024))
    assert (status, json.loads(body)) == (413, {"Message": "The request's body is larger than 4194304 bytes."})


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/domains", {"x-long": "x" * 33_000}), ("/domains?" + "x" * 33_000, {}), ("/-/health", {"x-long": "x" * 33_000})],
)
def test_a_head_that_is_too_large_is_refused(server: RunningServer, path: str, headers: dict[str, str]) -> None:
    status, answered, _ = ask(server, "GET", path, headers=headers)
    assert (status, answered["x-amzn-errortype"]) == (431, "RequestRefusedException")


def test_a_head_without_end_is_refused(server: RunningServer) -> None:
    with opened(server) as connection:
        connection.sendall(b"GET /domains HTTP/1.1\r\nhost: x\r\nx-endless: ")
        for _ in range(1_000):
            connection.sendall(b"x" * 10_000)
        status, headers, _ = read_from(connection)
    assert (status, headers["connection"]) == (431, "close")


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /domains HTTP/1.1\r\nhost: x\r\n",
        b"GET /domains HTTP/1.1\r\nhost: x\r\nx-slow: ",
        request_head("POST", CREATE_PROFILE, content_length=100),
        request_head("POST", CREATE_PROFILE, content_length=100) + b'{"half": ',
        request_head("POST", CREATE_PROFILE, transfer_encoding="chunked") + b"5\r\nhello\r\n",
    ],
)
def test_a_request_that_does_not_end_is_given_up(strict: RunningServer, begun: bytes) -> None:
    with opened(strict) as connection:
        connection.sendall(begun)
        status, headers, _ = read_from(connection)
    assert (status, headers["connection"]) == (408, "close")
    assert strict.log_line(headers["x-amzn-requestid"])["status"] == 408


def test_a_second_request_that_does_not_end_is_given_up_too(strict: RunningServer) -> None:
    with opened(strict) as connection:
        connection.sendall(request_head("GET", "/-/health"))
        assert read_from(connection)[0] == 200
        connection.sendall(b"GET /-/health HTTP/1.1\r\nhost: x\r\n")
        assert read_from(connection)[0] == 408


def test_a_connection_that_says_nothing_is_closed(strict: RunningServer) -> None:
    with opened(strict) as connection:
        assert connection.recv(1) == b""


def test_bodies_in_flight_are_limited_together(strict: RunningServer) -> None:
    head = request_head("PUT", BATCH_PUT, content_length=BATCH_BODY)
    with opened(strict) as held:
        held.sendall(head + b"x" * (BATCH_BODY - 1))
        wait_until(lambda: ask(strict, "PUT", BATCH_PUT, b"x" * (BATCH_BODY - 1))[0] == 429, SECONDS)
    wait_until(lambda: ask(strict, "PUT", BATCH_PUT, b"x" * BATCH_BODY)[0] == 403)


def test_connections_past_the_limit_are_refused_and_the_others_served(strict: RunningServer) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(opened(strict)) for _ in range(CONNECTIONS)]
        assert [health_on(connection) for connection in held] == [200] * CONNECTIONS
        with opened(strict) as surplus:
            surplus.sendall(request_head("GET", "/-/health"))
            status, headers, body = read_from(surplus)
            assert [health_on(connection) for connection in held] == [200] * CONNECTIONS
    assert (status, headers["connection"]) == (429, "close")
    assert json.loads(body) == {"Message": "The server has too many connections; try again."}
    wait_until(lambda: ask(strict, "GET", "/-/health")[0] == 200)


def test_a_connection_past_the_limit_is_served_where_a_place_got_free_before_it_asked(strict: RunningServer) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(opened(strict)) for _ in range(CONNECTIONS)]
        assert [health_on(connection) for connection in held] == [200] * CONNECTIONS
        surplus = stack.enter_context(opened(strict))
        held[0].close()
        assert health_on(held[1]) == 200  # so the server has seen the other's end
        assert health_on(surplus) == 200


def health_on(connection: socket.socket) -> int:
    connection.sendall(request_head("GET", "/-/health"))
    return read_from(connection)[0]


def test_a_refused_request_leaves_the_others_alone(strict: RunningServer) -> None:
    with connected(strict) as connection:
        connection.request("GET", "/-/health")
        assert read_answer(connection.getresponse())[0] == 200
        assert ask(strict, "POST", CREATE_PROFILE, b"x" * (BODY + 1))[0] == 413
        connection.request("GET", "/-/health")
        assert read_answer(connection.getresponse())[0] == 200


def test_a_body_is_refused_for_its_depth_before_anybody_has_signed(strict: RunningServer) -> None:
    status, _, answer = ask(strict, "POST", CREATE_PROFILE, b'{"a":' + b"[" * 600 + b"]" * 600 + b"}")

    assert (status, b"deeper than 512" in answer) == (400, True)
