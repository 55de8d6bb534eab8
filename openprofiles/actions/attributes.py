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

LONGEST_NAME, LONGEST_VALUE, MOST_SEEN = 1_000, 1_000, 5_000
"""Characters of a name and of a value; how many of them are remembered."""

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
            _see(seen, name, at)
    return seen


def _see(seen: Seen, what: str, at: int) -> None:
    if what in seen or len(seen) < MOST_SEEN:
        seen[what] = max(at, seen.get(what, 0))


def values_of_attribute(call: Call, domain: Domain, object_type: Definition, attribute: str) -> Seen:
    """The values of one attribute, as text."""
    seen: Seen = {}
    for at, document in _decoded(_sample(call, domain, object_type)):
        for name, value in leaves(document):
            if name == attribute and len(value) <= LONGEST_VALUE:
                _see(seen, value, at)
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


def leaves(value: Any) -> Iterator[tuple[str, str]]:
    """The paths of all values that are not empty, with their texts; no path that is longer than an attribute's name may
    be. A path is built when its value is looked at: there may be many below a long name.
    """
    pending: list[tuple[str, str, Any]] = [("", "", value)]
    while pending:
        above, member, value = pending.pop()
        path = f"{above}.{member}" if above and member else above or member
        if len(path) > LONGEST_NAME:
            continue
        if isinstance(value, dict):
            pending += [(path, name, inner) for name, inner in value.items()]
        elif isinstance(value, list):
            pending += [(path, "", inner) for inner in value]
        elif path and (text := text_of(value)):
            yield path, text
