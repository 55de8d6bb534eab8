"""Writes of one turn of the event loop leave together, and none is lost."""

import asyncio
from typing import Any

from openprofiles.gateway.cork import CorkedTransport


class Wire:
    """A transport that notes what it is asked to do."""

    def __init__(self) -> None:
        self.done: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.done


def corked(wire: Any) -> CorkedTransport:
    return CorkedTransport(wire, asyncio.get_running_loop())


def test_the_pieces_of_one_turn_are_one_write_in_their_order() -> None:
    wire = Wire()

    async def two_turns() -> None:
        transport = corked(wire)
        for turn in (b"head", b"body"), (b"next",):
            for piece in turn:
                transport.write(piece)
            assert turn[0] not in wire.done
            await asyncio.sleep(0)

    asyncio.run(two_turns())
    assert wire.done == [b"headbody", b"next"]


def test_what_was_written_leaves_before_the_connection_is_closed() -> None:
    wire = Wire()

    async def write_and_close() -> None:
        transport = corked(wire)
        transport.write(b"last words")
        transport.close()
        assert transport.is_closing()
        await asyncio.sleep(0)

    asyncio.run(write_and_close())
    assert wire.done == [b"last words", "closed"]
