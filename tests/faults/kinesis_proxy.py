"""A process between servers and their Kinesis endpoint, so that the way there can be cut at any moment.

It dies as `kill -9` does: after SIGUSR1 at the endpoint's next answer, so that nobody learns what was done; after
SIGUSR2 at the next request, before the endpoint learns of it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

CHUNK = 65_536


class Proxy:
    """Joins each connection to one of its own to the endpoint."""

    def __init__(self, port_of_endpoint: int) -> None:
        self._port_of_endpoint = port_of_endpoint
        self._ends_at_answer = self._ends_at_request = False

    async def run(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self._end_at_answer)
        loop.add_signal_handler(signal.SIGUSR2, self._end_at_request)
        server = await asyncio.start_server(self._join, "127.0.0.1", port)
        await server.serve_forever()

    def _end_at_answer(self) -> None:
        self._ends_at_answer = True

    def _end_at_request(self) -> None:
        self._ends_at_request = True

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, requests = await asyncio.open_connection("127.0.0.1", self._port_of_endpoint)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            _pass_on(reader, requests, lambda: self._ends_at_request),
            _pass_on(answers, writer, lambda: self._ends_at_answer),
        )


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_the_end: Callable[[], bool]) -> None:
    """Until one side has gone, which the other one learns."""
    try:
        while chunk := await reader.read(CHUNK):
            if is_the_end():
                os.kill(os.getpid(), signal.SIGKILL)
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(Proxy(int(sys.argv[2])).run(int(sys.argv[1])))
