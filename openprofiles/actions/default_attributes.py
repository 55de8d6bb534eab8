"""The calculated attributes that a domain has as soon as it knows contact records."""

import msgspec

from openprofiles.calculation.defaults import DEFAULTS, OBJECT_TYPE
from openprofiles.call import Call
from openprofiles.storage import definitions
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.settings import next_number

NEVER_CREATED = 0
"""The time of creation of what AWS shows without one."""


def add_defaults(call: Call, domain: Domain, object_type: str) -> None:
    """An object type is new in the domain: where it is that of contact records, its default attributes are too. Those
    that somebody has defined in their names stay as they are.
    """
    if object_type != OBJECT_TYPE or not call.policy.default_calculated_attributes:
        return
    there = {one.name for one in definitions.every(call.tx, domain.number, CALCULATED_ATTRIBUTE)}
    for name, document in DEFAULTS.items():
        if name not in there:
            text = msgspec.json.encode(document).decode()
            made = Definition(name, next_number(call.tx), NEVER_CREATED, NEVER_CREATED, text, "{}")
            definitions.put(call.tx, domain.number, CALCULATED_ATTRIBUTE, made)
