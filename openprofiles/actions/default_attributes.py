"""The calculated attributes that a domain has as soon as it knows contact records."""

import msgspec

from openprofiles.calculation.defaults import DEFAULTS, OBJECT_TYPE
from openprofiles.call import Call
from openprofiles.storage import calculated_series, definitions
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.settings import next_number

NEVER_CREATED = 0
"""The time of creation of what AWS shows without one."""


DELETED_DEFAULT = "deleted-default-attributes"
"""The kind of what remembers that a default was deleted."""


def remember_deleted(call: Call, domain: Domain, definition: Definition) -> None:
    """A default that was deleted does not come back by itself ("DeleteCalculatedAttributeDefinition")."""
    if definition.created_at == NEVER_CREATED:
        definitions.put(call.tx, domain.number, DELETED_DEFAULT, msgspec.structs.replace(definition, tags="{}"))


def remove_defaults(call: Call, domain: Domain, object_type: str) -> None:
    """An object type is gone: without contact records their default attributes are gone too, until some come again."""
    found = definitions.every(call.tx, domain.number, CALCULATED_ATTRIBUTE) if object_type == OBJECT_TYPE else []
    for definition in found:
        if definition.created_at == NEVER_CREATED:
            definitions.delete(call.tx, domain.number, CALCULATED_ATTRIBUTE, definition.name)
            calculated_series.remove_all_of(call.tx, domain.number, definition.number, call.now)


def add_defaults(call: Call, domain: Domain, object_type: str) -> None:
    """An object type is new in the domain: where it is that of contact records, its default attributes are too. Those
    that somebody has defined in their names stay as they are, and those that were deleted stay away.
    """
    if object_type != OBJECT_TYPE or not call.policy.default_calculated_attributes:
        return
    kinds = (CALCULATED_ATTRIBUTE, DELETED_DEFAULT)
    known = {one.name for kind in kinds for one in definitions.every(call.tx, domain.number, kind)}
    for name, document in DEFAULTS.items():
        if name not in known:
            text = msgspec.json.encode(document).decode()
            made = Definition(name, next_number(call.tx), NEVER_CREATED, NEVER_CREATED, text, "{}")
            definitions.put(call.tx, domain.number, CALCULATED_ATTRIBUTE, made)
