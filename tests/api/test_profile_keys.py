"""AddProfileKey and DeleteProfileKey."""

import pytest

from .calls import NOBODY, DomainApi, data, missing, refused
from .mappings import definition, email, key, keyed, phone, system

PREDEFINED = data("search_keys.json")["predefined"]


@pytest.mark.parametrize("name", PREDEFINED)
def test_a_value_of_a_predefined_key_is_found(api: DomainApi, name: str) -> None:
    profile_id = api.create(BusinessName="Acme")
    api.add_key(profile_id, name, "value 1")
    assert api.ids(name, "value 1") == [profile_id]


def test_the_answer_repeats_name_and_values(api: DomainApi) -> None:
    answer = api.client.add_profile_key(
        DomainName=api.domain, ProfileId=api.create(FirstName="Ann"), KeyName="_account", Values=["A", "B"]
    )
    assert (answer["KeyName"], sorted(answer["Values"])) == ("_account", ["A", "B"])


def test_each_of_several_values_is_found(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_account", "A", "B")
    assert api.ids("_account", "A") == api.ids("_account", "B") == [profile_id]


def test_a_key_does_not_write_a_field(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_email", "ann@example.com")
    assert api.profile(profile_id) == {"ProfileId": profile_id, "FirstName": "Ann"}


def test_adding_a_value_again_changes_nothing(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_account", "A")
    api.add_key(profile_id, "_account", "A")
    assert api.ids("_account", "A") == [profile_id]


def test_a_value_is_normalised_as_the_key_says(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_phone", "+1 (206) 345-7890")
    assert api.ids("_phone", "2063457890") == [profile_id]


def test_a_custom_key_takes_the_content_type_of_its_field(api: DomainApi) -> None:
    fields = {"line": phone("line")}
    api.define("pbx", definition(fields, {"line": key("line", "PROFILE", "UNIQUE")}))
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "line", "+1 (206) 345-7890")
    assert api.ids("line", "206-345-7890") == [profile_id]


def test_one_value_may_belong_to_two_profiles(api: DomainApi) -> None:
    both = sorted(api.create(FirstName=name) for name in ("Ann", "Bob"))
    for profile_id in both:
        api.add_key(profile_id, "_ctrContactId", "contact-1")
    assert api.ids("_ctrContactId", "contact-1") == both


def test_a_key_name_that_the_domain_does_not_know_is_refused(api: DomainApi) -> None:
    with refused("loyaltyCard"):
        api.add_key(api.create(FirstName="Ann"), "loyaltyCard", "1")


def test_a_key_of_an_object_type_is_known(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "customer", "c-1")
    assert api.ids("customer", "c-1") == [profile_id]


def test_a_key_is_unknown_again_when_its_last_type_goes(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.forget("crm")
    with refused("crmId"):
        api.add_key(api.create(FirstName="Ann"), "crmId", "1")


def test_an_object_finds_the_profile_by_an_added_value(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "customer", "c-1")
    api.put("crm", {"id": "1", "customer": "c-1"})
    assert len(api.objects(profile_id, "crm")) == 1


def test_the_own_profile_id_is_accepted(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_profileId", profile_id)
    assert api.ids("_profileId", profile_id) == [profile_id]


def test_another_profile_id_is_refused(api: DomainApi) -> None:
    ann, bob = api.create(FirstName="Ann"), api.create(FirstName="Bob")
    with refused("_profileId"):
        api.add_key(ann, "_profileId", bob)


def test_a_value_over_255_characters_is_refused(api: DomainApi) -> None:
    with refused("values"):
        api.add_key(api.create(FirstName="Ann"), "_account", "x" * 256)


def test_adding_to_an_unknown_profile_is_not_found(api: DomainApi) -> None:
    with missing(NOBODY):
        api.add_key(NOBODY, "_account", "A")


def remove(api: DomainApi, profile_id: str, name: str, *values: str) -> str:
    answer = api.client.delete_profile_key(
        DomainName=api.domain, ProfileId=profile_id, KeyName=name, Values=list(values)
    )
    return answer["Message"]


def test_a_removed_value_is_not_found(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_account", "A", "B")
    assert remove(api, profile_id, "_account", "A")
    assert (api.ids("_account", "A"), api.ids("_account", "B")) == ([], [profile_id])


def test_a_value_is_removed_in_any_spelling_that_is_equal(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "_email", "Ann@Example.com")
    remove(api, profile_id, "_email", "ann@example.COM")
    assert api.ids("_email", "ann@example.com") == []


def test_a_value_is_removed_from_the_named_profile_only(api: DomainApi) -> None:
    ann, bob = api.create(FirstName="Ann"), api.create(FirstName="Bob")
    for profile_id in (ann, bob):
        api.add_key(profile_id, "_account", "A")
    remove(api, ann, "_account", "A")
    assert api.ids("_account", "A") == [bob]


def test_a_value_that_an_object_supplied_can_be_removed(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE"), "nick": key("a")}))
    api.put("crm", {"id": "1", "a": "annie"})
    remove(api, api.one("crmId", "1")["ProfileId"], "nick", "annie")
    assert api.ids("nick", "annie") == []


def test_an_object_makes_a_profile_of_its_own_after_the_removal(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    profile_id = api.create(FirstName="Ann")
    api.add_key(profile_id, "customer", "c-1")
    remove(api, profile_id, "customer", "c-1")
    api.put("crm", {"id": "1", "customer": "c-1"})
    assert api.one("customer", "c-1")["ProfileId"] != profile_id


def test_removing_a_value_that_is_not_there_succeeds(api: DomainApi) -> None:
    assert remove(api, api.create(FirstName="Ann"), "_account", "A")


def test_removing_from_an_unknown_profile_is_not_found(api: DomainApi) -> None:
    with missing(NOBODY):
        remove(api, NOBODY, "_account", "A")


def test_an_updated_field_gives_up_its_former_key_value(api: DomainApi) -> None:
    profile_id = api.create(EmailAddress="old@example.com")
    api.update(profile_id, EmailAddress="new@example.com")
    assert (api.ids("_email", "old@example.com"), api.ids("_email", "new@example.com")) == ([], [profile_id])


def test_a_value_stays_while_another_field_supplies_it(api: DomainApi) -> None:
    profile_id = api.create(EmailAddress="ann@example.com", BusinessEmailAddress="ann@example.com")
    api.update(profile_id, EmailAddress="")
    assert api.ids("_email", "ann@example.com") == [profile_id]


def test_a_value_stays_while_an_object_supplies_it(api: DomainApi) -> None:
    fields = {"email": email("email", "_profile.EmailAddress")}
    api.define("crm", definition(fields, {"_email": key("email", "PROFILE", "UNIQUE")}))
    api.put("crm", {"email": "ann@example.com"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    api.update(profile_id, EmailAddress="new@example.com")
    assert api.ids("_email", "ann@example.com") == [profile_id]


def test_a_value_stays_while_it_was_added_by_hand(api: DomainApi) -> None:
    profile_id = api.create(EmailAddress="ann@example.com")
    api.add_key(profile_id, "_email", "ann@example.com")
    api.update(profile_id, EmailAddress="")
    assert api.ids("_email", "ann@example.com") == [profile_id]
