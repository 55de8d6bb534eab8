"""An open loop does not wait for the server, and its latencies tell how long each request had to."""

import socketserver
import threading
import time
from collections.abc import Iterator
from itertools import repeat

import pytest

from benchmarks import paced

SERVICE_SECONDS = 0.01
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


class OneAtATime(socketserver.StreamRequestHandler):
    """All connections share one worker, which needs 10 ms for a request."""

    worker = threading.Lock()

    def handle(self) -> None:
        while self.rfile.readline():
            self.rfile.readline()
            with self.worker:
                time.sleep(SERVICE_SECONDS)
            self.wfile.write(ANSWER)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


@pytest.fixture
def port() -> Iterator[int]:
    with Server(("127.0.0.1", 0), OneAtATime) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def test_requests_come_at_the_rate_that_is_asked_for() -> None:
    dues = paced.due_times(100.0, 1_000, 2.0, seed=1)

    assert len(dues) == pytest.approx(2_000, rel=0.1)
    assert dues == sorted(dues)
    assert dues[0] > 100.0
    assert dues[-1] < 102.0


def test_a_server_that_is_too_slow_shows_in_latencies_that_count_from_when_a_request_was_due(port: int) -> None:
    measured = paced.run(port, repeat(REQUEST), rate=300, seconds=0.5)

    assert measured.failed == 0
    assert measured.requests == pytest.approx(150, rel=0.3)
    assert measured.latency(0.9) > 0.5  # the 150 requests of half a second need a second and a half
