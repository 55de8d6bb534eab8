"""What there may be of each thing when nobody has set it otherwise.

Source: Amazon Connect service quotas; Customer Profiles data limits.
"""

import pytest

from openprofiles.mapping.definitions import MAX_FIELDS, MAX_KEYS
from openprofiles.settings import QUOTA_PREFIX, Quotas, read_settings

DEFAULTS = {
    "domains": 100,
    "object_types": 100,
    "objects_per_profile": 1_000,
    "object_bytes_per_profile": 51_200 * 1024,
}


@pytest.mark.parametrize("quota", DEFAULTS)
def test_a_quota_that_nobody_sets_is_the_documented_one(quota: str) -> None:
    assert getattr(read_settings({}).quotas, quota) == DEFAULTS[quota]


@pytest.mark.parametrize("quota", DEFAULTS)
def test_a_quota_can_be_set(quota: str) -> None:
    settings = read_settings({QUOTA_PREFIX + quota.upper(): "7"})
    assert settings.quotas == Quotas(**{quota: 7})


def test_an_object_type_has_at_most_250_fields_and_10_key_definitions() -> None:
    assert (MAX_FIELDS, MAX_KEYS) == (250, 10)
