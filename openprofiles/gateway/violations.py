"""Everything that is wrong with a request's form, in AWS's wording. Pure, and generic over the shapes.

Members are named by their path as AWS prints it: lower camel case, list members counted from 1
(`items.1.member.object`), map values by their key (`tags.KEY.member`). No member's value is ever shown, as many are
sensitive; keys of maps are.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

# An answer shows so many violations, and counting stops at so many: the answer's size and time are bounded.
SHOWN = 100
COUNTED = 1000
SHOWN_KEY_LENGTH = 128
# Patterns are not tried on longer text. The only members without a shorter limit of length have cheap patterns.
PATTERN_TEXT_LENGTH = 4096

NOT_NULL = "Member must not be null"
NO_LIMITS = msgspec.Meta()
TYPE_NAMES = {str: "a string", int: "an integer", float: "a number", bool: "a boolean", list: "a list", dict: "a map"}


def violations_message(shape: type[msgspec.Struct], members: dict[str, Any]) -> str | None:
    """One message for all violations of a request (wire name → JSON value), or None where nothing is found.

    Of more than COUNTED violations only so many are counted.
    """
    found = list(islice(structure_violations(shape, members, ""), COUNTED))
    if not found:
        return None
    shown = found[:SHOWN]
    if len(found) > SHOWN:
        shown.append(f"and {len(found) - SHOWN} more")
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(shown)}"


def structure_violations(shape: type[msgspec.Struct], members: dict[str, Any], path: str) -> Iterator[str]:
    """Violations of a structure's members, in the model's order. An absent member is one only where it is required."""
    for field in _fields(shape):
        member_path = _joined(path, field.encode_name[0].lower() + field.encode_name[1:])
        if field.encode_name in members:
            yield from value_violations(field.type, members[field.encode_name], member_path)
        elif field.required:
            yield _violation(member_path, NOT_NULL)


def value_violations(annotation: Any, value: Any, path: str) -> Iterator[str]:
    """Violations of one value and all below it. `annotation` is a type of shapes.py."""
    plain, limits = _plain_type(annotation)
    wrong_type = _wrong_type(plain, value)
    if wrong_type is not None:
        yield _violation(path, wrong_type)
        return
    for constraint in _broken_constraints(plain, limits, value):
        yield _violation(path, constraint)
    yield from _inner_violations(plain, limits, value, path)


def _inner_violations(plain: Any, limits: msgspec.Meta, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        [member] = get_args(plain)
        # What exceeds the limit is reported as too many, so it need not be looked at.
        for number, item in enumerate(value[: limits.max_length], start=1):
            yield from value_violations(member, item, f"{path}.{number}.member")
    elif get_origin(plain) is dict:
        key_type, value_type = get_args(plain)
        for key, item in islice(value.items(), limits.max_length):
            yield from _key_violations(key_type, key, path)
            yield from value_violations(value_type, item, f"{path}.{_shown_key(key)}.member")
    elif isinstance(value, dict):
        yield from structure_violations(plain, value, path)


def _key_violations(key_type: Any, key: str, path: str) -> Iterator[str]:
    constraints = list(_broken_constraints(*_plain_type(key_type), key))
    if constraints:
        yield _violation(path, f"Map key '{_shown_key(key)}' must satisfy constraint: [{', '.join(constraints)}]")


def _wrong_type(plain: Any, value: object) -> str | None:
    if value is None:
        return NOT_NULL
    base = get_origin(plain) or plain
    if base is Literal:
        base = str
    allowed = (float, int) if base is float else (base,)
    # Exact types: True is an int for isinstance, and no integer on the wire.
    if type(value) in allowed or (base not in TYPE_NAMES and isinstance(value, dict)):
        return None
    return f"Member must be {TYPE_NAMES.get(base, 'a structure')}"


def _broken_constraints(plain: Any, limits: msgspec.Meta, value: Any) -> Iterator[str]:
    if get_origin(plain) is Literal and value not in get_args(plain):
        yield f"Member must satisfy enum value set: [{', '.join(get_args(plain))}]"
    # Characters are counted as Python does: by code points.
    if limits.max_length is not None and len(value) > limits.max_length:
        yield f"Member must have length less than or equal to {limits.max_length}"
    if limits.min_length is not None and len(value) < limits.min_length:
        yield f"Member must have length greater than or equal to {limits.min_length}"
    if limits.le is not None and value > limits.le:
        yield f"Member must have value less than or equal to {limits.le}"
    if limits.ge is not None and value < limits.ge:
        yield f"Member must have value greater than or equal to {limits.ge}"
    if limits.pattern is not None and len(value) <= PATTERN_TEXT_LENGTH and not re.search(limits.pattern, value):
        yield f"Member must satisfy regular expression pattern: {_model_pattern(limits.pattern)}"


def _model_pattern(pattern: str) -> str:
    r"""The pattern as the model has it: shapes.py says `\Z` where the model says `$`."""
    return pattern.removesuffix(r"\Z") + "$" if pattern.endswith(r"\Z") else pattern


@cache
def _fields(shape: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(shape)


def _plain_type(annotation: Any) -> tuple[Any, msgspec.Meta]:
    """The type without `| None` and without limits, and the limits."""
    if get_origin(annotation) in (Union, UnionType):
        [annotation] = [inner for inner in get_args(annotation) if inner is not NoneType]
    if get_origin(annotation) is Annotated:
        plain, limits = get_args(annotation)
        return plain, limits
    return annotation, NO_LIMITS


def _violation(path: str, constraint: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: {constraint}"


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown_key(key: str) -> str:
    return key if len(key) <= SHOWN_KEY_LENGTH else key[:SHOWN_KEY_LENGTH] + "…"
