"""The program itself, as a client of a running server."""

import json
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.calls import DomainApi
from tests.api.mappings import system
from tests.server.process import RunningServer, run_command


@pytest.fixture
def api(client: CustomerProfilesClient, domain: str) -> DomainApi:
    """A domain with a profile and three dead letters."""
    api = DomainApi(client, domain)
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c1", "first": "Ann"})
    api.define("lead", system("lead", AllowProfileCreation=False))
    for number in "234":
        api.put("lead", {"id": number, "customer": f"c{number}"})
    return api


def environment(server: RunningServer) -> dict[str, str]:
    return {
        "OPENPROFILES_ENDPOINT_URL": server.url,
        "OPENPROFILES_ACCESS_KEY_ID": server.access_key_id,
        "OPENPROFILES_SECRET_ACCESS_KEY": server.secret_access_key,
    }


def printed(server: RunningServer, *arguments: str) -> dict[str, Any]:
    ended = run_command(*arguments, **environment(server))
    assert (ended.returncode, ended.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def test_a_profile_is_explained(server: RunningServer, api: DomainApi) -> None:
    [profile_id] = api.ids("customer", "c1")
    told = printed(server, "profiles", "explain", api.domain, profile_id)
    assert (told["ProfileId"], told["Fields"]["FirstName"]["Value"]) == (profile_id, "Ann")


def test_dead_letters_are_listed_page_by_page_and_all_at_once(server: RunningServer, api: DomainApi) -> None:
    listing = ("dead-letters", "list", api.domain, "--object-type-name", "lead")
    first = printed(server, *listing, "--max-results", "2")
    rest = printed(server, *listing, "--max-results", "2", "--next-token", first["NextToken"])
    whole = printed(server, *listing, "--max-results", "1", "--all")
    assert len(whole["Items"]) == 3
    assert whole == {"Items": [*first["Items"], *rest["Items"]]}


def test_named_dead_letters_are_replayed(server: RunningServer, api: DomainApi) -> None:
    [first, second, _] = printed(server, "dead-letters", "list", api.domain)["Items"]
    api.define("lead", system("lead"))
    named = [text for one in (first, second) for text in ("--dead-letter-ids", one["DeadLetterId"])]
    replayed = printed(server, "dead-letters", "replay", api.domain, *named)
    assert {one["DeadLetterId"] for one in replayed["Items"]} == {first["DeadLetterId"], second["DeadLetterId"]}
    assert len(printed(server, "dead-letters", "list", api.domain)["Items"]) == 1


def test_an_object_is_tried_with_a_mapping_from_a_file(server: RunningServer, api: DomainApi, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    definition = system("crm", AllowProfileCreation=False)
    mapping.write_text(json.dumps({name: definition[name] for name in ("Fields", "Keys", "AllowProfileCreation")}))
    given = ("--object-type-name", "crm", "--object", '{"id": "9", "customer": "c9"}', "--mapping", f"@{mapping}")
    assert printed(server, "profile-objects", "dry-run", api.domain, *given)["Outcome"] == "DEAD_LETTER"


def test_a_domain_is_exported_line_by_line(server: RunningServer, api: DomainApi) -> None:
    ended = run_command("domains", "export", api.domain, **environment(server))
    kinds = [json.loads(line)["Line"] for line in ended.stdout.splitlines()]
    assert kinds == ["Domain", "Profile", "DeadLetter", "DeadLetter", "DeadLetter", "End"]


def test_a_refusal_is_one_line_and_status_1(server: RunningServer) -> None:
    ended = run_command("dead-letters", "list", "no-such-domain", **environment(server))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("openprofiles: ResourceNotFoundException: ")
    assert ended.stderr.count("\n") == 1
    assert "no-such-domain" in ended.stderr


def test_a_key_that_the_server_does_not_know_is_refused(server: RunningServer) -> None:
    known = environment(server) | {"OPENPROFILES_ACCESS_KEY_ID": "AKIANOBODYNOBODYNOBO"}
    ended = run_command("dead-letters", "list", "shop", **known)
    assert ended.stderr.startswith("openprofiles: UnrecognizedClientException: ")


def test_a_call_is_signed_for_the_region_of_the_domain(server: RunningServer, api: DomainApi) -> None:
    elsewhere = run_command("dead-letters", "list", api.domain, "--region", "eu-central-1", **environment(server))
    assert elsewhere.stderr.startswith("openprofiles: ResourceNotFoundException: ")


def test_without_a_server_there_is_one_line(server: RunningServer) -> None:
    at_nobody = environment(server) | {"OPENPROFILES_ENDPOINT_URL": "http://127.0.0.1:1"}
    ended = run_command("dead-letters", "list", "shop", **at_nobody)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "openprofiles: No server answers at http://127.0.0.1:1: Connection refused.\n"


def test_credentials_come_from_the_data_directory(server: RunningServer, api: DomainApi, tmp_path: Path) -> None:
    keys = f"aws_access_key_id = {server.access_key_id}\naws_secret_access_key = {server.secret_access_key}\n"
    (tmp_path / "credentials").write_text(f"[default]\n{keys}")
    options = ("--data", str(tmp_path), "--endpoint-url", server.url)
    assert run_command("dead-letters", "list", api.domain, *options).returncode == 0


def test_without_credentials_there_is_one_line(tmp_path: Path) -> None:
    ended = run_command("dead-letters", "list", "shop", "--data", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"openprofiles: There is no {tmp_path}/credentials yet; `openprofiles serve` makes it.\n"


def test_the_server_is_the_one_that_the_environment_listens_on(server: RunningServer, api: DomainApi) -> None:
    host, port = server.address
    here = environment(server) | {"OPENPROFILES_ENDPOINT_URL": "", "OPENPROFILES_LISTEN": f"{host}:{port}"}
    assert run_command("dead-letters", "list", api.domain, **here).returncode == 0
