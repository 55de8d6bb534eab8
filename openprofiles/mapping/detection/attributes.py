"""What else a record says of its customer, or of its order, case or asset: attributes under their own names."""

import re
from collections.abc import Iterator, Sequence

from openprofiles.mapping.content_types import NUMBER, STRING
from openprofiles.mapping.detection.addresses import is_part
from openprofiles.mapping.detection.choices import Choice, fits
from openprofiles.mapping.detection.kinds import PERSON, PROFILE
from openprofiles.mapping.detection.marks import TYPE_MEMBERS
from openprofiles.mapping.detection.meanings import PERSONS, PHONES, UPDATES, meanings
from openprofiles.mapping.detection.samples import Leaf, Scalar
from openprofiles.mapping.detection.values import (
    all_look,
    is_email,
    is_json_number,
    is_opaque,
    is_phone,
    is_text,
    is_url,
)
from openprofiles.mapping.detection.words import (
    ATTRIBUTE_CONTAINERS,
    CUSTOMER,
    FOREIGN,
    GENERIC,
    NEUTRAL,
    REFERENCES,
    SENSITIVE,
    SLOT_WORDS,
    TECHNICAL,
    words,
)
from openprofiles.mapping.json_values import text_of

LEAST_TELLING = 6
"""Shorter values may be the same in two members by chance."""
MAX_NAME = 100
SAID_ELSEWHERE = {"FirstName", "MiddleName", "LastName", "FullName", "BusinessName", "BirthDate"}
IDENTIFYING = words("id ids uuid guid gid uid key")
PLACES = words("branch store hotel shop")
"""Somebody else's words, but whose branch it is says something about the customer."""
CUSTOM = words("metadata custom user")
"""Containers whose names say nothing about the members."""

_UNFIT = re.compile(r"[^A-Za-z0-9_-]")


def attributes(leaves: Sequence[Leaf], kind: str, chosen: Sequence[Choice]) -> Iterator[Choice]:
    """A choice for each leaf that is worth one and that nothing else has said already."""
    said = [leaf for choice in chosen for leaf in choice.leaves]
    paths = {leaf.path for leaf in said}
    values = {_values(leaf) for leaf in said if _is_telling(leaf)} | {(leaf.compact, _values(leaf)) for leaf in said}
    taken = {choice.target for choice in chosen}
    for leaf in leaves:
        if leaf.path in paths or not _is_attribute(leaf, kind):
            continue
        if values.isdisjoint((_values(leaf), (leaf.compact, _values(leaf)))):
            target = _free(f"{PROFILE if _is_persons(leaf) else kind}.Attributes.{_name(leaf)}", taken)
            taken.add(target)
            if fits(leaf, target):
                yield Choice(target, (leaf,), NUMBER if all_look(is_json_number, leaf.filled) else STRING)


def _is_attribute(leaf: Leaf, kind: str) -> bool:
    """A scalar with a value, by its names neither technical nor secret nor about somebody else, that a reader
    understands.
    """
    if not leaf.filled or not all(leaf.words) or leaf.is_listed:
        return False
    return _may_be_named(leaf, kind) and not any(map(_says_nothing, leaf.filled)) and not _is_of_standard(leaf, kind)


def _may_be_named(leaf: Leaf, kind: str) -> bool:
    name = frozenset(leaf.words[-1])
    around = leaf.around if not _is_reference(leaf) else frozenset[str]().union(*leaf.words[:-2])
    if leaf.name[:1] in ("$", "@") or not around <= NEUTRAL | ATTRIBUTE_CONTAINERS or leaf.words[-1][-1] in IDENTIFYING:
        return False
    if (name | around | {leaf.compact}) & (TECHNICAL | SENSITIVE) or name & (FOREIGN - PLACES):
        return False
    if name & SLOT_WORDS and name <= NEUTRAL | SLOT_WORDS:
        return False  # which of the addresses is for what
    return not _is_type(leaf, kind) and not (leaf.compact in GENERIC and len(leaf.words) == 1)


def _is_reference(leaf: Leaf) -> bool:
    return len(leaf.words) > 1 and leaf.words[-1] == ("name",) and REFERENCES.issuperset(leaf.words[-2])


def _is_type(leaf: Leaf, kind: str) -> bool:
    """What the object is; the `type` of an order or a case is one of the things it says."""
    if kind == PROFILE or _is_persons(leaf):
        return leaf.compact in TYPE_MEMBERS
    return "".join(map("".join, leaf.words)) in TYPE_MEMBERS - {"type"}


def _says_nothing(value: Scalar) -> bool:
    return is_text(value) and (is_url(value) or is_opaque(value) or is_email(value) or "\n" in value)


def _is_of_standard(leaf: Leaf, kind: str) -> bool:
    """A second name, phone or address: standard fields are for these, and for the best one of them."""
    is_nested = len(leaf.words) > 1
    if is_part(leaf) and (kind == PROFILE or is_nested):
        return True
    if kind == PROFILE and meanings(leaf, UPDATES):
        return True
    fields = {one.field for one in meanings(leaf, PERSONS) if not one.qualifiers or one.around <= NEUTRAL}
    if not fields.isdisjoint(PHONES) and all_look(is_phone, leaf.filled):
        return True
    return bool(fields & SAID_ELSEWHERE) and (kind == PROFILE or _is_persons(leaf))


def _is_persons(leaf: Leaf) -> bool:
    return PERSON in leaf.words[:-1] or bool(CUSTOMER & leaf.around)


def _name(leaf: Leaf) -> str:
    """The member's own name; with that of a container that says something, such as `loyalty`."""
    names = [step for step in leaf.path if isinstance(step, str)][-2:]
    outer = frozenset(leaf.words[-2]) if len(leaf.words) > 1 else NEUTRAL
    if _is_reference(leaf):
        names = names[:1]
    elif outer <= NEUTRAL or outer & CUSTOM:
        names = names[-1:]
    return _UNFIT.sub("_", "_".join(names)).strip("_-")[:MAX_NAME] or "Value"


def _free(target: str, taken: set[str]) -> str:
    number, free = 1, target
    while free in taken:
        number += 1
        free = f"{target}{number}"
    return free


def _is_telling(leaf: Leaf) -> bool:
    return any(len(text_of(value)) >= LEAST_TELLING for value in leaf.filled)


def _values(leaf: Leaf) -> tuple[str, ...]:
    return tuple(map(text_of, leaf.values))
