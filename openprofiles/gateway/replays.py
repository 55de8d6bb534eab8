"""Calls that come again: Create, Delete and Merge are done once, however often a client asks.

Every AWS SDK sends the same `amz-sdk-invocation-id` with each try of a call. The answer is kept in the transaction of
the change itself, so there is never one without the other.
"""

import hashlib
import time
from collections.abc import Callable

import msgspec

from openprofiles.errors import ApiError
from openprofiles.gateway.codec import encode_response
from openprofiles.gateway.limits import Headers
from openprofiles.operations import Operation
from openprofiles.storage import answers
from openprofiles.storage.answers import KEPT_MILLISECONDS, Answer
from openprofiles.storage.database import RunAgain, Transaction, Work

INVOCATION_ID = b"amz-sdk-invocation-id"


def call_digest(headers: Headers, *sent: bytes) -> bytes | None:
    """What two tries of one call share: the invocation id and all that is sent. None without an invocation id."""
    invocations = [value for name, value in headers if name == INVOCATION_ID]
    if len(invocations) != 1:
        return None
    parts = [invocations[0], *sent]
    return hashlib.blake2b(b"".join(b"%d:%b" % (len(part), part) for part in parts), digest_size=32).digest()


def once(
    operation: Operation,
    account: str,
    call: bytes,
    work: Work[msgspec.Struct | None],
    wall_clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> Work[Answer]:
    """The work with its answer written down beside it; or the answer that it had, where it was done before.

    An error is not kept: nothing was done.
    """

    def answer(tx: Transaction) -> Answer:
        now = wall_clock()
        former = answers.find(tx, account, call, now - KEPT_MILLISECONDS)
        if former is not None:
            return former
        try:
            given = encode_response(operation, work(tx))
        except ApiError as refusal:  # what it would change may have been changed by the same call, beside this one
            if answers.find(tx, account, call, now - KEPT_MILLISECONDS) is None:
                raise
            raise RunAgain("the same call was done meanwhile") from refusal
        answers.add(tx, account, call, now, given)
        return given

    return answer
