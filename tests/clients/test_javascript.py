"""The AWS SDK for JavaScript v3, which Amplify and most Lambda functions use, does the main job.

`javascript/main_job.mjs` runs once for each store and prints what it saw. It needs Node.js 18 or newer, and what
`npm ci` in its folder installs.
"""

import json
import shutil
import subprocess
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.server.process import PATIENCE, RunningServer, clean_environment

FOLDER = Path(__file__).parent / "javascript"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node.js is not installed"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules").is_dir(),
        reason="the AWS SDK for JavaScript is not installed: npm ci in tests/clients/javascript",
    ),
]


@pytest.fixture(scope="session")
def seen(server: RunningServer) -> dict[str, Any]:
    """What the program saw of a server that only its environment names."""
    ended = subprocess.run(
        [str(NODE), "main_job.mjs", f"javascript-{uuid.uuid4().hex}"],
        cwd=FOLDER,
        env=clean_environment(
            AWS_ENDPOINT_URL_CUSTOMER_PROFILES=server.url,
            AWS_REGION="us-east-1",
            AWS_ACCESS_KEY_ID=server.access_key_id,
            AWS_SECRET_ACCESS_KEY=server.secret_access_key,
            AWS_CONFIG_FILE="/nonexistent",
            AWS_SHARED_CREDENTIALS_FILE="/nonexistent",
        ),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 3,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def test_a_new_domain_is_read_with_its_settings_and_tags(seen: dict[str, Any]) -> None:
    assert (seen["domain"]["days"], seen["domain"]["tags"]) == (366, {"team": "care"})


def test_times_arrive_as_dates(seen: dict[str, Any]) -> None:
    age = datetime.now(UTC) - datetime.fromisoformat(seen["domain"]["createdAt"])
    assert abs(age) < timedelta(minutes=30)


def test_a_definition_is_read_as_it_was_put(seen: dict[str, Any]) -> None:
    assert seen["definitionIsAsPut"] is True


def test_a_paginator_goes_through_all_pages_and_ends(seen: dict[str, Any]) -> None:
    assert seen["objectTypePages"] == [["crm"], ["shop"]]
    assert [sorted(page) for page in seen["orderPages"]] == [["o2", "o3"], ["o1"]]


def test_a_repeated_put_replaces_the_object_under_its_key(seen: dict[str, Any]) -> None:
    first, second = seen["uniqueKeys"]
    assert first == second
    assert [record["first"] for record in seen["crm"]] == ["Anna"]


def test_two_systems_know_one_customer_who_is_found_by_any_spelling(seen: dict[str, Any]) -> None:
    assert seen["found"]["number"] == 1
    profile = seen["found"]["profile"]
    assert (profile["FirstName"], profile["Address"]) == ("Anna", {"City": "Zürich"})


def test_members_without_a_value_are_not_there(seen: dict[str, Any]) -> None:
    members = {"Address", "EmailAddress", "FirstName", "FoundByItems"}
    assert set(seen["found"]["profile"]) == members


def test_a_search_says_by_which_key_it_found(seen: dict[str, Any]) -> None:
    assert seen["found"]["profile"]["FoundByItems"] == [{"KeyName": "_email", "Values": ["ANN@example.COM"]}]


def test_a_merge_moves_objects_and_keys_and_ends_the_other_profile(seen: dict[str, Any]) -> None:
    assert seen["merged"] == {
        "hasMessage": True,
        "absorbed": [],
        "isFoundByBoth": True,
        "orders": ["o1", "o2", "o3", "o9"],
    }


def test_a_deleted_profile_is_not_found_at_once(seen: dict[str, Any]) -> None:
    assert seen["afterDeletion"] == []


REFUSALS = {
    "noDomain": ("ResourceNotFoundException", 404, "no-such-domain"),
    "noProfile": ("ResourceNotFoundException", 404, "0" * 32),
    "noJson": ("BadRequestException", 400, "JSON"),
    "wrongForm": ("BadRequestException", 400, "1 validation error detected"),
    "nameTaken": ("BadRequestException", 400, "already exists"),
    "deletedDomain": ("ResourceNotFoundException", 404, "does not exist"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_an_error_of_its_class_with_the_servers_text(seen: dict[str, Any], case: str) -> None:
    name, status, words = REFUSALS[case]
    refusal = seen["refusals"][case]
    assert (refusal["name"], refusal["httpStatusCode"], refusal["fault"]) == (name, status, "client")
    assert refusal["isOfItsClass"] is True
    assert words in refusal["message"]


def test_every_refusal_can_be_found_in_the_log_by_its_request_id(seen: dict[str, Any], server: RunningServer) -> None:
    ids = [refusal["requestId"] for refusal in seen["refusals"].values()]
    statuses = [server.log_line(request_id)["status"] for request_id in ids]
    assert statuses == [refusal["httpStatusCode"] for refusal in seen["refusals"].values()]


def test_an_operation_without_code_is_named_and_not_tried_again(seen: dict[str, Any]) -> None:
    refusal = seen["refusals"]["noCode"]
    assert (refusal["name"], refusal["httpStatusCode"], refusal["attempts"]) == ("NotImplementedException", 501, 1)
    assert "ListIntegrations" in refusal["message"]


def test_an_unknown_key_is_refused_by_name(seen: dict[str, Any]) -> None:
    refusal = seen["refusals"]["unknownKey"]
    assert (refusal["name"], refusal["httpStatusCode"]) == ("UnrecognizedClientException", 403)


def test_a_domain_is_deleted_with_a_message(seen: dict[str, Any]) -> None:
    assert seen["domainDeletion"] == "Domain Deleted"
