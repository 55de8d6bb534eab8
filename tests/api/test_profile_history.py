"""The history of a profile: every change, newest first, who made it and what it was."""

import json
from typing import Any

import pytest

from .calls import NOBODY, DomainApi, missing, refused
from .mappings import system

ROOT = "arn:aws:iam::000000000000:"


def records(api: DomainApi, profile_id: str, **options: Any) -> list[dict[str, Any]]:
    answer = api.client.list_profile_history_records(DomainName=api.domain, ProfileId=profile_id, **options)
    return [dict(record) for record in answer["ProfileHistoryRecords"]]


def actions(api: DomainApi, profile_id: str, **options: Any) -> list[str]:
    return [record["ActionType"] for record in records(api, profile_id, **options)]


def content(api: DomainApi, profile_id: str, record: dict[str, Any]) -> Any:
    answer = api.client.get_profile_history_record(DomainName=api.domain, ProfileId=profile_id, Id=record["Id"])
    assert {name: answer[name] for name in record} == record  # type: ignore[literal-required]
    return json.loads(answer["Content"]) if "Content" in answer else None


@pytest.fixture
def ann(api: DomainApi) -> str:
    """A profile to which nearly everything has happened that can happen."""
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "ann", "first": "Ann"})
    ann = str(api.one("customer", "ann")["ProfileId"])
    api.update(ann, LastName="Lee")
    api.add_key(ann, "_account", "A-1")
    api.client.delete_profile_key(DomainName=api.domain, ProfileId=ann, KeyName="_account", Values=["A-1"])
    api.merge(ann, api.create(MiddleName="B."))
    return ann


def test_every_change_is_listed_newest_first(api: DomainApi, ann: str) -> None:
    assert actions(api, ann) == ["MERGED", "DELETED_PROFILE_KEY", "ADDED_PROFILE_KEY", "UPDATED", "INGESTED"]


def test_a_record_says_what_it_was_about_who_did_it_and_when(api: DomainApi, ann: str) -> None:
    *_, updated, ingested = records(api, ann)
    [stored] = api.listed(ann, "crm")
    assert (ingested["ObjectTypeName"], ingested["ProfileObjectUniqueKey"]) == ("crm", stored["ProfileObjectUniqueKey"])
    assert updated["ObjectTypeName"] == "_profile"
    assert "ProfileObjectUniqueKey" not in updated
    assert ingested["PerformedBy"] == updated["PerformedBy"]
    assert ingested["PerformedBy"].startswith("arn:aws:iam::000000000000:")
    assert ingested["CreatedAt"] <= updated["CreatedAt"] == updated["LastUpdatedAt"]


def test_a_record_holds_the_fields_that_changed(api: DomainApi, ann: str) -> None:
    merged, _, _, updated, ingested = records(api, ann)
    assert content(api, ann, ingested) == {"FirstName": "Ann"}
    assert content(api, ann, updated) == {"LastName": "Lee"}
    assert content(api, ann, merged) == {"MiddleName": "B."}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"ActionType": "UPDATED"}, ["UPDATED"]),
        ({"ActionType": "EXPIRED"}, []),
        ({"ObjectTypeName": "crm"}, ["INGESTED"]),
        ({"ObjectTypeName": "_profile", "ActionType": "MERGED"}, ["MERGED"]),
        ({"PerformedBy": "arn:aws:iam::000000000000:user/nobody"}, []),
    ],
    ids=str,
)
def test_records_are_filtered(api: DomainApi, ann: str, wanted: dict[str, Any], expected: list[str]) -> None:
    assert actions(api, ann, **wanted) == expected


def test_records_are_listed_by_who_made_the_change(api: DomainApi, ann: str) -> None:
    performer = records(api, ann)[0]["PerformedBy"]
    assert len(records(api, ann, PerformedBy=performer)) == 5


def test_records_come_page_by_page(api: DomainApi, ann: str) -> None:
    first = api.client.list_profile_history_records(DomainName=api.domain, ProfileId=ann, MaxResults=3)
    rest = api.client.list_profile_history_records(
        DomainName=api.domain, ProfileId=ann, MaxResults=3, NextToken=first["NextToken"]
    )
    shown = [record["ActionType"] for page in (first, rest) for record in page["ProfileHistoryRecords"]]
    assert shown == actions(api, ann)
    assert "NextToken" not in rest
    with refused("NextToken"):
        records(api, ann, NextToken=first["NextToken"], ActionType="UPDATED")


def test_of_a_profile_that_is_gone_the_changes_are_left_without_content(api: DomainApi, ann: str) -> None:
    api.delete(ann)
    listed = records(api, ann)
    assert listed[0]["ActionType"] == "DELETED_BY_CUSTOMER"
    assert [content(api, ann, record) for record in listed] == [None] * 6


def test_of_an_absorbed_profile_the_last_change_is_the_merge(api: DomainApi) -> None:
    main, absorbed = api.create(FirstName="Ann"), api.create(FirstName="Anna")
    api.merge(main, absorbed)
    assert actions(api, absorbed) == ["DELETED_BY_MERGE", "CREATED"]


def test_the_history_of_nobody_is_not_found(api: DomainApi) -> None:
    with missing(NOBODY):
        records(api, NOBODY)


def test_a_record_of_another_profile_is_not_found(api: DomainApi, ann: str) -> None:
    [record] = records(api, api.create(FirstName="Bob"))
    with missing(record["Id"]):
        content(api, ann, record)
