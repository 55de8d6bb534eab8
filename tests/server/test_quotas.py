"""What there may be of each thing when nobody has set it otherwise.

Source: Amazon Connect service quotas; Customer Profiles data limits.
"""

from contextlib import closing

import pytest

from openprofiles.mapping.definitions import MAX_FIELDS, MAX_KEYS
from openprofiles.settings import QUOTA_PREFIX, Quotas, read_settings
from tests.conftest import LaunchServer, client_of

DEFAULTS = {
    "domains": 100,
    "object_types": 100,
    "calculated_attributes": 50,
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


def test_a_domain_has_one_event_stream_where_the_operator_wants_aws_s_own_limit(
    launch_server: LaunchServer,
) -> None:
    server = launch_server(OPENPROFILES_QUOTA_EVENT_STREAMS="1")
    with closing(client_of(server)) as client:
        client.create_domain(DomainName="shop", DefaultExpirationDays=366)
        client.create_event_stream(DomainName="shop", Uri="pull:", EventStreamName="first")
        with pytest.raises(client.exceptions.BadRequestException, match="has 1 event streams"):
            client.create_event_stream(DomainName="shop", Uri="pull:", EventStreamName="second")


def test_an_object_type_has_at_most_250_fields_and_10_key_definitions() -> None:
    assert (MAX_FIELDS, MAX_KEYS) == (250, 10)
