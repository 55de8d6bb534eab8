"""An answer is given again for five minutes, to the account that got it."""

from collections.abc import Callable

import pytest

from openprofiles.gateway.replays import once
from openprofiles.operations import OPERATIONS
from openprofiles.shapes import CreateProfileResponse
from openprofiles.storage.answers import KEPT_MILLISECONDS, Answer
from openprofiles.storage.database import Database

CALL = b"c" * 32
Asked = Callable[[str, int], Answer]


@pytest.fixture
def asked(database: Database) -> Asked:
    """The same call of an account at a time (ms); each time that it is done, it makes another profile."""
    made = iter(range(100))

    def ask(account: str, now: int) -> Answer:
        done = once(
            OPERATIONS["CreateProfile"],
            account,
            CALL,
            lambda _: CreateProfileResponse(profile_id=f"{next(made):032x}"),
            lambda: now,
        )
        return database.write(done).result(5)

    return ask


def test_the_answer_is_the_first_one_for_five_minutes(asked: Asked) -> None:
    first = asked("111111111111", 1_000)
    assert asked("111111111111", 1_000 + KEPT_MILLISECONDS - 1) == first


def test_after_that_the_call_is_done_again_and_its_new_answer_kept(asked: Asked) -> None:
    first = asked("111111111111", 1_000)
    second = asked("111111111111", 1_000 + KEPT_MILLISECONDS)
    assert second != first
    assert asked("111111111111", 1_001 + KEPT_MILLISECONDS) == second


def test_another_account_never_gets_the_answer(asked: Asked) -> None:
    assert asked("111111111111", 1_000) != asked("222222222222", 1_000)
