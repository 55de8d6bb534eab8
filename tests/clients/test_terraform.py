"""Terraform relies on a plan that is empty after each apply: it reads what was wanted, at once and to the letter."""

import uuid
from itertools import pairwise
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.calls import NOBODY

from .terraform import (
    Configuration,
    create_domain,
    create_profile,
    delete_domain,
    delete_profile,
    names_of_domains,
    read_domain,
    read_profile,
    update_domain,
    update_profile,
)
from .terraform_configurations import FULL, FULL_UPDATED, address, person


@pytest.fixture
def name() -> str:
    """The name of a domain that does not exist."""
    return f"tf-acc-test-{uuid.uuid4().hex}"


def days(number: int, **more: Any) -> Configuration:
    return {"DefaultExpirationDays": number, **more}


def without_status(state: Configuration) -> Configuration:
    """The status of rule-based matching is determined by the server: a plan does not compare it."""
    rules = {member: value for member, value in state["RuleBasedMatching"].items() if member != "Status"}
    return {**state, "RuleBasedMatching": rules}


def test_a_small_domain_is_created_imported_and_changed(client: CustomerProfilesClient, name: str) -> None:
    assert create_domain(client, name, days(120)) == days(120)
    assert read_domain(client, name) == days(120)
    assert update_domain(client, name, days(120), days(365)) == days(365)


def test_a_full_domain_reads_as_wanted_and_has_a_status(client: CustomerProfilesClient, name: str) -> None:
    state = create_domain(client, name, FULL)
    assert state["RuleBasedMatching"]["Status"]
    assert without_status(state) == FULL


def test_a_full_domain_changes_to_what_is_wanted_instead(client: CustomerProfilesClient, name: str) -> None:
    """Nothing of the former blocks is left: no source name beside RECENCY."""
    create_domain(client, name, FULL)
    assert without_status(update_domain(client, name, FULL, FULL_UPDATED)) == FULL_UPDATED


@pytest.mark.parametrize("member", ["DeadLetterQueueUrl", "DefaultEncryptionKey"])
def test_a_text_of_a_domain_that_is_no_longer_wanted_is_gone(
    client: CustomerProfilesClient, name: str, member: str
) -> None:
    former = {each: FULL[each] for each in ("DeadLetterQueueUrl", "DefaultEncryptionKey", "DefaultExpirationDays")}
    wanted = {each: value for each, value in former.items() if each != member}
    create_domain(client, name, former)
    assert update_domain(client, name, former, wanted) == wanted


def test_tags_of_a_domain_are_changed_added_and_removed(client: CustomerProfilesClient, name: str) -> None:
    steps: list[Configuration] = [
        days(365, Tags={"key1": "value1"}),
        days(365, Tags={"key1": "value1updated", "key2": "value2"}),
        days(365, Tags={"key2": "value2"}),
        days(365),
    ]
    assert create_domain(client, name, steps[0]) == steps[0]
    for former, wanted in pairwise(steps):
        assert update_domain(client, name, former, wanted) == wanted


def test_a_domain_that_is_destroyed_leaves_the_state_at_once(client: CustomerProfilesClient, name: str) -> None:
    create_domain(client, name, days(365))
    delete_domain(client, name)
    assert read_domain(client, name) is None


def test_a_domain_that_somebody_else_deleted_is_destroyed_all_the_same(
    client: CustomerProfilesClient, name: str
) -> None:
    delete_domain(client, name)
    assert read_domain(client, name) is None


def test_the_sweeper_sees_each_domain_once(client: CustomerProfilesClient, name: str) -> None:
    create_domain(client, name, days(7))
    assert names_of_domains(client).count(name) == 1


def test_a_full_profile_reads_as_wanted(client: CustomerProfilesClient, domain: str) -> None:
    profile_id, state = create_profile(client, domain, person())
    assert state == person()
    assert read_profile(client, domain, profile_id) == person()


def test_a_full_profile_changes_to_odd_values_to_the_letter(client: CustomerProfilesClient, domain: str) -> None:
    """Phone numbers, dates and countries that are none: no format is checked."""
    profile_id, state = create_profile(client, domain, person())
    assert update_profile(client, domain, profile_id, state, person("-updated")) == person("-updated")


def test_a_profile_without_any_field_is_found_by_its_id(client: CustomerProfilesClient, domain: str) -> None:
    _, state = create_profile(client, domain, {})
    assert state == {}


@pytest.mark.parametrize("field", [field for field, value in person().items() if isinstance(value, str)])
def test_a_field_that_is_no_longer_wanted_is_gone(client: CustomerProfilesClient, domain: str, field: str) -> None:
    wanted = {name: value for name, value in person().items() if name != field}
    profile_id, state = create_profile(client, domain, person())
    assert update_profile(client, domain, profile_id, state, wanted) == wanted


def test_members_of_an_address_that_are_no_longer_wanted_are_gone(client: CustomerProfilesClient, domain: str) -> None:
    wanted = person() | {"Address": {"Address1": "1 New Street", "City": "Seattle"}}
    profile_id, state = create_profile(client, domain, person())
    assert update_profile(client, domain, profile_id, state, wanted) == wanted


def test_an_address_may_be_added_to_a_profile_without(client: CustomerProfilesClient, domain: str) -> None:
    wanted: Configuration = {"FirstName": "John", "Address": address("123 Sample Street")}
    profile_id, state = create_profile(client, domain, {"FirstName": "John"})
    assert update_profile(client, domain, profile_id, state, wanted) == wanted


def test_an_unchanged_profile_may_be_applied_again(client: CustomerProfilesClient, domain: str) -> None:
    profile_id, state = create_profile(client, domain, person())
    assert update_profile(client, domain, profile_id, state, state) == person()


def test_a_profile_that_is_destroyed_leaves_the_state_at_once(client: CustomerProfilesClient, domain: str) -> None:
    profile_id, _ = create_profile(client, domain, person())
    delete_profile(client, domain, profile_id)
    assert read_profile(client, domain, profile_id) is None


def test_a_profile_that_somebody_else_deleted_is_destroyed_all_the_same(
    client: CustomerProfilesClient, domain: str
) -> None:
    delete_profile(client, domain, NOBODY)
    assert read_profile(client, domain, NOBODY) is None


def test_a_profile_leaves_the_state_with_its_domain(client: CustomerProfilesClient, domain: str) -> None:
    profile_id, _ = create_profile(client, domain, person())
    delete_domain(client, domain)
    assert read_profile(client, domain, profile_id) is None


def test_a_new_domain_of_the_name_has_none_of_the_profiles(client: CustomerProfilesClient, domain: str) -> None:
    """A domain that is replaced is destroyed and created again under its name."""
    profile_id, _ = create_profile(client, domain, person())
    delete_domain(client, domain)
    create_domain(client, domain, days(7))
    assert read_profile(client, domain, profile_id) is None
