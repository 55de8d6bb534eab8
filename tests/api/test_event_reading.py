"""`POST /-/domains/…/event-streams/…/read`: clients read a stream and acknowledge by receipts; its signing secret."""

import base64

import pytest

from tests.server.process import RunningServer

from .attributes import Answer
from .calls import DomainApi
from .streams import KINESIS, Listener


@pytest.fixture
def listener(server: RunningServer, api: DomainApi) -> Listener:
    return Listener(server, api)


def test_where_nothing_has_happened_there_are_no_records_and_no_receipt(listener: Listener) -> None:
    assert listener.read() == {"Records": []}


def test_what_is_not_acknowledged_is_told_again_with_the_same_id(listener: Listener) -> None:
    listener.api.create(FirstName="Ann")
    first, again = listener.records(), listener.records()
    assert (first, len(first)) == (again, 1)


def test_what_is_acknowledged_is_not_told_again(listener: Listener) -> None:
    listener.api.create(FirstName="Ann")
    answer = listener.read()
    listener.api.create(FirstName="Bob")
    names = [record["Object"]["FirstName"] for record in listener.records(Receipt=answer["Receipt"])]
    assert (names, [record["Object"]["FirstName"] for record in listener.records()]) == (["Bob"], ["Bob"])


def test_a_receipt_may_come_twice(listener: Listener) -> None:
    listener.api.create(FirstName="Ann")
    receipt = listener.read()["Receipt"]
    listener.api.create(FirstName="Bob")
    listener.read(Receipt=receipt)
    assert len(listener.records(Receipt=receipt)) == 1


def test_streams_are_acknowledged_apart(listener: Listener) -> None:
    listener.streams.create("second")
    listener.api.create(FirstName="Ann")
    listener.read(Receipt=listener.read()["Receipt"])
    assert (listener.records(), len(listener.read("second")["Records"])) == ([], 1)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_page_by_page_each_record_comes_once_and_in_order(listener: Listener, size: int) -> None:
    profile_id = listener.api.create(FirstName="Ann0")
    for number in range(1, 6):
        listener.api.update(profile_id, FirstName=f"Ann{number}")
    assert names_by_pages(listener, size) == [f"Ann{number}" for number in range(6)]


def names_by_pages(listener: Listener, size: int) -> list[str]:
    answer = listener.read(MaxResults=size)
    names: list[str] = []
    while answer["Records"]:
        assert len(answer["Records"]) <= size
        names += [record["Object"]["FirstName"] for record in answer["Records"]]
        answer = listener.read(MaxResults=size, Receipt=answer["Receipt"])
    return names


def test_records_of_many_profiles_come_in_the_order_of_each(listener: Listener) -> None:
    ids = [listener.api.create(FirstName="Ann0") for _ in range(5)]
    for number in range(1, 4):
        for profile_id in ids:
            listener.api.update(profile_id, FirstName=f"Ann{number}")
    told = [(record["Object"]["ProfileId"], record["Object"]["FirstName"]) for record in all_records(listener, 3)]
    of_each = [[name for profile, name in told if profile == one] for one in ids]
    assert of_each == [["Ann0", "Ann1", "Ann2", "Ann3"]] * 5


def all_records(listener: Listener, size: int) -> list[Answer]:
    answer = listener.read(MaxResults=size)
    records: list[Answer] = []
    while answer["Records"]:
        records += answer["Records"]
        answer = listener.read(MaxResults=size, Receipt=answer["Receipt"])
    return records


REFUSED: dict[str, tuple[str, Answer, int, str]] = {
    "no record": ("all", {"MaxResults": 0}, 400, "maxResults"),
    "too many records": ("all", {"MaxResults": 1001}, 400, "maxResults"),
    "a receipt of somebody else": ("all", {"Receipt": "bm9uZQ=="}, 400, "Receipt"),
    "a receipt that is no text": ("all", {"Receipt": 7}, 400, "receipt"),
    "an unknown stream": ("other", {}, 404, "other"),
    "a stream that is sent": ("kinesis", {}, 400, "pull:"),
}


@pytest.mark.parametrize(("name", "members", "status", "word"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_read_is_refused_with_the_reason(
    listener: Listener, name: str, members: Answer, status: int, word: str
) -> None:
    listener.streams.create("kinesis", KINESIS)
    answered, told = listener.extensions.ask("POST", f"/event-streams/{name}/read", members)
    assert (answered, word in told["Message"]) == (status, True)


# --- secrets


def test_each_stream_has_a_signing_secret_of_its_own(listener: Listener) -> None:
    listener.streams.create("second")
    secrets = [listener.extensions.get(f"/event-streams/{name}/signing-secret")["Secret"] for name in ("all", "second")]
    assert [len(base64.b64decode(one.removeprefix("whsec_"))) for one in secrets] == [32, 32]
    assert secrets[0] != secrets[1]


def test_a_stream_made_anew_has_another_signing_secret(listener: Listener) -> None:
    before = listener.extensions.get("/event-streams/all/signing-secret")
    listener.streams.delete("all")
    listener.streams.create("all")
    assert listener.extensions.get("/event-streams/all/signing-secret") != before


def test_an_unknown_stream_has_no_signing_secret(listener: Listener) -> None:
    assert listener.extensions.ask("GET", "/event-streams/other/signing-secret")[0] == 404
