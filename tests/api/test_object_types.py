"""PutProfileObjectType, GetProfileObjectType, DeleteProfileObjectType, ListProfileObjectTypes."""

import uuid
from contextlib import nullcontext
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi, missing, refused
from .mappings import computed, definition, key, keyed, system, text, typed

RICH: dict[str, Any] = {
    **system("crm", SourceLastUpdatedTimestampFormat="EpochMilli"),
    "Description": "Contacts of the CRM",
    "ExpirationDays": 30,
    "EncryptionKey": "arn:aws:kms:us-east-1:000000000000:key/1",
    "MaxProfileObjectCount": 50,
    "SourcePriority": 2,
    "Tags": {"team": "care"},
}


def given_again(answer: dict[str, Any]) -> dict[str, Any]:
    """What Get answers, as the members of a Put."""
    made_by_server = {"ObjectTypeName", "CreatedAt", "LastUpdatedAt", "MaxAvailableProfileObjectCount"}
    return {member: value for member, value in answer.items() if member not in made_by_server}


def test_put_answers_what_was_given(api: DomainApi) -> None:
    assert given_again(api.define("crm", RICH)) == RICH


def test_get_answers_what_was_put(api: DomainApi) -> None:
    api.define("crm", RICH)
    answer = api.definition("crm")
    assert answer["ObjectTypeName"] == "crm"
    assert given_again(answer) == RICH


def test_what_get_answers_can_be_put_again(api: DomainApi) -> None:
    api.define("crm", RICH)
    before = api.definition("crm")
    api.define("crm", given_again(before))
    after = api.definition("crm")
    assert {**after, "LastUpdatedAt": None} == {**before, "LastUpdatedAt": None}


def test_fields_and_keys_keep_their_order(api: DomainApi) -> None:
    keys = {"zulu": key("b", "PROFILE"), "alpha": key("id", "UNIQUE"), "mike": key("a")}
    api.define("crm", keyed(keys))
    answer = api.definition("crm")
    assert (list(answer["Fields"]), list(answer["Keys"])) == (["id", "a", "b", "c", "d"], ["zulu", "alpha", "mike"])


def test_a_field_without_content_type_is_answered_without(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "PROFILE", "UNIQUE")}))
    assert api.definition("crm")["Fields"]["id"] == {"Source": "_source.id"}


def test_profiles_are_not_created_unless_allowed(api: DomainApi) -> None:
    members = system("crm")
    del members["AllowProfileCreation"]
    api.define("crm", members)
    api.put("crm", {"id": "1", "customer": "c"})
    assert api.stats()["ProfileCount"] == 0


def test_the_answer_says_whether_profiles_are_created(api: DomainApi) -> None:
    members = system("crm")
    del members["AllowProfileCreation"]
    answers = [api.define("crm", members), api.define("shop", system("shop", AllowProfileCreation=True))]
    assert [answer.get("AllowProfileCreation") for answer in answers] == [False, True]


def test_a_cap_of_objects_is_taken_from_the_thousand_of_a_profile(api: DomainApi) -> None:
    api.define("crm", system("crm", MaxProfileObjectCount=50))
    api.define("shop", system("shop", MaxProfileObjectCount=200))
    assert api.definition("crm")["MaxAvailableProfileObjectCount"] == 750


def test_put_again_keeps_the_time_of_creation(api: DomainApi) -> None:
    first = api.define("crm", system("crm"))
    second = api.define("crm", system("crm"))
    assert second["CreatedAt"] == first["CreatedAt"]
    assert second["LastUpdatedAt"] > first["LastUpdatedAt"]


def test_put_again_replaces_the_definition(api: DomainApi) -> None:
    api.define("crm", RICH)
    smaller = definition({"id": text("id")}, {"crmId": key("id", "PROFILE", "UNIQUE")})
    api.define("crm", smaller)
    assert given_again(api.definition("crm")) == {**smaller, "Tags": {"team": "care"}}


def test_a_new_definition_holds_for_later_objects_only(api: DomainApi) -> None:
    keys = {"crmId": key("id", "PROFILE", "UNIQUE")}
    api.define("crm", definition({"id": text("id"), "name": text("name", "_profile.FirstName")}, keys))
    api.put("crm", {"id": "1", "name": "Ann"})
    api.define("crm", definition({"id": text("id"), "name": text("name", "_profile.LastName")}, keys))
    api.put("crm", {"id": "2", "name": "Bob"})
    assert api.one("crmId", "1").get("FirstName") == "Ann"
    assert api.one("crmId", "2").get("LastName") == "Bob"


@pytest.mark.parametrize("name", ["1st", "-x", "with.dot", "with space", "x" * 256])
def test_a_type_name_outside_the_pattern_is_refused(api: DomainApi, name: str) -> None:
    with refused("objectTypeName"):
        api.define(name, system("crm"))


@pytest.mark.parametrize("name", ["_own", "_Profile"])
def test_a_type_name_that_begins_with_an_underscore_is_refused(api: DomainApi, name: str) -> None:
    with refused(name):
        api.define(name, system("crm"))


def test_a_description_is_required(unchecked: CustomerProfilesClient, domain: str) -> None:
    members = system("crm")
    del members["Description"]
    with refused("description"):
        DomainApi(unchecked, domain).define("crm", members)


OUT_OF_RANGE = {"ExpirationDays": 1099, "MaxProfileObjectCount": 0, "SourcePriority": 0}


@pytest.mark.parametrize("member", OUT_OF_RANGE)
def test_a_number_out_of_range_is_refused(unchecked: CustomerProfilesClient, domain: str, member: str) -> None:
    with refused(member):
        DomainApi(unchecked, domain).define("crm", system("crm", **{member: OUT_OF_RANGE[member]}))


@pytest.mark.parametrize("member", ["Fields", "Keys"])
def test_fields_and_keys_are_required_without_a_template(api: DomainApi, member: str) -> None:
    members = system("crm")
    del members[member]
    with refused(member):
        api.define("crm", members)


BESIDE_TEMPLATE: dict[str, Any] = {
    "Fields": system("crm")["Fields"],
    "Keys": system("crm")["Keys"],
    "AllowProfileCreation": True,
    "SourceLastUpdatedTimestampFormat": "EpochMilli",
}


@pytest.mark.parametrize("member", BESIDE_TEMPLATE)
def test_a_template_refuses_members_that_it_decides(api: DomainApi, member: str) -> None:
    with refused("TemplateId"):
        api.define("people", {"Description": "x", "TemplateId": "Zendesk-users", member: BESIDE_TEMPLATE[member]})


def test_250_fields_are_accepted(api: DomainApi) -> None:
    fields = {f"f{number}": text(f"m{number}") for number in range(250)}
    api.define("wide", definition(fields, {"wideId": key("f0", "PROFILE", "UNIQUE")}))
    assert len(api.definition("wide")["Fields"]) == 250


def test_an_unknown_type_is_not_found(api: DomainApi) -> None:
    with missing("crm"):
        api.definition("crm")


def test_deleting_an_unknown_type_is_not_found(api: DomainApi) -> None:
    with missing("crm"):
        api.forget("crm")


def test_a_deleted_type_is_gone(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    answer = api.client.delete_profile_object_type(DomainName=api.domain, ObjectTypeName="crm")
    assert answer["Message"]
    with missing("crm"):
        api.definition("crm")


def test_an_object_of_a_deleted_type_is_refused(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.forget("crm")
    with missing("crm"):
        api.put("crm", {"id": "1", "customer": "c"})


def two_systems(api: DomainApi) -> str:
    """One profile known to two systems: crm says Ann Lee of Rome, shop says Anna, gold."""
    api.define("crm", system("crm"))
    api.define("shop", system("shop"))
    api.put("crm", {"id": "1", "customer": "c", "first": "Ann", "last": "Lee", "city": "Rome"})
    api.put("shop", {"id": "1", "customer": "c", "first": "Anna", "tier": "gold", "email": "anna@example.com"})
    return str(api.one("customer", "c")["ProfileId"])


def test_a_deleted_type_leaves_the_fields_of_others(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.forget("shop")
    profile = api.profile(profile_id)
    assert (profile["LastName"], profile["Address"]) == ("Lee", {"City": "Rome"})


def test_a_deleted_type_gives_way_to_the_next_best_claim(api: DomainApi) -> None:
    profile_id = two_systems(api)
    assert api.profile(profile_id)["FirstName"] == "Anna"
    api.forget("shop")
    assert api.profile(profile_id)["FirstName"] == "Ann"


def test_fields_that_only_a_deleted_type_filled_are_removed(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.forget("shop")
    assert {"Attributes", "EmailAddress"} & api.profile(profile_id).keys() == set()


def test_the_search_keys_of_removed_fields_find_nothing(api: DomainApi) -> None:
    profile_id = two_systems(api)
    assert api.ids("_email", "anna@example.com") == [profile_id]
    api.forget("shop")
    assert api.ids("_email", "anna@example.com") == []


def test_an_address_that_only_a_deleted_type_filled_is_removed(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.forget("crm")
    assert {"Address", "LastName"} & api.profile(profile_id).keys() == set()


def test_manual_values_survive_the_deletion_of_a_type(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.update(profile_id, FirstName="Annabel")
    api.forget("shop")
    assert api.profile(profile_id)["FirstName"] == "Annabel"


def test_the_keys_of_a_deleted_type_find_nothing(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.forget("shop")
    assert (api.ids("shopId", "1"), api.ids("crmId", "1"), api.ids("customer", "c")) == ([], [profile_id], [profile_id])


def test_a_profile_stays_when_the_last_type_goes(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.forget("shop")
    api.forget("crm")
    assert api.profile(profile_id) == {"ProfileId": profile_id}


def test_a_recreated_type_has_no_old_objects(api: DomainApi) -> None:
    profile_id = two_systems(api)
    api.forget("shop")
    api.define("shop", system("shop"))
    assert api.listed(profile_id, "shop") == []
    assert api.profile(profile_id)["FirstName"] == "Ann"


def test_a_key_name_is_free_again_when_its_last_type_goes(api: DomainApi) -> None:
    api.define("crm", definition({"n": typed("NUMBER", "n")}, {"card": key("n", "PROFILE", "UNIQUE")}))
    api.forget("crm")
    api.define("shop", definition({"n": typed("EMAIL_ADDRESS", "n")}, {"card": key("n", "PROFILE", "UNIQUE")}))
    assert api.definition("shop")["Fields"]["n"]["ContentType"] == "EMAIL_ADDRESS"


def test_types_are_listed_with_descriptions_and_times(api: DomainApi) -> None:
    made = {name: api.define(name, {**system(name), "Description": f"about {name}"}) for name in ("crm", "shop")}
    items = api.client.list_profile_object_types(DomainName=api.domain)["Items"]
    listed = {item["ObjectTypeName"]: (item["Description"], item["CreatedAt"], item["LastUpdatedAt"]) for item in items}
    assert listed == {
        name: (f"about {name}", answer["CreatedAt"], answer["LastUpdatedAt"]) for name, answer in made.items()
    }


def test_a_listed_type_shows_priority_cap_and_tags(api: DomainApi) -> None:
    api.define("crm", RICH)
    [item] = api.client.list_profile_object_types(DomainName=api.domain)["Items"]
    assert (item["SourcePriority"], item["MaxProfileObjectCount"], item["Tags"]) == (2, 50, {"team": "care"})


def test_a_deleted_type_is_not_listed(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.forget("crm")
    assert api.client.list_profile_object_types(DomainName=api.domain)["Items"] == []


def test_a_fresh_type_can_be_used_at_once(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    assert api.one("customer", "c")["FirstName"] == "Ann"


def test_a_literal_source_is_stored_as_given(api: DomainApi) -> None:
    source = "{{#removeExtraSpace}}{{_source.a}} – {{_source.b}}{{/removeExtraSpace}}"
    fields = {"id": text("id"), "name": computed(source, "_profile.BusinessName")}
    api.define("crm", definition(fields, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    assert api.definition("crm")["Fields"]["name"]["Source"] == source


@pytest.mark.parametrize("enabled", [True, False])
def test_a_type_keeps_its_encryption_key_once_there_is_a_data_store(
    client: CustomerProfilesClient, enabled: bool
) -> None:
    """ "Update and validate an object type mapping"."""
    name = f"domain-{uuid.uuid4().hex}"
    client.create_domain(DomainName=name, DefaultExpirationDays=30, DataStore={"Enabled": enabled})
    api, key_arn = DomainApi(client, name), "arn:aws:kms:us-east-1:000000000000:key/"
    api.define("crm", system("crm", EncryptionKey=f"{key_arn}1"))
    api.define("crm", system("crm", EncryptionKey=f"{key_arn}1", ExpirationDays=7))
    with refused("EncryptionKey") if enabled else nullcontext():
        api.define("crm", system("crm", EncryptionKey=f"{key_arn}2"))
    assert api.definition("crm")["EncryptionKey"] == f"{key_arn}{1 if enabled else 2}"
