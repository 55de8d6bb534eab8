"""A leaf's names → what it may mean: a field, and the words around it that a reader would take into account."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from openprofiles.mapping.detection.names import (
    ADDRESS_PARTS,
    COMMON,
    CREATED,
    FIELD_NAMES,
    ORDER_ITEM,
    PERSON,
    TIMES,
    WHOLE_ONLY,
)
from openprofiles.mapping.detection.samples import Leaf, Words
from openprofiles.mapping.detection.words import CUSTOMER, GENERIC, ROLES
from openprofiles.mapping.object_type_templates import all_templates
from openprofiles.mapping.standard_objects import FIELDS

PHONES = ("Phone", "Mobile", "Landline")
REACHED = (*PHONES, "Email")
"""Fields of which a customer has several: at home, at work, …"""
WHICH = ROLES | {"primary", "main", "default", "preferred", "1"}

Table = Mapping[str, list[tuple[str, int]]]
"""Compact name → the fields that it may mean, and its place among the names of each: the first one is the best."""


class Meaning(msgspec.Struct, frozen=True):
    """`qualifiers`: the words before the field's name; `containers`: the words of each object around it."""

    field: str
    rank: int
    qualifiers: Words
    containers: tuple[Words, ...]

    @property
    def around(self) -> frozenset[str]:
        return frozenset(self.qualifiers).union(*self.containers)


def table_of(names: Mapping[str, str]) -> Table:
    """Field → its names, made ready to look names up."""
    table: dict[str, list[tuple[str, int]]] = {}
    for field, texts in names.items():
        for rank, name in enumerate(dict.fromkeys(texts.split())):
            table.setdefault(name, []).append((field, rank))
    return table


PERSONS = table_of(PERSON)
ADDRESSES = table_of(ADDRESS_PARTS)
UPDATES = table_of(TIMES)
MOMENTS = table_of({"Created": CREATED, **TIMES})
ITEMS = table_of(ORDER_ITEM)


@lru_cache(32)
def object_table(kind: str) -> Table:
    """The fields of a standard object that is no profile."""
    known = FIELD_NAMES.get(kind, {})
    common = {} if kind in FIELDS else COMMON
    return table_of(
        {
            field: _names(field.replace(".", "").lower(), known.get(field) or common.get(field, ""))
            for field in _fields(kind)
        }
    )


def _names(own: str, listed: str) -> str:
    """A field's own name comes first, unless its names say where it comes."""
    return listed if own in listed.split() else f"{own} {listed}"


def _fields(kind: str) -> tuple[str, ...]:
    """Of a standard object with an open definition, those that its template has."""
    if kind in FIELDS:
        return FIELDS[kind]
    template = all_templates().get(kind)
    targets = [] if template is None else [field.target for field in template.fields.values() if field.target]
    return tuple(target.partition(".")[2] for target in targets)


def meanings(leaf: Leaf, table: Table) -> list[Meaning]:
    """What the names of a leaf may mean: the first way of reading them that gives something."""
    names = leaf.words
    if not names:
        return []
    last, outer = names[-1], names[:-1]
    return (
        _joined(names, table)
        or _climbed(names, table)
        or _suffix(last, outer, table)
        or _prefix(last, outer, table)
        or (_prefix((*outer[-1], *last), outer[:-1], table) if outer else [])
    )


def _joined(names: tuple[Words, ...], table: Table) -> list[Meaning]:
    """`email.address`, `company.name`, `name.first`."""
    if len(names) < 2:
        return []
    found = table.get("".join((*names[-2], *names[-1])), [])
    return [Meaning(field, rank, (), names[:-2]) for field, rank in found]


def _climbed(names: tuple[Words, ...], table: Table) -> list[Meaning]:
    """The object of a name that says nothing (`phone.value`), or that is its name only (`status.name`)."""
    last = len(names) - 1
    while last > 0 and "".join(names[last]) in GENERIC:
        last -= 1
    if last > 0 and names[last] == ("name",):
        last -= 1
    return _suffix(names[last], names[:last], table) if last < len(names) - 1 else []


MOST_WORDS = 12
"""Of a name that are looked at."""


def _suffix(name: Words, containers: tuple[Words, ...], table: Table) -> list[Meaning]:
    """The longest end of the name that means something; a number 1 at its end is not needed for that."""
    name = name[-MOST_WORDS:]
    for start in range(len(name)):
        compact = "".join(name[start:])
        if compact in table and _may_be_qualified(compact, name[:start]):
            return [Meaning(field, rank, name[:start], containers) for field, rank in table[compact]]
    return _suffix(name[:-1], containers, table) if len(name) > 1 and name[-1] == "1" else []


def _may_be_qualified(compact: str, qualifiers: Words) -> bool:
    if compact not in WHOLE_ONLY or not qualifiers:
        return True
    return compact == "name" and CUSTOMER.issuperset(qualifiers)


def _prefix(name: Words, containers: tuple[Words, ...], table: Table) -> list[Meaning]:
    """`phone_home`, `email.work`: which number or address it is stands behind."""
    for end in range(len(name) - 1, 0, -1):
        found = [one for one in table.get("".join(name[:end]), ()) if one[0] in REACHED]
        if found and WHICH.issuperset(name[end:]):
            return [Meaning(field, rank, name[end:], containers) for field, rank in found]
    return []
