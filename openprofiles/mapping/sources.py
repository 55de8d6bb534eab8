"""Where a field takes its value from: a source text, compiled once into a function of the object.

Three forms ("Field definitions in Customer Profiles object type mappings"): an accessor `_source.a.b[0]`, a handlebars
text with `{{_source.a}}` and `{{#removeExtraSpace}}…{{/removeExtraSpace}}`, or a constant text.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.content_types import plain_decimal

Source = Callable[[dict[str, Any]], Any]
"""Object → JSON value, None where there is none; a template or a constant gives text."""

Render = Callable[[dict[str, Any]], str]

MAX_NESTING = 3
"""Levels of blocks: each goes through the whole text once more."""

ROOT = "_source"
MAX_RENDERED = 256_000
"""Characters that a template may become: as many as an object may have."""

_FOREIGN_ROOT = re.compile(r"_\w+\s*[.\[]")
_ROOT_END = re.compile(r"_source(?=[.\[]|\Z)")
_NAME = re.compile(r"[^.\[\]{}'\"]+")
_BRACKET = re.compile(r"\[\s*(?:(?P<each>)|(?P<index>[0-9]{1,6})|'(?P<single>[^']+)'|\"(?P<double>[^\"]+)\")\s*\]")
_LITERAL_NAME = re.compile(r"\[(?P<name>[^\[\]'\"]+)\]")
_TAG = re.compile(r"\{\{\{(?P<triple>[^{}]*)\}\}\}|\{\{(?P<double>[^{}]*)\}\}")
_BLOCK = re.compile(r"[#/^]\s*([^\s}]*)")


class Each(msgspec.Struct, frozen=True):
    """The step `[]`: the rest of the path is followed for each element of a list."""


Step = str | int | Each


def compile_source(text: str) -> Source:
    """Raises BadRequestException where the text is neither an accessor, nor right handlebars, nor a constant."""
    if "{{" in text:
        return _compile_template(text)
    accessor = text.strip()
    if _ROOT_END.match(accessor):
        return _reader(parse_accessor(accessor, text))
    if _FOREIGN_ROOT.match(accessor):
        raise BadRequestException(f"Source {text}: the only root of a source is {ROOT}.")
    return lambda _: text


def parse_accessor(accessor: str, source: str) -> list[Step]:
    """`_source.a['b c'][0][].d` → a, b c, 0, Each, d. `source` is the whole text, for the message.

    Raises BadRequestException for anything else.
    """
    root = _ROOT_END.match(accessor)
    if root is None:
        raise BadRequestException(f"Source {source}: the only root of a source is {ROOT}, not {accessor or 'nothing'}.")
    steps: list[Step] = []
    position = root.end()
    while position < len(accessor):
        step, position = _parse_step(accessor, position, source)
        steps.append(step)
    return steps


def _parse_step(accessor: str, position: int, source: str) -> tuple[Step, int]:
    dotted = accessor[position] == "."
    start = position + 1 if dotted else position
    bracket = _BRACKET.match(accessor, start)
    if bracket is not None:
        return _bracket_step(bracket), bracket.end()
    found = _NAME.match(accessor, start) if dotted else None
    found = found or (_LITERAL_NAME.match(accessor, start) if dotted else None)
    name = "" if found is None else found[found.lastgroup or 0].strip()
    if found is None or not name:
        raise BadRequestException(f"Source {source}: expected a member name or an index at {accessor[position:]!r}.")
    return name, found.end()


def _bracket_step(bracket: re.Match[str]) -> Step:
    if bracket["index"] is not None:
        return int(bracket["index"])
    return bracket["single"] or bracket["double"] or Each()


def _reader(steps: list[Step]) -> Source:
    """The shortest function for the path: most sources are one or two member names."""
    names = [step for step in steps if isinstance(step, str)]
    if len(names) < len(steps) or any(name.isdigit() for name in names):
        return lambda value: _follow(value, steps)
    if len(names) == 1:
        [only] = names
        return lambda value: value.get(only)
    return _member_reader(names)


def _member_reader(names: list[str]) -> Source:
    def read(value: Any) -> Any:
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return read


def _follow(value: Any, steps: list[Step]) -> Any:
    """Step by step for all values at once: elements of elements become one list, what is no list adds nothing to it."""
    values, many = [value], False
    for step in steps:
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


def _compile_template(text: str) -> Render:
    """Handlebars text → function. Blocks other than removeExtraSpace are refused by name."""
    open_parts: list[list[str | Render]] = [[]]
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            open_parts[-1].append(text[position:start])
        tag = _TAG.match(text, start)
        if tag is None:
            raise _wrong(text, start, f"{text[start : start + 30]} is not closed")
        triple = tag["triple"]
        _add_tag(open_parts, text, start, (tag["double"] if triple is None else triple).strip())
        position = tag.end()
    if len(open_parts) > 1:
        raise _wrong(text, len(text), "block removeExtraSpace is not closed")
    if position < len(text):
        open_parts[0].append(text[position:])
    return _template(open_parts[0], text)


def _add_tag(open_parts: list[list[str | Render]], text: str, start: int, tag: str) -> None:
    block = _BLOCK.match(tag)
    if block is None:
        open_parts[-1].append(_interpolation(text, start, tag))
    elif tag == "#removeExtraSpace":
        if len(open_parts) > MAX_NESTING:
            raise _wrong(text, start, f"block removeExtraSpace is nested deeper than {MAX_NESTING} levels")
        open_parts.append([])
    elif tag == "/removeExtraSpace" and len(open_parts) > 1:
        inner = _template(open_parts.pop(), text)
        open_parts[-1].append(lambda value: " ".join(inner(value).split()))
    elif tag == "/removeExtraSpace":
        raise _wrong(text, start, "block removeExtraSpace is closed but was not opened")
    else:
        raise _wrong(text, start, f"block {block[1] or tag} is not supported")


def _interpolation(text: str, start: int, expression: str) -> Render:
    if not expression:
        raise _wrong(text, start, "the expression {{}} is empty")
    if not _ROOT_END.match(expression):
        raise _wrong(text, start, f"{expression} is not supported, an expression begins with {ROOT}")
    steps = parse_accessor(expression, text)
    if any(isinstance(step, str) and " " in step for step in steps) and not re.search(r"[\['\"]", expression):
        raise _wrong(text, start, f"{expression} is more than one path")
    read = _reader(steps)
    return lambda value: text_of(read(value))


def _template(parts: list[str | Render], text: str) -> Render:
    def render(value: dict[str, Any]) -> str:
        rendered: list[str] = []
        room = MAX_RENDERED
        for part in parts:
            piece = part if isinstance(part, str) else part(value)
            room -= len(piece)
            if room < 0:
                raise BadRequestException(f"Source {text} gives more than {MAX_RENDERED} characters.")
            rendered.append(piece)
        return "".join(rendered)

    return render


def _wrong(text: str, position: int, reason: str) -> BadRequestException:
    return BadRequestException(f"Source {text} is not valid handlebars at character {position + 1}: {reason}.")


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
