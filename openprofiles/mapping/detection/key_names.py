"""Names of keys. Those of well-known systems are predefined; others say whose id it is, in the words of the samples.

The id of a customer's own record and the id by which an order of the same system names it have the same name where the
samples allow it (`customerId`), so that both meet.
"""

from collections.abc import Sequence

import msgspec

from openprofiles.mapping.content_types import EMAIL_ADDRESS, PHONE_NUMBER
from openprofiles.mapping.detection.choices import Choice
from openprofiles.mapping.detection.ids import is_profile_id, named
from openprofiles.mapping.detection.kinds import CONTACT_RECORD, PROFILE, said_types
from openprofiles.mapping.detection.samples import Leaf, Words
from openprofiles.mapping.detection.systems import System, salesforce_key
from openprofiles.mapping.detection.words import CUSTOMER, IDS, words

ENTITIES = {
    PROFILE: "customer",
    CONTACT_RECORD: "contact",
    "_order": "order",
    "_case": "case",
    "_asset": "asset",
    "_airBooking": "booking",
    "_airSegment": "segment",
    "_hotelReservation": "reservation",
    "_loyaltyTransaction": "transaction",
    "_webAnalytics": "event",
    "_device": "device",
}
"""What a plain `id` is named for."""
ROLES = words("requester caller buyer purchaser individual person reporter owner opened requested reported")
"""Words for the customer by what it did: its id is named like that of the customer's own record."""
PLAIN = {("object", "id"), ("record", "id"), ("sys", "id"), ("entity", "id")}
MAX_NAME = 60
PROFILE_ID = "_profileId"
CONTACT_KEYS = {EMAIL_ADDRESS: "_email", PHONE_NUMBER: "_phone"}


class Naming(msgspec.Struct, frozen=True):
    """What names of keys depend on. `entity`: what the samples call themselves."""

    kind: str
    system: System
    entity: str


def naming_of(leaves: Sequence[Leaf], kind: str, system: System) -> Naming:
    said = [camel(words) for words in said_types(leaves) if 0 < len(words) <= 3 and _is_kind(words, kind)]
    return Naming(kind, system, said[0] if said else ENTITIES[kind])


def _is_kind(said: Words, kind: str) -> bool:
    return not CUSTOMER.isdisjoint(said) if kind == PROFILE else ENTITIES[kind] in said


def camel(words: Sequence[str]) -> str:
    """`("customer", "id")` → `customerId`."""
    text = "".join(word.capitalize() for word in words)
    return text[:1].lower() + text[1:MAX_NAME]


def own_name(own: Sequence[Leaf], chosen: Sequence[Choice], naming: Naming) -> str:
    """The name of the UNIQUE key."""
    if len(own) > 1:
        return f"{naming.entity}Key"
    [leaf] = own
    content_type = next((choice.content_type for choice in chosen if choice.leaves == (leaf,)), "")
    if content_type in CONTACT_KEYS:
        return CONTACT_KEYS[content_type]
    return salesforce_key(leaf) or naming.system.own.get(naming.kind) or _account(leaf, chosen) or _own(leaf, naming)


def customer_name(leaf: Leaf, chosen: Sequence[Choice], naming: Naming) -> str:
    """The name of a key for another id of the customer."""
    if salesforce_key(leaf):
        return salesforce_key(leaf)
    if is_profile_id(leaf, naming.kind):
        return PROFILE_ID
    name, containers = named(leaf)
    if naming.kind == PROFILE:
        return (naming.system.external if "external" in name else "") or _account(leaf, chosen) or _plain(leaf)
    is_bare = len(name) == 1 and (name[0] in IDS or ROLES.issuperset(name))
    if ROLES & set(name) or (is_bare and not ROLES.isdisjoint(*containers[-1:])) or name == ("customer", "id"):
        return naming.system.customer or "customerId"
    return _plain(leaf)


def organisation_name(leaf: Leaf) -> str:
    return salesforce_key(leaf) or _plain(leaf)


def _account(leaf: Leaf, chosen: Sequence[Choice]) -> str:
    is_account = any(choice.target == "_profile.AccountNumber" and choice.leaves == (leaf,) for choice in chosen)
    return "_account" if is_account else ""


def _own(leaf: Leaf, naming: Naming) -> str:
    name, _ = named(leaf)
    return f"{naming.entity}Id" if len(name) == 1 or name[-2:] in PLAIN else _lettered(camel(name))


def _plain(leaf: Leaf) -> str:
    """With the name of the object around it where its own says nothing: `customer.id`, `account.value`."""
    name, containers = named(leaf)
    if len(name) == 1 and name[0] in IDS and containers:
        name = (*containers[-1], *name)
    elif name[-1] not in IDS:
        name = (*name, "id")
    return _lettered(camel(name))


def _lettered(name: str) -> str:
    return name if name[:1].isalpha() else f"id{name}"
