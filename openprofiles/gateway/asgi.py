"""The ASGI application: takes an HTTP request, runs the steps, turns errors into answers."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Sequence
from contextlib import suppress

from structlog.typing import FilteringBoundLogger

from openprofiles.errors import ApiError, InternalServerException
from openprofiles.gateway.bodies import declared_length
from openprofiles.gateway.cross_origin import answer_headers, is_preflight, preflight_headers
from openprofiles.gateway.exchange import ClientGone, Exchange, Message, Receive, Services, Step
from openprofiles.gateway.log import RequestLog
from openprofiles.gateway.own_pages import OWN_PAGES

Send = Callable[[Message], Awaitable[None]]

CLIENT_CLOSED = 499
"""Logged as the status where the client went away before its request was whole."""

PREFLIGHT_STATUS = 200

CUT_OFF = 599
"""Logged as the status of an answer that could not be brought to its end."""

MOST_DRAINED = 64 * 1024 * 1024
DRAIN_SECONDS = 2.0


class Gateway:
    """The ASGI application. `when_started` and `when_stopped` are called on the event loop; `own_paths` are those of
    the pages that take `own_steps`.
    """

    def __init__(
        self,
        services: Services,
        steps: Sequence[Step],
        own_steps: Sequence[Step],
        log: FilteringBoundLogger,
        log_request: RequestLog,
        when_started: Callable[[], None],
        when_stopped: Callable[[], None],
        own_paths: Container[bytes] = OWN_PAGES.keys(),
    ) -> None:
        self._services = services
        self._steps = steps
        self._own_steps = own_steps
        self._log = log
        self._log_request = log_request
        self._when_started = when_started
        self._when_stopped = when_stopped
        self._own_paths = own_paths

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._exchange(Exchange(scope, receive), send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._when_started()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._when_stopped()
        await send({"type": "lifespan.shutdown.complete"})

    async def _exchange(self, exchange: Exchange, send: Send) -> None:
        try:
            await self._take_steps(exchange)
            if exchange.error_code is not None:
                await _close(exchange)
            await self._send(exchange, send)
        except ClientGone:
            exchange.status = CLIENT_CLOSED
        finally:
            await _close(exchange)
            self._services.in_flight.remove(exchange.body_bytes + exchange.answer_bytes)
            seconds = time.perf_counter() - exchange.started
            self._log_request(exchange.name, exchange.status, seconds, exchange.request_id)

    async def _take_steps(self, exchange: Exchange) -> None:
        """The answer, whatever happens on the way to it."""
        if self._services.cors_origins and is_preflight(exchange.method, exchange.headers):
            exchange.name, exchange.status = "preflight", PREFLIGHT_STATUS
            exchange.body_complete = declared_length(exchange.headers) == 0
            return
        try:
            for step in self._own_steps if exchange.raw_path in self._own_paths else self._steps:
                waiting = step(self._services, exchange)
                if waiting is not None:
                    await waiting
        except ApiError as error:
            exchange.fail(error)
        except ClientGone:
            raise
        except Exception:
            self._log.exception("failed", operation=exchange.name, request_id=exchange.request_id)
            told = f"The server failed on request {exchange.request_id}; its log says why."
            exchange.fail(InternalServerException(told))

    async def _send(self, exchange: Exchange, send: Send) -> None:
        """The end of a large answer is sent once its beginning is taken."""
        headers = [(b"content-type", exchange.content_type), (b"x-amzn-requestid", exchange.request_id.encode())]
        if self._services.cors_origins:
            headers += self._for_browsers(exchange)
        if exchange.rest is None:
            headers.append((b"content-length", b"%d" % len(exchange.answer)))
        if exchange.error_code is not None:
            headers.append((b"x-amzn-errortype", exchange.error_code.encode()))
        if not exchange.body_complete:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": exchange.status, "headers": headers})
        if not exchange.body_complete or exchange.answer_bytes:
            await send({"type": "http.response.body", "body": exchange.answer, "more_body": True})
            exchange.answer = b""
            await asyncio.sleep(0)  # by then it is written, and what the client does not take shows
        if not exchange.body_complete:
            await drain(exchange.receive)
        if exchange.rest is not None:
            await self._send_rest(exchange, exchange.rest, send)
        if exchange.status != CUT_OFF:
            await send({"type": "http.response.body", "body": exchange.answer})

    def _for_browsers(self, exchange: Exchange) -> list[tuple[bytes, bytes]]:
        allowed = self._services.cors_origins
        found = answer_headers(allowed, exchange.headers)
        return found + (preflight_headers(allowed, exchange.headers) if exchange.name == "preflight" else [])

    async def _send_rest(self, exchange: Exchange, rest: AsyncIterator[bytes], send: Send) -> None:
        """Piece by piece, as the client takes them. What fails in between leaves the answer without its end: then the
        connection is closed, and nobody takes it for whole.
        """
        gone = asyncio.ensure_future(_until_gone(exchange.receive))
        try:
            async for piece in rest:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if gone.done():
                    raise ClientGone
        except ClientGone:
            raise
        except ApiError as error:
            self._log.warning("cut off", operation=exchange.name, request_id=exchange.request_id, reason=error.code)
            exchange.status = CUT_OFF
        except Exception:
            self._log.exception("cut off", operation=exchange.name, request_id=exchange.request_id)
            exchange.status = CUT_OFF
        except BaseException:  # the server stops
            exchange.status = CUT_OFF
            raise
        finally:
            gone.cancel()


async def _close(exchange: Exchange) -> None:
    """What would have made the rest of the answer lets go of the store."""
    if exchange.rest is not None:
        with suppress(Exception):
            await exchange.rest.aclose()
        exchange.rest = None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def drain(receive: Receive) -> None:
    """Take in the rest of a refused request for a while: closing under a client that still sends resets the connection,
    and the answer would be lost."""
    left, more = MOST_DRAINED, True
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while more and left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        pass
