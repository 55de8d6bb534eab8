"""Amplify relies on PutProfileObject to find or create one profile for a user, however many devices begin at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.calls import DomainApi, missing, refused

from .amplify import (
    EXPIRATION_DAYS,
    INTEGRATIONS,
    OBJECT_TYPE,
    PRINCIPAL,
    PRINCIPAL_KEY,
    deploy,
    find_or_create,
    identify_user,
    integrate,
    merging_mechanism,
)

Answer = TypeVar("Answer")

DEVICES = 24
"""Calls at once."""

USER = "us-east-1:5f2c9e0a-user"
RULES: Any = {
    "Enabled": True,
    "MatchingRules": [{"Rule": ["EmailAddress"]}],
    "MaxAllowedRuleLevelForMatching": 1,
    "MaxAllowedRuleLevelForMerging": 1,
    "ConflictResolution": {"ConflictResolvingModel": "RECENCY"},
}


@pytest.fixture
def app(client: CustomerProfilesClient, domain: str) -> DomainApi:
    """A domain in which Amplify's object type is registered."""
    deploy(client, domain)
    return DomainApi(client, domain)


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers of calls that all begin together."""
    together = threading.Barrier(len(acts))

    def begin(act: Callable[[], Answer]) -> Answer:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


def test_the_key_is_read_back_as_the_one_that_makes_profiles_and_names_objects(app: DomainApi) -> None:
    registered = app.definition(OBJECT_TYPE)
    assert (registered["AllowProfileCreation"], registered["ExpirationDays"]) == (True, EXPIRATION_DAYS)
    assert registered["Keys"] == {
        PRINCIPAL_KEY: [{"StandardIdentifiers": ["PROFILE", "UNIQUE"], "FieldNames": [PRINCIPAL]}]
    }


def test_the_first_call_of_a_user_creates_the_profile_and_the_next_look_up_finds_it(app: DomainApi) -> None:
    profile_id = find_or_create(app.client, app.domain, USER)
    assert app.profile(str(profile_id)) == {"ProfileId": profile_id, "Attributes": {PRINCIPAL: USER}}


def test_later_calls_find_the_same_profile(app: DomainApi) -> None:
    assert len({find_or_create(app.client, app.domain, USER) for _ in range(3)}) == 1


def test_first_calls_of_one_user_at_once_end_in_one_profile(app: DomainApi) -> None:
    found = at_once([partial(find_or_create, app.client, app.domain, USER)] * DEVICES)
    assert set(found) == set(app.ids(PRINCIPAL_KEY, USER))
    assert len(set(found)) == 1


def test_first_calls_of_many_users_at_once_end_in_one_profile_each(app: DomainApi) -> None:
    users = [f"{USER}-{number}" for number in range(DEVICES // 3)]
    found = at_once([partial(find_or_create, app.client, app.domain, user) for user in users * 3])
    assert len(set(found)) == len(users)
    assert found == [app.one(PRINCIPAL_KEY, user)["ProfileId"] for user in users] * 3
    assert app.stats()["ProfileCount"] == len(users)


def test_a_repeated_put_replaces_the_object(app: DomainApi) -> None:
    unique_keys = {app.put(OBJECT_TYPE, {PRINCIPAL: USER, "visit": visit}) for visit in range(3)}
    profile_id = app.one(PRINCIPAL_KEY, USER)["ProfileId"]
    assert [item["ProfileObjectUniqueKey"] for item in app.listed(profile_id, OBJECT_TYPE)] == list(unique_keys)
    assert app.objects(profile_id, OBJECT_TYPE) == [{PRINCIPAL: USER, "visit": 2}]


def test_puts_of_one_user_at_once_leave_one_object(app: DomainApi) -> None:
    unique_keys = at_once([partial(app.put, OBJECT_TYPE, {PRINCIPAL: USER})] * DEVICES)
    assert len(set(unique_keys)) == 1
    assert app.stats()["ObjectCount"] == 1


def test_a_put_without_the_principal_is_refused(app: DomainApi) -> None:
    with refused(PRINCIPAL_KEY):
        app.put(OBJECT_TYPE, {"email": "jane@example.com"})


def test_what_an_app_says_of_a_user_is_on_the_profile(app: DomainApi) -> None:
    location = {"city": "Seattle", "country": "US", "postalCode": "98101", "region": "WA"}
    words = {"email": "jane@example.com", "name": "Jane van Doe", "phone": "+15551234567", "location": location}
    profile_id = identify_user(app.client, app.domain, USER, words | {"customAttributes": {"plan": "premium"}})
    assert app.profile(profile_id) == {
        "ProfileId": profile_id,
        "EmailAddress": "jane@example.com",
        "FirstName": "Jane",
        "LastName": "van Doe",
        "PhoneNumber": "+15551234567",
        "Address": {"City": "Seattle", "Country": "US", "PostalCode": "98101", "Province": "WA"},
        "Attributes": {PRINCIPAL: USER, "plan": "premium"},
    }


def test_a_second_call_replaces_only_what_it_says(app: DomainApi) -> None:
    identify_user(app.client, app.domain, USER, {"name": "Jane Doe", "location": {"city": "Oslo", "country": "NO"}})
    profile_id = identify_user(app.client, app.domain, USER, {"name": "Janet", "location": {"city": "Bergen"}})
    profile = app.profile(profile_id)
    assert (profile["FirstName"], profile["LastName"]) == ("Janet", "Doe")
    assert profile["Address"] == {"City": "Bergen", "Country": "NO"}


@pytest.mark.parametrize("attributes", [{}, {"plan": "basic"}], ids=["none", "one"])
def test_attributes_of_an_app_do_not_drop_the_principal(app: DomainApi, attributes: dict[str, str]) -> None:
    """Deliveries go by Attributes.principalId."""
    profile_id = identify_user(app.client, app.domain, USER, {"customAttributes": attributes})
    assert app.profile(profile_id)["Attributes"] == {PRINCIPAL: USER, **attributes}


def test_calls_of_one_user_at_once_are_all_done_without_a_second_try(app: DomainApi) -> None:
    def say(number: int) -> str:
        return identify_user(app.client, app.domain, USER, {"customAttributes": {f"device{number}": "seen"}})

    [profile_id] = set(at_once([partial(say, number) for number in range(DEVICES)]))
    devices = {f"device{number}": "seen" for number in range(DEVICES)}
    assert app.profile(profile_id)["Attributes"] == {PRINCIPAL: USER, **devices}


def test_a_domain_made_with_matching_off_merges_nothing(client: CustomerProfilesClient, domain: str) -> None:
    name = f"{domain}-off"
    off: Any = {"Enabled": False}
    client.create_domain(DomainName=name, DefaultExpirationDays=1, Matching=off, RuleBasedMatching=off)
    assert merging_mechanism(client, name) is None


def test_a_domain_that_says_nothing_of_matching_merges_nothing(client: CustomerProfilesClient, domain: str) -> None:
    assert merging_mechanism(client, domain) is None


def test_matching_that_is_switched_on_shows_at_once(client: CustomerProfilesClient, domain: str) -> None:
    """The guard looks at each write, and lets none pass once profiles may merge."""
    client.update_domain(DomainName=domain, RuleBasedMatching=RULES)
    assert merging_mechanism(client, domain) == "RuleBasedMatching"
    client.update_domain(DomainName=domain, RuleBasedMatching={"Enabled": False})
    assert merging_mechanism(client, domain) is None


def test_a_type_of_a_deployment_that_was_stopped_is_not_there(client: CustomerProfilesClient, domain: str) -> None:
    with missing(OBJECT_TYPE):
        client.get_profile_object_type(DomainName=domain, ObjectTypeName=OBJECT_TYPE)


def test_a_domain_that_is_gone_already_is_said_to_be_missing(client: CustomerProfilesClient, domain: str) -> None:
    client.delete_domain(DomainName=domain)
    with missing(domain):
        client.delete_domain(DomainName=domain)


def test_integrations_are_not_there_yet_and_a_deployment_goes_on_without(app: DomainApi) -> None:
    """PutIntegration answers 501 until integrations arrive. Then all of these are 200."""
    assert integrate(app.client, app.domain) == [HTTPStatus.NOT_IMPLEMENTED] * len(INTEGRATIONS)
    assert find_or_create(app.client, app.domain, USER) is not None
