"""The HTTP server around the gateway: uvicorn on a socket that is already bound."""

import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from structlog.typing import FilteringBoundLogger

from openprofiles.gateway.asgi import Gateway
from openprofiles.gateway.limits import SURPLUS, protocol_with
from openprofiles.gateway.log import IntoLog, RequestLog
from openprofiles.settings import Limits

BACKLOG = 2_048
KEEP_ALIVE_SECONDS = 75
"""SDKs keep idle connections about a minute; a server that closes first makes them fail on the next call."""
SHUTDOWN_SECONDS = 30
OTHER_FILES = 200
"""Those of the store, its threads and the log."""


class Server(uvicorn.Server):
    """uvicorn, which tells when it is ready, and ends with status 0 when it was asked to stop."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signals again when it has stopped, so that the process would end with their status."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """Bind now, so that a port in use is found before the store is opened. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def make_room_for(limits: Limits, log: FilteringBoundLogger) -> None:
    """Raise the process's own limit of open files to what its connections take; the log tells where that is refused."""
    wanted = int(SURPLUS * limits.connections) + OTHER_FILES
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if allowed < room:
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, most))
    if room < wanted:
        log.warning("too few open files", allowed=room, wanted=wanted, connections=limits.connections)


def run(
    gateway: Gateway,
    listener: socket.socket,
    limits: Limits,
    log: FilteringBoundLogger,
    log_request: RequestLog,
    when_ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT; then requests under way are finished. `when_ready` runs once it serves."""
    make_room_for(limits, log)
    for library in ("uvicorn.error", "asyncio"):
        logging.getLogger(library).addHandler(IntoLog(log))
    config = uvicorn.Config(
        gateway,
        loop="uvloop",
        http=protocol_with(limits, log_request),
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    try:
        Server(config, when_ready).run(sockets=[listener])
    finally:
        log_request.flush()
