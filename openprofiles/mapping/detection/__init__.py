"""A proposal for an object type, from one to five samples of its objects: fields, targets, content types and keys.

The rules know names and values, nothing else: the same samples give the same proposal. Their order decides the order of
the fields, and which of two equally good members takes a target. A proposal is valid input for PutProfileObjectType.

A member that means a field of a standard object goes there; each field has one source. An id, and whatever else says
something about the customer (or the order, the case, …), becomes an attribute under its own name. Members that are
technical, secret (passwords, numbers of cards and documents), about somebody else, lists, or empty in all samples get
no field: an object is stored whole anyway. A mapping can not split a whole name into first and last name, so it becomes
an attribute, and `_fullName` finds it.
"""

import re
from collections.abc import Sequence
from typing import Any

from openprofiles.mapping.content_types import PHONE_NUMBER
from openprofiles.mapping.definitions import MAX_FIELDS
from openprofiles.mapping.detection.addresses import addresses
from openprofiles.mapping.detection.attributes import attributes
from openprofiles.mapping.detection.choices import Choice, best, fits
from openprofiles.mapping.detection.ids import Identity, identity_of
from openprofiles.mapping.detection.key_names import Naming, customer_name, naming_of, own_name
from openprofiles.mapping.detection.kinds import CASE, CONTACT_RECORD, kind_of, with_known_persons
from openprofiles.mapping.detection.objects import object_choices
from openprofiles.mapping.detection.persons import person_choices, with_full_name
from openprofiles.mapping.detection.proposal import Proposal, proposal_of, renamed
from openprofiles.mapping.detection.samples import MAX_NAME, Leaf, compact_names, record_leaves
from openprofiles.mapping.detection.systems import system_of
from openprofiles.mapping.detection.values import all_look, is_phone

__all__ = ["Proposal", "detect_mapping", "renamed"]

CREATED_BY = "_case.CreatedBy"

_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")


def detect_mapping(objects: Sequence[dict[str, Any]]) -> Proposal | None:
    """None where nothing in the samples tells one record from another, so that no key could be UNIQUE."""
    depth, leaves = record_leaves(objects)
    envelopes = [str(step) for leaf in leaves[:1] for step in leaf.path[:depth]]
    kind = kind_of(leaves, envelopes)
    leaves = with_known_persons(leaves, kind)
    chosen = _standard(leaves, kind) if kind != CONTACT_RECORD else _endpoint(leaves)
    identity = identity_of(leaves, kind, chosen)
    if not identity.own:
        return None
    naming = naming_of(leaves, kind, system_of(compact_names(objects)))
    chosen += _ids(identity, chosen, naming)
    if kind != CONTACT_RECORD:
        chosen += list(attributes(leaves, kind, chosen))[: MAX_FIELDS - len(chosen)]
    return proposal_of(chosen, identity, naming, leaves, depth)


def _standard(leaves: Sequence[Leaf], kind: str) -> list[Choice]:
    """At most one choice for each field of the standard objects."""
    chosen = best([*object_choices(leaves, kind), *person_choices(leaves, kind)])
    chosen += best(addresses(leaves, kind), chosen)
    return with_full_name(chosen)


def _endpoint(leaves: Sequence[Leaf]) -> list[Choice]:
    """Contact records have no standard object; what counts in them is the customer's phone number."""
    phones = [leaf for leaf in leaves if leaf.filled and all_look(is_phone, leaf.filled)]
    return [Choice("", (leaf,), PHONE_NUMBER) for leaf in phones if ("customer", "endpoint") in leaf.words][:1]


def _ids(identity: Identity, chosen: Sequence[Choice], naming: Naming) -> list[Choice]:
    """Ids that no field has taken become attributes, named for their keys; those of contact records get no target."""
    said = {choice.leaves[0].path for choice in chosen if choice.is_plain}
    names = {leaf: own_name((leaf,), chosen, naming) for leaf in identity.own}
    names |= {leaf: customer_name(leaf, chosen, naming) for leaf in identity.customers}
    names |= {leaf: leaf.name for leaf in identity.organisations}
    taken = {choice.target for choice in chosen}
    found: list[Choice] = []
    for leaf, name in names.items():
        if leaf.path not in said:
            target = _attribute(naming.kind, name, taken)
            taken.add(target)
            found.append(Choice(target, (leaf,)))
    return found + _creator(identity, taken, naming.kind)


def _attribute(kind: str, name: str, taken: set[str]) -> str:
    if kind == CONTACT_RECORD:
        return ""
    plain = _UNFIT.sub("_", name[:MAX_NAME]).strip("_-") or "Id"
    target = f"{kind}.Attributes.{plain[:1].upper()}{plain[1:]}"
    return target if target not in taken else f"{target}{len(taken)}"


def _creator(identity: Identity, taken: set[str], kind: str) -> list[Choice]:
    """The customer of a case has created it, if nobody else has."""
    creators = [leaf for leaf in identity.customers if fits(leaf, CREATED_BY)]
    return [Choice(CREATED_BY, (leaf,)) for leaf in creators[:1]] if kind == CASE and CREATED_BY not in taken else []
