"""The way to a value inside of a JSON value: `a['b c'][0][].d`."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.work import Work

Read = Callable[[Any, Work], Any]
"""JSON value → the value inside of it, None where there is none."""

_NAME = re.compile(r"[^.\[\]{}'\"]+")
_BRACKET = re.compile(r"\[\s*(?:(?P<each>)|(?P<index>[0-9]{1,6})|'(?P<single>[^']+)'|\"(?P<double>[^\"]+)\")\s*\]")
_LITERAL_NAME = re.compile(r"\[(?P<name>[^\[\]'\"]+)\]")


class Each(msgspec.Struct, frozen=True):
    """The step `[]`: the rest of the path is followed for each element of a list."""


Step = str | int | Each


def parse_steps(path: str, source: str) -> list[Step]:
    """`.a['b c'][0][].d` → a, b c, 0, Each, d. `source` is the whole text, for the message.

    Raises BadRequestException for anything else.
    """
    steps: list[Step] = []
    position = 0
    while position < len(path):
        step, position = _parse_step(path, position, source)
        steps.append(step)
    return steps


def _parse_step(path: str, position: int, source: str) -> tuple[Step, int]:
    dotted = path[position] == "."
    start = position + 1 if dotted else position
    bracket = _BRACKET.match(path, start)
    if bracket is not None:
        return _bracket_step(bracket), bracket.end()
    found = _NAME.match(path, start) if dotted else None
    found = found or (_LITERAL_NAME.match(path, start) if dotted else None)
    name = "" if found is None else found[found.lastgroup or 0].strip()
    if found is None or not name:
        raise BadRequestException(f"Source {source}: expected a member name or an index at {path[position:]!r}.")
    return name, found.end()


def _bracket_step(bracket: re.Match[str]) -> Step:
    if bracket["index"] is not None:
        return int(bracket["index"])
    return bracket["single"] or bracket["double"] or Each()


def reader(steps: list[Step]) -> Read:
    """The shortest function for the path: most sources are one or two member names of an object."""
    names = [step for step in steps if isinstance(step, str)]
    if len(names) < len(steps) or any(name.isdigit() for name in names):
        return lambda value, work: _follow(value, steps, work)
    return _member_reader(names)


def _member_reader(names: list[str]) -> Read:
    def read(value: Any, work: Work) -> Any:
        work.step(len(names))
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return read


def _follow(value: Any, steps: list[Step], work: Work) -> Any:
    """Step by step for all values at once: elements of elements become one list, what is no list adds nothing to it."""
    values, many = [value], False
    for step in steps:
        work.step(len(values))
        if not isinstance(step, Each):
            values = [_member(each, step) for each in values]
        elif many or isinstance(values[0], list):
            values, many = [element for each in values if isinstance(each, list) for element in each], True
        else:
            return None
    return values if many else values[0]


def _member(value: Any, step: str | int) -> Any:
    """A member of an object; an element of a list, by `[0]` or by `.0` as handlebars allows."""
    if isinstance(value, dict):
        return value.get(step) if isinstance(step, str) else None
    if isinstance(value, list) and (isinstance(step, int) or step.isdecimal()):
        index = int(step)
        return value[index] if index < len(value) else None
    return None
