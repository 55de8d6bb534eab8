"""Values that a request's member may have: right ones, nearly right ones, and what nobody should send."""

import math
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
from msgspec import inspect

HOSTILE: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    -(2**70),
    1e308,
    1e-320,
    math.nan,
    math.inf,
    "",
    " ",
    "\n",
    "\0",
    "a\0b",
    "\ud800",
    "🙂" * 300,
    "ａｂｃ",
    "İ" * 90,
    "' OR 1=1 --",
    "{{_source.a}}",
    "../..",
    "%2F%00",
    "x" * 300,
    "$(id)",
    [],
    {},
    [[]],
    [None],
    {"": {}},
    {"a": {"a": {"a": {}}}},
]

WORDS = ["fuzz", "contact", "order", "_profile", "_order", "_email", "_phone", "_profileId", "contactId", "1", "a@b.c"]


def text(chance: Random, least: int = 0, most: int = 255) -> str:
    if chance.random() < 0.5:
        return chance.choice(WORDS)
    length = chance.choice([least, most, most + 1, max(0, least - 1), chance.randint(least, min(most, least + 30))])
    alphabet = chance.choice(["a", "a1_-", "aé🙂ß", "\t\n ", "aA0.:/{}\"'\\"])
    return "".join(chance.choice(alphabet) for _ in range(min(length, 2_000)))


def value(chance: Random, kind: inspect.Type, depth: int = 0) -> Any:
    """A value of the type, or, seldom, one of another."""
    if chance.random() < 0.06:
        return chance.choice(HOSTILE)
    return MAKERS.get(type(kind), _other)(chance, kind, depth)


def _struct(chance: Random, kind: Any, depth: int) -> dict[str, Any]:
    likely = 0.9 if depth < 2 else 0.3
    wanted = [field for field in kind.fields if field.required or chance.random() < likely * 0.5]
    members = {field.encode_name: value(chance, field.type, depth + 1) for field in wanted if chance.random() < 0.97}
    if chance.random() < 0.05:
        members["Unknown"] = chance.choice(HOSTILE)
    return members


def _list(chance: Random, kind: Any, depth: int) -> list[Any]:
    most = kind.max_length if kind.max_length is not None else 4
    count = chance.choice([0, 1, 1, 2, min(most, 30), min(most, 30) + 1])
    return [value(chance, kind.item_type, depth + 1) for _ in range(count if depth < 3 else 1)]


def _dict(chance: Random, kind: Any, depth: int) -> dict[str, Any]:
    return {text(chance, 1, 60): value(chance, kind.value_type, depth + 1) for _ in range(chance.randint(0, 4))}


def _text(chance: Random, kind: Any, _: int) -> str:
    made = text(chance, kind.min_length or 0, kind.max_length or 255)
    return made + "\n" if chance.random() < 0.03 else made


def _int(chance: Random, kind: Any, _: int) -> int:
    least, most = kind.ge if kind.ge is not None else 0, kind.le if kind.le is not None else 1_000
    return chance.choice([least, most, least - 1, most + 1, chance.randint(least, max(least, most))])


def _union(chance: Random, kind: Any, depth: int) -> Any:
    return value(chance, chance.choice(kind.types), depth)


def _other(chance: Random, _kind: Any, _depth: int) -> Any:
    return chance.choice(HOSTILE)


MAKERS: dict[type, Callable[[Random, Any, int], Any]] = {
    inspect.StructType: _struct,
    inspect.ListType: _list,
    inspect.DictType: _dict,
    inspect.StrType: _text,
    inspect.IntType: _int,
    inspect.FloatType: lambda chance, _kind, _depth: chance.choice([0.5, 1e9, -1.0]),
    inspect.BoolType: lambda chance, _kind, _depth: chance.random() < 0.5,
    inspect.LiteralType: lambda chance, kind, _depth: chance.choice(list(kind.values)),
    inspect.EnumType: lambda chance, kind, _depth: chance.choice([one.value for one in kind.cls]),
    inspect.UnionType: _union,
    inspect.NoneType: lambda _chance, _kind, _depth: None,
}


def shape_of(struct: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(struct)
