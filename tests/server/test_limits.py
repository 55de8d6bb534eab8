"""What holds before anybody has signed anything: size of head and body, time, bytes in flight, connections."""

import io
import json
import os
import re
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from openprofiles.gateway.log import open_log
from openprofiles.gateway.server import make_room_for
from openprofiles.settings import Limits
from tests.api.mappings import system
from tests.conftest import LaunchServer
from tests.faults.client import Client
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


def test_a_connection_far_past_the_limit_is_closed_at_once(strict: RunningServer) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(opened(strict)) for _ in range(int(CONNECTIONS * 1.5))]
        assert health_on(held[0]) == 200
        with opened(strict) as surplus:
            assert surplus.recv(1) == b""
        assert health_on(held[0]) == 200


def test_a_refusal_waits_for_the_answers_before_it(server: RunningServer) -> None:
    client = Client(server, "order")
    client.create_domain()
    with opened(server) as connection:
        connection.sendall(client.raw("POST", "/profiles", FirstName="Ann") + b"this is not HTTP\r\n\r\n")
        statuses = re.findall(rb"HTTP/1\.1 (\d+) ", received(connection))
    client.close()
    assert statuses == [b"200", b"400"]


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    pieces = []
    while piece := connection.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


FIVE_MEGABYTES = 20
"""As many objects of the largest size."""


def test_an_answer_that_nobody_takes_is_given_up(strict_reader: RunningServer) -> None:
    client = Client(strict_reader, "slow")
    listing = with_large_objects(client)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(strict_reader.address)
        connection.sendall(listing)
        wait_until(lambda: open_connections(strict_reader) == 2)
        wait_until(lambda: open_connections(strict_reader) == 1)  # the client's own stays
    assert client.profile_count() == 1
    client.close()


def test_answers_that_nobody_takes_count_as_bytes_in_flight(strict_reader: RunningServer) -> None:
    client = Client(strict_reader, "flight")
    listing = with_large_objects(client)
    with ExitStack() as stack:
        for _ in range(2):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(strict_reader.address)
            connection.sendall(listing)
        with opened(strict_reader) as another:
            another.sendall(listing)
            assert read_from(another)[0] == 429
    client.close()


@pytest.fixture
def strict_reader(launch_server: LaunchServer) -> RunningServer:
    """Two answers of five megabytes fit into what may be in flight, and a third does not."""
    limits = {"OPENPROFILES_LIMIT_SEND_SECONDS": "1", "OPENPROFILES_LIMIT_BYTES_IN_FLIGHT": "13000000"}
    return launch_server(OPENPROFILES_LOG_FORMAT="json", **limits)


def with_large_objects(client: Client) -> bytes:
    """A profile with large objects; the bytes of a call that lists them."""
    client.create_domain()
    client.define("crm", system("crm"))
    for number in range(FIVE_MEGABYTES):
        client.put("crm", {"id": str(number), "customer": "ann", "notes": "x" * 250_000})
    [profile] = client.search("customer", "ann")
    members = {"ObjectTypeName": "crm", "ProfileId": profile["ProfileId"]}
    return client.raw("POST", "/profiles/objects", **members)


def open_connections(server: RunningServer) -> int:
    """Connections of the server's process that are established."""
    pid, port = server.process.pid, f":{server.address[1]:04X}"
    inodes = {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir() if path.exists()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(port) and row[3] == "01" and f"socket:[{row[9]}]" in inodes for row in rows)


def test_the_server_makes_room_for_its_connections(launch_server: LaunchServer) -> None:
    few = 64
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (few * 8, before[1]))
    try:
        server = launch_server(OPENPROFILES_LIMIT_CONNECTIONS="1000")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    [line] = [
        line for line in Path(f"/proc/{server.process.pid}/limits").read_text().splitlines() if "open files" in line
    ]
    assert int(line.split()[3]) >= 1_500


def test_too_few_open_files_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (100, 100))
    log = io.BytesIO()
    make_room_for(Limits(connections=1000), open_log(log, json=True))
    assert json.loads(log.getvalue())["event"] == "too few open files"
