"""Field targets: where a value goes in a standard object."""

import re

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.standard_objects import (
    DEFAULT_MAX_LENGTH,
    ENUMS,
    FIELDS,
    FORBIDDEN,
    LISTS,
    STRUCTURES,
    SYSTEM_IDS,
)

FREE_PATH = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9_-]+)*")
PREFIXES = ("_profile", *SYSTEM_IDS)
TIMESTAMP = "SourceLastUpdatedTimestamp"

PLAIN, WHOLE, ELEMENTS = "plain", "whole", "elements"


class Target(msgspec.Struct, frozen=True):
    """`_profile.Address.City` → prefix `_profile`, path `Address.City`.

    `kind`: PLAIN takes text, WHOLE an object whose `members` it copies, ELEMENTS a list for the member `members[0]` of
    each element of the list `path`.
    """

    prefix: str
    path: str
    kind: str = PLAIN
    members: tuple[str, ...] = ()

    @property
    def is_timestamp(self) -> bool:
        return self.prefix == "_profile" and self.path == TIMESTAMP

    @property
    def is_attribute(self) -> bool:
        return self.path.startswith("Attributes.")


def parse_target(text: str) -> Target:
    """Raises BadRequestException where no mapping may write there."""
    prefix, dot, path = text.partition(".")
    if prefix not in PREFIXES or not dot or not path:
        raise BadRequestException(f"Target {text} does not begin with a standard object, as in _profile.FirstName.")
    if path == SYSTEM_IDS.get(prefix) or path in FORBIDDEN.get(prefix, ()):
        raise BadRequestException(f"Target {text} is set by the service and can not be a target.")
    target = _known(prefix, path)
    if target is None:
        raise BadRequestException(f"Target {text} names no field of {prefix}; use {prefix}.Attributes.<name>.")
    return target


def _known(prefix: str, path: str) -> Target | None:
    entry, _, member = path.partition(".")
    if entry == "Attributes":
        return Target(prefix, path) if 1 <= len(member) <= DEFAULT_MAX_LENGTH else None
    if prefix not in FIELDS:
        return Target(prefix, path) if FREE_PATH.fullmatch(path) else None
    if path in FIELDS[prefix]:
        return Target(prefix, path.removesuffix("String") if _is_enum_text(prefix, path) else path)
    structures, lists = STRUCTURES.get(prefix, {}), LISTS.get(prefix, {})
    if path in structures:
        return Target(prefix, path, WHOLE, structures[path])
    if entry in structures and member in structures[entry]:
        return Target(prefix, path)
    if entry.endswith("[]") and member in lists.get(entry[:-2], ()):
        return Target(prefix, entry[:-2], ELEMENTS, (member,))
    return None


def _is_enum_text(prefix: str, path: str) -> bool:
    return prefix == "_profile" and path.removesuffix("String") in ENUMS
