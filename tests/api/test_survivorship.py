"""Which value a profile shows when its sources disagree."""

from typing import Any

import pytest

from .calls import DomainApi, data, refused
from .mappings import system

FORMATS: list[list[Any]] = data("timestamp_formats.json")["rows"]
EPOCH = "EpochMilli"


def define(api: DomainApi, *names: str, **options: Any) -> None:
    for name in names:
        api.define(name, system(name, **options))


def put(api: DomainApi, object_type: str, first: str, number: str = "1", **members: Any) -> None:
    api.put(object_type, {"id": number, "customer": "c", "first": first, **members})


def name_of(api: DomainApi) -> Any:
    return api.one("customer", "c").get("FirstName")


def customer(api: DomainApi) -> str:
    return str(api.one("customer", "c")["ProfileId"])


def test_the_last_of_equal_sources_wins(api: DomainApi) -> None:
    define(api, "crm", "shop")
    put(api, "crm", "Ann")
    put(api, "shop", "Anna")
    assert name_of(api) == "Anna"


def test_fields_of_several_objects_accumulate(api: DomainApi) -> None:
    define(api, "crm", "shop")
    put(api, "crm", "Ann", last="Lee", city="Rome")
    put(api, "shop", "Ann", tier="gold")
    profile = api.one("customer", "c")
    assert (profile["LastName"], profile["Address"], profile["Attributes"]) == (
        "Lee",
        {"City": "Rome"},
        {"tier": "gold"},
    )


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_value_never_blanks(api: DomainApi, empty: str | None) -> None:
    define(api, "crm")
    put(api, "crm", "Ann", last="Lee")
    api.put("crm", {"id": "1", "customer": "c", "first": empty, "last": "Low"})
    profile = api.one("customer", "c")
    assert (profile["FirstName"], profile["LastName"]) == ("Ann", "Low")


def test_an_absent_member_never_blanks(api: DomainApi) -> None:
    define(api, "crm")
    put(api, "crm", "Ann", last="Lee")
    api.put("crm", {"id": "1", "customer": "c", "last": "Low"})
    assert name_of(api) == "Ann"


def test_the_stronger_priority_wins_over_a_later_object(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    define(api, "shop", SourcePriority=2)
    put(api, "crm", "Ann")
    put(api, "shop", "Anna")
    assert name_of(api) == "Ann"


def test_the_stronger_priority_wins_over_an_earlier_object(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    define(api, "shop", SourcePriority=2)
    put(api, "shop", "Anna")
    put(api, "crm", "Ann")
    assert name_of(api) == "Ann"


def test_any_priority_is_stronger_than_none(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1000)
    define(api, "shop")
    put(api, "crm", "Ann")
    put(api, "shop", "Anna")
    assert name_of(api) == "Ann"


def test_priority_holds_field_by_field(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    define(api, "shop", SourcePriority=2)
    put(api, "crm", "Ann")
    put(api, "shop", "Anna", last="Lee")
    profile = api.one("customer", "c")
    assert (profile["FirstName"], profile["LastName"]) == ("Ann", "Lee")


def test_a_type_that_lost_its_priority_loses_at_its_next_object(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    define(api, "shop", SourcePriority=2)
    put(api, "crm", "Ann")
    put(api, "shop", "Anna")
    define(api, "crm")
    assert name_of(api) == "Ann"
    put(api, "crm", "Annabel")
    assert name_of(api) == "Anna"


def test_a_created_value_is_protected(api: DomainApi) -> None:
    define(api, "crm")
    profile_id = api.create(FirstName="John")
    api.add_key(profile_id, "customer", "c")
    put(api, "crm", "Jon", last="Lee")
    profile = api.profile(profile_id)
    assert (profile["FirstName"], profile["LastName"]) == ("John", "Lee")


def test_an_updated_value_is_protected(api: DomainApi) -> None:
    define(api, "crm")
    put(api, "crm", "Jon")
    api.update(customer(api), FirstName="John")
    put(api, "crm", "Jonny")
    assert name_of(api) == "John"


def test_a_priority_wins_over_a_manual_value(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1000)
    profile_id = api.create(FirstName="John")
    api.add_key(profile_id, "customer", "c")
    put(api, "crm", "Jon")
    assert name_of(api) == "Jon"


def test_an_update_always_sets_the_value(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    put(api, "crm", "Jon")
    api.update(customer(api), FirstName="John")
    assert name_of(api) == "John"


def test_a_later_object_with_a_priority_sets_the_value_again(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    put(api, "crm", "Jon")
    api.update(customer(api), FirstName="John")
    put(api, "crm", "Jonny")
    assert name_of(api) == "Jonny"


def test_a_cleared_field_is_empty(api: DomainApi) -> None:
    define(api, "crm")
    put(api, "crm", "Ann")
    api.update(customer(api), FirstName="")
    assert name_of(api) is None


def test_a_cleared_field_stays_empty_like_any_manual_value(api: DomainApi) -> None:
    define(api, "crm")
    put(api, "crm", "Ann")
    api.update(customer(api), FirstName="")
    put(api, "crm", "Anna")
    assert name_of(api) is None


def test_a_priority_fills_a_cleared_field(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    put(api, "crm", "Ann")
    api.update(customer(api), FirstName="")
    put(api, "crm", "Anna")
    assert name_of(api) == "Anna"


def test_members_of_an_address_are_protected_one_by_one(api: DomainApi) -> None:
    define(api, "crm")
    profile_id = api.create(Address={"City": "Rome", "Country": "Italy"})
    api.add_key(profile_id, "customer", "c")
    api.update(profile_id, Address={"City": ""})
    put(api, "crm", "Ann", city="Milan")
    assert api.profile(profile_id)["Address"] == {"Country": "Italy"}


def test_an_ingested_member_joins_a_manual_address(api: DomainApi) -> None:
    define(api, "crm")
    profile_id = api.create(Address={"Country": "Italy"})
    api.add_key(profile_id, "customer", "c")
    put(api, "crm", "Ann", city="Milan")
    assert api.profile(profile_id)["Address"] == {"Country": "Italy", "City": "Milan"}


def test_an_ingested_attribute_joins_manual_ones(api: DomainApi) -> None:
    define(api, "crm")
    profile_id = api.create(Attributes={"note": "x"})
    api.add_key(profile_id, "customer", "c")
    put(api, "crm", "Ann", tier="gold")
    assert api.profile(profile_id)["Attributes"] == {"note": "x", "tier": "gold"}


def test_a_manual_attribute_is_protected(api: DomainApi) -> None:
    define(api, "crm")
    profile_id = api.create(Attributes={"tier": "silver"})
    api.add_key(profile_id, "customer", "c")
    put(api, "crm", "Ann", tier="gold")
    assert api.profile(profile_id)["Attributes"] == {"tier": "silver"}


@pytest.mark.parametrize(("pattern", "older", "newer"), FORMATS)
def test_an_object_that_is_older_by_its_own_time_loses(api: DomainApi, pattern: str, older: Any, newer: Any) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=pattern)
    put(api, "crm", "new", "1", time=newer)
    put(api, "crm", "old", "2", time=older)
    assert name_of(api) == "new"


@pytest.mark.parametrize(("pattern", "older", "newer"), FORMATS)
def test_an_object_that_is_newer_by_its_own_time_wins(api: DomainApi, pattern: str, older: Any, newer: Any) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=pattern)
    put(api, "crm", "old", "1", time=older)
    put(api, "crm", "new", "2", time=newer)
    assert name_of(api) == "new"


def test_objects_of_two_types_are_compared_by_their_own_times(api: DomainApi) -> None:
    define(api, "crm", "shop", SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "new", time=2000)
    put(api, "shop", "old", time=1000)
    assert name_of(api) == "new"


def test_of_equal_times_the_later_object_wins(api: DomainApi) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "first", "1", time=1000)
    put(api, "crm", "second", "2", time=1000)
    assert name_of(api) == "second"


def test_an_object_without_a_time_counts_from_its_arrival(api: DomainApi) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "arrived", "1")
    put(api, "crm", "old", "2", time=1000)
    assert name_of(api) == "arrived"


def test_priority_comes_before_time(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1, SourceLastUpdatedTimestampFormat=EPOCH)
    define(api, "shop", SourcePriority=2, SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "Ann", time=1000)
    put(api, "shop", "Anna", time=2000)
    assert name_of(api) == "Ann"


def test_an_older_put_again_replaces_the_object(api: DomainApi) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "new", time=2000)
    put(api, "crm", "old", time=1000)
    assert [value["first"] for value in api.objects(customer(api), "crm")] == ["old"]


def test_an_older_put_again_keeps_the_newer_values(api: DomainApi) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "new", time=2000)
    put(api, "crm", "old", time=1000, last="Lee")
    profile = api.one("customer", "c")
    assert (profile["FirstName"], profile["LastName"]) == ("new", "Lee")


@pytest.mark.parametrize("wrong", ["yesterday", "2024-01-31", True])
def test_a_time_that_does_not_fit_the_format_is_refused(api: DomainApi, wrong: Any) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=EPOCH)
    with refused("SourceLastUpdatedTimestamp"):
        put(api, "crm", "Ann", time=wrong)
    assert api.ids("customer", "c") == []


def test_the_time_is_no_field_of_the_profile(api: DomainApi) -> None:
    define(api, "crm", SourceLastUpdatedTimestampFormat=EPOCH)
    put(api, "crm", "Ann", time=1000)
    profile = api.one("customer", "c")
    assert profile == {"ProfileId": profile["ProfileId"], "FirstName": "Ann"}


def test_a_put_again_replaces_its_own_value(api: DomainApi) -> None:
    define(api, "crm")
    put(api, "crm", "Ann")
    put(api, "crm", "Anna")
    assert name_of(api) == "Anna"


def test_search_follows_the_value_that_wins(api: DomainApi) -> None:
    define(api, "crm", SourcePriority=1)
    define(api, "shop", SourcePriority=2)
    put(api, "crm", "Ann", email="ann@example.com")
    put(api, "shop", "Anna", email="anna@example.com")
    assert (api.ids("_email", "ann@example.com"), api.ids("_email", "anna@example.com")) == ([customer(api)], [])
