"""DetectProfileObjectType: a mapping from sample objects."""

from typing import Any

import pytest

from .calls import DomainApi, compact, refused
from .mappings import system

CONTACT = {
    "contact_id": "c-1",
    "firstName": "Ann",
    "lastName": "Lee",
    "email": "ann.lee@example.com",
    "mobile_phone": "+1 206 555 0142",
    "address": {"city": "Seattle", "postalCode": "98101"},
    "updated_at": "2026-03-01T10:00:00Z",
}
OTHER = {
    **CONTACT,
    "contact_id": "c-2",
    "firstName": "Bob",
    "email": "bob@example.com",
    "mobile_phone": "+1 206 555 0143",
}


def detected(api: DomainApi, *objects: Any) -> list[dict[str, Any]]:
    texts = [one if isinstance(one, str) else compact(one) for one in objects]
    answer = api.client.detect_profile_object_type(DomainName=api.domain, Objects=texts)
    return [dict(one) for one in answer["DetectedProfileObjectTypes"]]


def test_a_mapping_is_proposed_with_targets_content_types_and_keys(api: DomainApi) -> None:
    [proposal] = detected(api, CONTACT, OTHER)
    targets = {field["Source"]: field.get("Target") for field in proposal["Fields"].values()}
    assert targets["_source.firstName"] == "_profile.FirstName"
    assert targets["_source.email"] == "_profile.EmailAddress"
    assert targets["_source.address.city"] == "_profile.Address.City"
    types = {field["Source"]: field.get("ContentType") for field in proposal["Fields"].values()}
    assert (types["_source.email"], types["_source.mobile_phone"]) == ("EMAIL_ADDRESS", "PHONE_NUMBER")
    assert "_email" in proposal["Keys"]
    assert proposal["SourceLastUpdatedTimestampFormat"] == "yyyy-MM-dd'T'HH:mm:ssXXX"


def test_a_proposal_can_be_put_as_it_stands_and_takes_its_samples_in(api: DomainApi) -> None:
    [proposal] = detected(api, CONTACT, OTHER)
    api.define("contact", {"Description": "detected", "AllowProfileCreation": True, **proposal})
    for sample in (CONTACT, OTHER):
        api.put("contact", sample)
    assert api.one("_email", "ann.lee@example.com")["FirstName"] == "Ann"
    assert api.stats()["ProfileCount"] == 2


def test_the_answer_is_the_same_each_time(api: DomainApi) -> None:
    assert detected(api, CONTACT, OTHER) == detected(api, CONTACT, OTHER)


def test_nothing_is_stored(api: DomainApi) -> None:
    detected(api, CONTACT)
    assert api.client.list_profile_object_types(DomainName=api.domain)["Items"] == []
    assert api.stats()["ObjectCount"] == 0


def test_a_key_that_another_type_has_for_its_own_ids_gets_another_name(api: DomainApi) -> None:
    [first] = detected(api, CONTACT, OTHER)
    api.define("contact", {"Description": "detected", "AllowProfileCreation": True, **first})
    [second] = detected(api, CONTACT, OTHER)
    unique = [
        name
        for proposal in (first, second)
        for name, [key] in proposal["Keys"].items()
        if "UNIQUE" in key["StandardIdentifiers"]
    ]
    assert len(set(unique)) == 2
    api.define("other", {"Description": "detected", "AllowProfileCreation": True, **second})


def test_objects_that_nothing_tells_apart_give_no_mapping(api: DomainApi) -> None:
    assert detected(api, {}) == []


def test_samples_that_are_shaped_unlike_each_other_are_no_error(api: DomainApi) -> None:
    assert detected(api, {"data": {"id": "A1", "email": "a@b.de"}}, {"data": ["x", "y"]}) is not None


def test_a_very_long_name_gives_a_proposal_that_can_be_put(api: DomainApi) -> None:
    sample = {"id": "1", "email": "ann@example.com", "account_id" + "_" * 92 + "x" * 300: "A-1"}
    [proposal] = detected(api, sample)
    api.define("contact", {"Description": "detected", "AllowProfileCreation": True, **proposal})


def test_a_sample_that_is_no_json_is_refused(api: DomainApi) -> None:
    with refused("Could not parse object string into JSON"):
        detected(api, CONTACT, "{")


def test_a_sample_that_is_no_object_is_refused(api: DomainApi) -> None:
    with refused("object"):
        detected(api, "[1]")


@pytest.mark.parametrize("count", [120, 121])
def test_a_sample_has_as_many_attributes_as_the_quota_says(api: DomainApi, count: int) -> None:
    sample = {"id": "1", "email": "ann@example.com", **{f"member{number}": "x" for number in range(count - 2)}}
    if count > 120:
        with refused("Breached limit of 120 attributes"):
            detected(api, sample)
    else:
        assert len(detected(api, sample)) == 1


def test_types_that_are_there_stay_as_they_are(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    before = api.definition("crm")
    detected(api, {"id": "1", "customer": "ann"})
    assert api.definition("crm") == before
