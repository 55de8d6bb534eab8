"""Whatever is asked of an operation, the answer is one of the API's own, soon, and never the server's fault."""

import asyncio
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from openprofiles.api import FUNCTIONS
from openprofiles.app import App, create_app
from openprofiles.checking.command import check_whole_store
from openprofiles.settings import Settings
from tests.conftest import STORES
from tests.fuzz.calls import ALL, Call, any_call, beginning, take_in
from tests.fuzz.chance import Chance, Told
from tests.fuzz.in_process import KEY, SECRET, Answer, ask, running
from tests.postgres import PostgresServer

LONGEST_SECONDS = 2.0
AT_ONCE = 8
ENOUGH_FOR_ALL = 100_000
"""So many calls get every operation to succeed."""


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Of an empty store of each kind."""
    with ExitStack() as stack:
        store = None
        if request.param == "postgres":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            store = stack.enter_context(postgres.fresh())
        yield Settings(data=str(tmp_path), store=store, access_key_id=KEY, secret_access_key=SECRET, log_format="json")


def check(call: Call, answer: Answer) -> None:
    """The whole call stands in the message of what fails."""
    assert 200 <= answer.status < 500 or answer.status == 501, f"{call}\n{answer}"
    assert answer.status != 501 or (call.operation in ALL and call.operation not in FUNCTIONS), f"{call}\n{answer}"
    assert answer.status < 400 or set(answer.members) in ({"Message"}, {"message"}), f"{call}\n{answer}"
    assert b"Traceback (most" not in answer.body, f"{call}\n{answer}"
    assert answer.headers[b"x-amzn-requestid"], f"{call}\n{answer}"
    assert answer.seconds < LONGEST_SECONDS, f"{call}\n{answer}"


async def fuzz(app: App, cases: int, seed: int) -> Counter[tuple[str, int]]:
    """How often each operation gave each status. A bunch of calls follows from the seed, its number, and ids that were
    told before.
    """
    told, statuses = Told(), Counter[tuple[str, int]]()
    async with running(app):
        for first in beginning():
            assert (await ask(app, first)).status == 200, str(first)
        for bunch in range(-(-cases // AT_ONCE)):
            calls = [any_call(Chance(f"{seed} {bunch} {number}"), told) for number in range(AT_ONCE)]
            for call, answer in zip(calls, await asyncio.gather(*(ask(app, call) for call in calls)), strict=True):
                check(call, answer)
                if answer.status == 200:
                    take_in(told, call, answer.members)
                statuses[call.operation, answer.status] += 1
    return statuses


def test_no_call_is_answered_by_a_fault_of_the_server(settings: Settings, cases: int, seed: int) -> None:
    log = io.BytesIO()

    try:
        statuses = asyncio.run(fuzz(create_app(settings, log), cases, seed))
    finally:  # why something failed comes before what failed
        assert [line for line in log.getvalue().splitlines() if b'failed"' in line] == []

    assert sum(count for (_, status), count in statuses.items() if status == 200) > cases / 8
    assert sum(count for (_, status), count in statuses.items() if status == 400) > cases / 20
    if cases >= ENOUGH_FOR_ALL:
        assert {operation for operation, status in statuses if status == 200} >= set(FUNCTIONS)
    findings: list[str] = []
    check_whole_store(settings, None, findings.append)
    assert findings == []
