"""The way to an attribute of an object: `agent.id`, or a JSON pointer `/agent/id`."""

from functools import lru_cache
from typing import Any


def value_at(document: Any, path: str) -> Any:
    """The JSON value at a path, None where there is none. A member whose name holds the dots goes before the way."""
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
        return value.get(step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) <= 6:
        return value[int(step)] if int(step) < len(value) else None
    return None
