"""Ids: the record's own, and those of its customer."""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.mapping.content_types import EMAIL_ADDRESS, PHONE_NUMBER
from openprofiles.mapping.detection.choices import Choice
from openprofiles.mapping.detection.kinds import CASE, PROFILE, reporters_of
from openprofiles.mapping.detection.marks import ID_OWNERS
from openprofiles.mapping.detection.meanings import MOMENTS, PERSONS, meanings, object_table
from openprofiles.mapping.detection.samples import Leaf, Words
from openprofiles.mapping.detection.values import all_look, has_digit, is_code, is_date, is_email, is_id, is_placeholder
from openprofiles.mapping.detection.words import (
    CUSTOMER,
    GENERIC,
    IDS,
    LOYALTY,
    NEUTRAL,
    ORGANISATION,
    OWN_IDS,
    SENSITIVE,
    SYSTEMS,
    words,
)
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.keys import id_of

OWN_NAMES = {name: rank for rank, name in enumerate(OWN_IDS.split())}
OWN_OBJECT, OWNED, NUMBERED, FIRST, NAMED, VISITOR, EMAIL, ANY, PHONE = 15, 20, 22, 25, 30, 50, 70, 80, 90
"""How far a kind of id stands behind a plain `id`: the less the better."""

NAMING_FIELDS = {
    "_asset": "SerialNumber",
    "_order": "Name",
    "_airBooking": "BookingReference",
    "_hotelReservation": "ConfirmationNumber",
}
"""Fields that name one object of their kind."""
REAL_IDS = words("id uuid guid uid gid")
EVENTS = ("_webAnalytics", "_airSegment", "_loyaltyTransaction", CASE)
MAX_CUSTOMER_IDS = 4


class Identity(msgspec.Struct, frozen=True):
    """`own`: what tells one record from others; `customers`: ids of the customer, besides; `organisations`: ids of the
    company or the account that the customer belongs to with others.
    """

    own: tuple[Leaf, ...]
    customers: tuple[Leaf, ...]
    organisations: tuple[Leaf, ...]


def identity_of(leaves: Sequence[Leaf], kind: str, chosen: Sequence[Choice]) -> Identity:
    """The ids of the samples. `own` is empty where nothing tells one record from another."""
    contacts = {choice.leaves[0].path for choice in chosen if choice.content_type in (EMAIL_ADDRESS, PHONE_NUMBER)}
    ids = [leaf for leaf in leaves if _may_be_id(leaf) and leaf.path not in contacts]
    customers = [leaf for leaf in ids if _is_customers(leaf, kind)]
    own = _own(ids, kind, chosen) or _event(customers, leaves, kind, chosen) or _any_code(ids, chosen)
    others = _different([leaf for leaf in customers if leaf not in own and _is_telling(leaf, kind)], own)
    organisations = [leaf for leaf in ids if _is_organisations(leaf) and leaf not in (*customers, *own)]
    return Identity(own, tuple(others[:MAX_CUSTOMER_IDS]), tuple(organisations[:1]))


def _may_be_id(leaf: Leaf) -> bool:
    if not leaf.words[-1] or not leaf.filled or leaf.is_listed or _is_secret(leaf):
        return False
    return all_look(is_id, leaf.filled)


def _is_secret(leaf: Leaf) -> bool:
    """`national_id`, `passport_number`; the number of a loyalty card is none."""
    name = {*leaf.words[-1], leaf.compact}
    return not SENSITIVE.isdisjoint(name) and LOYALTY.isdisjoint(name)


# The record's own id


def _own(ids: Sequence[Leaf], kind: str, chosen: Sequence[Choice]) -> tuple[Leaf, ...]:
    """The best id that all samples have and that differs in all of them, else one that says most of that."""
    ranked = [(rank, leaf) for leaf in ids if (rank := _own_rank(leaf, kind, leaf is ids[0])) is not None]
    ranked += [(rank, leaf) for rank, leaf in _contacts(chosen, kind) if leaf.filled]
    ranked.sort(key=lambda one: (not _is_in_all(one[1]), not is_distinct(one[1]), one[0]))
    return tuple(leaf for _, leaf in ranked[:1])


def _contacts(chosen: Sequence[Choice], kind: str) -> Iterable[tuple[int, Leaf]]:
    """A customer without any id is told by an e-mail address, or by a phone number."""
    for choice in chosen if kind == PROFILE else ():
        if choice.content_type in (EMAIL_ADDRESS, PHONE_NUMBER):
            yield (EMAIL if choice.content_type == EMAIL_ADDRESS else PHONE), choice.leaves[0]


def _any_code(ids: Sequence[Leaf], chosen: Sequence[Choice]) -> tuple[Leaf, ...]:
    """The first value of the record itself that looks like a code and differs in all samples, if nothing is called an
    id: `"mrn": "00482211"`.
    """
    said = {leaf.path for choice in chosen for leaf in choice.leaves}
    codes = [leaf for leaf in ids if len(leaf.words) == 1 and leaf.path not in said and all_look(is_code, leaf.filled)]
    return tuple(leaf for leaf in codes if _is_in_all(leaf) and is_distinct(leaf))[:1]


def _event(customers: Sequence[Leaf], leaves: Sequence[Leaf], kind: str, chosen: Sequence[Choice]) -> tuple[Leaf, ...]:
    """What happened to somebody at some time, where it has no id."""
    if kind not in EVENTS:
        return ()
    persons = [*customers, *(choice.leaves[0] for choice in chosen if choice.content_type == EMAIL_ADDRESS)]
    times = [
        leaf for leaf in leaves if meanings(leaf, MOMENTS) and not leaf.is_listed and all_look(is_date, leaf.filled)
    ]
    told = [(one, time) for one in persons[:1] for time in times if _is_in_all(one) and _is_in_all(time)]
    return told[0] if told else ()


def _own_rank(leaf: Leaf, kind: str, is_first: bool) -> int | None:
    """How well a leaf's name suits the id of the record; None for an id of something else."""
    name, rest = leaf.words[-1], frozenset(leaf.words[-1][:-1])
    if not leaf.around <= (NEUTRAL if kind == PROFILE else NEUTRAL - CUSTOMER) or any(map(is_email, leaf.filled)):
        return None
    if leaf.compact in OWN_NAMES:
        return OWN_NAMES[leaf.compact]
    if name[-2:] in (("object", "id"), ("record", "id")):
        return OWN_OBJECT
    owner = CUSTOMER if kind == PROFILE else words(ID_OWNERS[kind])
    if name[-1] in IDS and owner & rest and rest <= owner | NEUTRAL:
        return OWNED if name[-1] in REAL_IDS else NUMBERED
    if _names_one(leaf, kind, name, rest):
        return NAMED
    if kind == PROFILE and rest in ({"anonymous"}, {"distinct"}) and name[-1] in REAL_IDS:
        return VISITOR
    return _other_rank(leaf, kind, is_first)


def _names_one(leaf: Leaf, kind: str, name: Words, rest: frozenset[str]) -> bool:
    """Numbers that name one customer, or one object of the kind, though they are not called ids. A name does not: that
    of an order may be its customer's.
    """
    if kind != PROFILE:
        fields = {one.field for one in meanings(leaf, object_table(kind)) if not one.around}
        return NAMING_FIELDS.get(kind) in fields and leaf.compact != "name" and all(map(has_digit, leaf.filled))
    if name[-1] in IDS and rest & LOYALTY and rest <= LOYALTY | CUSTOMER | NEUTRAL:
        return True
    return any(one.field == "AccountNumber" and not one.qualifiers for one in meanings(leaf, PERSONS))


def _other_rank(leaf: Leaf, kind: str, is_first: bool) -> int | None:
    """Any other id of the record itself; the first of its ids is likely to be its own."""
    name = leaf.words[-1]
    if len(leaf.words) > 1 or len(name) < 2 or name[-1] not in REAL_IDS:
        return None
    others = ORGANISATION | SYSTEMS | (frozenset() if kind == PROFILE else CUSTOMER)
    if others.intersection(name):
        return None
    return FIRST if is_first else ANY


def _is_in_all(leaf: Leaf) -> bool:
    return len(leaf.filled) == len(leaf.values)


def is_distinct(leaf: Leaf) -> bool:
    """Whether no two samples have the same value."""
    texts = [text_of(value) for value in leaf.filled]
    return len(set(texts)) == len(texts)


# Ids of the customer


def _is_telling(leaf: Leaf, kind: str) -> bool:
    """Whether the values tell customers from each other: no placeholder, and no value that two customers share."""
    return not any(map(is_placeholder, leaf.filled)) and (kind != PROFILE or is_distinct(leaf))


def named(leaf: Leaf) -> tuple[Words, tuple[Words, ...]]:
    """The words of an id's name, and of the objects around it. `caller_id.value` is named by the object around it."""
    names = leaf.words
    says_nothing = leaf.compact in GENERIC and leaf.compact not in IDS and len(names) > 1
    return (names[-2], names[:-2]) if says_nothing else (names[-1], names[:-1])


def is_profile_id(leaf: Leaf, kind: str) -> bool:
    """The id that this service has given the customer."""
    is_named = kind != PROFILE and leaf.words[-1] == ("profile", "id")
    return is_named and all(id_of(text_of(value)) is not None for value in leaf.filled)


def _is_customers(leaf: Leaf, kind: str) -> bool:
    """`customer_id`, `customer.id`, `external_id`, `crm_contact_id`, `loyalty.memberNumber`, `caller_id.value`."""
    name, containers = named(leaf)
    around = frozenset[str]().union(*containers)
    rest = frozenset(name[:-1])
    if not name or not around <= NEUTRAL | LOYALTY:
        return False
    if name[-1] not in IDS:
        return name != leaf.words[-1] and kind != PROFILE and _is_person(name, kind) and around <= NEUTRAL
    if is_profile_id(leaf, kind):
        return True
    if LOYALTY & (rest | around):
        return rest <= LOYALTY | CUSTOMER | NEUTRAL
    if rest <= {"account"} and kind != PROFILE and CUSTOMER & around:
        return name[-1] in REAL_IDS
    return bool(rest) and (_is_person(name[:-1], kind) or _is_system(name, rest, kind))


def _is_person(name: Words, kind: str) -> bool:
    return "".join(name) in reporters_of(kind) or (not CUSTOMER.isdisjoint(name) and NEUTRAL.issuperset(name))


def _is_system(name: Words, rest: frozenset[str], kind: str) -> bool:
    """An id that the customer has elsewhere: of which kind of thing it is, a customer's own record does not say."""
    if ORGANISATION & rest and (rest != {"account"} or name[-1] in REAL_IDS):
        return False
    persons = CUSTOMER | {"account"} | (SYSTEMS if kind == PROFILE else frozenset())
    return bool(rest & persons) and rest <= NEUTRAL | SYSTEMS


def _is_organisations(leaf: Leaf) -> bool:
    """`AccountId`, `account.value`."""
    name, containers = named(leaf)
    if not NEUTRAL.issuperset(frozenset[str]().union(*containers)):
        return False
    if name != leaf.words[-1] and name == ("account",):
        return True
    return name[-1:] == ("id",) and "account" in name and set(name[:-1]) <= ORGANISATION | SYSTEMS | NEUTRAL


def _different(leaves: Sequence[Leaf], own: Sequence[Leaf]) -> list[Leaf]:
    """Without those that only repeat another one's values."""
    seen = {tuple(map(text_of, leaf.values)) for leaf in own}
    found: list[Leaf] = []
    for leaf in leaves:
        values = tuple(map(text_of, leaf.values))
        if values not in seen:
            found.append(leaf)
            seen.add(values)
    return found
