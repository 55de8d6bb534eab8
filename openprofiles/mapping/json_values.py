"""JSON values as text."""

from decimal import Decimal
from typing import Any

import msgspec

from openprofiles.mapping.content_types import plain_decimal

_encode = msgspec.json.Encoder(decimal_format="number").encode


def text_of(value: Any) -> str:
    """A JSON value as text: 1.50 → 1.5, true → true. What is null or absent, an object or a list is empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, Decimal)):
        return plain_decimal(Decimal(str(value)))
    return ""


def json_text(value: Any) -> str:
    """Like `text_of`, but an object or a list is its compact JSON."""
    return _encode(value).decode() if isinstance(value, (dict, list)) else text_of(value)
