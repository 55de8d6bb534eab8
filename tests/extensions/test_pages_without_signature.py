"""The pages that need no signature, as commands and in the OpenAPI document."""

import json
from pathlib import Path

from openprofiles.gateway.own_pages import OWN_PAGES
from openprofiles.openapi import UNSIGNED_PAGES
from tests.server.process import RunningServer, run_command


def test_every_page_without_a_signature_is_described() -> None:
    assert {path.encode() for path in UNSIGNED_PAGES} == OWN_PAGES.keys()


def test_a_server_that_can_serve_is_status_0(server: RunningServer) -> None:
    told = run_command("ready", "--endpoint-url", server.url)
    assert (told.returncode, json.loads(told.stdout)) == (0, {"Status": "ready"})


def test_a_server_that_lives_is_status_0(server: RunningServer) -> None:
    told = run_command("health", OPENPROFILES_ENDPOINT_URL=server.url)
    assert (told.returncode, json.loads(told.stdout)) == (0, {"Status": "ok"})


def test_the_document_is_printed(server: RunningServer) -> None:
    told = run_command("openapi", "--endpoint-url", server.url)
    assert json.loads(told.stdout)["openapi"].startswith("3.1")


def test_where_no_server_answers_is_one_line_and_status_1(tmp_path: Path) -> None:
    told = run_command("ready", "--endpoint-url", "http://127.0.0.1:1", OPENPROFILES_DATA=str(tmp_path))
    assert (told.returncode, len(told.stderr.splitlines())) == (1, 1)
    assert "No server answers at http://127.0.0.1:1" in told.stderr
