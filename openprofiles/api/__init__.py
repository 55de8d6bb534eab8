"""The operations: one module for each noun, one function for each operation."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from openprofiles.api import domains, explanations, object_types, profile_objects, profiles, tags
from openprofiles.call import Call
from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS

MODULES: tuple[ModuleType, ...] = (domains, explanations, object_types, profile_objects, profiles, tags)

FUNCTIONS: dict[str, Callable[[Call, Any], Any]] = {
    name: getattr(module, operation.function)
    for name, operation in (OPERATIONS | EXTENSIONS).items()
    for module in MODULES
    if hasattr(module, operation.function)
}
"""Operation → function, for the operations that have code; the others are answered with 501."""
