"""The records of an event stream: what is told of each change.

Sources: Export your unified customer profile data; what users have seen of its records.
"""

import base64
import re
from typing import Any

import pytest

from tests.server.process import RunningServer, wait_until

from .calls import DomainApi
from .mappings import orders, system
from .streams import Listener

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
EMPTY: dict[str, Any] = {"Address": {}, "ShippingAddress": {}, "MailingAddress": {}, "BillingAddress": {}}


@pytest.fixture
def listener(server: RunningServer, api: DomainApi) -> Listener:
    return Listener(server, api)


def test_the_record_of_a_profile_has_these_members_alone(listener: Listener) -> None:
    profile_id = listener.api.create(FirstName="Ann", Attributes={"tier": "gold"})
    [record] = listener.records()
    assert UUID.fullmatch(record.pop("EventId"))
    assert MOMENT.fullmatch(record.pop("EventTimestamp"))
    shown = {"ProfileId": profile_id, "FirstName": "Ann", "Attributes": {"tier": "gold"}, **EMPTY}
    assert record == {
        "SchemaVersion": 0,
        "EventType": "CREATED",
        "DomainName": listener.api.domain,
        "ObjectTypeName": "_profile",
        "Object": shown,
        "IsMessageRealTime": True,
    }


def test_the_record_of_an_object_has_these_members_alone(listener: Listener) -> None:
    source = {"id": "1", "customer": "c", "more": {"than": ["the", "mapping", 1.50, None]}}
    unique_key = listener.api.put("crm", source)
    _, record = listener.records()
    assert UUID.fullmatch(record.pop("EventId"))
    assert MOMENT.fullmatch(record.pop("EventTimestamp"))
    assert record == {
        "SchemaVersion": 0,
        "EventType": "CREATED",
        "DomainName": listener.api.domain,
        "ObjectTypeName": "crm",
        "AssociatedProfileId": listener.api.one("customer", "c")["ProfileId"],
        "ProfileObjectUniqueKey": unique_key,
        "Object": source,
        "IsMessageRealTime": True,
    }


def test_the_unique_key_of_a_record_is_that_of_32_bytes(listener: Listener) -> None:
    listener.api.put("crm", {"id": "1", "customer": "c"})
    assert len(base64.b64decode(listener.records()[1]["ProfileObjectUniqueKey"])) == 32


def test_an_object_that_makes_a_profile_gives_two_records(listener: Listener) -> None:
    listener.api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    assert listener.kinds() == [("CREATED", "_profile"), ("CREATED", "crm")]


def test_an_object_that_changes_a_profile_gives_two_records(listener: Listener) -> None:
    listener.api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    listener.api.put("crm", {"id": "1", "customer": "c", "first": "Anna"})
    listener.api.put("crm", {"id": "2", "customer": "c", "last": "Lee"})
    assert listener.kinds()[2:] == [
        ("UPDATED", "_profile"),
        ("UPDATED", "crm"),
        ("UPDATED", "_profile"),
        ("CREATED", "crm"),
    ]


def test_each_object_of_a_batch_is_told_of(listener: Listener) -> None:
    listener.api.put_batch(
        "crm", [{"id": str(number), "customer": f"c{number}"} for number in range(3)] + [{"id": "x"}]
    )
    told = [record["Object"]["id"] for record in listener.records() if record["ObjectTypeName"] == "crm"]
    assert told == ["0", "1", "2"]


def test_an_update_by_hand_is_told_of_with_the_whole_profile(listener: Listener) -> None:
    profile_id = listener.api.create(FirstName="Ann", Address={"City": "Rome"})
    listener.api.update(profile_id, LastName="Lee")
    record = listener.records()[-1]
    assert record["EventType"] == "UPDATED"
    assert record["Object"] == {**EMPTY, **listener.api.profile(profile_id)}


def test_a_merge_is_told_of_with_the_absorbed_profiles_whole(listener: Listener) -> None:
    main, other = listener.api.create(FirstName="Ann"), listener.api.create(LastName="Lee")
    listener.api.merge(main, other)
    record = listener.records()[-1]
    assert UUID.fullmatch(record.pop("EventId"))
    assert UUID.fullmatch(record.pop("MergeId"))
    assert MOMENT.fullmatch(record.pop("EventTimestamp"))
    assert record == {
        "SchemaVersion": 0,
        "EventType": "MERGED",
        "DomainName": listener.api.domain,
        "ObjectTypeName": "_profile",
        "Object": {"ProfileId": main, "FirstName": "Ann", "LastName": "Lee", **EMPTY},
        "DuplicateProfiles": [{"ProfileId": other, "LastName": "Lee", **EMPTY}],
        "IsMessageRealTime": True,
    }


def test_a_merge_of_many_is_one_record(listener: Listener) -> None:
    main, *others = (listener.api.create(FirstName=f"Ann{number}") for number in range(4))
    listener.api.merge(main, *others)
    merged = [record for record in listener.records() if record["EventType"] == "MERGED"]
    assert [sorted(one["ProfileId"] for one in record["DuplicateProfiles"]) for record in merged] == [sorted(others)]


def test_a_deletion_is_told_of_without_what_was_deleted(listener: Listener) -> None:
    profile_id = listener.api.create(FirstName="Ann")
    receipt = listener.read()["Receipt"]
    listener.api.delete(profile_id)
    [record] = listener.records(Receipt=receipt)
    assert (record["EventType"], record["ObjectTypeName"]) == ("DELETED", "_profile")
    assert record["Object"] == {"ProfileId": profile_id}


def test_a_deleted_object_is_told_of_by_its_key(listener: Listener) -> None:
    unique_key = listener.api.put("crm", {"id": "1", "customer": "c"})
    profile_id = listener.api.one("customer", "c")["ProfileId"]
    listener.api.client.delete_profile_object(
        DomainName=listener.api.domain,
        ObjectTypeName="crm",
        ProfileId=profile_id,
        ProfileObjectUniqueKey=unique_key,
    )
    record = listener.records()[-1]
    named = {"EventType": "DELETED", "AssociatedProfileId": profile_id, "ProfileObjectUniqueKey": unique_key}
    assert {name: record[name] for name in named} == named
    assert "Object" not in record


def test_the_objects_of_a_deleted_type_are_told_of_as_deleted(listener: Listener) -> None:
    listener.api.define("shop", system("shop"))
    listener.api.put("shop", {"id": "1", "customer": "c", "first": "Ann"})
    listener.api.forget("shop")
    wait_until(lambda: listener.kinds()[2:] != [], 5)  # the profile loses its name
    wait_until(lambda: ("DELETED", "shop") in listener.kinds(), 2)


def test_a_profile_that_a_deleted_type_changes_is_told_of(listener: Listener) -> None:
    listener.api.define("shop", system("shop"))
    listener.api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    listener.api.put("shop", {"id": "1", "customer": "c", "first": "Anna"})
    receipt = listener.read()["Receipt"]
    listener.api.forget("shop")
    wait_until(lambda: listener.records(Receipt=receipt) != [])
    record = next(one for one in listener.records() if one["ObjectTypeName"] == "_profile")
    assert (record["EventType"], record["Object"]["FirstName"]) == ("UPDATED", "Ann")


def test_an_object_that_newer_ones_push_out_is_told_of_as_deleted(listener: Listener) -> None:
    listener.api.define("shop", system("shop", MaxProfileObjectCount=1))
    first = listener.api.put("shop", {"id": "1", "customer": "c"})
    listener.api.put("shop", {"id": "2", "customer": "c"})
    deleted = [record for record in listener.records() if record["EventType"] == "DELETED"]
    assert [record["ProfileObjectUniqueKey"] for record in deleted] == [first]


def test_a_key_that_is_added_changes_no_record(listener: Listener) -> None:
    profile_id = listener.api.create(FirstName="Ann")
    listener.api.add_key(profile_id, "_account", "a1")
    assert listener.kinds() == [("CREATED", "_profile")]


def test_a_standard_object_is_told_of_by_the_object_that_made_it(listener: Listener) -> None:
    listener.api.define("orders", orders())
    listener.api.put("orders", {"email": "ann@example.com", "order": "1", "total": "9.90"})
    assert listener.kinds() == [("CREATED", "_profile"), ("CREATED", "orders")]


def test_a_refused_object_is_not_told_of(listener: Listener) -> None:
    listener.api.put_batch("crm", [{"customer": "c"}])
    assert listener.records() == []


def test_another_domain_is_not_told_of(listener: Listener) -> None:
    other = DomainApi(listener.api.client, f"{listener.api.domain[:50]}-other")
    listener.api.client.create_domain(DomainName=other.domain, DefaultExpirationDays=9)
    other.create(FirstName="Ann")
    assert listener.records() == []


def test_a_stream_hears_of_nothing_from_before_it(listener: Listener) -> None:
    listener.api.create(FirstName="Ann")
    listener.streams.create("later")
    listener.api.create(FirstName="Bob")
    assert [record["Object"]["FirstName"] for record in listener.read("later")["Records"]] == ["Bob"]


def test_a_stream_made_anew_hears_of_nothing_from_before_it(listener: Listener) -> None:
    listener.api.create(FirstName="Ann")
    listener.streams.delete("all")
    listener.streams.create("all")
    assert listener.records() == []
