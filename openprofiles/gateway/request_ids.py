"""Random bytes for calls, and ids of requests made of them."""

import os

DRAWN_AT_ONCE = 4_096
"""Bytes: the system is asked for some hundreds of calls at once, which is most of what a random number costs."""


class Randomness:
    """Random bytes from the system. Used by one thread; a forked child draws its own."""

    def __init__(self) -> None:
        self._drawn, self._used = b"", 0
        os.register_at_fork(after_in_child=self._forget)

    def take(self) -> bytes:
        """16 bytes that nobody has had."""
        if self._used == len(self._drawn):
            self._drawn, self._used = os.urandom(DRAWN_AT_ONCE), 0
        self._used += 16
        return self._drawn[self._used - 16 : self._used]

    def _forget(self) -> None:
        self._drawn, self._used = b"", 0


take = Randomness().take


def request_id_of(random: bytes) -> str:
    """A random UUID (version 4) of 36 characters, formed at a third of the cost of `uuid.uuid4`. The variant digit is
    always `a`: two random bits fewer than the RFC allows.
    """
    digits = random.hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def new_request_id() -> str:
    return request_id_of(take())
