"""A dry run finds what a put would find, and leaves the store as it was."""

import json

import pytest

from openprofiles.storage.database import Discard
from tests.api.mappings import system

from .shop import DAY, Shop


def test_a_profile_whose_time_is_over_is_passed_over_as_by_a_put(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    shop.put("crm", id="1", customer="ann", first="Ann")
    before = shop.contents()
    shop.now += 400 * DAY

    with pytest.raises(Discard) as discarded:
        shop.run("DryRunProfileObject", ObjectTypeName="crm", Object=json.dumps({"id": "2", "customer": "ann"}))

    told = discarded.value.result
    assert (told.outcome, told.profile_id, told.evicted) == ("CREATES_PROFILE", None, 0)
    assert shop.contents() | {"key_lock": []} == before | {"key_lock": []}
