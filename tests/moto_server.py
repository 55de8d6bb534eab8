"""moto's server: `python -m tests.moto_server PORT`. Its streams lose records that are put at the same moment; here
they are put in turn.
"""

import sys
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from moto.kinesis.models import KinesisBackend
from moto.server import main

TURN = Lock()


def in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def one_at_a_time(*arguments: Any, **members: Any) -> Any:
        with TURN:
            return method(*arguments, **members)

    return one_at_a_time


if __name__ == "__main__":
    for name in ("put_records", "get_records"):
        setattr(KinesisBackend, name, in_turn(getattr(KinesisBackend, name)))
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
