"""What a check finds."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as it has to be. `subject`: a profile's id, an object's key, a table."""

    kind: str
    subject: str
    text: str


Found = Iterator[tuple[str, str]]
"""Kind and text of each finding on one subject."""


class Unreadable(Exception):
    """A column's text can not be decoded."""


def decoded(what: str, decode: Callable[[str], T], text: str) -> T:
    """Raises Unreadable, which names what it is."""
    try:
        return decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unreadable(f"{what} can not be read: {error}") from None


def is_unreadable(decode: Callable[[str], Any], text: str | None) -> bool:
    """Whether there is a text that can not be decoded."""
    try:
        if text is not None:
            decode(text)
    except (msgspec.DecodeError, ValueError):
        return True
    return False
