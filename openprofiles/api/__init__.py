"""The operations: one module for each noun, one function for each operation."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from openprofiles.api import (
    attributes,
    calculated_attribute_values,
    calculated_attributes,
    dead_letters,
    domains,
    dry_runs,
    erasures,
    event_streams,
    explanations,
    exports,
    object_types,
    profile_history,
    profile_objects,
    profiles,
    switches,
    tags,
)
from openprofiles.call import Call
from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS

MODULES: tuple[ModuleType, ...] = (
    attributes,
    calculated_attribute_values,
    calculated_attributes,
    dead_letters,
    domains,
    dry_runs,
    erasures,
    event_streams,
    explanations,
    exports,
    object_types,
    profile_history,
    profile_objects,
    profiles,
    switches,
    tags,
)

FUNCTIONS: dict[str, Callable[[Call, Any], Any]] = {
    name: getattr(module, operation.function)
    for name, operation in (OPERATIONS | EXTENSIONS).items()
    for module in MODULES
    if hasattr(module, operation.function)
}
"""Operation → function, for the operations that have code; the others are answered with 501."""

LIST_FORMS: dict[str, Callable[[Sequence[tuple[Call, Any]]], Sequence[Any]]] = {
    "PutProfileObject": profile_objects.put_profile_objects,
}
"""Operations whose waiting calls on one domain run together: calls with their requests → answers or ApiErrors."""

LONG_READS = frozenset(
    [
        "BatchGetCalculatedAttributeForProfile",
        "DetectProfileObjectType",
        "ExplainCalculatedAttribute",
        "ListObjectTypeAttributes",
        "ListObjectTypeAttributeValues",
        "ListProfileAttributeValues",
        "ListCalculatedAttributesForProfile",
    ]
)
"""Reads that look at thousands of rows, or think for long, and give way to all others."""
