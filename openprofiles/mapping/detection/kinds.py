"""What the samples are: customers, or one of the standard objects that belong to customers."""

from collections.abc import Mapping, Sequence, Set
from itertools import takewhile

import msgspec

from openprofiles.mapping.detection.marks import ID_OWNERS, MARKS, TELLING, TYPE_MEMBERS, TYPE_WORDS
from openprofiles.mapping.detection.meanings import ITEMS, PERSONS, REACHED, meanings, object_table
from openprofiles.mapping.detection.samples import Leaf, Words, split
from openprofiles.mapping.detection.words import (
    ADDRESS_WORDS,
    CUSTOMER,
    FOREIGN,
    NEUTRAL,
    ORGANISATION,
    REPORTERS,
    SLOT_WORDS,
    words,
)
from openprofiles.mapping.json_values import text_of

PROFILE, ORDER, CASE, ASSET, CONTACT_RECORD = "_profile", "_order", "_case", "_asset", ""

LEAST = 5
"""The weight of marks that an object needs not to be a customer."""
LEAST_OF_PERSON = 8
"""The same for an object that has a first and a last name itself, as rows of flat exports do."""
STRONG = 3
TYPE_WEIGHT, ITEMS_WEIGHT, MOST_PREFIXED = 5, 3, 3
OF_PERSONS = {"FirstName", "LastName", "BirthDate", "Gender", *REACHED}

WEIGHTS = {
    kind: {name: weight for weight, names in marks.items() for name in names.split()} for kind, marks in MARKS.items()
}
TRANSPARENT = NEUTRAL - CUSTOMER
PERSON: Words = ("individual",)


def kind_of(leaves: Sequence[Leaf], envelopes: Sequence[str]) -> str:
    """The standard object that the samples are: `_profile`, `_order`, …, or CONTACT_RECORD. `envelopes`: the names of
    the objects around the record, which may say it: `{"order": {…}}`.
    """
    types = {word for said in (*said_types(leaves), *map(split, envelopes)) for word in said}
    if types & CUSTOMER:
        return PROFILE
    names = {"".join(leaf.words[_transparent(leaf)]) for leaf in leaves if leaf.words}
    own = [leaf for leaf in leaves if _transparent(leaf) == len(leaf.words) - 1]
    scores = {kind: _weight(kind, names, own, leaves) for kind in WEIGHTS}
    for word in sorted(types & TYPE_WORDS.keys()):
        scores[TYPE_WORDS[word]] += TYPE_WEIGHT
    kind = max(scores, key=lambda one: scores[one])
    return kind if scores[kind] >= _least(own, WEIGHTS[kind], names) else PROFILE


def _weight(kind: str, names: Set[str], own: Sequence[Leaf], leaves: Sequence[Leaf]) -> int:
    """How much speaks for a kind."""
    marks = sum(WEIGHTS[kind].get(name, 0) for name in names)
    return (
        marks + _telling(own, kind) + _prefixed(own, kind) + (ITEMS_WEIGHT if kind == ORDER and _items(leaves) else 0)
    )


def _prefixed(own: Sequence[Leaf], kind: str) -> int:
    """`order_date`, `order_status`: members that are named for the object."""
    owners = words(ID_OWNERS[kind])
    return min(MOST_PREFIXED, sum(len(leaf.words[-1]) > 1 and leaf.words[-1][0] in owners for leaf in own))


def _items(leaves: Sequence[Leaf]) -> bool:
    """Whether there is a list of things with a price."""
    fields = {one.field for leaf in leaves if leaf.is_element for one in meanings(leaf, ITEMS)}
    return "Price" in fields and len(fields) > 1


def _least(own: Sequence[Leaf], weights: Mapping[str, int], names: Set[str]) -> int:
    """How much is needed. `first_name` is what a customer has; `customer_first_name` is that of an order's customer.
    Where there is nothing of a person at all, one strong mark will do.
    """
    fields = {one.field for leaf in own for one in meanings(leaf, PERSONS) if not one.qualifiers}
    if {"FirstName", "LastName"} <= fields:
        return LEAST_OF_PERSON
    is_strong = any(weights.get(name) == STRONG for name in names)
    return STRONG if is_strong and fields.isdisjoint(OF_PERSONS) else LEAST


def _transparent(leaf: Leaf) -> int:
    """How many of the containers around a leaf only hold the record's own members (`properties`)."""
    return sum(1 for _ in takewhile(TRANSPARENT.issuperset, leaf.words[:-1]))


def said_types(leaves: Sequence[Leaf]) -> list[Words]:
    """What members such as `"object": "customer"` say, where all samples say the same."""
    types = [leaf for leaf in leaves if "".join(map("".join, leaf.words)) in TYPE_MEMBERS]
    said = [{text_of(value) for value in leaf.filled} for leaf in types]
    return [split(*texts) for texts in said if len(texts) == 1]


def _telling(leaves: Sequence[Leaf], kind: str) -> int:
    telling = TELLING.get(kind, "").split()
    if not telling:
        return 0
    fields = {one.field for leaf in leaves for one in meanings(leaf, object_table(kind)) if not one.qualifiers}
    return len(fields.intersection(telling))


def with_known_persons(leaves: Sequence[Leaf], kind: str) -> list[Leaf]:
    """The leaves, with `individual` as the name of each object that is one by what it holds, or by who it is in an
    object of this kind (the one who opened a case, the owner of an asset).
    """
    holders, reporters = _person_holders(leaves), reporters_of(kind)
    return [
        msgspec.structs.replace(leaf, words=_renamed(leaf.words, holders, reporters)) if len(leaf.words) > 1 else leaf
        for leaf in leaves
    ]


def reporters_of(kind: str) -> frozenset[str]:
    """Compact names of the customer in an object of this kind. The owner of a case is an agent."""
    if kind == PROFILE:
        return frozenset()
    return REPORTERS if kind == ASSET else REPORTERS - {"owner"}


def _renamed(names: tuple[Words, ...], holders: set[tuple[Words, ...]], reporters: frozenset[str]) -> tuple[Words, ...]:
    containers = tuple(
        PERSON if names[: place + 1] in holders or "".join(name) in reporters else name
        for place, name in enumerate(names[:-1])
    )
    return (*containers, names[-1])


def _person_holders(leaves: Sequence[Leaf]) -> set[tuple[Words, ...]]:
    """Objects with a first and a last name whose own name does not speak against it."""
    held: dict[tuple[Words, ...], set[str]] = {}
    for leaf in leaves:
        if len(leaf.words) > 1 and not leaf.is_element:
            held.setdefault(leaf.words[:-1], set()).update(one.field for one in meanings(leaf, PERSONS))
    against = FOREIGN | ORGANISATION | SLOT_WORDS | ADDRESS_WORDS
    return {
        words for words, fields in held.items() if {"FirstName", "LastName"} <= fields and against.isdisjoint(words[-1])
    }
