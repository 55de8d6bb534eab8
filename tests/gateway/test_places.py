"""How many calls the store may have in hand or waiting."""

import pytest

from openprofiles.errors import BadRequestException, ThrottlingException
from openprofiles.gateway.limits import Places


def test_a_call_past_the_limit_is_refused_and_takes_no_place() -> None:
    places = Places(2)
    with places:
        with places, pytest.raises(ThrottlingException), places:
            pass
        with places:
            pass


def test_a_call_that_fails_gives_its_place_back() -> None:
    places = Places(1)
    for _ in range(3):
        with pytest.raises(BadRequestException), places:
            raise BadRequestException("It is wrong.")
