"""Values that a request's member may have: right ones, nearly right ones, and what nobody should send."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from tests.fuzz.chance import Chance, Told

Named = Mapping[str, Callable[[Chance, Told], Any]]
"""Member → what makes a likely value of it, where the shape does not say enough."""

HOSTILE: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    -(2**70),
    1e308,
    1e-320,
    "",
    " ",
    "\n",
    "\0",
    "a\0b",
    "\ud800",
    "🙂" * 300,
    "ａｂｃ",
    "İ" * 90,
    "e\u0301" * 127,
    "\u202e",
    "' OR 1=1 --",
    "%s%(x)s:name?$1",
    "{{_source.a}}",
    "../..",
    "%2F%00",
    "x" * 300,
    "x" * 5_000,
    "$(id)",
    "0" * 32,
    [],
    {},
    [[]],
    [None],
    ["a", 1, {}],
    {"": {}},
    {"a": {"a": {"a": {}}}},
]

WORDS = ["fuzz", "contact", "order", "_profile", "_order", "_email", "_phone", "_profileId", "customer", "1", "a@b.c"]
ALPHABETS = ["a", "a1_-", "aé🙂ß", "\t\n ", "aA0.:/{}\"'\\", "0123456789abcdef", "ab \u00a0\u3000", "\u0301İıſß"]
LONGEST = 2_000


def text(chance: Chance, least: int = 0, most: int = 255) -> str:
    if chance.random() < 0.5:
        return chance.choice(WORDS)
    length = chance.choice([least, most, chance.randint(least, min(most, least + 30))])
    if chance.errs():
        length = chance.choice([most + 1, max(0, least - 1)])
    return "".join(chance.choices(chance.choice(ALPHABETS), k=min(length, LONGEST)))


def value(chance: Chance, told: Told, kind: inspect.Type, named: Named, name: str = "", depth: int = 0) -> Any:
    """A value of the type for the member of this name; now and then, one of another type."""
    if chance.errs():
        return chance.choice(HOSTILE)
    known = told.one(chance, name)
    if known is not None and isinstance(kind, inspect.StrType) and not chance.is_seldom():
        return known[:-1] + chance.choice("0A=\n") if chance.errs() else known
    if name in named and not isinstance(kind, inspect.ListType):
        return named[name](chance, told)
    maker = MAKERS.get(type(kind))
    if maker is None:
        return chance.choice(HOSTILE)
    return maker(chance, told, kind, named, name, depth)


def structure(chance: Chance, told: Told, kind: Any, named: Named, _: str, depth: int) -> dict[str, Any]:
    likely = 0.4 if depth < 3 else 0.1
    wanted = [field for field in kind.fields if field.required or chance.random() < likely]
    members = {
        field.encode_name: value(chance, told, field.type, named, field.encode_name, depth + 1)
        for field in wanted
        if not chance.errs()
    }
    if chance.is_seldom():
        members["Unknown"] = chance.choice(HOSTILE)
    return members


def members_list(chance: Chance, told: Told, kind: Any, named: Named, name: str, depth: int) -> list[Any]:
    least, most = kind.min_length or 0, kind.max_length if kind.max_length is not None else 4
    count = chance.choice([max(least, 1), max(least, 1), least, min(most, 30), chance.randint(least, min(most, 30))])
    if chance.errs():
        count = min(most, 300) + 1
    return [value(chance, told, kind.item_type, named, name, depth + 1) for _ in range(count if depth < 4 else least)]


def mapping(chance: Chance, told: Told, kind: Any, named: Named, _: str, depth: int) -> dict[str, Any]:
    count = chance.randint(kind.min_length or 0, 4)
    keys = [MAKERS[type(kind.key_type)](chance, told, kind.key_type, named, "", depth) for _ in range(count)]
    return {key: value(chance, told, kind.value_type, named, "", depth + 1) for key in keys}


def limited_text(chance: Chance, _told: Told, kind: Any, _named: Named, _name: str, _depth: int) -> str:
    """Text within the length limits that mostly has the pattern, if there is one."""
    least, most = kind.min_length or 0, kind.max_length if kind.max_length is not None else 255
    made = text(chance, least, most)
    for _ in range(0 if kind.pattern is None or chance.errs() else 10):
        if least <= len(made) <= most and re.search(kind.pattern, made):
            break
        made = text(chance, least, most)
    return made + "\n" if chance.errs() else made


def integer(chance: Chance, _told: Told, kind: Any, _named: Named, _name: str, _depth: int) -> int:
    least, most = kind.ge if kind.ge is not None else 0, kind.le if kind.le is not None else 1_000
    wrong = chance.choice([least - 1, most + 1]) if chance.errs() else least
    return chance.choice([least, most, wrong, chance.randint(least, max(least, most))])


def one_of(chance: Chance, told: Told, kind: Any, named: Named, name: str, depth: int) -> Any:
    """Where a member may be absent, it is there: whether it is has been decided."""
    types = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    return value(chance, told, chance.choice(types), named, name, depth)


MAKERS: dict[type, Callable[[Chance, Told, Any, Named, str, int], Any]] = {
    inspect.StructType: structure,
    inspect.ListType: members_list,
    inspect.DictType: mapping,
    inspect.StrType: limited_text,
    inspect.IntType: integer,
    inspect.FloatType: lambda chance, *_: chance.choice([0, 0.5, 1e9, 1_700_000_000.123, -1.0]),
    inspect.BoolType: lambda chance, *_: chance.random() < 0.5,
    inspect.LiteralType: lambda chance, _, kind, *__: chance.choice(list(kind.values)),
    inspect.UnionType: one_of,
}


def shape_of(struct: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(struct)
