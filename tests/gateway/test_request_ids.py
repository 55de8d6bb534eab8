"""Random bytes and request ids: nobody gets what another has had."""

import os
import re
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue

from openprofiles.gateway.request_ids import DRAWN_AT_ONCE, new_request_id, take

CALLS = DRAWN_AT_ONCE // 16 * 3
UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_random_bytes_are_taken_once() -> None:
    taken = [take() for _ in range(CALLS)]
    assert {len(part) for part in taken} == {16}
    assert len(set(taken)) == CALLS


def test_a_request_id_is_a_uuid_of_version_4() -> None:
    ids = {new_request_id() for _ in range(CALLS)}
    assert len(ids) == CALLS
    assert all(UUID_4.fullmatch(given) for given in ids)


def put_some(queue: "SimpleQueue[bytes]") -> None:
    for _ in range(8):
        queue.put(take())
    os._exit(0)


def test_a_forked_process_draws_its_own() -> None:
    fork = get_context("fork")
    queue: SimpleQueue[bytes] = fork.SimpleQueue()
    take()
    child = fork.Process(target=put_some, args=(queue,))
    child.start()
    theirs = {queue.get() for _ in range(8)}
    child.join()
    assert not theirs & {take() for _ in range(8)}
