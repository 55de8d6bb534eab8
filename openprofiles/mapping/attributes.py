"""The attributes of an object by name, as calculated attributes and triggers name them: `price`, `agent.id`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from openprofiles.errors import BadRequestException
from openprofiles.mapping.object_types import compile_object_type
from openprofiles.mapping.paths import Read
from openprofiles.mapping.work import MAX_STEPS, Work

Fields = Mapping[str, Read]
"""Where the fields of a mapping take their values from, by their names."""

NO_FIELDS: Fields = {}


@lru_cache(512)
def fields_of(document: str) -> Fields:
    """Those of an object type's definition."""
    return {field.name: field.source for field in compile_object_type(document).fields}


class Attributes:
    """The attributes of one object. A name is that of a field of its mapping, where it has such a field; else the path
    of a member, whose names are compared without regard to case where no member has just this one.

    The source of a field is followed once, however many ask; one that would be too much work gives nothing.
    """

    __slots__ = ("_fields", "_parsed", "_values", "_work")

    def __init__(self, fields: Fields, parsed: dict[str, Any]) -> None:
        self._fields = fields
        self._parsed = parsed
        self._values: dict[str, Any] = {}
        self._work: Work | None = None

    @property
    def steps(self) -> int:
        """How much work there was."""
        return 0 if self._work is None else MAX_STEPS - self._work.steps

    def value(self, name: str) -> Any:
        """None where the object has no such attribute."""
        if name not in self._fields:
            return value_at(self._parsed, name)
        if name not in self._values:
            self._values[name] = self._followed(self._fields[name])
        return self._values[name]

    def _followed(self, source: Read) -> Any:
        if self._work is None:
            self._work = Work()
        try:
            return source(self._parsed, self._work)
        except BadRequestException:
            return None


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
