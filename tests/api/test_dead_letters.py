"""`/-/domains/…/dead-letters`: why an accepted object is in no profile, and another try once that is mended."""

import json
from typing import Any

import pytest

from tests.server.process import RunningServer

from .calls import NOBODY, DomainApi
from .extensions import Extensions
from .mappings import system

LETTERS = "/dead-letters"


@pytest.fixture
def own(server: RunningServer, api: DomainApi) -> Extensions:
    """A domain with two types that may make no profile, and three objects that fit none."""
    for name in ("lead", "visit"):
        api.define(name, system(name, AllowProfileCreation=False))
    for name, number in (("lead", "1"), ("visit", "2"), ("lead", "3")):
        api.put(name, {"id": number, "customer": f"c{number}", "first": "Ann"})
    return Extensions(server, api)


def letters(own: Extensions, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = own.get(LETTERS, **query)["Items"]
    return items


def test_a_dead_letter_says_which_object_it_is_and_why(own: Extensions, api: DomainApi) -> None:
    [first, _, _] = letters(own)
    key = api.put("lead", {"id": "1", "customer": "c1", "first": "Ann"})
    assert (first["ObjectTypeName"], first["ProfileObjectUniqueKey"]) == ("lead", key)
    assert first["Code"] == "NoMatchingProfile"
    assert "does not allow profile creation" in first["Reason"]
    assert first["CreatedAt"] > 1_700_000_000


def test_a_dead_letter_is_read_with_its_object(own: Extensions) -> None:
    [first, _, _] = letters(own)
    read = own.get(f"{LETTERS}/{first['DeadLetterId']}")
    assert json.loads(read.pop("Object")) == {"id": "1", "customer": "c1", "first": "Ann"}
    assert read == first


def test_dead_letters_are_listed_oldest_first_page_by_page(own: Extensions) -> None:
    first = own.get(LETTERS, max_results=2)
    rest = own.get(LETTERS, max_results=2, next_token=first["NextToken"])
    assert [item["ObjectTypeName"] for item in [*first["Items"], *rest["Items"]]] == ["lead", "visit", "lead"]
    assert "NextToken" not in rest


def test_dead_letters_of_one_type_are_listed(own: Extensions) -> None:
    assert [item["ObjectTypeName"] for item in letters(own, object_type_name="visit")] == ["visit"]


def test_a_dead_letter_is_replayed_once_the_mapping_is_mended(own: Extensions, api: DomainApi) -> None:
    [first, *_] = letters(own)
    api.define("lead", system("lead"))

    replayed = own.post(f"{LETTERS}/replay", DeadLetterIds=[first["DeadLetterId"]])

    assert replayed["Items"] == [{"DeadLetterId": first["DeadLetterId"]}]
    assert api.one("customer", "c1")["FirstName"] == "Ann"
    assert len(letters(own)) == 2


def test_all_dead_letters_are_replayed_and_those_that_are_refused_again_stay(own: Extensions, api: DomainApi) -> None:
    api.define("lead", system("lead"))
    before = letters(own)

    replayed = own.post(f"{LETTERS}/replay")["Items"]

    assert [item["DeadLetterId"] for item in replayed] == [letter["DeadLetterId"] for letter in before]
    assert ["Reason" in item for item in replayed] == [False, True, False]
    assert letters(own) == [before[1]]
    assert api.stats()["ObjectCount"] == 2


def test_a_dead_letter_that_a_new_mapping_refuses_stays_with_the_new_reason(own: Extensions, api: DomainApi) -> None:
    fields = system("lead")["Fields"] | {"id": {"Source": "_source.number"}}
    api.define("lead", {**system("lead"), "Fields": fields})
    own.post(f"{LETTERS}/replay", ObjectTypeName="lead")
    [first, _, _] = letters(own)
    assert (first["Code"], first["Reason"]) == (
        "BadRequestException",
        "Every field of the UNIQUE key leadId is empty.",
    )


def test_dead_letters_of_one_type_are_replayed(own: Extensions, api: DomainApi) -> None:
    for name in ("lead", "visit"):
        api.define(name, system(name))
    assert len(own.post(f"{LETTERS}/replay", ObjectTypeName="visit")["Items"]) == 1
    assert {letter["ObjectTypeName"] for letter in letters(own)} == {"lead"}


def test_a_dead_letter_can_be_deleted(own: Extensions) -> None:
    [first, *rest] = letters(own)
    assert own.delete(f"{LETTERS}/{first['DeadLetterId']}") == {"Message": "Dead Letter Deleted"}
    assert letters(own) == rest


@pytest.mark.parametrize(("method", "path"), [("GET", NOBODY), ("DELETE", NOBODY)])
def test_a_dead_letter_that_is_not_there_is_not_found(own: Extensions, method: str, path: str) -> None:
    status, answer = own.ask(method, f"{LETTERS}/{path}")
    assert (status, NOBODY in answer["Message"]) == (404, True)


def test_a_replay_that_names_an_unknown_one_changes_nothing(own: Extensions, api: DomainApi) -> None:
    api.define("lead", system("lead"))
    [first, *_] = letters(own)
    status, _ = own.ask("POST", f"{LETTERS}/replay", {"DeadLetterIds": [first["DeadLetterId"], NOBODY]})
    assert (status, len(letters(own))) == (404, 3)
    assert api.stats()["ObjectCount"] == 0


def test_the_dead_letters_of_a_deleted_type_go_with_it(own: Extensions, api: DomainApi) -> None:
    api.forget("lead")
    assert [letter["ObjectTypeName"] for letter in letters(own)] == ["visit"]


def test_a_replay_does_not_put_an_old_object_over_a_newer_one(own: Extensions, api: DomainApi) -> None:
    [first, *_] = letters(own)
    api.define("crm", system("crm"))
    api.put("crm", {"id": "9", "customer": "c1"})
    api.put("lead", {"id": "1", "customer": "c1", "first": "New"})
    [replayed] = own.post(f"{LETTERS}/replay", DeadLetterIds=[first["DeadLetterId"]])["Items"]
    assert "newer object" in replayed["Reason"]
    assert api.one("customer", "c1")["FirstName"] == "New"
