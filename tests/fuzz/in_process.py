"""The product without a network: signed calls handed to its ASGI application."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from openprofiles.app import App
from openprofiles.gateway import signature
from openprofiles.gateway.authorization import basic_timestamp
from tests.fuzz.calls import Call

KEY, SECRET = "AKIAFUZZFUZZFUZZFUZZ", "fuzz/secret/access/key"


class Answer(NamedTuple):
    status: int
    headers: dict[bytes, bytes]
    body: bytes
    seconds: float

    @property
    def members(self) -> Any:
        """What the answer says; the last line of one that has many."""
        return json.loads(self.body.splitlines()[-1])


@asynccontextmanager
async def running(app: App) -> AsyncIterator[None]:
    """Start the workers; at the end, stop them and close the store."""
    started, over = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        if started.is_set():
            await over.wait()
        return {}

    async def send(_: dict[str, Any]) -> None:
        started.set()

    living = asyncio.create_task(app.gateway({"type": "lifespan"}, receive, send))
    await started.wait()
    try:
        yield
    finally:
        over.set()
        await living


async def ask(app: App, call: Call) -> Answer:
    sent: list[dict[str, Any]] = []
    is_sent = asyncio.Event()

    async def receive() -> dict[str, Any]:
        """The body; then nothing comes any more, as from a client that waits for its answer."""
        if is_sent.is_set():
            await asyncio.Event().wait()
        is_sent.set()
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": call.method,
        "raw_path": call.raw_path,
        "query_string": call.query,
        "headers": headers(call, time.time_ns() // 1_000_000),
    }
    begun = time.monotonic()
    await app.gateway(scope, receive, send)
    seconds = time.monotonic() - begun
    return Answer(sent[0]["status"], dict(sent[0]["headers"]), b"".join(part["body"] for part in sent[1:]), seconds)


def headers(call: Call, now: int) -> list[tuple[bytes, bytes]]:
    timestamp = basic_timestamp(now).encode()
    signed = {b"host": [b"fuzz"], b"x-amz-date": [timestamp]}
    return [
        (b"host", b"fuzz"),
        (b"x-amz-date", timestamp),
        (b"authorization", flipped(authorization(call, timestamp, signed), call.flips)),
        (b"content-length", b"%d" % len(call.body)),
        *call.headers,
    ]


def authorization(call: Call, timestamp: bytes, signed: dict[bytes, list[bytes]]) -> bytes:
    query = signature.canonical_query(signature.query_pairs(call.query))
    path, body_hash = signature.canonical_paths(call.raw_path)[0], signature.sha256_hex(call.body)
    canonical = signature.canonical_request(call.method, path, query, signed, sorted(signed), body_hash)
    scope = b"/".join((timestamp[:8], b"us-east-1", b"profile", signature.TERMINATOR))
    key = signature.signing_key(SECRET, timestamp[:8], b"us-east-1", b"profile")
    made = signature.signature(key, signature.string_to_sign(timestamp, scope, canonical))
    names = b";".join(sorted(signed))
    return b"AWS4-HMAC-SHA256 Credential=%b/%b, SignedHeaders=%b, Signature=%b" % (KEY.encode(), scope, names, made)


def flipped(value: bytes, places: tuple[int, ...]) -> bytes:
    bits = bytearray(value)
    for place in places:
        bits[place // 8 % len(bits)] ^= 1 << place % 8
    return bytes(bits)
