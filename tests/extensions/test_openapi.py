"""The OpenAPI document: sound, whole, and true of a running server's answers."""

import http.client
import json
from typing import Any

import pytest
from jsonschema import ValidationError
from mypy_boto3_customer_profiles import CustomerProfilesClient
from openapi_spec_validator import validate

from openprofiles.client import Endpoint, call
from openprofiles.errors import BadRequestException, InvalidSignatureException
from openprofiles.extensions import EXTENSIONS
from openprofiles.gateway.codec import encode_error
from openprofiles.openapi import UNSIGNED_PAGES, document, document_json
from openprofiles.settings import Credentials
from tests.api.calls import DomainApi
from tests.api.mappings import system
from tests.server.process import RunningServer

from .answers import DOCUMENT, check_answer
from .sample import TABLE, THINGS

SAMPLE: dict[str, Any] = document(THINGS.values())


def operation(name: str) -> dict[str, Any]:
    row = TABLE[name]
    described: dict[str, Any] = SAMPLE["paths"][row.path][row.method.lower()]
    return described


def test_the_document_is_openapi() -> None:
    validate(DOCUMENT)


def test_a_document_of_every_kind_of_member_is_openapi() -> None:
    validate(SAMPLE)


def test_the_server_sends_the_document_to_everybody(server: RunningServer) -> None:
    connection = http.client.HTTPConnection(*server.address, timeout=30)
    connection.request("GET", "/-/openapi.json")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert (answer.status, answer.getheader("content-type"), body) == (200, "application/json", document_json())


def test_every_extension_is_in_the_document_under_its_method_and_path() -> None:
    described = {
        one["operationId"]: (method.upper(), path)
        for path, methods in DOCUMENT["paths"].items()
        for method, one in methods.items()
    }
    unsigned = {name for name, (_, path) in described.items() if path in UNSIGNED_PAGES}
    assert {name: described[name] for name in described.keys() - unsigned} == {
        name: (row.method, row.path) for name, row in EXTENSIONS.items()
    }


# --- requests


def test_parameters_are_named_as_they_travel() -> None:
    parameters = {one["name"]: one for one in operation("ListThings")["parameters"]}
    assert list(parameters) == ["DomainName", "since", "name", "hidden", "contains", "next-token"]
    assert (parameters["DomainName"]["in"], parameters["DomainName"]["required"]) == ("path", True)
    assert (parameters["name"]["in"], parameters["name"]["required"]) == ("query", False)
    assert parameters["name"]["schema"]["type"] == "array"


def test_a_time_of_the_query_is_text() -> None:
    [since] = [one for one in operation("ListThings")["parameters"] if one["name"] == "since"]
    assert since["schema"] == {"type": "string", "format": "date-time"}


def test_the_body_has_the_members_that_travel_nowhere_else() -> None:
    body = SAMPLE["components"]["schemas"]["TryThingRequest"]
    assert "DomainName" not in body["properties"]
    assert body["properties"]["MaxParts"] == {"type": "integer", "minimum": 1}
    assert body["required"] == ["Object"]
    assert operation("DryRunThing")["requestBody"]["required"]


def test_an_operation_without_body_members_has_no_body() -> None:
    assert "requestBody" not in operation("ListThings")
    assert "ListThingsRequest" not in SAMPLE["components"]["schemas"]


def test_no_schema_has_a_null_or_a_default() -> None:
    text = json.dumps([DOCUMENT, SAMPLE])
    assert '"null"' not in text
    assert '"default": null' not in text


def test_patterns_are_such_as_json_schema_knows() -> None:
    assert operation("ListThings")["parameters"][0]["schema"]["pattern"] == "^[a-zA-Z0-9_-]+$"


def test_texts_name_members_as_they_are_on_the_wire() -> None:
    assert operation("DryRunThing")["description"] == "What to try. `MaxParts` is a member, and `parts` is none."


# --- answers


def test_an_answer_of_lines_has_another_content_type() -> None:
    assert list(operation("ExportThings")["responses"]["200"]["content"]) == ["application/x-ndjson"]
    assert "ExportThingsResponse" not in SAMPLE["components"]["schemas"]


def test_operations_are_told_in_words_and_by_noun() -> None:
    export = operation("ExportThings")
    assert (export["tags"], export["summary"], export["description"]) == (
        ["things"],
        "Export things",
        "Every thing is a line.",
    )


@pytest.fixture
def letters(server: RunningServer, client: CustomerProfilesClient, domain: str) -> tuple[Endpoint, DomainApi]:
    """A domain with a profile and two dead letters, one of which can be replayed."""
    api = DomainApi(client, domain)
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c1", "first": "Ann"})
    for name, customer in (("lead", "c2"), ("visit", "c3")):
        api.define(name, system(name, AllowProfileCreation=False))
        api.put(name, {"id": "1", "customer": customer, "first": "Bo"})
    api.define("lead", system("lead"))
    return Endpoint(server.url, "us-east-1", Credentials(server.access_key_id, server.secret_access_key)), api


def test_real_answers_are_as_the_document_says(letters: tuple[Endpoint, DomainApi]) -> None:
    endpoint, api = letters

    def checked(name: str, **members: Any) -> dict[str, Any]:
        row = EXTENSIONS[name]
        answer: dict[str, Any] = json.loads(call(endpoint, row, {"DomainName": api.domain, **members}))
        check_answer(row.method, row.path, row.status, answer)
        return answer

    checked("ExplainProfile", ProfileId=api.ids("customer", "c1")[0])
    checked("ListProfiles", MaxResults=1)
    checked("DryRunProfileObject", ObjectTypeName="crm", Object='{"id": "2", "customer": "c1", "first": "Anna"}')
    checked("ListDeadLetters", MaxResults=1)
    replayed = checked("ReplayDeadLetters")["Items"]
    assert ["Reason" in one for one in replayed] == [False, True]
    [left] = checked("ListDeadLetters")["Items"]
    checked("GetDeadLetter", DeadLetterId=left["DeadLetterId"])
    checked("DeleteDeadLetter", DeadLetterId=left["DeadLetterId"])


@pytest.mark.parametrize("error", [BadRequestException("It is wrong."), InvalidSignatureException("It is wrong.")])
def test_errors_are_as_the_document_says(error: BadRequestException | InvalidSignatureException) -> None:
    row = EXTENSIONS["ListDeadLetters"]
    check_answer(row.method, row.path, error.status, json.loads(encode_error(error)))


def test_an_answer_with_a_member_that_the_document_does_not_name_is_found() -> None:
    with pytest.raises(ValidationError):
        check_answer("GET", EXTENSIONS["ListDeadLetters"].path, 200, {"Items": [], "Elsewhere": 1})


def test_an_error_type_of_the_document_is_one_of_the_server() -> None:
    codes = DOCUMENT["components"]["responses"]["Error"]["headers"]["x-amzn-ErrorType"]["schema"]["enum"]
    assert {"BadRequestException", "RequestRefusedException", "UnrecognizedClientException"} < set(codes)
