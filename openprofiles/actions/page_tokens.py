"""Page tokens: opaque, signed, and good only for the list that gave them."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.storage import settings
from openprofiles.storage.database import Transaction

T = TypeVar("T")

KEY_SETTING = "page_token_key"
TAG_BYTES = 16

Position = list[str | int]
"""The key columns of the last row that was given; ids as hex."""

decode_position = msgspec.json.Decoder(Position).decode


def make_key(tx: Transaction) -> None:
    """Make the key that signs tokens, once for a store."""
    settings.get_or_add(tx, KEY_SETTING, secrets.token_hex(32))


def seal(call: Call, scope: tuple[object, ...], position: Position) -> str:
    """A token that carries `position` and is bound to `scope`: operation, domain number, filter."""
    text = msgspec.json.encode(position)
    return base64.urlsafe_b64encode(_tag(call, scope, text) + text).decode()


def open_token(call: Call, scope: tuple[object, ...], token: str | None) -> Position | None:
    """The position in the token, None without one. Raises BadRequestException for a foreign or altered token."""
    if token is None:
        return None
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        tag, text = raw[:TAG_BYTES], raw[TAG_BYTES:]
        if hmac.compare_digest(tag, _tag(call, scope, text)) and token == base64.urlsafe_b64encode(raw).decode():
            return decode_position(text)
    except ValueError:
        pass
    raise BadRequestException("NextToken is not one that this list has given.")


def _tag(call: Call, scope: tuple[object, ...], text: bytes) -> bytes:
    key = bytes.fromhex(settings.get(call.tx, KEY_SETTING))
    message = msgspec.json.encode([repr(part) for part in (call.account, call.region, *scope)]) + text
    return hashlib.blake2b(message, key=key, digest_size=TAG_BYTES).digest()


def page_of(
    call: Call, scope: tuple[object, ...], rows: Sequence[T], limit: int, position: Callable[[T], Position]
) -> tuple[Sequence[T], str | None]:
    """From `limit + 1` rows or fewer: those of this page, and the token for the next one if there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], seal(call, scope, position(rows[limit - 1]))
