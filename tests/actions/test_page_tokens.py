"""A page token is good only for the list that gave it, for the caller's account, in its region, on its store."""

from copy import copy
from pathlib import Path
from typing import Any

import pytest

from openprofiles.actions.page_tokens import make_key, open_token, page_of, seal
from openprofiles.call import Call, Principal
from openprofiles.errors import BadRequestException
from openprofiles.storage.database import Database
from openprofiles.storage.sqlite import open_sqlite
from tests.api.mappings import system

from .shop import CALLER, REGION, START, Shop

SCOPE = ("SearchProfiles", 7, "OR", [("_email", ["ann@example.com"])])
POSITION: list[str | int] = [12, "00ff"]

OTHER_SCOPES: dict[str, tuple[object, ...]] = {
    "another operation": ("ListProfileObjects", *SCOPE[1:]),
    "another domain": ("SearchProfiles", 8, *SCOPE[2:]),
    "a number that is a text": ("SearchProfiles", "7", *SCOPE[2:]),
    "another operator": ("SearchProfiles", 7, "AND", SCOPE[3]),
    "another value": ("SearchProfiles", 7, "OR", [("_email", ["bob@example.com"])]),
    "another key": ("SearchProfiles", 7, "OR", [("_phone", ["ann@example.com"])]),
    "a value more": ("SearchProfiles", 7, "OR", [("_email", ["ann@example.com", "x"])]),
    "less": SCOPE[:3],
    "more": (*SCOPE, None),
}


def token_of(
    database: Database, scope: tuple[object, ...] = SCOPE, account: str = CALLER.account, region: str = REGION
) -> str:
    principal = Principal("AKIDSHOP", account)
    return database.read(lambda tx: seal(Call(tx, principal, region, START, "", b""), scope, POSITION)).result(5)


def opened(database: Database, token: str | None) -> Any:
    """The position in a token, for the caller in this region."""
    return database.read(lambda tx: open_token(Call(tx, CALLER, REGION, START, "", b""), SCOPE, token)).result(5)


def test_a_token_gives_back_the_position(database: Database) -> None:
    assert opened(database, token_of(database)) == POSITION


def test_no_token_is_no_position(database: Database) -> None:
    assert opened(database, None) is None


@pytest.mark.parametrize("scope", OTHER_SCOPES.values(), ids=OTHER_SCOPES)
def test_a_token_of_another_list_is_refused(database: Database, scope: tuple[object, ...]) -> None:
    with pytest.raises(BadRequestException):
        opened(database, token_of(database, scope))


def test_a_token_of_another_account_is_refused(database: Database) -> None:
    with pytest.raises(BadRequestException):
        opened(database, token_of(database, account="999988887777"))


def test_a_token_of_another_region_is_refused(database: Database) -> None:
    with pytest.raises(BadRequestException):
        opened(database, token_of(database, region="us-east-1"))


def test_a_token_of_another_store_is_refused(database: Database, tmp_path: Path) -> None:
    other = open_sqlite(tmp_path / "other.sqlite3")
    other.write(make_key).result(5)
    token = token_of(other)
    other.close()
    with pytest.raises(BadRequestException):
        opened(database, token)


def test_the_key_of_a_store_stays_when_it_is_opened_again(database: Database) -> None:
    token = token_of(database)
    database.write(make_key).result(5)
    assert opened(database, token) == POSITION


@pytest.mark.parametrize("replacement", "AZaz09-_+/=.é\0")
def test_a_token_with_any_character_replaced_is_refused(database: Database, replacement: str) -> None:
    token = token_of(database)
    for place, character in enumerate(token):
        if character != replacement:
            with pytest.raises(BadRequestException):
                opened(database, token[:place] + replacement + token[place + 1 :])


@pytest.mark.parametrize("change", ["shorter", "longer", "empty", "spaced", "unpadded", "surrogate"])
def test_an_altered_token_is_refused(database: Database, change: str) -> None:
    token = token_of(database)
    altered = {
        "shorter": token[:-4],
        "longer": token + "AAAA",
        "empty": "",
        "spaced": f" {token}",
        "unpadded": token.rstrip("=") + "=",
        "surrogate": token + "\ud800",
    }
    with pytest.raises(BadRequestException):
        opened(database, altered[change])


def test_the_refusal_says_what_is_wrong_and_shows_nothing_of_the_token(database: Database) -> None:
    with pytest.raises(BadRequestException, match=r"^NextToken is not one that this list has given\.$"):
        opened(database, "c2VjcmV0")


def test_a_token_tells_nothing_of_the_scope(database: Database) -> None:
    assert len(token_of(database)) == len(token_of(database, (*SCOPE, "a much longer scope")))


@pytest.mark.parametrize(("rows", "has_token"), [(0, False), (1, False), (2, False), (3, True)])
def test_a_page_has_a_token_where_there_are_more_rows_than_fit(database: Database, rows: int, has_token: bool) -> None:
    def page(call: Call) -> tuple[list[int], str | None]:
        shown, token = page_of(call, SCOPE, list(range(rows)), 2, lambda row: [row])
        return list(shown), token

    shown, token = database.read(lambda tx: page(Call(tx, CALLER, REGION, START, "", b""))).result(5)
    assert shown == list(range(min(rows, 2)))
    assert (token is not None) == has_token


# --- by the operations


@pytest.fixture
def paged(shop: Shop) -> dict[str, Any]:
    """A list of one object a page, as a request, with the token for its second page."""
    shop.define("crm", system("crm"))
    for number in range(3):
        shop.put("crm", id=str(number), customer="ann")
    request = {"ObjectTypeName": "crm", "ProfileId": shop.one("customer", "ann"), "MaxResults": 1}
    answer = shop.run("ListProfileObjects", **request)
    return {**request, "NextToken": answer.next_token}


def test_a_list_goes_on_with_its_own_token(shop: Shop, paged: dict[str, Any]) -> None:
    assert [item.object for item in shop.run("ListProfileObjects", **paged).items] == ['{"id": "1", "customer": "ann"}']


def test_a_token_is_good_for_another_page_size(shop: Shop, paged: dict[str, Any]) -> None:
    answer = shop.run("ListProfileObjects", **{**paged, "MaxResults": 5})
    assert len(answer.items) == 2


@pytest.mark.parametrize("other", ["profile", "filter", "type", "domain", "operation", "account", "region"])
def test_a_list_refuses_the_token_of_another_list(shop: Shop, paged: dict[str, Any], other: str) -> None:
    shop.define("web", system("web"))
    token = paged["NextToken"]
    requests: dict[str, dict[str, Any]] = {
        "profile": {**paged, "ProfileId": shop.create(FirstName="Bob")},
        "filter": {**paged, "ObjectFilter": {"KeyName": "customer", "Values": ["ann"]}},
        "type": {**paged, "ObjectTypeName": "web"},
        "operation": {"KeyName": "customer", "Values": ["ann"], "NextToken": token},
    }
    if other == "domain":
        shop.run("DeleteDomain")
        shop = Shop(shop.database)
        shop.define("crm", system("crm"))
    elif other in ("account", "region"):
        shop = elsewhere(shop, other)
    operation = "SearchProfiles" if other == "operation" else "ListProfileObjects"
    with pytest.raises(BadRequestException, match="NextToken"):
        shop.run(operation, **requests.get(other, paged))


def elsewhere(shop: Shop, other: str) -> Shop:
    """A domain of the same name in another account or region, with the same object type."""
    there = copy(shop)
    there.caller = Principal("AKIDSHOP", "999988887777") if other == "account" else CALLER
    there.region = "us-east-1" if other == "region" else REGION
    there.run("CreateDomain", DefaultExpirationDays=366)
    there.define("crm", system("crm"))
    return there
