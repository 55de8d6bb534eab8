"""One sample of the usual size for all tests that only look at it."""

import pytest

from openprofiles.demo.sample import Sample, make_sample


@pytest.fixture(scope="session")
def sample() -> Sample:
    return make_sample()
