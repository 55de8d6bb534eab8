"""How long profiles and objects are kept: what decides it, and when ("Customer Profiles data expiration")."""

from typing import Any

import pytest

from openprofiles.workers import Sweep
from tests.api.mappings import system

from .shop import DAY, Shop

DAYS = 366
"""The domain's DefaultExpirationDays."""


def after(shop: Shop, days: int) -> None:
    """Let the time pass, and let the worker go through all that is there."""
    shop.now += days * DAY
    clock = [0.0]
    sweeping = Sweep(monotonic=lambda: clock[0])
    while sweeping._next == 0.0:
        sweeping.step(shop.database, shop.now)


def living(shop: Shop) -> tuple[int, int]:
    """How many profiles and objects there are."""
    return len(shop.rows("profile")), len(shop.rows("profile_object"))


TIMES: dict[str, tuple[dict[str, Any], int]] = {
    "that of the type": ({"ExpirationDays": 10}, 10),
    "that of the domain where the type has none": ({}, DAYS),
}


@pytest.mark.parametrize(("options", "days"), TIMES.values(), ids=TIMES)
def test_an_object_and_the_profile_that_it_made_live_as_long_as(shop: Shop, options: dict[str, Any], days: int) -> None:
    shop.define("crm", system("crm", **options))
    shop.put("crm", id="1", customer="ann")
    after(shop, days - 1)
    before = living(shop)
    after(shop, 2)
    assert (before, living(shop)) == ((1, 1), (0, 0))


def test_a_domains_new_time_holds_for_what_comes_later(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    former = shop.create(FirstName="Ann")
    shop.put("crm", id="1", customer="bob")
    shop.run("UpdateDomain", DefaultExpirationDays=5)
    shop.create(FirstName="Zoe")
    shop.put("crm", id="2", customer="cid")
    after(shop, 6)
    assert living(shop) == (2, 1)
    assert shop.profile(former) == {"FirstName": "Ann"}


def test_a_profile_that_nothing_renews_goes_in_its_time(shop: Shop) -> None:
    shop.create(FirstName="Ann")
    renewed = shop.create(FirstName="Bob")
    after(shop, DAYS - 1)
    shop.update(renewed, LastName="Lee")
    after(shop, 2)
    assert [row["id"].hex() for row in shop.rows("profile")] == [renewed]


# --- a cap that depends on when the domain was made ("Customer Profiles data limits")

SEPTEMBER_2026 = 1_788_220_800_000


def cap_of_web_analytics(shop: Shop, created_at: int) -> int | None:
    """What a domain that was created then shows."""
    shop.now, shop.domain = created_at, "dated"
    shop.run("CreateDomain", DefaultExpirationDays=DAYS)
    answer = shop.run("GetProfileObjectType", ObjectTypeName="_webAnalytics")
    cap: int | None = answer.max_profile_object_count
    return cap


def test_web_analytics_have_a_built_in_cap_in_a_domain_from_september_2026(shop: Shop) -> None:
    assert cap_of_web_analytics(shop, SEPTEMBER_2026 + DAY) == 250


def test_web_analytics_have_no_built_in_cap_in_an_earlier_domain(shop: Shop) -> None:
    assert cap_of_web_analytics(shop, SEPTEMBER_2026 - DAY) is None
