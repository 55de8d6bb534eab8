"""The smallest cases of what the fuzz has found."""

import asyncio
import socket
from typing import Any

import uvloop

from openprofiles.gateway.cork import CorkedTransport


def test_an_answer_to_a_client_that_goes_in_the_same_turn_is_dropped_in_silence() -> None:
    complaints: list[dict[str, Any]] = []

    async def lose_a_connection() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        ours, theirs = socket.socketpair()
        with theirs:
            transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
            transport.abort()
            CorkedTransport(transport, loop).write(b"answer")
            await asyncio.sleep(0.05)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(lose_a_connection())

    assert complaints == []
