"""Which attributes the objects of a type have, and with which values: read from a sample, at no cost to ingestion.

A unique key is a digest, so the first objects in its order are a random sample; of a type that has fewer, it is all.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from openprofiles.call import Call
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.standard_objects import SYSTEM_IDS
from openprofiles.storage import profile_objects, profiles, standard_objects
from openprofiles.storage.definitions import Definition
from openprofiles.storage.domains import Domain

SAMPLE_OBJECTS = 2_000
SAMPLE_CHARACTERS = 4 * 1024 * 1024
ROWS_AT_ONCE = 20
"""Read together: a row may be large."""

PROFILE = "_profile"

LONGEST_VALUE = 1_000

Sample = Iterable[tuple[int, str]]
"""When an object last changed, in milliseconds, and its JSON."""

Seen = dict[str, int]
"""Names, or values, and when each was last seen."""

_decode = msgspec.json.Decoder().decode


def attributes_of(call: Call, domain: Domain, object_type: Definition) -> Seen:
    """The names of the members that have values: `city`, `address.city`; those of a list's elements by the list's."""
    seen: Seen = {}
    for at, document in _decoded(_sample(call, domain, object_type)):
        for name, _ in leaves(document):
            seen[name] = max(at, seen.get(name, 0))
    return seen


def values_of_attribute(call: Call, domain: Domain, object_type: Definition, attribute: str) -> Seen:
    """The values of one attribute, as text."""
    seen: Seen = {}
    for at, document in _decoded(_sample(call, domain, object_type)):
        for name, value in leaves(document):
            if name == attribute and len(value) <= LONGEST_VALUE:
                seen[value] = max(at, seen.get(value, 0))
    return seen


def newest_first(seen: Seen) -> list[tuple[str, int]]:
    return sorted(seen.items(), key=lambda one: (-one[1], one[0]))


def _sample(call: Call, domain: Domain, object_type: Definition) -> Sample:
    tx, number, name = call.tx, domain.number, object_type.name
    if name == PROFILE:
        return profiles.newest(tx, number, SAMPLE_OBJECTS, ROWS_AT_ONCE)
    if name in SYSTEM_IDS:
        return standard_objects.newest_of_kind(tx, number, name, SAMPLE_OBJECTS, ROWS_AT_ONCE)
    return profile_objects.sample(tx, number, object_type.number, SAMPLE_OBJECTS, ROWS_AT_ONCE)


def _decoded(sample: Sample) -> Iterator[tuple[int, Any]]:
    size = 0
    for at, text in sample:
        size += len(text)
        if size > SAMPLE_CHARACTERS:
            return
        yield at, _decode(text)


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The paths of all values that are not empty, with their texts."""
    pending = [(name, value)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{path}.{member}" if path else member, inner) for member, inner in value.items()]
        elif isinstance(value, list):
            pending += [(path, inner) for inner in value]
        elif path and (text := text_of(value)):
            yield path, text
