"""Page tokens of every operation that lists."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import NOBODY, DomainApi, refused
from .mappings import products, system

Answer = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """Seven items of one operation, and how to ask for a page of them."""

    page: Callable[..., Answer]
    name: Callable[[Answer], str]
    expected: set[str]

    def walk(self, size: int) -> list[list[str]]:
        """The names on each page, page by page."""
        pages: list[list[str]] = []
        token: dict[str, str] = {}
        while True:
            answer = self.page(MaxResults=size, **token)
            pages.append([self.name(item) for item in answer["Items"]])
            if "NextToken" not in answer:
                return pages
            token = {"NextToken": answer["NextToken"]}

    def token(self) -> str:
        return str(self.page(MaxResults=2)["NextToken"])


def domains(client: CustomerProfilesClient, domain: str) -> Listing:
    names = {f"{domain[:50]}-{number}" for number in range(7)}
    for name in names:
        client.create_domain(DomainName=name, DefaultExpirationDays=9)
    return Listing(lambda **options: {**client.list_domains(**options)}, lambda item: str(item["DomainName"]), names)


def types(api: DomainApi) -> Listing:
    names = {f"type{number}" for number in range(7)}
    for name in names:
        api.define(name, system(name))
    return Listing(
        lambda **options: {**api.client.list_profile_object_types(DomainName=api.domain, **options)},
        lambda item: str(item["ObjectTypeName"]),
        names,
    )


def profiles(api: DomainApi) -> Listing:
    ids = {api.create(AccountNumber="same") for _ in range(7)}

    def page(**options: Any) -> Answer:
        return {**api.client.search_profiles(DomainName=api.domain, KeyName="_account", Values=["same"], **options)}

    return Listing(page, lambda item: str(item["ProfileId"]), ids)


def profiles_by_two_keys(api: DomainApi) -> Listing:
    by_account = {api.create(AccountNumber="same") for _ in range(4)}
    by_email = {api.create(EmailAddress="ann@example.com") for _ in range(2)}
    both = api.create(AccountNumber="same", EmailAddress="ann@example.com")
    more = [{"KeyName": "_email", "Values": ["ann@example.com"]}]

    def page(**options: Any) -> Answer:
        members: dict[str, Any] = {"KeyName": "_account", "Values": ["same"], "AdditionalSearchKeys": more, **options}
        return {**api.client.search_profiles(DomainName=api.domain, **members)}

    return Listing(page, lambda item: str(item["ProfileId"]), {*by_account, *by_email, both})


def objects_page(api: DomainApi, profile_id: str, object_type: str) -> Callable[..., Answer]:
    return lambda **options: {
        **api.client.list_profile_objects(
            DomainName=api.domain, ObjectTypeName=object_type, ProfileId=profile_id, **options
        )
    }


def objects(api: DomainApi) -> Listing:
    api.define("crm", system("crm"))
    keys = {api.put("crm", {"id": str(number), "customer": "c"}) for number in range(7)}
    page = objects_page(api, api.one("customer", "c")["ProfileId"], "crm")
    return Listing(page, lambda item: str(item["ProfileObjectUniqueKey"]), keys)


def assets(api: DomainApi) -> Listing:
    api.define("products", products())
    for number in range(7):
        api.put("products", {"email": "ann@example.com", "serial": f"S{number}"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    known = {item["Object"] for item in api.listed(profile_id, "_asset")}
    return Listing(objects_page(api, profile_id, "_asset"), lambda item: str(item["Object"]), known)


LISTINGS = {
    "ListProfileObjectTypes": types,
    "SearchProfiles": profiles,
    "SearchProfiles by two keys": profiles_by_two_keys,
    "ListProfileObjects": objects,
    "ListProfileObjects of assets": assets,
}


@pytest.fixture(params=["ListDomains", *LISTINGS])
def listing(request: pytest.FixtureRequest, api: DomainApi, elsewhere: CustomerProfilesClient) -> Iterator[Listing]:
    if request.param != "ListDomains":
        yield LISTINGS[request.param](api)
        return
    made = domains(elsewhere, api.domain)
    yield made
    for name in made.expected:
        elsewhere.delete_domain(DomainName=name)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_pages_together_have_every_item_once(listing: Listing, size: int) -> None:
    names = [name for page in listing.walk(size) for name in page]
    assert (sorted(names), len(listing.expected)) == (sorted(listing.expected), 7)


def test_a_page_is_full_unless_it_is_the_last(listing: Listing) -> None:
    assert [len(page) for page in listing.walk(3)] == [3, 3, 1]


def test_the_last_page_has_no_token_even_if_it_is_full(listing: Listing) -> None:
    assert "NextToken" not in listing.page(MaxResults=7)


def test_the_order_does_not_depend_on_the_page_size(listing: Listing) -> None:
    [whole] = listing.walk(100)
    assert [name for page in listing.walk(2) for name in page] == whole


def test_a_page_size_over_100_is_refused(listing: Listing) -> None:
    with refused("maxResults"):
        listing.page(MaxResults=101)


ZERO: dict[str, dict[str, Any]] = {
    "list_profile_object_types": {},
    "search_profiles": {"KeyName": "_account", "Values": ["same"]},
    "list_profile_objects": {"ObjectTypeName": "crm", "ProfileId": NOBODY},
}


@pytest.mark.parametrize("operation", ZERO)
def test_a_page_size_of_zero_is_refused(unchecked: CustomerProfilesClient, domain: str, operation: str) -> None:
    with refused("maxResults"):
        getattr(unchecked, operation)(DomainName=domain, MaxResults=0, **ZERO[operation])


def altered(token: str) -> dict[str, str]:
    middle = len(token) // 2
    swapped = "A" if token[middle] != "A" else "B"
    return {
        "one character changed": token[:middle] + swapped + token[middle + 1 :],
        "cut short": token[:-3],
        "made longer": token + "AAAA",
        "garbage": "garbage",
        "not ASCII": "ü🙂",
    }


@pytest.mark.parametrize("kind", altered("x" * 20))
def test_an_altered_token_is_refused(listing: Listing, kind: str) -> None:
    wrong = altered(listing.token())[kind]
    with refused("token"):
        listing.page(NextToken=wrong)


def test_a_token_over_1024_characters_is_refused(listing: Listing) -> None:
    with refused("nextToken"):
        listing.page(NextToken="x" * 1025)


def test_a_token_of_another_operation_is_refused(api: DomainApi) -> None:
    found, defined = profiles(api), types(api)
    with refused("token"):
        found.page(NextToken=defined.token())


def test_a_token_of_another_domain_is_refused(api: DomainApi) -> None:
    token = types(api).token()
    other = DomainApi(api.client, f"{api.domain[:50]}-other")
    api.client.create_domain(DomainName=other.domain, DefaultExpirationDays=9)
    with refused("token"):
        api.client.list_profile_object_types(DomainName=other.domain, NextToken=token)
    api.client.delete_domain(DomainName=other.domain)


def test_a_token_of_a_former_domain_of_the_name_is_refused(api: DomainApi) -> None:
    token = types(api).token()
    api.client.delete_domain(DomainName=api.domain)
    api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=9)
    with refused("token"):
        api.client.list_profile_object_types(DomainName=api.domain, NextToken=token)


OTHER_SEARCHES: dict[str, dict[str, Any]] = {
    "key": {"KeyName": "_email", "Values": ["same"]},
    "value": {"KeyName": "_account", "Values": ["other"]},
    "more keys": {
        "KeyName": "_account",
        "Values": ["same"],
        "AdditionalSearchKeys": [{"KeyName": "_email", "Values": ["x"]}],
    },
}


@pytest.mark.parametrize("search", OTHER_SEARCHES.values(), ids=OTHER_SEARCHES.keys())
def test_a_token_of_another_search_is_refused(api: DomainApi, search: dict[str, Any]) -> None:
    token = profiles(api).token()
    with refused("token"):
        api.client.search_profiles(DomainName=api.domain, NextToken=token, **search)


def test_a_token_of_another_profile_is_refused(api: DomainApi) -> None:
    token = objects(api).token()
    with refused("token"):
        objects_page(api, NOBODY, "crm")(NextToken=token)


def test_a_token_of_another_filter_is_refused(api: DomainApi) -> None:
    listing = objects(api)
    with refused("token"):
        listing.page(NextToken=listing.token(), ObjectFilter={"KeyName": "crmId", "Values": ["1"]})


def test_the_page_size_may_change_on_the_way(api: DomainApi) -> None:
    listing = types(api)
    assert len(listing.page(MaxResults=100, NextToken=listing.token())["Items"]) == 5


def test_the_next_page_does_not_miss_items_when_seen_ones_go(api: DomainApi) -> None:
    listing = types(api)
    first = listing.page(MaxResults=3)
    for item in first["Items"]:
        api.forget(item["ObjectTypeName"])
    assert len(listing.page(NextToken=first["NextToken"])["Items"]) == 4


def test_a_filtered_list_is_paged(api: DomainApi) -> None:
    listing = objects(api)
    only = {"ObjectFilter": {"KeyName": "crmId", "Values": ["1", "2", "3"]}}
    first = listing.page(MaxResults=2, **only)
    second = listing.page(MaxResults=2, NextToken=first["NextToken"], **only)
    assert (len(first["Items"]), len(second["Items"]), "NextToken" in second) == (2, 1, False)


def test_a_search_answers_twenty_profiles_unless_told(api: DomainApi) -> None:
    for _ in range(21):
        api.create(AccountNumber="same")
    assert len(api.search("_account", "same")) == 20


def test_a_list_of_objects_answers_twenty_unless_told(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    for start in (0, 10, 20):
        api.put_batch("crm", [{"id": str(start + number), "customer": "c"} for number in range(7)])
    assert len(api.listed(api.one("customer", "c")["ProfileId"], "crm")) == 20
