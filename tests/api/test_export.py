"""`GET /-/domains/…/profiles` and `…/export`: all of a domain."""

import json
import socket
from pathlib import Path

import pytest

from tests.server.process import RunningServer, run_command, wait_until

from .calls import DomainApi
from .extensions import Extensions
from .mappings import system


@pytest.fixture
def own(server: RunningServer, api: DomainApi) -> Extensions:
    api.define("crm", system("crm"))
    return Extensions(server, api)


def fill(api: DomainApi, count: int) -> None:
    for first in range(0, count, 10):
        api.put_batch("crm", [{"id": str(n), "customer": f"c{n}", "first": "Ann"} for n in range(first, first + 10)])


# --- all profiles


def test_all_profiles_are_listed_oldest_first_page_by_page(own: Extensions, api: DomainApi) -> None:
    made = [api.create(FirstName=name) for name in ("Ann", "Bob", "Cid")]
    first = own.get("/profiles", max_results=2)
    rest = own.get("/profiles", max_results=2, next_token=first["NextToken"])
    assert [item["ProfileId"] for item in first["Items"] + rest["Items"]] == made
    assert "NextToken" not in rest


def test_a_listed_profile_is_as_a_search_shows_it(own: Extensions, api: DomainApi) -> None:
    ann = api.create(FirstName="Ann", Address={"City": "Rome"}, Attributes={"tier": "gold"})
    [item] = own.get("/profiles")["Items"]
    assert item == api.profile(ann)


def test_a_token_of_another_list_is_refused(own: Extensions, api: DomainApi) -> None:
    for name in ("Ann", "Bob"):
        api.create(FirstName=name)
    token = own.get("/profiles", max_results=1)["NextToken"]
    status, told = own.ask("GET", "/dead-letters", next_token=token)
    assert (status, "NextToken" in told["Message"]) == (400, True)


# --- the export


def test_an_export_has_a_line_for_each_profile_between_its_first_and_its_last(own: Extensions, api: DomainApi) -> None:
    fill(api, 120)
    head, *lines, end = own.lines("/export")
    assert head["Line"] == "Domain"
    assert [line["Line"] for line in lines] == ["Profile"] * 120
    assert len({line["Bundle"]["profile"]["id"] for line in lines}) == 120
    assert end == {"Line": "End", "Profiles": 120, "GoneProfiles": 0, "DeadLetters": 0}


def test_an_export_has_what_is_left_of_deleted_profiles_and_the_dead_letters(own: Extensions, api: DomainApi) -> None:
    api.delete(api.create(FirstName="Ann"))
    api.define("lead", system("lead", AllowProfileCreation=False))
    api.put("lead", {"id": "1", "customer": "nobody"})
    assert [line["Line"] for line in own.lines("/export")[1:-1]] == ["GoneProfile", "DeadLetter"]


def test_an_unknown_domain_is_not_found(own: Extensions) -> None:
    own.domain = "nobody"
    assert own.ask("GET", "/export")[0] == 404


def test_an_export_makes_the_domain_again_elsewhere(own: Extensions, api: DomainApi, tmp_path: Path) -> None:
    fill(api, 60)
    file = tmp_path / "export.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in own.lines("/export")))
    elsewhere = {"OPENPROFILES_DATA": str(tmp_path / "elsewhere")}

    told = run_command("import", str(file), **elsewhere)

    assert (told.returncode, told.stdout) == (0, f"Domain {api.domain} is there.\n")
    assert run_command("check", **elsewhere).stdout == "1 domains, 60 profiles: nothing is wrong.\n"
    again = run_command("import", str(file), **elsewhere)
    assert (again.returncode, again.stderr.splitlines()[-1]) == (
        1,
        f"openprofiles: Domain {api.domain} exists already.",
    )


def test_a_client_that_goes_away_ends_its_export(own: Extensions, api: DomainApi, server: RunningServer) -> None:
    fill(api, 120)
    target, headers = own.signed("GET", "/export")
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection = socket.create_connection(server.address)
    connection.sendall(f"GET {target} HTTP/1.1\r\nhost: {headers.get('Host', server.url[7:])}\r\n{head}\r\n".encode())
    connection.close()

    def ended() -> bool:
        return any(line.get("operation") == "ExportDomain" and line["status"] == 499 for line in server.log())

    wait_until(ended)
