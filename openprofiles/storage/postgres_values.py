"""Values as PostgreSQL takes them in binary form: a type's number (pg_type.oid) and bytes."""

import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

BYTEA = 17
INT8 = 20
TEXT = 25
FLOAT8 = 701
UNTOLD = 0
"""The server finds the type out from where the value stands."""

ARRAY_OF = {BYTEA: 1001, INT8: 1016, TEXT: 1009, FLOAT8: 1022}

pack_int = struct.Struct("!q").pack
pack_float = struct.Struct("!d").pack
pack_length = struct.Struct("!i").pack
pack_head = struct.Struct("!iiIii").pack

NULL = pack_length(-1)
INT_LENGTH = 8

Dump = Callable[[Any], bytes | None]

SINGLE: dict[type, tuple[int, Dump]] = {
    int: (INT8, pack_int),
    bool: (INT8, pack_int),
    str: (TEXT, str.encode),
    bytes: (BYTEA, bytes),
    float: (FLOAT8, pack_float),
    type(None): (UNTOLD, lambda _: None),
}


def single(value: object) -> tuple[int, bytes | None]:
    """The type and the bytes of one value. Raises TypeError for what is none of the kinds that a store takes."""
    oid, dump = _kind_of(value)
    return oid, dump(value)


def several(name: str, values: object) -> tuple[int, bytes | None]:
    """A list as an array, as `array` gives it. Raises TypeError for what is no list."""
    if isinstance(values, str | bytes | int | float | None):
        raise TypeError(f"The value of :{name} must be a list")
    return array(values if isinstance(values, list | tuple) else list(values))  # type: ignore[call-overload]


def array_of_nulls(count: int) -> bytes:
    """An array without a value, in text form: a type of its own it has not."""
    return b"{" + b",".join([b"NULL"] * count) + b"}"


def array(values: Sequence[Any]) -> tuple[int, bytes | None]:
    """The type of an array of these values, and its bytes; no type and None where there is no value but NULL."""
    first = next((value for value in values if value is not None), None)
    if first is None:
        return UNTOLD, None
    oid, dump = _kind_of(first)
    has_null = None in values
    body = _ints(values) if oid == INT8 and not has_null else b"".join(_members(values, dump))
    return ARRAY_OF[oid], pack_head(1, has_null, oid, len(values), 1) + body


def _kind_of(value: object) -> tuple[int, Dump]:
    kind = SINGLE.get(type(value))
    if kind is not None:
        return kind
    for known in (int, str, bytes, float):
        if isinstance(value, known):
            return SINGLE[known]
    raise TypeError(f"A store takes no {type(value).__name__}")


def _ints(values: Sequence[int]) -> bytes:
    flat = [INT_LENGTH] * (2 * len(values))
    flat[1::2] = values
    return _pairs(len(values)).pack(*flat)


@lru_cache(maxsize=256)
def _pairs(count: int) -> struct.Struct:
    return struct.Struct("!" + "iq" * count)


def _members(values: Sequence[Any], dump: Dump) -> list[bytes]:
    pieces = []
    for value in values:
        data = None if value is None else dump(value)
        if data is None:
            pieces.append(NULL)
        else:
            pieces += (pack_length(len(data)), data)
    return pieces
