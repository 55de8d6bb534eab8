"""Signed HTTP requests, made fast enough that a load can be prepared in about a second."""

import hashlib
import hmac
import time
from functools import lru_cache

REGION, SERVICE = "us-east-1", "profile"
ACCESS_KEY_ID = "AKIABENCHMARKBENCH00"
SECRET_ACCESS_KEY = "benchmark-secret-that-guards-nothing-at-all"

SIGNED_HEADERS = "content-type;host;x-amz-date"


def signed(port: int, method: str, path: str, body: bytes, at: float | None = None, query: str = "") -> bytes:
    """The bytes of one request, signed as of `at` (seconds since the epoch; else now). `path` needs no encoding,
    `query` is encoded and in order.
    """
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    headers = (("content-type", "application/json"), ("host", f"127.0.0.1:{port}"), ("x-amz-date", date))
    scope = f"{date[:8]}/{REGION}/{SERVICE}/aws4_request"
    canonical = "".join(f"{name}:{value}\n" for name, value in headers)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    signature = _signature(date, scope, f"{method}\n{path}\n{query}\n{canonical}\n{SIGNED_HEADERS}\n", body)
    target = f"{path}?{query}" if query else path
    return (
        f"{method} {target} HTTP/1.1\r\n{head}content-length: {len(body)}\r\n"
        f"authorization: AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{scope}, "
        f"SignedHeaders={SIGNED_HEADERS}, Signature={signature}\r\n\r\n"
    ).encode() + body


def _signature(date: str, scope: str, head: str, body: bytes) -> str:
    canonical = head + hashlib.sha256(body).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.digest(_signing_key(date[:8]), to_sign.encode(), "sha256").hex()


@lru_cache(maxsize=4)
def _signing_key(day: str) -> bytes:
    """The four steps of a key cost more than a signature, and stay the same for a day."""
    key = f"AWS4{SECRET_ACCESS_KEY}".encode()
    for part in (day, REGION, SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
