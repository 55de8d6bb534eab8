"""BatchPutProfileObject: up to ten objects, each with an answer of its own."""

from typing import Any

import pytest

from .calls import DomainApi, missing, refused
from .mappings import system


def crm(api: DomainApi, **options: Any) -> None:
    api.define("crm", system("crm", **options))


def test_each_item_is_answered_by_its_id(api: DomainApi) -> None:
    crm(api)
    answer = api.put_batch("crm", [{"id": str(number), "customer": "c"} for number in range(10)])
    assert sorted(item["Id"] for item in answer["Successful"]) == [f"i{number}" for number in range(10)]
    assert answer.get("Failed", []) == []


def test_an_item_is_answered_with_the_key_of_a_single_put(api: DomainApi) -> None:
    crm(api)
    [item] = api.put_batch("crm", [{"id": "1", "customer": "c"}])["Successful"]
    assert item["ProfileObjectUniqueKey"] == api.put("crm", {"id": "1", "customer": "c"})


def test_all_objects_are_stored(api: DomainApi) -> None:
    crm(api)
    api.put_batch("crm", [{"id": str(number), "customer": "c"} for number in range(10)])
    profile_id = api.one("customer", "c")["ProfileId"]
    assert sorted(value["id"] for value in api.objects(profile_id, "crm")) == [str(number) for number in range(10)]


BAD_ITEMS = {
    "not JSON": "{",
    "not an object": "[1]",
    "empty UNIQUE key": '{"customer": "c"}',
    "empty PROFILE key": '{"id": "2"}',
}


@pytest.mark.parametrize("bad", BAD_ITEMS.values(), ids=BAD_ITEMS.keys())
def test_a_bad_item_fails_alone(api: DomainApi, bad: str) -> None:
    crm(api)
    answer = api.put_batch("crm", [{"id": "1", "customer": "a"}, bad, {"id": "3", "customer": "b"}])
    assert [item["Id"] for item in answer["Successful"]] == ["i0", "i2"]
    [failed] = answer["Failed"]
    assert (failed["Id"], failed["Code"]) == ("i1", 400)
    assert failed["Message"]


def test_the_neighbours_of_a_bad_item_are_stored(api: DomainApi) -> None:
    crm(api)
    api.put_batch("crm", [{"id": "1", "customer": "a"}, "{", {"id": "3", "customer": "b"}])
    assert (len(api.ids("customer", "a")), len(api.ids("customer", "b")), api.stats()["ObjectCount"]) == (1, 1, 2)


def test_later_items_see_earlier_ones(api: DomainApi) -> None:
    crm(api)
    api.put_batch("crm", [{"id": "1", "customer": "c", "first": "Ann"}, {"id": "2", "customer": "c", "last": "Lee"}])
    profile = api.one("customer", "c")
    assert (profile["FirstName"], profile["LastName"]) == ("Ann", "Lee")


def test_the_last_of_items_with_one_unique_value_stays(api: DomainApi) -> None:
    crm(api)
    api.put_batch("crm", [{"id": "1", "customer": "c", "first": name} for name in ("Ann", "Anna", "Annabel")])
    profile = api.one("customer", "c")
    assert profile["FirstName"] == "Annabel"
    assert [value["first"] for value in api.objects(profile["ProfileId"], "crm")] == ["Annabel"]


def test_an_item_without_a_profile_to_go_to_is_answered_with_its_key(api: DomainApi) -> None:
    crm(api, AllowProfileCreation=False)
    answer = api.put_batch("crm", [{"id": "1", "customer": "c"}])
    assert [item["Id"] for item in answer["Successful"]] == ["i0"]
    assert api.stats()["ObjectCount"] == 0


def test_an_unknown_type_refuses_the_whole_batch(api: DomainApi) -> None:
    with missing("crm"):
        api.put_batch("crm", [{"id": "1"}])


def test_a_standard_type_refuses_the_whole_batch(api: DomainApi) -> None:
    with refused("_asset"):
        api.put_batch("_asset", [{"id": "1"}])


def test_more_than_ten_items_are_refused(api: DomainApi) -> None:
    crm(api)
    with refused("items"):
        api.put_batch("crm", [{"id": str(number), "customer": "c"} for number in range(11)])
    assert api.stats()["ObjectCount"] == 0


def test_an_item_id_outside_the_pattern_is_refused(api: DomainApi) -> None:
    crm(api)
    with refused("id"):
        api.client.batch_put_profile_object(
            DomainName=api.domain, ObjectTypeName="crm", Items=[{"Id": "a b", "Object": '{"id":"1","customer":"c"}'}]
        )
