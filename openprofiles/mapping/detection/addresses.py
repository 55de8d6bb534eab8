"""Addresses: parts that stand together go to one address, and one group of parts makes an address."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from openprofiles.mapping.detection.choices import Choice, can_be_templated, cost_of, fits
from openprofiles.mapping.detection.kinds import ORDER, PROFILE
from openprofiles.mapping.detection.meanings import ADDRESSES, PERSONS, Meaning, meanings
from openprofiles.mapping.detection.samples import EACH, Leaf, Step, split
from openprofiles.mapping.detection.values import (
    Looks,
    all_look,
    is_house_number,
    is_name,
    is_place,
    is_postal_code,
    is_street,
)
from openprofiles.mapping.detection.words import (
    ADDRESS_WORDS,
    CUSTOMER,
    HOME,
    NEUTRAL,
    SLOT_WORDS,
    SLOTS,
    WORK,
)

STREET, HOUSE = "Address1", "HouseNumber"
NAME, FIRST_NAME, LAST_NAME = "Name", "FirstName", "LastName"
NAME_PARTS = {"FullName": NAME, FIRST_NAME: FIRST_NAME, LAST_NAME: LAST_NAME}
"""Fields of a person that are parts of an order's address."""

LOOKS: dict[str, Looks] = {
    "PostalCode": is_postal_code,
    HOUSE: is_house_number,
    **dict.fromkeys((NAME, FIRST_NAME, LAST_NAME), is_name),
    **dict.fromkeys(("City", "County", "State", "Province", "Country"), is_place),
}
STANDS_ALONE = {STREET, "City", "Country", "PostalCode"}
"""Parts that are an address without others; a `state` alone is that of an account."""
ALLOWED = NEUTRAL | ADDRESS_WORDS | SLOT_WORDS | WORK | HOME
UNSAID = NEUTRAL | {"address", "addresses", "addr", "location"}
WORK_COST, DEEP_COST = 1.0, 0.01


class Group(msgspec.Struct):
    """Parts of one address: whose it is, whether the samples say so, and the best leaf for each part. `cost` tells
    groups of as many parts.
    """

    kind: str
    slot: str
    is_said: bool
    cost: float
    parts: dict[str, tuple[float, Leaf]]

    @property
    def target(self) -> str:
        return f"{self.kind}.{self.slot}"

    @property
    def worth(self) -> tuple[bool, int, float]:
        filled = [part for part, (_, leaf) in self.parts.items() if leaf.filled and part not in (FIRST_NAME, LAST_NAME)]
        return self.is_said, len(filled), -self.cost


def addresses(leaves: Sequence[Leaf], kind: str) -> list[Choice]:
    """For each address the largest group of parts."""
    best: dict[str, Group] = {}
    for group in _groups(leaves, kind):
        other = best.get(group.target)
        if STANDS_ALONE & group.parts.keys() and (other is None or group.worth > other.worth):
            best[group.target] = group
    return [choice for group in best.values() for choice in _choices(group)]


def is_part(leaf: Leaf) -> bool:
    """Whether the leaf is of some address, chosen or not."""
    return any(one.around <= ALLOWED for one in meanings(leaf, ADDRESSES))


def _groups(leaves: Iterable[Leaf], kind: str) -> Iterable[Group]:
    found: dict[tuple[str, str, bool, tuple[Step, ...], frozenset[str]], Group] = {}
    for leaf in leaves:
        for part, meaning in _parts(leaf, kind):
            place = _place(meaning, kind)
            if place is None or not all_look(LOOKS.get(part, is_street), leaf.filled):
                continue
            container = _container(leaf)
            key = (*place, container, frozenset(meaning.qualifiers) - UNSAID)
            cost = DEEP_COST * len(container) + (WORK_COST if WORK & meaning.around else 0.0)
            _add(found.setdefault(key, Group(*place, cost, {})), part, leaf, cost_of(leaf, meaning))
    return found.values()


def _add(group: Group, part: str, leaf: Leaf, cost: float) -> None:
    is_better = part not in group.parts or cost < group.parts[part][0]
    if is_better and fits(leaf, f"{group.target}.{part}"):
        group.parts[part] = (cost, leaf)


def _container(leaf: Leaf) -> tuple[Step, ...]:
    """The path of the address: `region.name` and `street[0]` are of the address that has a region and a street."""
    path = leaf.path[: -1 if leaf.index is None else -2]
    while path and isinstance(path[-1], str) and _is_part_name(path[-1]):
        path = path[:-1]
    return path


def _is_part_name(name: str) -> bool:
    compact = "".join(split(name))
    return compact == "street" or any(part != STREET for part, _ in ADDRESSES.get(compact, ()))


def _parts(leaf: Leaf, kind: str) -> Iterator[tuple[str, Meaning]]:
    """Parts that the leaf may be; an address of an order has a name, too."""
    if EACH in leaf.path:
        return
    for meaning in meanings(leaf, ADDRESSES):
        if leaf.index is None or meaning.field == STREET:
            yield f"Address{leaf.index + 1}" if leaf.index else meaning.field, meaning
    if kind == ORDER and leaf.index is None:
        for meaning in meanings(leaf, PERSONS):
            if meaning.field in NAME_PARTS:
                yield NAME_PARTS[meaning.field], meaning


def _place(meaning: Meaning, kind: str) -> tuple[str, str, bool] | None:
    """The standard object and the address that a part belongs to, if it is the customer's, and whether the samples say
    which one it is. An order is sent to the address that it has.
    """
    around = meaning.around
    if not around <= ALLOWED:
        return None
    slot = next((slot for slot, words in SLOTS.items() if words & around), "Address")
    is_persons = kind == PROFILE or bool(CUSTOMER & around)
    if not is_persons and kind == ORDER and slot != "MailingAddress":
        return (ORDER, "ShippingAddress", False) if slot == "Address" else (ORDER, slot, True)
    return (PROFILE, slot, True) if is_persons and meaning.field not in NAME_PARTS else None


def _choices(group: Group) -> Iterator[Choice]:
    parts = {part: leaf for part, (_, leaf) in group.parts.items()}
    first, last, house = parts.pop(FIRST_NAME, None), parts.pop(LAST_NAME, None), parts.pop(HOUSE, None)
    if group.kind == ORDER and NAME not in parts and first and last and can_be_templated(first, last):
        yield Choice(f"{group.target}.{NAME}", (first, last))
    street = parts.get(STREET)
    if street and house and can_be_templated(street, house):
        yield Choice(f"{group.target}.{STREET}", (street, house))
        del parts[STREET]
    for part, leaf in parts.items():
        yield Choice(f"{group.target}.{part}", (leaf,))
