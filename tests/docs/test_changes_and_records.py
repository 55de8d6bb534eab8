"""Each change gives the records that docs/event-streams.md says."""

from collections.abc import Callable

import pytest

from tests.server.process import wait_until

from .listened import ORDERS, Listened
from .page import CODE, page

ROWS = page("event-streams.md", __file__).table("Change", "Records")

Change = Callable[[Listened], object]
"""What happens in a domain with one order of Ann's."""


def with_bob(shop: Listened) -> str:
    """There is one order of Bob's too."""
    shop.put(id="2", email="bob@example.com", name="Bob")
    shop.told()
    return shop.profile_of("bob@example.com")


def move(shop: Listened) -> None:
    with_bob(shop)
    shop.put(email="bob@example.com", name="Bob")


def reach_nobody(shop: Listened) -> None:
    shop.api.define("lead", {**ORDERS, "AllowProfileCreation": False})
    shop.api.put("lead", {"id": "9", "email": "nobody@example.com"})


def change_keys(shop: Listened) -> None:
    shop.api.add_key(shop.ann, "_account", "a1")
    shop.api.client.delete_profile_key(DomainName="shop", ProfileId=shop.ann, KeyName="_account", Values=["a1"])


def merge(shop: Listened) -> None:
    shop.api.merge(shop.ann, with_bob(shop))


def remove(shop: Listened) -> None:
    unique_key = shop.put()
    shop.told()
    shop.remove(unique_key)


def put_one_too_many(shop: Listened) -> None:
    shop.api.define("order", {**ORDERS, "MaxProfileObjectCount": 1})
    shop.put(id="3")


def let_an_object_expire(shop: Listened) -> None:
    shop.api.define("order", {**ORDERS, "ExpirationDays": 2})
    shop.put(id="3")
    shop.told()
    shop.wait(3)


def erase(shop: Listened) -> None:
    shop.extensions.post("/erase", KeyName="_email", Value="ann@example.com")


CHANGES: dict[str, list[Change]] = {
    "an object makes a profile": [lambda shop: shop.put(id="3", email="cid@example.com")],
    "an object changes fields of its profile": [lambda shop: shop.put(id="3", name="Anna")],
    "an object changes no field": [lambda shop: shop.put(id="3")],
    "an object is put again as it was": [lambda shop: shop.put()],
    "an object moves to another profile": [move],
    "an object reaches no profile (a dead letter)": [reach_nobody],
    "CreateProfile": [lambda shop: shop.api.create(FirstName="Cid")],
    "UpdateProfile": [lambda shop: shop.api.update(shop.ann, FirstName="Anna")],
    "UpdateProfile with what is there already": [lambda shop: shop.api.update(shop.ann, FirstName="Ann")],
    "AddProfileKey, DeleteProfileKey": [change_keys],
    "MergeProfiles": [merge],
    "DeleteProfileObjectType": [lambda shop: shop.api.forget("order")],
    "DeleteProfileObject": [remove],
    "an old object goes for one that comes in": [put_one_too_many],
    "an object expires": [let_an_object_expire],
    "DeleteProfile, an erasure": [lambda shop: shop.api.delete(shop.ann), erase],
    "a profile expires": [lambda shop: shop.wait(400)],
}


def records_of(shop: Listened, change: Change, count: int) -> list[str]:
    """What is told of a change, once it is as much; what a worker does comes later."""
    shop.put()
    shop.told()
    change(shop)
    told = shop.told()

    def is_all() -> bool:
        told.extend(shop.told())
        return len(told) >= count

    wait_until(is_all)
    return [f"{record['EventType']} {record['ObjectTypeName']}" for record in told]


def test_every_change_of_the_page_is_tested() -> None:
    assert [row[0] for row in ROWS] == list(CHANGES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_change_gives_the_records_of_the_page(listened: Listened, row: list[str]) -> None:
    expected = CODE.findall(row[1])
    for change in CHANGES[row[0]]:
        listened.begin()
        assert records_of(listened, change, len(expected)) == expected
