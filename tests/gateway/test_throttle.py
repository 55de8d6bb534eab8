"""AWS's own rates ("Amazon Connect service quotas")."""

import pytest

from openprofiles.errors import ThrottlingException
from openprofiles.gateway.throttle import PER_SECOND, RATES, Throttle
from openprofiles.operations import OPERATIONS


class Clock:
    """Seconds that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def calls(throttle: Throttle, operation: str, account: str = "1", region: str = "r") -> int:
    """How many calls come through before one is refused."""
    for count in range(1000):
        try:
            throttle.take(account, region, operation)
        except ThrottlingException:
            return count
    return 1000


@pytest.mark.parametrize(
    ("operation", "rate"),
    [("CreateDomain", 1), ("GetDomain", 5), ("GetProfileObjectType", 10), ("PutProfileObject", 100)],
)
def test_as_many_calls_as_the_rate_come_through_at_once(operation: str, rate: int) -> None:
    assert calls(Throttle(monotonic=Clock()), operation) == rate


def test_a_second_later_as_many_come_through_again() -> None:
    clock = Clock()
    throttle = Throttle(monotonic=clock)
    calls(throttle, "GetDomain")
    clock.now += 1
    assert calls(throttle, "GetDomain") == 5


def test_a_rest_does_not_save_up_more_than_a_second() -> None:
    clock = Clock()
    throttle = Throttle(monotonic=clock)
    calls(throttle, "GetDomain")
    clock.now += 1000
    assert calls(throttle, "GetDomain") == 5


def test_each_operation_account_and_region_has_its_own_rate() -> None:
    throttle = Throttle(monotonic=Clock())
    calls(throttle, "GetDomain")
    assert calls(throttle, "ListDomains") == calls(throttle, "GetDomain", "2") == 5
    assert calls(throttle, "GetDomain", region="other") == 5


def test_an_operation_without_a_rate_is_never_refused() -> None:
    assert calls(Throttle(monotonic=Clock()), "BatchGetProfile") == 1000


def test_a_refusal_says_that_the_rate_is_exceeded() -> None:
    throttle = Throttle(monotonic=Clock())
    throttle.take("1", "r", "CreateDomain")
    with pytest.raises(ThrottlingException, match="Rate exceeded"):
        throttle.take("1", "r", "CreateDomain")


def test_every_rate_is_of_an_operation_of_the_api_and_none_has_two() -> None:
    assert RATES.keys() <= OPERATIONS.keys()
    assert len(RATES) == sum(map(len, PER_SECOND.values()))
