"""Pages of other origins: a browser asks first, and shows an answer to a page only where it is told to."""

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.conftest import client_of

from .process import RunningServer, launch, run_command

PAGE = "https://app.example.com"
ASKED = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,x-amz-date",
}


@pytest.fixture(scope="module")
def open_to_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = launch(tmp_path_factory.mktemp("cors"), ("--cors-origin", PAGE, "--cors-origin", "http://localhost:3000"))
    yield running
    assert running.stop() == 0


def ask(
    server: RunningServer, method: str, headers: dict[str, str], path: str = "/domains"
) -> tuple[int, dict[str, str]]:
    """Status and headers, names in lower case."""
    with closing(http.client.HTTPConnection(*server.address, timeout=10)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def test_a_browser_is_told_what_a_page_may_send(open_to_pages: RunningServer) -> None:
    status, headers = ask(open_to_pages, "OPTIONS", ASKED)
    assert (status, headers["access-control-allow-origin"]) == (200, PAGE)
    assert "POST" in headers["access-control-allow-methods"]
    assert headers["access-control-allow-headers"] == "authorization,x-amz-date"


def test_a_preflight_leaves_the_connection_open(open_to_pages: RunningServer) -> None:
    _, headers = ask(open_to_pages, "OPTIONS", ASKED)
    assert headers.get("connection") != "close"


@pytest.mark.parametrize("origin", ["localhost:3000", "https://app.example.com/", "https://*.example.com"])
def test_what_is_no_origin_stops_the_start(origin: str) -> None:
    told = run_command("serve", "--cors-origin", origin)
    assert (told.returncode, "is no origin" in told.stderr) == (1, True)


def test_a_second_origin_may_call_too(open_to_pages: RunningServer) -> None:
    status, headers = ask(open_to_pages, "OPTIONS", {**ASKED, "Origin": "http://localhost:3000"})
    assert (status, headers["access-control-allow-origin"]) == (200, "http://localhost:3000")


def test_a_page_of_another_origin_is_allowed_nothing(open_to_pages: RunningServer) -> None:
    _, headers = ask(open_to_pages, "OPTIONS", {**ASKED, "Origin": "https://other.example.com"})
    assert not [name for name in headers if name.startswith("access-control")]


def test_an_answer_is_shown_to_the_page_with_the_headers_that_sdks_read(open_to_pages: RunningServer) -> None:
    status, headers = ask(open_to_pages, "GET", {"Origin": PAGE})
    assert (status, headers["access-control-allow-origin"], headers["vary"]) == (403, PAGE, "Origin")
    assert "x-amzn-errortype" in headers["access-control-expose-headers"].lower()


def test_a_client_that_is_no_browser_sees_no_difference(open_to_pages: RunningServer) -> None:
    with closing(client_of(open_to_pages)) as client:
        answer = client.list_domains()
    assert not [name for name in answer["ResponseMetadata"]["HTTPHeaders"] if name.startswith("access-control")]


def test_without_the_option_no_page_may_call(server: RunningServer) -> None:
    status, headers = ask(server, "OPTIONS", ASKED)
    assert status == 404
    assert not [name for name in headers if name.startswith("access-control")]


def test_any_origin_may_call_where_that_is_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    running = launch(tmp_path_factory.mktemp("any"), OPENPROFILES_CORS_ORIGIN="*")
    _, headers = ask(running, "OPTIONS", ASKED)
    assert headers["access-control-allow-origin"] == PAGE
    assert running.stop() == 0
