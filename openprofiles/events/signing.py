"""The secrets that webhooks verify messages with: derived from a key of the store, one for each stream."""

import base64
import hashlib
import hmac

PREFIX = "whsec_"


def stream_secret(key: bytes, domain: int, stream: int) -> bytes:
    """The 32 bytes that messages of the stream are signed with. A stream that is made anew has others."""
    return hmac.digest(key, f"event stream {domain}/{stream}".encode(), hashlib.sha256)


def secret_text(secret: bytes) -> str:
    """As the Standard Webhooks specification writes secrets."""
    return PREFIX + base64.b64encode(secret).decode()
