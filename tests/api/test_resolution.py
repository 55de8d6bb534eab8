"""Which profile an object goes to, and what an inferred profile is filled with."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .calls import DomainApi
from .mappings import Field, definition, email, key, keyed, phone, system, text


def define(api: DomainApi, **options: Any) -> None:
    """A type `crm` with two primary keys and a secondary one; the member d is the first name."""
    fields = {**{name: text(name) for name in ("id", "a", "b", "c")}, "d": text("d", "_profile.FirstName")}
    keys = {
        "crmId": key("id", "UNIQUE"),
        "first": key("a", "PROFILE"),
        "other": key("b", "PROFILE"),
        "last": key("c", "PROFILE", "SECONDARY"),
    }
    api.define("crm", definition(fields, keys, **options))


def person(api: DomainApi, **keys: str) -> str:
    """A profile that holds the key values."""
    profile_id = api.create(BusinessName="Acme")
    for name, value in keys.items():
        api.add_key(profile_id, name, value)
    return profile_id


def owner(api: DomainApi, number: str) -> str:
    return str(api.one("crmId", number)["ProfileId"])


def test_an_object_without_a_match_makes_a_profile(api: DomainApi) -> None:
    define(api)
    api.put("crm", {"id": "1", "a": "x", "d": "Ann"})
    profile = api.one("first", "x")
    assert profile == {"ProfileId": profile["ProfileId"], "FirstName": "Ann"}


def test_an_object_goes_to_the_one_match(api: DomainApi) -> None:
    define(api)
    profile_id = person(api, first="x")
    api.put("crm", {"id": "1", "a": "x"})
    assert owner(api, "1") == profile_id
    assert api.stats()["ProfileCount"] == 1


def test_the_next_primary_key_is_tried(api: DomainApi) -> None:
    define(api)
    profile_id = person(api, other="y")
    api.put("crm", {"id": "1", "a": "x", "b": "y"})
    assert owner(api, "1") == profile_id


def test_the_first_key_of_the_definition_wins(api: DomainApi) -> None:
    define(api)
    person(api, other="y")
    first = person(api, first="x")
    api.put("crm", {"b": "y", "a": "x", "id": "1"})
    assert owner(api, "1") == first


def test_the_value_of_a_key_that_lost_is_stored_on_the_winner_too(api: DomainApi) -> None:
    define(api)
    loser, winner = person(api, other="y"), person(api, first="x")
    api.put("crm", {"id": "1", "a": "x", "b": "y"})
    assert api.ids("other", "y") == sorted([loser, winner])


def test_an_object_never_merges_two_profiles(api: DomainApi) -> None:
    define(api)
    person(api, other="y")
    person(api, first="x")
    api.put("crm", {"id": "1", "a": "x", "b": "y"})
    assert api.stats()["ProfileCount"] == 2


def test_an_ambiguous_key_gives_way_to_the_next(api: DomainApi) -> None:
    define(api)
    person(api, first="x")
    person(api, first="x")
    profile_id = person(api, other="y")
    api.put("crm", {"id": "1", "a": "x", "b": "y"})
    assert owner(api, "1") == profile_id


def test_an_ambiguous_primary_key_gives_way_to_the_secondary(api: DomainApi) -> None:
    define(api)
    person(api, first="x")
    person(api, first="x")
    profile_id = person(api, last="z")
    api.put("crm", {"id": "1", "a": "x", "c": "z"})
    assert owner(api, "1") == profile_id


def test_an_object_whose_keys_are_all_ambiguous_makes_a_profile(api: DomainApi) -> None:
    define(api)
    both = [person(api, first="x"), person(api, first="x")]
    api.put("crm", {"id": "1", "a": "x"})
    assert api.ids("first", "x") == sorted([*both, owner(api, "1")])
    assert api.stats()["ProfileCount"] == 3


def test_an_ambiguous_secondary_key_makes_a_profile(api: DomainApi) -> None:
    define(api)
    both = [person(api, last="z"), person(api, last="z")]
    api.put("crm", {"id": "1", "c": "z"})
    assert owner(api, "1") not in both


def test_key_names_are_shared_by_all_types(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.define("shop", system("shop"))
    api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    api.put("shop", {"id": "7", "customer": "c", "last": "Lee"})
    profile = api.one("customer", "c")
    assert (profile["FirstName"], profile["LastName"]) == ("Ann", "Lee")


def test_phones_match_in_any_spelling(api: DomainApi) -> None:
    profile_id = api.create(PhoneNumber="(206) 345-7890")
    fields = {"id": text("id"), "line": phone("line")}
    api.define("pbx", definition(fields, {"pbxId": key("id", "UNIQUE"), "_phone": key("line", "PROFILE")}))
    api.put("pbx", {"id": "1", "line": "+12063457890"})
    assert api.ids("pbxId", "1") == [profile_id]


def test_without_a_match_nothing_is_stored_where_profiles_are_not_created(api: DomainApi) -> None:
    define(api, AllowProfileCreation=False)
    api.put("crm", {"id": "1", "a": "x"})
    assert (api.ids("first", "x"), api.ids("crmId", "1"), api.stats()["ObjectCount"]) == ([], [], 0)


def test_an_object_that_found_no_profile_is_answered_with_its_key(api: DomainApi) -> None:
    define(api, AllowProfileCreation=False)
    answered = api.put("crm", {"id": "1", "a": "x"})
    person(api, first="x")
    assert answered == api.put("crm", {"id": "1", "a": "x"})


def test_a_match_attaches_where_profiles_are_not_created(api: DomainApi) -> None:
    define(api, AllowProfileCreation=False)
    profile_id = person(api, first="x")
    api.put("crm", {"id": "1", "a": "x", "d": "Ann"})
    assert owner(api, "1") == profile_id
    assert api.profile(profile_id)["FirstName"] == "Ann"


def test_a_put_again_stays_with_its_profile_when_nothing_else_matches(api: DomainApi) -> None:
    define(api)
    api.put("crm", {"id": "1", "a": "x"})
    before = owner(api, "1")
    api.put("crm", {"id": "1", "a": "changed"})
    assert owner(api, "1") == before
    assert api.stats()["ProfileCount"] == 1


def test_a_put_again_stays_with_its_profile_where_profiles_are_not_created(api: DomainApi) -> None:
    define(api, AllowProfileCreation=False)
    profile_id = person(api, first="x")
    api.put("crm", {"id": "1", "a": "x"})
    api.put("crm", {"id": "1", "a": "changed", "d": "Ann"})
    assert api.profile(profile_id)["FirstName"] == "Ann"


def test_a_put_again_moves_to_the_profile_that_now_matches(api: DomainApi) -> None:
    define(api)
    old, new = person(api, first="x"), person(api, first="y")
    api.put("crm", {"id": "1", "a": "x"})
    api.put("crm", {"id": "1", "a": "y"})
    assert (api.objects(old, "crm"), api.objects(new, "crm")) == ([], [{"id": "1", "a": "y"}])


def test_a_moved_object_leaves_its_values_behind(api: DomainApi) -> None:
    define(api)
    old, new = person(api, first="x"), person(api, first="y")
    api.put("crm", {"id": "1", "a": "x", "d": "Ann"})
    api.put("crm", {"id": "1", "a": "y", "d": "Bob"})
    assert (api.profile(old)["FirstName"], api.profile(new)["FirstName"]) == ("Ann", "Bob")


def test_a_put_again_withdraws_the_key_values_that_it_no_longer_carries(api: DomainApi) -> None:
    define(api)
    api.put("crm", {"id": "1", "a": "x", "b": "old"})
    api.put("crm", {"id": "1", "a": "x", "b": "new"})
    assert (api.ids("other", "old"), api.ids("other", "new")) == ([], [owner(api, "1")])


def test_a_withdrawn_value_stays_while_another_object_carries_it(api: DomainApi) -> None:
    define(api)
    api.put("crm", {"id": "1", "a": "x", "b": "y"})
    api.put("crm", {"id": "2", "a": "x", "b": "y"})
    api.put("crm", {"id": "1", "a": "x"})
    assert api.ids("other", "y") == [owner(api, "2")]


def test_objects_of_a_new_customer_that_arrive_together_make_one_profile(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    with ThreadPoolExecutor(8) as pool:
        values = [{"id": str(number), "customer": "c"} for number in range(24)]
        list(pool.map(lambda value: api.put("crm", value), values))
    assert len(api.ids("customer", "c")) == 1
    assert api.stats()["ProfileCount"] == 1


def inferred(api: DomainApi, fields: dict[str, Field], value: dict[str, str]) -> dict[str, Any]:
    """The fields of the profile that an object makes."""
    api.define("crm", definition({"id": text("id"), **fields}, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1", **value})
    profile = api.one("crmId", "1")
    del profile["ProfileId"]
    return profile


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (email("x"), "Ann@Example.com", {"EmailAddress": "Ann@Example.com"}),
        (phone("x"), "(206) 345-7890", {"PhoneNumber": "(206) 345-7890"}),
        (text("x"), "ann@example.com", {}),
    ],
    ids=["e-mail address", "phone number", "text"],
)
def test_an_inferred_profile_is_filled_by_content_type(
    api: DomainApi, field: Field, value: str, expected: dict[str, str]
) -> None:
    assert inferred(api, {"x": field}, {"x": value}) == expected


def test_the_first_filled_field_of_a_content_type_fills(api: DomainApi) -> None:
    fields = {"z": email("z"), "y": email("y"), "x": email("x")}
    assert inferred(api, fields, {"z": "", "y": "y@example.com", "x": "x@example.com"}) == {
        "EmailAddress": "y@example.com"
    }


def test_an_explicit_target_comes_before_the_content_type(api: DomainApi) -> None:
    fields = {"y": email("y"), "x": email("x", "_profile.EmailAddress")}
    assert inferred(api, fields, {"y": "y@example.com", "x": "x@example.com"}) == {"EmailAddress": "x@example.com"}


def test_a_filled_field_feeds_its_search_key(api: DomainApi) -> None:
    inferred(api, {"x": phone("x")}, {"x": "(206) 345-7890"})
    assert api.ids("_phone", "2063457890") == [api.one("crmId", "1")["ProfileId"]]


def test_content_type_alone_writes_nothing_on_a_profile_that_was_there(api: DomainApi) -> None:
    fields = {"id": text("id"), "who": text("who"), "mail": email("mail")}
    api.define("crm", definition(fields, {"crmId": key("id", "UNIQUE"), "who": key("who", "PROFILE")}))
    api.put("crm", {"id": "1", "who": "ann"})
    api.put("crm", {"id": "2", "who": "ann", "mail": "ann@example.com"})
    assert "EmailAddress" not in api.one("who", "ann")


def test_an_empty_profile_may_be_inferred(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1"})
    profile = api.one("crmId", "1")
    assert profile == {"ProfileId": profile["ProfileId"]}
