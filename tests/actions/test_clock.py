"""A clock that is set back loses nothing: what comes later is later, whatever the clock says."""

import pytest

from tests.api.mappings import system

from .shop import SECOND, Shop

HOUR = 3600 * SECOND


@pytest.fixture
def crm(shop: Shop) -> Shop:
    shop.define("crm", system("crm"))
    shop.put("crm", id="1", customer="ann", first="Ann", tier="gold")
    shop.now -= HOUR
    return shop


def test_an_object_that_is_put_again_after_the_clock_went_back_replaces_its_values(crm: Shop) -> None:
    crm.put("crm", id="1", customer="ann", first="Anna")

    assert crm.profile(crm.one("customer", "ann"))["FirstName"] == "Anna"


def test_another_object_that_comes_after_the_clock_went_back_is_the_later_one(crm: Shop) -> None:
    crm.put("crm", id="2", customer="ann", first="Anna")

    assert crm.profile(crm.one("customer", "ann"))["FirstName"] == "Anna"


def test_an_edit_after_the_clock_went_back_holds(crm: Shop) -> None:
    crm.update(crm.one("customer", "ann"), FirstName="Anna")

    assert crm.profile(crm.one("customer", "ann"))["FirstName"] == "Anna"


def test_versions_go_on_counting_after_the_clock_went_back(crm: Shop) -> None:
    crm.put("crm", id="1", customer="ann", first="Anna")

    assert [change["version"] for change in crm.history(crm.one("customer", "ann"))] == [1, 2]
