"""Whatever is asked of an operation, the answer is one of the API's own, soon, and never the server's fault."""

import asyncio
import io
import json
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from openprofiles.api import FUNCTIONS
from openprofiles.app import App, create_app
from openprofiles.gateway import signature
from openprofiles.gateway.authorization import basic_timestamp
from openprofiles.operations import OPERATIONS
from openprofiles.settings import Settings
from tests.fuzz.calls import Call, any_call, beginnings

KEY, SECRET = "AKIAFUZZFUZZFUZZFUZZ", "fuzz/secret/access/key"
LONGEST_SECONDS = 5.0


def signed_headers(call: Call, now: int) -> list[tuple[bytes, bytes]]:
    timestamp = basic_timestamp(now).encode()
    headers = {b"host": [b"fuzz"], b"x-amz-date": [timestamp]}
    body_hash = signature.sha256_hex(call.body)
    query = signature.canonical_query(signature.query_pairs(call.query))
    path = signature.canonical_paths(call.raw_path)[0]
    canonical = signature.canonical_request(call.method, path, query, headers, sorted(headers), body_hash)
    scope = b"/".join((timestamp[:8], b"us-east-1", b"profile", signature.TERMINATOR))
    key = signature.signing_key(SECRET, timestamp[:8], b"us-east-1", b"profile")
    made = signature.signature(key, signature.string_to_sign(timestamp, scope, canonical))
    credential = KEY.encode() + b"/" + scope
    authorization = b"AWS4-HMAC-SHA256 Credential=%b, SignedHeaders=host;x-amz-date, Signature=%b" % (credential, made)
    length = b"%d" % len(call.body)
    return [
        *((name, values[0]) for name, values in headers.items()),
        (b"authorization", authorization),
        (b"content-length", length),
    ]


async def ask(app: App, call: Call) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": call.method,
        "raw_path": call.raw_path,
        "query_string": call.query,
        "headers": signed_headers(call, time.time_ns() // 1_000_000),
    }
    await app.gateway(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(one.get("body", b"") for one in sent[1:])


async def live(app: App, started: asyncio.Event, over: asyncio.Event) -> None:
    async def receive() -> dict[str, Any]:
        if started.is_set():
            await over.wait()
        return {}

    async def send(_: dict[str, Any]) -> None:
        started.set()

    await app.gateway({"type": "lifespan"}, receive, send)


def check(call: Call, answer: tuple[int, dict[bytes, bytes], bytes], seconds: float) -> None:
    status, headers, body = answer
    told = json.loads(body or b"{}")
    assert 200 <= status < 300 or 400 <= status < 500 or status == 501, (call, answer)
    assert status != 501 or (call.operation in OPERATIONS and call.operation not in FUNCTIONS), (call, answer)
    assert status < 400 or told.get("Message") or told.get("message"), (call, answer)
    assert headers[b"x-amzn-requestid"]
    assert seconds < LONGEST_SECONDS, (call, seconds)


async def fuzz(app: App, cases: int, seed: int) -> Counter[int]:
    started, over = asyncio.Event(), asyncio.Event()
    living = asyncio.create_task(live(app, started, over))
    await started.wait()
    statuses: Counter[int] = Counter()
    for call in beginnings():
        assert (await ask(app, call))[0] == 200
    for number in range(cases):
        call = any_call(Random(f"{seed} {number}"))  # a case that fails can be made again from these two alone
        begun = time.monotonic()
        answer = await ask(app, call)
        check(call, answer, time.monotonic() - begun)
        statuses[answer[0]] += 1
    over.set()
    await living
    return statuses


def test_no_call_is_answered_by_a_fault_of_the_server(tmp_path: Path, cases: int, seed: int) -> None:
    log = io.BytesIO()
    settings = Settings(data=str(tmp_path), access_key_id=KEY, secret_access_key=SECRET, log_format="json")

    statuses = asyncio.run(fuzz(create_app(settings, log), cases, seed))

    assert b'"failed"' not in log.getvalue()
    assert statuses[200] > cases / 40
    assert statuses[400] > cases / 20
