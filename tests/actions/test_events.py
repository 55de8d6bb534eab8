"""What those are told who listen to a domain, and in which order."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from openprofiles.actions.records import DAY
from openprofiles.delivery.events import purge_step
from openprofiles.errors import ApiError, BadRequestException
from openprofiles.settings import Quotas
from openprofiles.storage import event_streams
from tests.api.mappings import system

from .shop import Shop

Record = dict[str, Any]

KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/changes"


@pytest.fixture
def listened(shop: Shop) -> Shop:
    """A domain with a stream that clients read, which hears of deletions too, and with an object type."""
    shop.define("crm", system("crm"))
    shop.run("CreateEventStream", EventStreamName="all", Uri="pull:")
    return shop


def told(shop: Shop, name: str = "all", **members: Any) -> list[Record]:
    """What the stream holds, without acknowledging it."""
    answer = shop.run("ReadEventStream", EventStreamName=name, MaxResults=1000, **members)
    return [json.loads(bytes(record)) for record in answer.records]


def kinds(records: list[Record]) -> list[tuple[str, str]]:
    return [(record["EventType"], record["ObjectTypeName"]) for record in records]


def test_nothing_is_written_where_nobody_listens(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    shop.put("crm", id="1", customer="c1", first="Ann")
    assert shop.rows("event") == []


def test_an_object_that_makes_a_profile_gives_two_records(listened: Shop) -> None:
    unique_key = listened.put("crm", id="1", customer="c1", first="Ann")
    of_profile, of_object = told(listened)
    profile_id = listened.one("customer", "c1")
    assert of_profile["Object"]["ProfileId"] == profile_id
    assert of_profile["Object"]["FirstName"] == "Ann"
    assert of_object["Object"] == {"id": "1", "customer": "c1", "first": "Ann"}
    assert of_object["AssociatedProfileId"] == profile_id
    assert of_object["ProfileObjectUniqueKey"] == unique_key
    assert kinds([of_profile, of_object]) == [("CREATED", "_profile"), ("CREATED", "crm")]


def test_an_object_that_changes_a_profile_gives_two_records(listened: Shop) -> None:
    listened.put("crm", id="1", customer="c1", first="Ann")
    listened.put("crm", id="1", customer="c1", first="Anna")
    assert kinds(told(listened))[2:] == [("UPDATED", "_profile"), ("UPDATED", "crm")]


def test_an_object_that_changes_no_field_gives_one_record(listened: Shop) -> None:
    listened.put("crm", id="1", customer="c1", first="Ann")
    listened.put("crm", id="1", customer="c1", first="Ann", note="other")
    assert kinds(told(listened))[2:] == [("UPDATED", "crm")]


def test_each_change_shows_the_profile_as_it_was_then(listened: Shop) -> None:
    listened.put_many("crm", [{"id": str(n), "customer": "c1", "first": f"Ann{n}"} for n in range(5)])
    shown = [record["Object"]["FirstName"] for record in told(listened) if record["ObjectTypeName"] == "_profile"]
    assert shown == ["Ann0", "Ann1", "Ann2", "Ann3", "Ann4"]


def test_a_refused_object_gives_none(listened: Shop) -> None:
    with pytest.raises(ApiError):
        listened.put("crm", first="nobody")
    assert told(listened) == []


def test_an_edit_by_hand_gives_one_record(listened: Shop) -> None:
    profile_id = listened.create(FirstName="Ann")
    listened.update(profile_id, FirstName="Anna")
    assert kinds(told(listened)) == [("CREATED", "_profile"), ("UPDATED", "_profile")]


def test_an_edit_that_changes_nothing_gives_none(listened: Shop) -> None:
    profile_id = listened.create(FirstName="Ann")
    listened.update(profile_id, FirstName="Ann")
    assert kinds(told(listened)) == [("CREATED", "_profile")]


def test_empty_addresses_are_shown_as_empty_objects(listened: Shop) -> None:
    listened.create(FirstName="Ann", Address={"City": "Rome"})
    [record] = told(listened)
    addresses = [record["Object"][name] for name in ("Address", "ShippingAddress", "MailingAddress", "BillingAddress")]
    assert addresses == [{"City": "Rome"}, {}, {}, {}]


def test_a_merge_shows_the_profile_that_stays_and_those_that_it_absorbed(listened: Shop) -> None:
    main, other = listened.create(FirstName="Ann"), listened.create(LastName="Lee")
    listened.merge(main, other)
    record = told(listened)[-1]
    assert (record["EventType"], record["ObjectTypeName"]) == ("MERGED", "_profile")
    assert (record["Object"]["FirstName"], record["Object"]["LastName"]) == ("Ann", "Lee")
    assert [body["ProfileId"] for body in record["DuplicateProfiles"]] == [other]
    assert record["DuplicateProfiles"][0]["LastName"] == "Lee"
    assert len(record["MergeId"].split("-")) == 5


def test_a_deleted_object_is_told_of(listened: Shop) -> None:
    unique_key = listened.put("crm", id="1", customer="c1", first="Ann")
    profile_id = listened.one("customer", "c1")
    listened.remove("crm", profile_id, unique_key)
    record = told(listened)[-1]
    assert record["EventType"] == "DELETED"
    assert (record["AssociatedProfileId"], record["ProfileObjectUniqueKey"]) == (profile_id, unique_key)
    assert "Object" not in record


def test_of_a_deleted_profile_only_its_id_is_told(listened: Shop) -> None:
    profile_id = listened.create(FirstName="Ann")
    listened.delete(profile_id)
    [record] = told(listened)
    assert (record["EventType"], record["ObjectTypeName"]) == ("DELETED", "_profile")
    assert record["Object"] == {"ProfileId": profile_id}


def test_nothing_of_what_a_deleted_profile_had_absorbed_is_told_any_more(listened: Shop) -> None:
    main, other = listened.create(FirstName="Ann"), listened.create(LastName="Secret")
    listened.merge(main, other)
    listened.delete(main)
    assert "Secret" not in json.dumps(told(listened))


def test_a_profile_that_has_expired_is_told_of_as_deleted(listened: Shop) -> None:
    listened.put("crm", id="1", customer="c1", first="Ann")
    former = listened.one("customer", "c1")
    listened.now += 400 * DAY
    listened.put("crm", id="2", customer="c1", first="Ann")
    deleted = [record for record in told(listened) if record["EventType"] == "DELETED"]
    assert [record["Object"]["ProfileId"] for record in deleted] == [former]


def test_an_object_of_several_lines_is_told_of_in_one(listened: Shop) -> None:
    listened.run("PutProfileObject", ObjectTypeName="crm", Object='{\n  "id": "1",\r\n  "customer": "a\\nb"\n}')
    answer = listened.run("ReadEventStream", EventStreamName="all")
    assert all(b"\n" not in bytes(record) and b"\r" not in bytes(record) for record in answer.records)
    assert json.loads(bytes(answer.records[-1]))["Object"] == {"id": "1", "customer": "a\nb"}


def test_a_stream_of_kinesis_hears_of_no_deletion(shop: Shop) -> None:
    shop.run("CreateEventStream", EventStreamName="kinesis", Uri=KINESIS)
    shop.delete(shop.create(FirstName="Ann"))
    assert shop.rows("event") == []


def test_each_stream_is_told_with_the_same_event_id(listened: Shop) -> None:
    listened.run("CreateEventStream", EventStreamName="second", Uri="pull:")
    listened.create(FirstName="Ann")
    first, second = told(listened), told(listened, "second")
    assert first == second
    assert len(first) == 1


def test_times_and_ids_have_the_form_that_users_have_seen(listened: Shop) -> None:
    listened.create(FirstName="Ann")
    [record] = told(listened)
    assert record["EventTimestamp"].endswith("Z")
    assert len(record["EventTimestamp"]) == len("2026-01-01T00:00:00.000Z")
    assert len(record["EventId"].split("-")) == 5
    assert (record["SchemaVersion"], record["IsMessageRealTime"]) == (0, True)
    assert record["DomainName"] == listened.domain
    assert "AssociatedProfileId" not in record


# --- reading and acknowledging


def test_what_is_acknowledged_is_not_told_again(listened: Shop) -> None:
    listened.create(FirstName="Ann")
    answer = listened.run("ReadEventStream", EventStreamName="all")
    listened.create(FirstName="Bob")
    names = [record["Object"]["FirstName"] for record in told(listened, Receipt=answer.receipt)]
    assert names == ["Bob"]


def test_what_is_not_acknowledged_is_told_again(listened: Shop) -> None:
    listened.create(FirstName="Ann")
    assert told(listened) == told(listened) != []


@pytest.mark.parametrize("receipt", ["x", "eyJ9", "W1siQUFBQSIsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OTldXQ=="])
def test_a_receipt_that_is_none_is_refused(listened: Shop, receipt: str) -> None:
    with pytest.raises(BadRequestException, match="Receipt"):
        told(listened, Receipt=receipt)


# --- the life of a stream


def test_a_deleted_stream_is_told_of_nothing_and_leaves_nothing(listened: Shop) -> None:
    listened.create(FirstName="Ann")
    listened.run("DeleteEventStream", EventStreamName="all")
    listened.create(FirstName="Bob")
    purge(listened)
    assert listened.rows("event") == []
    assert listened.rows("event_stream") == []


def test_a_stream_made_anew_does_not_hear_of_before(listened: Shop) -> None:
    listened.create(FirstName="Ann")
    listened.run("DeleteEventStream", EventStreamName="all")
    listened.run("CreateEventStream", EventStreamName="all", Uri="pull:")
    assert told(listened) == []


def test_a_stream_that_no_client_reads_is_stopped(listened: Shop) -> None:
    listened.create(FirstName="Ann")
    waits_until = listened.row("event_stream")["waits_until"]
    purge(listened, waits_until + 1)
    answer = listened.run("GetEventStream", EventStreamName="all")
    assert (answer.state, answer.stopped_since) == ("STOPPED", (waits_until + 1) / 1000)
    assert listened.rows("event") == []


def test_a_stopped_stream_does_not_stand_in_the_way_of_others(listened: Shop) -> None:
    listened.quotas = Quotas(event_streams=1)
    purge(listened, listened.row("event_stream")["waits_until"] + 1)
    listened.run("CreateEventStream", EventStreamName="second", Uri="pull:")
    assert told(listened, "second") == []


def test_a_server_that_starts_waits_for_readers_again(listened: Shop) -> None:
    waits_until = listened.row("event_stream")["waits_until"]
    later = waits_until + event_streams.WAITS_FOR_READER
    listened.database.write(lambda tx: event_streams.wait_for_readers(tx, later)).result(5)
    purge(listened, waits_until + 1)
    assert listened.run("GetEventStream", EventStreamName="all").state == "RUNNING"


def test_nothing_is_written_for_a_stopped_stream(listened: Shop) -> None:
    purge(listened, listened.row("event_stream")["waits_until"] + 1)
    listened.create(FirstName="Ann")
    assert listened.rows("event") == []


def purge(shop: Shop, wall: int = 0) -> None:
    shop.now += 20 * 60 * 1000
    step: Callable[[], bool] = lambda: shop.database.write(lambda tx: purge_step(tx, shop.now, wall)).result(5)  # noqa: E731
    while step():
        pass
