"""How much the fuzz tests do: a little, unless `make test-fuzz` asks for much. All of a run follows from its seed."""

import os

import pytest

FEW = 400
SEED = int(os.environ.get("OPENPROFILES_TEST_FUZZ_SEED", os.getpid()))


def pytest_report_header() -> str:
    return f"fuzz seed: {SEED}"


@pytest.fixture(scope="session")
def cases() -> int:
    return int(os.environ.get("OPENPROFILES_TEST_FUZZ_CASES", FEW))


@pytest.fixture(scope="session")
def seed() -> int:
    """Shown with what fails; OPENPROFILES_TEST_FUZZ_SEED repeats it."""
    return SEED
