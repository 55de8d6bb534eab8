"""CreateDomain, GetDomain, UpdateDomain, DeleteDomain, ListDomains."""

from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import NOBODY, DomainApi, missing, refused
from .mappings import system

MATCHING: dict[str, Any] = {
    "Enabled": True,
    "JobSchedule": {"DayOfTheWeek": "MONDAY", "Time": "03:30"},
    "AutoMerging": {
        "Enabled": True,
        "Consolidation": {"MatchingAttributesList": [["EmailAddress"], ["PhoneNumber", "LastName"]]},
        "ConflictResolution": {"ConflictResolvingModel": "RECENCY"},
        "MinAllowedConfidenceScoreForMerging": 0.75,
    },
}
RULES: dict[str, Any] = {
    "Enabled": True,
    "MatchingRules": [{"Rule": ["AccountNumber"]}, {"Rule": ["EmailAddress", "LastName"]}],
    "MaxAllowedRuleLevelForMerging": 1,
    "MaxAllowedRuleLevelForMatching": 2,
    "AttributeTypesSelector": {"AttributeMatchingModel": "ONE_TO_ONE", "EmailAddress": ["EmailAddress"]},
    "ConflictResolution": {"ConflictResolvingModel": "SOURCE", "SourceName": "crm"},
}
QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/dead-letters"
ENCRYPTION_KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000001"


def get(api: DomainApi) -> dict[str, Any]:
    return {**api.client.get_domain(DomainName=api.domain)}


def recreate(api: DomainApi, **options: Any) -> None:
    api.client.delete_domain(DomainName=api.domain)
    api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=366, **options)


def test_create_answers_what_was_given(api: DomainApi) -> None:
    api.client.delete_domain(DomainName=api.domain)
    given: dict[str, Any] = {
        "DomainName": api.domain,
        "DefaultExpirationDays": 7,
        "DefaultEncryptionKey": ENCRYPTION_KEY,
        "DeadLetterQueueUrl": QUEUE,
        "Tags": {"team": "care"},
    }
    answer = api.client.create_domain(**given)
    assert {member: answer.get(member) for member in given} == given


def test_create_answers_the_time_of_creation(api: DomainApi) -> None:
    api.client.delete_domain(DomainName=api.domain)
    answer = api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=7)
    assert answer["CreatedAt"] == answer["LastUpdatedAt"] == get(api)["CreatedAt"]


def test_get_answers_what_was_created(api: DomainApi) -> None:
    recreate(api, DefaultEncryptionKey=ENCRYPTION_KEY, DeadLetterQueueUrl=QUEUE, Tags={"team": "care"})
    answer = get(api)
    assert (answer["DomainName"], answer["DefaultExpirationDays"]) == (api.domain, 366)
    assert (answer["DefaultEncryptionKey"], answer["DeadLetterQueueUrl"]) == (ENCRYPTION_KEY, QUEUE)
    assert answer["Tags"] == {"team": "care"}


def test_a_name_that_exists_is_refused(api: DomainApi) -> None:
    with refused(api.domain):
        api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=7)


def test_expiration_days_are_required(unchecked: CustomerProfilesClient) -> None:
    with refused("expirationDays"):
        unchecked.create_domain(DomainName="no-days")  # type: ignore[call-arg]


@pytest.mark.parametrize("days", [0, 1099])
def test_expiration_days_outside_1_to_1098_are_refused(unchecked: CustomerProfilesClient, days: int) -> None:
    with refused("expirationDays"):
        unchecked.create_domain(DomainName="odd-days", DefaultExpirationDays=days)


@pytest.mark.parametrize("name", ["with space", "dot.ted", "ünïcode", "x" * 65, "line\n"])
def test_a_domain_name_outside_the_pattern_is_refused(client: CustomerProfilesClient, name: str) -> None:
    with refused("domainName"):
        client.create_domain(DomainName=name, DefaultExpirationDays=7)


def test_the_same_name_in_another_region_is_another_domain(api: DomainApi, elsewhere: CustomerProfilesClient) -> None:
    elsewhere.create_domain(DomainName=api.domain, DefaultExpirationDays=9)
    assert get(api)["DefaultExpirationDays"] != 9
    elsewhere.delete_domain(DomainName=api.domain)
    assert get(api)["DomainName"] == api.domain


def test_a_domain_is_not_seen_from_another_region(domain: str, elsewhere: CustomerProfilesClient) -> None:
    with missing(domain):
        elsewhere.get_domain(DomainName=domain)


def test_matching_is_stored_and_echoed(api: DomainApi) -> None:
    recreate(api, Matching=MATCHING)
    assert get(api)["Matching"] == MATCHING


def test_rule_based_matching_is_echoed_with_status_active(api: DomainApi) -> None:
    recreate(api, RuleBasedMatching=RULES)
    assert get(api)["RuleBasedMatching"] == {**RULES, "Status": "ACTIVE"}


def test_data_store_is_echoed(api: DomainApi) -> None:
    recreate(api, DataStore={"Enabled": True})
    assert get(api)["DataStore"]["Enabled"] is True


# Source: API reference MatchingRule, AttributeTypesSelector, RuleBasedMatchingRequest.
WRONG_RULES = {
    "unknown-attribute": ({**RULES, "MatchingRules": [{"Rule": ["ShoeSize"]}]}, "ShoeSize"),
    "concrete-name-of-a-typed-attribute": (
        {**RULES, "MatchingRules": [{"Rule": ["HomePhoneNumber"]}]},
        "HomePhoneNumber",
    ),
    "merging-above-matching": (
        {**RULES, "MaxAllowedRuleLevelForMerging": 2, "MaxAllowedRuleLevelForMatching": 1},
        "MaxAllowedRuleLevel",
    ),
    "matching-above-number-of-rules": ({**RULES, "MaxAllowedRuleLevelForMatching": 3}, "MaxAllowedRuleLevel"),
    "unknown-email-type": (
        {**RULES, "AttributeTypesSelector": {"AttributeMatchingModel": "ONE_TO_ONE", "EmailAddress": ["Telex"]}},
        "Telex",
    ),
}


@pytest.mark.parametrize(("rules", "word"), WRONG_RULES.values(), ids=WRONG_RULES.keys())
def test_wrong_rule_based_matching_is_refused(api: DomainApi, rules: Any, word: str) -> None:
    with refused(word):
        api.client.update_domain(DomainName=api.domain, RuleBasedMatching=rules)


def test_update_keeps_what_is_absent(api: DomainApi) -> None:
    recreate(api, Matching=MATCHING, DeadLetterQueueUrl=QUEUE)
    api.client.update_domain(DomainName=api.domain, DefaultExpirationDays=30)
    answer = get(api)
    assert (answer["DefaultExpirationDays"], answer["DeadLetterQueueUrl"]) == (30, QUEUE)
    assert answer["Matching"] == MATCHING


@pytest.mark.parametrize(("member", "value"), [("DeadLetterQueueUrl", QUEUE), ("DefaultEncryptionKey", ENCRYPTION_KEY)])
def test_update_with_an_empty_string_clears(api: DomainApi, member: str, value: str) -> None:
    options: dict[str, Any] = {member: value}
    recreate(api, **options)
    cleared: dict[str, Any] = {member: ""}
    api.client.update_domain(DomainName=api.domain, **cleared)
    assert member not in get(api)


def test_update_changes_the_time_of_the_last_update_only(api: DomainApi) -> None:
    before = get(api)
    answer = api.client.update_domain(DomainName=api.domain, DefaultExpirationDays=30)
    assert answer["CreatedAt"] == before["CreatedAt"]
    assert answer["LastUpdatedAt"] > before["LastUpdatedAt"]


def test_update_ignores_tags_and_echoes_the_stored_ones(api: DomainApi) -> None:
    recreate(api, Tags={"team": "care"})
    answer = api.client.update_domain(DomainName=api.domain, Tags={"team": "other"})
    assert answer["Tags"] == get(api)["Tags"] == {"team": "care"}


def test_a_deleted_domain_is_gone(api: DomainApi) -> None:
    answer = api.client.delete_domain(DomainName=api.domain)
    assert answer["Message"]
    with missing(api.domain):
        get(api)


def test_a_domain_is_deleted_once(api: DomainApi) -> None:
    api.client.delete_domain(DomainName=api.domain)
    with missing(api.domain):
        api.client.delete_domain(DomainName=api.domain)


def test_an_object_put_after_the_deletion_is_refused(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.client.delete_domain(DomainName=api.domain)
    with missing(api.domain):
        api.put("crm", {"id": "1", "customer": "c"})


def test_a_recreated_domain_has_no_old_types(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    recreate(api)
    assert api.client.list_profile_object_types(DomainName=api.domain)["Items"] == []
    with missing("crm"):
        api.put("crm", {"id": "1", "customer": "c"})


def test_a_recreated_domain_has_no_old_profiles(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c"})
    old = api.create(EmailAddress="ann@example.com")
    recreate(api)
    assert api.ids("_email", "ann@example.com") + api.ids("customer", "c") + api.ids("_profileId", old) == []


def test_a_recreated_domain_has_no_old_objects(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    recreate(api)
    api.define("crm", system("crm"))
    api.put("crm", {"id": "2", "customer": "c"})
    profile = api.one("customer", "c")
    assert "FirstName" not in profile
    assert [value["id"] for value in api.objects(profile["ProfileId"], "crm")] == ["2"]


def test_a_recreated_domain_has_no_old_tags_and_counts(api: DomainApi) -> None:
    recreate(api, Tags={"team": "care"})
    api.create(FirstName="Ann")
    recreate(api)
    assert get(api).get("Tags", {}) == {}
    assert api.stats()["ProfileCount"] == 0


def test_a_listed_domain_shows_its_times_and_tags(domain: str, elsewhere: CustomerProfilesClient) -> None:
    made = elsewhere.create_domain(DomainName=domain, DefaultExpirationDays=9, Tags={"team": "care"})
    [listed] = [item for item in elsewhere.list_domains(MaxResults=100)["Items"] if item["DomainName"] == domain]
    elsewhere.delete_domain(DomainName=domain)
    assert (listed["CreatedAt"], listed["LastUpdatedAt"]) == (made["CreatedAt"], made["LastUpdatedAt"])
    assert listed["Tags"] == {"team": "care"}


def test_a_deleted_domain_is_not_listed(domain: str, elsewhere: CustomerProfilesClient) -> None:
    elsewhere.create_domain(DomainName=domain, DefaultExpirationDays=9)
    elsewhere.delete_domain(DomainName=domain)
    assert domain not in [item["DomainName"] for item in elsewhere.list_domains(MaxResults=100)["Items"]]


# Every operation that takes a domain, with members that are right in form.
CALLS: dict[str, dict[str, Any]] = {
    "get_domain": {},
    "update_domain": {"DefaultExpirationDays": 9},
    "delete_domain": {},
    "create_profile": {"FirstName": "Ann"},
    "update_profile": {"ProfileId": NOBODY, "FirstName": "Ann"},
    "delete_profile": {"ProfileId": NOBODY},
    "batch_get_profile": {"ProfileIds": [NOBODY]},
    "search_profiles": {"KeyName": "_email", "Values": ["ann@example.com"]},
    "add_profile_key": {"ProfileId": NOBODY, "KeyName": "_email", "Values": ["ann@example.com"]},
    "delete_profile_key": {"ProfileId": NOBODY, "KeyName": "_email", "Values": ["ann@example.com"]},
    "put_profile_object_type": {"ObjectTypeName": "crm", **system("crm")},
    "get_profile_object_type": {"ObjectTypeName": "crm"},
    "delete_profile_object_type": {"ObjectTypeName": "crm"},
    "list_profile_object_types": {},
    "put_profile_object": {"ObjectTypeName": "crm", "Object": '{"id": "1"}'},
    "batch_put_profile_object": {"ObjectTypeName": "crm", "Items": [{"Id": "1", "Object": '{"id": "1"}'}]},
    "list_profile_objects": {"ObjectTypeName": "crm", "ProfileId": NOBODY},
    "delete_profile_object": {"ObjectTypeName": "crm", "ProfileId": NOBODY, "ProfileObjectUniqueKey": "x"},
    "merge_profiles": {"MainProfileId": NOBODY, "ProfileIdsToBeMerged": ["1" * 32]},
}


@pytest.mark.parametrize("operation", CALLS)
def test_an_unknown_domain_is_not_found(client: CustomerProfilesClient, operation: str) -> None:
    with missing("no-such-domain"):
        getattr(client, operation)(DomainName="no-such-domain", **CALLS[operation])
