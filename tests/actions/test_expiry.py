"""Profiles and objects that nothing has renewed in their time go ("Customer Profiles data expiration")."""

import pytest

from openprofiles.actions import expiry
from openprofiles.workers import SWEEP_SECONDS, Sweep
from tests.api.mappings import products, system

from .shop import DAY, Shop
from .test_check import found

DAYS = 366
"""The domain's DefaultExpirationDays."""


def sweep(shop: Shop) -> None:
    """One sweep to its end."""
    clock = [0.0]
    sweeping = Sweep(monotonic=lambda: clock[0])
    while sweeping._next == 0.0:
        sweeping.step(shop.database, shop.now)


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "LOOKED_AT", 2)


@pytest.fixture(autouse=True)
def _systems(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    shop.define("visit", system("visit", ExpirationDays=10))


def living(shop: Shop) -> set[str]:
    return {row["id"].hex() for row in shop.rows("profile")}


def test_a_profile_that_was_created_lives_as_long_as_the_domain_says(shop: Shop) -> None:
    profile = shop.create(FirstName="Ann")
    shop.now += DAYS * DAY - 60_000
    sweep(shop)
    assert living(shop) == {profile}
    shop.now += 120_000
    sweep(shop)
    assert living(shop) == set()


def test_an_update_renews_a_profile(shop: Shop) -> None:
    profile = shop.create(FirstName="Ann")
    shop.now += 200 * DAY
    shop.update(profile, LastName="Lee")
    shop.now += 300 * DAY
    sweep(shop)
    assert living(shop) == {profile}


def test_a_profile_lives_at_least_as_long_as_its_objects(shop: Shop) -> None:
    shop.put("visit", id="1", customer="ann")
    shop.put("crm", id="1", customer="ann")
    shop.put("visit", id="2", customer="bob")
    ann = shop.one("customer", "ann")
    shop.now += 11 * DAY
    sweep(shop)
    assert living(shop) == {ann}


def test_an_object_goes_when_its_own_time_is_over_and_what_it_said_stays(shop: Shop) -> None:
    shop.put("crm", id="1", customer="ann")
    shop.put("visit", id="1", customer="ann", first="Ann")
    ann = shop.one("customer", "ann")
    shop.now += 11 * DAY
    sweep(shop)
    assert [one["id"] for one in shop.objects(ann)] == ["1"]
    assert shop.sums()["objects"] == 1
    assert shop.profile(ann) == {"FirstName": "Ann"}
    assert shop.actions(ann) == ["INGESTED", "INGESTED", "EXPIRED"]
    assert found(shop) == []


def test_an_object_that_is_put_again_is_renewed(shop: Shop) -> None:
    shop.put("visit", id="1", customer="ann")
    shop.now += 9 * DAY
    shop.put("visit", id="1", customer="ann")
    shop.now += 9 * DAY
    sweep(shop)
    assert len(shop.rows("profile_object")) == 1


def test_a_later_setting_holds_for_later_objects_only(shop: Shop) -> None:
    shop.put("visit", id="1", customer="ann")
    shop.define("visit", system("visit", ExpirationDays=100))
    shop.now += 11 * DAY
    sweep(shop)
    assert living(shop) == set()


def test_all_that_a_profile_had_expires_with_it_and_its_history_tells(shop: Shop) -> None:
    shop.define("product", {**products(), "ExpirationDays": 5})
    shop.put("product", email="ann@example.com", serial="S1", name="Saw")
    ann = shop.one("_email", "ann@example.com")
    for number in range(5):
        shop.put("crm", id=str(number), customer=f"c{number}")
    shop.now += 6 * DAY
    sweep(shop)
    assert ann not in living(shop)
    assert len(living(shop)) == 5
    assert shop.rows("standard_object") == []
    assert shop.ids("_email", "ann@example.com") == []
    assert shop.actions(ann) == ["INGESTED", "EXPIRED"]
    assert found(shop) == []


def test_an_object_that_meets_an_expired_profile_begins_with_a_new_one(shop: Shop) -> None:
    shop.put("visit", id="1", customer="ann", first="Ann")
    former = shop.one("customer", "ann")
    shop.now += 11 * DAY

    shop.put("visit", id="1", customer="ann", last="Lee")

    assert shop.one("customer", "ann") != former
    assert shop.profile(shop.one("customer", "ann")) == {"LastName": "Lee"}
    assert shop.actions(former) == ["INGESTED", "EXPIRED"]
    assert found(shop) == []


def test_objects_of_one_list_that_meet_an_expired_profile_share_the_new_one(shop: Shop) -> None:
    shop.put("visit", id="1", customer="ann", first="Ann")
    shop.now += 11 * DAY
    shop.put_many("visit", [{"id": str(number), "customer": "ann", "city": f"C{number}"} for number in range(3)])
    assert len(living(shop)) == 1
    assert len(shop.objects(shop.one("customer", "ann"))) == 3
    assert found(shop) == []


def test_a_sweep_goes_through_all_domains_and_rests_at_its_end(shop: Shop) -> None:
    other = Shop(shop.database, "other")
    other.create(FirstName="Bob")
    shop.create(FirstName="Ann")
    clock = [0.0]
    sweeping = Sweep(monotonic=lambda: clock[0])
    now = other.now + 400 * DAY
    for _ in range(20):
        sweeping.step(shop.database, now)
    assert living(shop) == living(other) == set()

    late = shop.create(FirstName="Zoe")
    for _ in range(20):
        sweeping.step(shop.database, now + 400 * DAY)
    assert living(shop) == {late}
    clock[0] += SWEEP_SECONDS
    for _ in range(20):
        sweeping.step(shop.database, now + 400 * DAY)
    assert living(shop) == set()


def test_what_was_renewed_between_the_look_and_the_removal_stays(shop: Shop) -> None:
    shop.put("visit", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    over = shop.now + 11 * DAY
    seen = shop.database.read(lambda tx: expiry.look(tx, expiry.Place(shop.number), over)).result(5)
    assert [profile.hex() for profile in seen.profiles] == [ann]
    shop.now += 5 * DAY
    shop.put("visit", id="1", customer="ann")
    shop.database.write(lambda tx: expiry.remove(tx, shop.number, seen, over, b"s" * 16)).result(5)
    assert living(shop) == {ann}
