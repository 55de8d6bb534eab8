"""GetDomain's Stats are exact after every change."""

from .calls import DomainApi, compact
from .mappings import system


def objects(customer: str, first: int, last: int) -> list[dict[str, str]]:
    return [{"id": f"{customer}-{number}", "customer": customer} for number in range(first, last)]


def put_many(api: DomainApi, customer: str, count: int) -> None:
    for start in range(0, count, 10):
        api.put_batch("crm", objects(customer, start, min(start + 10, count)))


def crm(api: DomainApi) -> DomainApi:
    api.define("crm", system("crm"))
    return api


def counts(api: DomainApi) -> tuple[int, int]:
    stats = api.stats()
    return stats["ProfileCount"], stats["ObjectCount"]


def test_a_fresh_domain_counts_nothing(api: DomainApi) -> None:
    assert api.stats() == {"ProfileCount": 0, "MeteringProfileCount": 0, "ObjectCount": 0, "TotalSize": 0}


def test_a_created_profile_counts(api: DomainApi) -> None:
    api.create(FirstName="Ann")
    assert api.stats() == {"ProfileCount": 1, "MeteringProfileCount": 1, "ObjectCount": 0, "TotalSize": 0}


def test_a_put_object_counts_with_its_profile_and_bytes(api: DomainApi) -> None:
    value = {"id": "1", "customer": "c", "first": "Zoë"}
    crm(api).put("crm", value)
    size = len(compact(value).encode())
    assert api.stats() == {"ProfileCount": 1, "MeteringProfileCount": 1, "ObjectCount": 1, "TotalSize": size}


def test_a_second_object_of_a_profile_counts_as_object_only(api: DomainApi) -> None:
    crm(api).put("crm", {"id": "1", "customer": "c"})
    api.put("crm", {"id": "2", "customer": "c"})
    assert counts(api) == (1, 2)


def test_a_replaced_object_counts_once_with_its_new_size(api: DomainApi) -> None:
    crm(api).put("crm", {"id": "1", "customer": "c", "note": "long " * 50})
    short = {"id": "1", "customer": "c"}
    api.put("crm", short)
    assert counts(api) == (1, 1)
    assert api.stats()["TotalSize"] == len(compact(short))


def test_a_deleted_object_no_longer_counts(api: DomainApi) -> None:
    unique_key = crm(api).put("crm", {"id": "1", "customer": "c"})
    profile_id = api.one("customer", "c")["ProfileId"]
    api.client.delete_profile_object(
        DomainName=api.domain, ObjectTypeName="crm", ProfileId=profile_id, ProfileObjectUniqueKey=unique_key
    )
    assert api.stats() == {"ProfileCount": 1, "MeteringProfileCount": 1, "ObjectCount": 0, "TotalSize": 0}


def test_a_deleted_profile_takes_its_objects_along(api: DomainApi) -> None:
    crm(api).put("crm", {"id": "1", "customer": "c"})
    api.delete(api.one("customer", "c")["ProfileId"])
    assert api.stats() == {"ProfileCount": 0, "MeteringProfileCount": 0, "ObjectCount": 0, "TotalSize": 0}


def test_a_deleted_type_takes_its_objects_along(api: DomainApi) -> None:
    crm(api).define("shop", system("shop"))
    api.put("crm", {"id": "1", "customer": "c"})
    kept = {"id": "1", "customer": "c", "first": "Ann"}
    api.put("shop", kept)
    api.forget("crm")
    assert api.stats() == {
        "ProfileCount": 1,
        "MeteringProfileCount": 1,
        "ObjectCount": 1,
        "TotalSize": len(compact(kept)),
    }


def test_merged_profiles_count_as_one_with_all_objects(api: DomainApi) -> None:
    crm(api).put_batch("crm", [*objects("a", 0, 2), *objects("b", 0, 3)])
    size = api.stats()["TotalSize"]
    api.merge(api.one("customer", "a")["ProfileId"], api.one("customer", "b")["ProfileId"])
    assert api.stats() == {"ProfileCount": 1, "MeteringProfileCount": 1, "ObjectCount": 5, "TotalSize": size}


def test_a_moved_object_counts_once(api: DomainApi) -> None:
    crm(api).put("crm", {"id": "1", "customer": "a"})
    api.put("crm", {"id": "2", "customer": "b"})
    api.put("crm", {"id": "1", "customer": "b"})
    assert counts(api) == (2, 2)


def test_a_profile_with_100_objects_is_metered_once(api: DomainApi) -> None:
    put_many(crm(api), "c", 100)
    assert api.stats()["MeteringProfileCount"] == 1


def test_a_profile_with_101_objects_is_metered_twice(api: DomainApi) -> None:
    put_many(crm(api), "c", 101)
    assert api.stats()["MeteringProfileCount"] == 2


def test_a_merge_above_100_objects_is_metered_by_the_sum(api: DomainApi) -> None:
    put_many(crm(api), "a", 60)
    put_many(api, "b", 60)
    before = api.stats()
    api.merge(api.one("customer", "a")["ProfileId"], api.one("customer", "b")["ProfileId"])
    assert (before["ProfileCount"], before["MeteringProfileCount"]) == (2, 2)
    assert (api.stats()["ProfileCount"], api.stats()["MeteringProfileCount"]) == (1, 2)


def test_metering_falls_with_the_objects(api: DomainApi) -> None:
    put_many(crm(api), "c", 101)
    api.define("crm2", system("crm2"))
    api.put("crm2", {"id": "1", "customer": "c"})
    api.forget("crm")
    assert (api.stats()["MeteringProfileCount"], api.stats()["ObjectCount"]) == (1, 1)
