"""The text of a profile object → JSON that can be mapped."""

import re
from decimal import Decimal
from typing import Any

import msgspec

from openprofiles.errors import BadRequestException

MAX_CHARACTERS = 256_000
"""250 KB, counted as the API's model counts it ("Amazon Connect service quotas": size of a single object)."""

MAX_DEPTH = 512

HIGH, LOW = r"(?:\\u[dD][89abAB][0-9a-fA-F]{2}|[\ud800-\udbff])", r"(?:\\u[dD][c-fC-F][0-9a-fA-F]{2}|[\udc00-\udfff])"
LONE_SURROGATE = re.compile(rf"{HIGH}(?!{LOW})|(?<!\\u[dD][89abAB]..){LOW}")
HALF_A_PAIR = "it has half of a surrogate pair"


def parse_object(text: str) -> dict[str, Any]:
    """Raises BadRequestException for what is no JSON object, is too large or too deep, or holds NUL or lone
    surrogates.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadRequestException(f"The object is longer than {MAX_CHARACTERS} characters (250 KB).")
    _check_depth(text)
    try:
        parsed = _decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        reason = HALF_A_PAIR if LONE_SURROGATE.search(text) else error
        raise BadRequestException(f"Could not parse object string into JSON: {reason}") from None
    if not isinstance(parsed, dict):
        raise BadRequestException("The object is JSON, but not a JSON object.")
    if "\\u0000" in text and _holds_nul(parsed):
        raise BadRequestException("The object holds a NUL character, which no store keeps.")
    return parsed


def _exact(text: str) -> Decimal:
    """Numbers keep what was written; no store is asked to write an absurd exponent out."""
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"the number {text[:40]} is out of range") from None


_decode = msgspec.json.Decoder(float_hook=_exact).decode

parse_stored_object = msgspec.json.Decoder(dict[str, Any], float_hook=_exact).decode
"""As `parse_object`, of a text that it has taken before."""


def _check_depth(text: str) -> None:
    """Brackets outside of strings; looked at only where there are enough of them to matter."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth, in_string, escaped = 0, False, False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadRequestException(f"The object is nested deeper than {MAX_DEPTH} levels.")
        elif character in "}]":
            depth -= 1


def _holds_nul(value: Any) -> bool:
    """Looks into every level without recursion: legal objects are deeper than Python's stack allows."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str) and "\0" in current:
            return True
        if isinstance(current, dict):
            waiting.extend(current)
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
    return False
