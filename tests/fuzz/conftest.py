"""How much the fuzz tests do: a little, unless `make test-fuzz` asks for much."""

import os

import pytest

FEW = 400


@pytest.fixture(scope="session")
def cases() -> int:
    return int(os.environ.get("OPENPROFILES_TEST_FUZZ_CASES", FEW))


@pytest.fixture(scope="session")
def seed() -> int:
    """Of the run; `OPENPROFILES_TEST_FUZZ_SEED` repeats one that failed."""
    return int(os.environ.get("OPENPROFILES_TEST_FUZZ_SEED", os.getpid()))
