"""The attributes of an object by name, as calculated attributes and triggers name them: `price`, `agent.id`."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from openprofiles.mapping.object_types import compile_object_type
from openprofiles.mapping.work import Work

AttributesOf = Callable[[dict[str, Any]], Callable[[str], Any]]
"""An object → the value of each of its attributes, None where it has none."""


@lru_cache(512)
def attributes_of(document: str) -> AttributesOf:
    """By an object type's definition. A name is that of a field of the definition, where it has such a field; else the
    path of a member, whose names are compared without regard to case where no member has just this one.
    """
    fields = {field.name: field.source for field in compile_object_type(document).fields}
    return lambda parsed: lambda name: fields[name](parsed, Work()) if name in fields else value_at(parsed, name)


def members_of(parsed: dict[str, Any]) -> Callable[[str], Any]:
    """Of what has no mapping: by the path of a member alone."""
    return lambda name: value_at(parsed, name)


def value_at(document: Any, path: str) -> Any:
    """The JSON value at `agent.id` or at a JSON pointer `/agent/id`. A member whose own name this is goes before."""
    if isinstance(document, dict) and path in document:
        return document[path]
    for step in _steps(path):
        document = _member(document, step)
    return document


@lru_cache(4_096)
def _steps(path: str) -> tuple[str, ...]:
    if not path.startswith("/"):
        return tuple(path.split("."))
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/"))


def _member(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value[step] if step in value else _in_other_case(value, step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) <= 6:
        return value[int(step)] if int(step) < len(value) else None
    return None


def _in_other_case(value: dict[str, Any], step: str) -> Any:
    """Contact records are documented as `agent.customerHoldDuration` and come as Agent.CustomerHoldDuration."""
    wanted = step.casefold()
    return next((member for name, member in value.items() if name.casefold() == wanted), None)
