"""CreateProfile, UpdateProfile, DeleteProfile, BatchGetProfile."""

import re
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import NOBODY, DomainApi, data, missing, refused
from .mappings import system

FIELDS = data("profile_fields.json")
FULL_ADDRESS = {member: f"{member} of the customer" for member in FIELDS["address_members"]}
FULL_PROFILE: dict[str, Any] = {
    **{field: f"{field} of the customer" for field in FIELDS["text"]},
    **dict.fromkeys(FIELDS["addresses"], FULL_ADDRESS),
    "PartyType": "INDIVIDUAL",
    "PartyTypeString": "natural person",
    "Gender": "FEMALE",
    "GenderString": "female",
    "Attributes": {"tier": "gold", "shoe size": "38½"},
    "ProfileType": "ACCOUNT_PROFILE",
    "EngagementPreferences": {
        "Phone": [{"KeyName": "_phone", "KeyValue": "+15551234567", "ContactType": "MobilePhoneNumber"}],
        "Email": [{"KeyName": "_email", "KeyValue": "ann@example.com", "ContactType": "EmailAddress"}],
    },
}


def batch_get(api: DomainApi, *profile_ids: str) -> tuple[list[str], list[str]]:
    """The ids of the profiles found and of those in error."""
    answer = api.client.batch_get_profile(DomainName=api.domain, ProfileIds=profile_ids)
    found = sorted(profile["ProfileId"] for profile in answer.get("Profiles", []))
    return found, sorted(error["ProfileId"] for error in answer.get("Errors", []))


def test_a_profile_id_is_32_hex_digits(api: DomainApi) -> None:
    assert re.fullmatch("[0-9a-f]{32}", api.create(FirstName="Ann"))


def test_the_same_customer_created_twice_is_two_profiles(api: DomainApi) -> None:
    made = [api.create(EmailAddress="ann@example.com") for _ in range(2)]
    assert api.ids("_email", "ann@example.com") == sorted(made)


@pytest.mark.parametrize("field", FULL_PROFILE)
def test_a_field_is_echoed_as_created(api: DomainApi, field: str) -> None:
    profile_id = api.create(**{field: FULL_PROFILE[field]})
    assert api.profile(profile_id)[field] == FULL_PROFILE[field]


def test_all_fields_together_are_echoed_as_created(api: DomainApi) -> None:
    profile_id = api.create(**FULL_PROFILE)
    assert api.profile(profile_id) == {**FULL_PROFILE, "ProfileId": profile_id}


@pytest.mark.parametrize("field", [field for field in FULL_PROFILE if field != "AccountNumber"])
def test_a_field_is_echoed_as_updated(api: DomainApi, field: str) -> None:
    profile_id = api.create(AccountNumber="A")
    api.update(profile_id, **{field: FULL_PROFILE[field]})
    assert api.profile(profile_id)[field] == FULL_PROFILE[field]


def test_fields_without_a_value_are_left_out(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    assert api.profile(profile_id) == {"ProfileId": profile_id, "FirstName": "Ann"}


def test_structures_without_members_are_left_out(api: DomainApi) -> None:
    profile_id = api.create(Address={}, Attributes={})
    api.update(profile_id, BillingAddress={})
    assert api.profile(profile_id) == {"ProfileId": profile_id}


def test_an_update_answers_the_profile_id(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    answer = api.client.update_profile(DomainName=api.domain, ProfileId=profile_id, LastName="Lee")
    assert answer["ProfileId"] == profile_id


def test_an_update_keeps_absent_fields(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann", LastName="Lee")
    api.update(profile_id, LastName="Low")
    assert api.profile(profile_id) == {"ProfileId": profile_id, "FirstName": "Ann", "LastName": "Low"}


@pytest.mark.parametrize("field", FIELDS["text"])
def test_an_update_with_an_empty_string_removes(api: DomainApi, field: str) -> None:
    profile_id = api.create(**{field: "something"})
    api.update(profile_id, **{field: ""})
    assert api.profile(profile_id) == {"ProfileId": profile_id}


def test_attributes_are_updated_key_by_key(api: DomainApi) -> None:
    profile_id = api.create(Attributes={"kept": "1", "changed": "2", "removed": "3"})
    api.update(profile_id, Attributes={"changed": "4", "removed": "", "added": "5"})
    assert api.profile(profile_id)["Attributes"] == {"kept": "1", "changed": "4", "added": "5"}


def test_attributes_are_left_out_when_the_last_one_goes(api: DomainApi) -> None:
    profile_id = api.create(Attributes={"only": "1"})
    api.update(profile_id, Attributes={"only": ""})
    assert api.profile(profile_id) == {"ProfileId": profile_id}


def test_an_attribute_name_may_have_dots(api: DomainApi) -> None:
    profile_id = api.create(Attributes={"shop.tier": "gold", "shop": "x"})
    api.update(profile_id, Attributes={"shop": ""})
    assert api.profile(profile_id)["Attributes"] == {"shop.tier": "gold"}


@pytest.mark.parametrize("address", FIELDS["addresses"])
def test_an_address_is_updated_member_by_member(api: DomainApi, address: str) -> None:
    profile_id = api.create(**{address: {"City": "Rome", "Country": "Italy", "State": "RM"}})
    api.update(profile_id, **{address: {"City": "Milan", "State": "", "PostalCode": "20019"}})
    assert api.profile(profile_id)[address] == {"City": "Milan", "Country": "Italy", "PostalCode": "20019"}


@pytest.mark.parametrize("address", FIELDS["addresses"])
def test_an_address_is_left_out_when_its_last_member_goes(api: DomainApi, address: str) -> None:
    profile_id = api.create(**{address: {"City": "Rome"}})
    api.update(profile_id, **{address: {"City": ""}})
    assert api.profile(profile_id) == {"ProfileId": profile_id}


# An enum, its free-text twin, and two words of the enum.
PAIRS = [("Gender", "GenderString", "FEMALE", "MALE"), ("PartyType", "PartyTypeString", "BUSINESS", "OTHER")]


@pytest.mark.parametrize(("enum", "free", "word", "other"), PAIRS, ids=["gender", "party type"])
class TestPairsOfEnumAndText:
    def shown(self, api: DomainApi, profile_id: str, enum: str, free: str) -> tuple[Any, Any]:
        profile = api.profile(profile_id)
        return profile.get(enum), profile.get(free)

    def test_an_enum_given_shows_as_text_too(self, api: DomainApi, enum: str, free: str, word: str, other: str) -> None:
        assert self.shown(api, api.create(**{enum: word}), enum, free) == (word, word)

    def test_a_text_that_is_a_word_of_the_enum_shows_as_enum_too(
        self, api: DomainApi, enum: str, free: str, word: str, other: str
    ) -> None:
        assert self.shown(api, api.create(**{free: word}), enum, free) == (word, word)

    def test_a_free_text_shows_as_text_only(self, api: DomainApi, enum: str, free: str, word: str, other: str) -> None:
        assert self.shown(api, api.create(**{free: "of its own"}), enum, free) == (None, "of its own")

    def test_both_given_show_as_given(self, api: DomainApi, enum: str, free: str, word: str, other: str) -> None:
        profile_id = api.create(**{enum: word, free: "of its own"})
        assert self.shown(api, profile_id, enum, free) == (word, "of its own")

    def test_a_later_text_replaces_both(self, api: DomainApi, enum: str, free: str, word: str, other: str) -> None:
        profile_id = api.create(**{enum: word})
        api.update(profile_id, **{free: "of its own"})
        assert self.shown(api, profile_id, enum, free) == (None, "of its own")

    def test_a_later_enum_replaces_both(self, api: DomainApi, enum: str, free: str, word: str, other: str) -> None:
        profile_id = api.create(**{enum: word, free: "of its own"})
        api.update(profile_id, **{enum: other})
        assert self.shown(api, profile_id, enum, free) == (other, other)

    def test_an_empty_text_clears_both(self, api: DomainApi, enum: str, free: str, word: str, other: str) -> None:
        profile_id = api.create(**{enum: word})
        api.update(profile_id, **{free: ""})
        assert self.shown(api, profile_id, enum, free) == (None, None)


TOO_LONG = {
    "text": ({"FirstName": "x" * 256}, "firstName"),
    "additional information": ({"AdditionalInformation": "x" * 1001}, "additionalInformation"),
    "address member": ({"Address": {"City": "x" * 256}}, "city"),
    "attribute name": ({"Attributes": {"x" * 256: "1"}}, "attributes"),
    "attribute value": ({"Attributes": {"a": "x" * 256}}, "attributes"),
    "not in the enum": ({"Gender": "DIVERSE"}, "gender"),
    "party type not in the enum": ({"PartyType": "CAT"}, "partyType"),
    "profile type not in the enum": ({"ProfileType": "CAT"}, "profileType"),
}


@pytest.mark.parametrize(("fields", "word"), TOO_LONG.values(), ids=TOO_LONG.keys())
def test_a_value_outside_its_form_is_refused(api: DomainApi, fields: dict[str, Any], word: str) -> None:
    with refused(word):
        api.create(**fields)


@pytest.mark.parametrize("field", FIELDS["text"])
def test_an_empty_string_creates_nothing(unchecked: CustomerProfilesClient, domain: str, field: str) -> None:
    with refused(field):
        DomainApi(unchecked, domain).create(**{field: ""})


def test_values_of_the_greatest_length_are_kept(api: DomainApi) -> None:
    profile_id = api.create(FirstName="x" * 255, AdditionalInformation="y" * 1000)
    profile = api.profile(profile_id)
    assert (profile["FirstName"], profile["AdditionalInformation"]) == ("x" * 255, "y" * 1000)


def test_all_wrong_values_of_a_request_are_named(api: DomainApi) -> None:
    with refused("2 validation errors detected", "firstName", "gender"):
        api.create(FirstName="x" * 256, Gender="DIVERSE")


def test_updating_an_unknown_profile_is_not_found(api: DomainApi) -> None:
    with missing(NOBODY):
        api.update(NOBODY, FirstName="Ann")


def test_deleting_an_unknown_profile_is_not_found(api: DomainApi) -> None:
    with missing(NOBODY):
        api.delete(NOBODY)


def test_a_profile_is_deleted_once(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    answer = api.client.delete_profile(DomainName=api.domain, ProfileId=profile_id)
    assert answer["Message"]
    with missing(profile_id):
        api.delete(profile_id)


def test_a_deleted_profile_is_found_by_no_key(api: DomainApi) -> None:
    profile_id = api.create(EmailAddress="ann@example.com", AccountNumber="A-1")
    api.delete(profile_id)
    found = [
        *api.search("_email", "ann@example.com"),
        *api.search("_account", "A-1"),
        *api.search("_profileId", profile_id),
    ]
    assert found == []


def test_a_deleted_profile_can_not_be_updated(api: DomainApi) -> None:
    profile_id = api.create(FirstName="Ann")
    api.delete(profile_id)
    with missing(profile_id):
        api.update(profile_id, FirstName="Eve")


def test_a_deleted_profile_frees_its_keys(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    old = api.one("customer", "c")["ProfileId"]
    api.delete(old)
    api.put("crm", {"id": "2", "customer": "c"})
    fresh = api.one("customer", "c")
    assert fresh["ProfileId"] != old
    assert "FirstName" not in fresh


def test_the_objects_of_a_deleted_profile_are_gone(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c"})
    profile_id = api.one("customer", "c")["ProfileId"]
    api.delete(profile_id)
    assert api.listed(profile_id, "crm") == []


def test_batch_get_answers_profiles_and_errors(api: DomainApi) -> None:
    known = sorted(api.create(FirstName=name) for name in ("Ann", "Bob"))
    assert batch_get(api, known[0], NOBODY, known[1]) == (known, [NOBODY])


def test_a_batch_get_error_has_a_code_and_a_message(api: DomainApi) -> None:
    answer = api.client.batch_get_profile(DomainName=api.domain, ProfileIds=[NOBODY])
    [error] = answer["Errors"]
    assert error["Code"]
    assert error["Message"]


def test_batch_get_answers_the_same_profile_as_search(api: DomainApi) -> None:
    profile_id = api.create(**FULL_PROFILE)
    answer: Any = api.client.batch_get_profile(DomainName=api.domain, ProfileIds=[profile_id])
    assert answer["Profiles"] == [api.profile(profile_id)]


def test_batch_get_takes_twenty_ids(api: DomainApi) -> None:
    known = [api.create(FirstName="Ann") for _ in range(3)]
    unknown = [f"{number:032x}" for number in range(17)]
    assert batch_get(api, *known, *unknown) == (sorted(known), unknown)


def test_batch_get_refuses_more_than_twenty_ids(api: DomainApi) -> None:
    with refused("profileIds"):
        batch_get(api, *(f"{number:032x}" for number in range(21)))


def test_batch_get_refuses_what_is_no_profile_id(api: DomainApi) -> None:
    with refused("profileIds"):
        batch_get(api, "Ann")


def test_a_profile_of_another_domain_is_not_found(api: DomainApi) -> None:
    other = f"{api.domain[:50]}-other"
    api.client.create_domain(DomainName=other, DefaultExpirationDays=9)
    profile_id = DomainApi(api.client, other).create(EmailAddress="ann@example.com")
    assert (batch_get(api, profile_id), api.search("_email", "ann@example.com")) == (([], [profile_id]), [])
    with missing(profile_id):
        api.update(profile_id, FirstName="Eve")
    api.client.delete_domain(DomainName=other)
