"""`POST /-/domains/…/erase`: a customer goes, with everything that is known of them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import client_of
from tests.server.process import RunningServer, launch, run_command

from .calls import NOBODY, DomainApi, refused
from .extensions import Extensions
from .mappings import products, system

ANN = {"id": "1", "customer": "ann", "first": "Ann", "email": "ann@example.com"}


@pytest.fixture
def own(server: RunningServer, api: DomainApi) -> Extensions:
    """A domain with a system, and a type whose objects make no profiles."""
    api.define("crm", system("crm"))
    api.define("lead", system("lead", AllowProfileCreation=False))
    return Extensions(server, api)


def erase(own: Extensions, name: str, value: str, **members: Any) -> dict[str, Any]:
    return own.post("/erase", KeyName=name, Value=value, **members)


def test_nothing_is_found_any_more(own: Extensions, api: DomainApi) -> None:
    api.put("crm", ANN)
    api.put("crm", {**ANN, "id": "2", "customer": "bob", "email": "bob@example.com"})
    erase(own, "_email", "ann@example.com")
    assert api.search("customer", "ann") == api.search("_email", "ann@example.com") == []
    assert len(api.search("customer", "bob")) == 1
    assert (api.stats()["ProfileCount"], api.stats()["ObjectCount"]) == (1, 1)


def test_the_receipt_tells_what_there_was(own: Extensions, api: DomainApi) -> None:
    api.define("product", products())
    api.put("crm", ANN)
    api.put("product", {"email": "ann@example.com", "serial": "S1", "name": "Saw"})
    ann = api.one("_email", "ann@example.com")["ProfileId"]
    receipt = erase(own, "_email", " Ann@Example.com")
    assert receipt["ProfileIds"] == [ann]
    assert (receipt["Objects"], receipt["StandardObjects"], receipt["HistoryRecords"]) == (2, 1, 3)
    assert receipt["DomainName"] == api.domain
    assert receipt["ErasedBy"].endswith(own.server.access_key_id)
    assert receipt["IsComplete"]


def test_the_history_goes_too(own: Extensions, api: DomainApi) -> None:
    ann = api.create(FirstName="Ann", EmailAddress="ann@example.com")
    erase(own, "_profileId", ann)
    lines = own.lines("/export")
    assert [line["Line"] for line in lines] == ["Domain", "End"]


def test_what_was_merged_goes_too(own: Extensions, api: DomainApi) -> None:
    ann = api.create(FirstName="Ann", EmailAddress="ann@example.com")
    api.merge(ann, api.create(FirstName="Anna", EmailAddress="anna@example.com"))
    erase(own, "_email", "anna@example.com")
    assert [line["Line"] for line in own.lines("/export")] == ["Domain", "End"]


def test_what_is_left_of_a_deleted_profile_goes_too(own: Extensions, api: DomainApi) -> None:
    ann = api.create(FirstName="Ann")
    api.delete(ann)
    assert erase(own, "_profileId", ann)["HistoryRecords"] == 2
    assert [line["Line"] for line in own.lines("/export")] == ["Domain", "End"]


def test_dead_letters_of_the_customer_go_and_those_of_others_stay(own: Extensions, api: DomainApi) -> None:
    for customer in ("ann", "bob"):
        api.put("lead", {"id": customer, "customer": customer})
    api.put("crm", ANN)
    assert erase(own, "customer", "ann")["DeadLetters"] == 1
    [left] = own.get("/dead-letters")["Items"]
    assert json.loads(own.get(f"/dead-letters/{left['DeadLetterId']}")["Object"])["customer"] == "bob"


def test_a_customer_of_whom_there_are_only_dead_letters_is_erased(own: Extensions, api: DomainApi) -> None:
    api.put("lead", {"id": "1", "customer": "ann"})
    receipt = erase(own, "customer", "ann")
    assert (receipt["ProfileIds"], receipt["DeadLetters"]) == ([], 1)


def test_a_value_that_several_profiles_have_names_nobody(own: Extensions, api: DomainApi) -> None:
    for name in ("Ann", "Bob"):
        api.create(FirstName=name, PhoneNumber="+4915112345678")
    status, told = own.ask("POST", "/erase", {"KeyName": "_phone", "Value": "+4915112345678"})
    assert (status, "several profiles" in told["Message"]) == (400, True)
    assert api.stats()["ProfileCount"] == 2


def test_all_profiles_of_a_value_are_erased_where_that_is_meant(own: Extensions, api: DomainApi) -> None:
    for name in ("Ann", "Bob"):
        api.create(FirstName=name, PhoneNumber="+4915112345678")
    assert len(erase(own, "_phone", "+4915112345678", AllProfiles=True)["ProfileIds"]) == 2
    assert api.stats()["ProfileCount"] == 0


def test_a_value_that_nobody_has_erases_nothing(own: Extensions) -> None:
    receipt = erase(own, "_profileId", NOBODY)
    assert (receipt["ProfileIds"], receipt["Keys"]) == ([], 0)


def test_an_unknown_key_is_refused(own: Extensions) -> None:
    assert own.ask("POST", "/erase", {"KeyName": "none", "Value": "x"})[0] == 400


def test_a_profile_that_was_merged_is_erased_by_the_one_that_absorbed_it(own: Extensions, api: DomainApi) -> None:
    ann, anna = api.create(FirstName="Ann"), api.create(FirstName="Anna")
    api.merge(ann, anna)
    status, told = own.ask("POST", "/erase", {"KeyName": "_profileId", "Value": anna})
    assert (status, "merged into another" in told["Message"]) == (400, True)
    assert api.profile(ann)["FirstName"] == "Ann"


# --- not again


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that refuses objects of erased customers."""
    running = launch(tmp_path, ("--refuse-erased",))
    yield running
    assert running.stop() == 0


@pytest.fixture
def strict_api(strict: RunningServer) -> Iterator[DomainApi]:
    """A domain in which Ann was erased."""
    with closing(client_of(strict)) as client:
        client.create_domain(DomainName="strict", DefaultExpirationDays=366)
        api = DomainApi(client, "strict")
        api.define("crm", system("crm"))
        api.put("crm", ANN)
        erase(Extensions(strict, api), "customer", "ann")
        yield api


def test_an_object_of_an_erased_customer_is_refused(strict_api: DomainApi) -> None:
    with refused("erased", "customer"):
        strict_api.put("crm", {**ANN, "id": "new"})
    assert strict_api.stats()["ObjectCount"] == 0


def test_an_object_that_gives_an_erased_address_to_its_profile_is_refused(strict_api: DomainApi) -> None:
    with refused("erased", "_email"):
        strict_api.put("crm", {**ANN, "id": "new", "customer": "somebody else"})


def test_an_object_of_a_namesake_is_taken(strict_api: DomainApi) -> None:
    strict_api.put("crm", {"id": "2", "customer": "another ann", "first": "Ann", "email": "ann@other.example"})
    assert strict_api.one("customer", "another ann")["FirstName"] == "Ann"


def test_only_salted_hashes_are_kept_of_an_erased_customer(strict: RunningServer, strict_api: DomainApi) -> None:
    del strict_api
    with closing(sqlite3.connect(strict.data / "openprofiles.sqlite3")) as store:
        kept = store.execute("SELECT * FROM erased_key").fetchall()
        [count] = store.execute("SELECT count(*) FROM profile").fetchone()
    assert count == 0
    assert {row[2] for row in kept} == {"strict"}
    assert all(isinstance(row[3], bytes) and len(row[3]) == 16 for row in kept)


def test_a_file_with_an_erased_customer_is_loaded_without_them(
    strict: RunningServer, strict_api: DomainApi, tmp_path: Path
) -> None:
    file = tmp_path / "people.ndjson"
    bob = {"id": "2", "customer": "bob", "first": "Bob", "email": "bob@example.com"}
    file.write_text("".join(json.dumps(one) + "\n" for one in (ANN, bob)))
    told = run_command(
        "load", str(file), "--domain", "strict", "--type", "crm", "--refuse-erased", **strict.environment
    )
    assert told.stdout.startswith("1 objects loaded, 1 rejected.")
    assert strict_api.search("customer", "ann") == []


def test_an_export_from_before_is_imported_without_the_erased_customer(
    strict: RunningServer, strict_api: DomainApi, tmp_path: Path
) -> None:
    own = Extensions(strict, strict_api)
    strict_api.define("lead", system("lead", AllowProfileCreation=False))
    strict_api.put("lead", {"id": "bob", "customer": "bob"})
    strict_api.put("crm", {**ANN, "id": "3", "customer": "cid", "email": "cid@example.com"})
    file = tmp_path / "before.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in own.lines("/export")))
    for customer in ("bob", "cid"):
        erase(own, "customer", customer)
    strict_api.client.delete_domain(DomainName="strict")

    told = run_command("import", str(file), "--refuse-erased", **strict.environment)

    assert told.stdout.splitlines() == [
        "Domain strict is there.",
        "2 profiles and dead letters of erased customers were left out.",
    ]
    assert strict_api.search("customer", "cid") == []
