"""What was chosen, written as the members of an object type."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from openprofiles.mapping.definitions import FieldDefinition, KeyDefinition
from openprofiles.mapping.detection.choices import Choice
from openprofiles.mapping.detection.ids import Identity
from openprofiles.mapping.detection.key_names import Naming
from openprofiles.mapping.detection.keys import keys_of
from openprofiles.mapping.detection.persons import TIMESTAMP
from openprofiles.mapping.detection.samples import Leaf, Step
from openprofiles.mapping.detection.values import timestamp_format
from openprofiles.mapping.keys import PREDEFINED_KEYS

MAX_NAME = 60
RESERVED = "tags"

_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_NO_LETTERS = re.compile(r"\A[^A-Za-z]+")


class Proposal(msgspec.Struct, frozen=True):
    """The members of an object type that the samples speak for."""

    fields: dict[str, FieldDefinition]
    keys: dict[str, list[KeyDefinition]]
    source_last_updated_timestamp_format: str | None = None


def proposal_of(
    chosen: Sequence[Choice], identity: Identity, naming: Naming, leaves: Sequence[Leaf], depth: int
) -> Proposal:
    """The fields in the order of the samples' members. `depth`: how deep in the samples the record lies."""
    order = {leaf.path: place for place, leaf in enumerate(leaves)}
    fields: dict[str, FieldDefinition] = {}
    names: dict[tuple[Step, ...], str] = {}
    for choice in sorted(chosen, key=lambda one: order[one.leaves[0].path]):
        name = _field_name(choice.leaves[0].path[depth:], fields)
        fields[name] = FieldDefinition(choice.source, choice.target or None, choice.content_type)
        if choice.is_plain:
            names.setdefault(choice.leaves[0].path, name)
    times = [choice.leaves[0].filled for choice in chosen if choice.target == TIMESTAMP]
    return Proposal(fields, keys_of(identity, chosen, naming, names), timestamp_format(times[0]) if times else None)


def _field_name(path: Sequence[Step], taken: Mapping[str, object]) -> str:
    """Keys can not name fields with dots, so there are none."""
    text = "_".join(str(step) for step in path if isinstance(step, str) or step > 0)
    plain = _NO_LETTERS.sub("", _UNFIT.sub("_", text))[:MAX_NAME].strip("_-") or "field"
    name, number = plain, 1
    while name in taken or name.lower() == RESERVED:
        number += 1
        name = f"{plain}_{number}"
    return name


def renamed(proposal: Proposal, taken: Mapping[str, Sequence[Sequence[str]]]) -> Proposal:
    """The proposal with other names for the keys that would clash with the domain's: a custom UNIQUE key that another
    object type has (ids of two systems are not the same ids), and any custom key of other content types. `taken`: key
    name → the content types of each definition. The new names may be taken, too: call it until nothing changes.
    """
    names = {name: _other_name(name) if _clashes(proposal, name, taken) else name for name in proposal.keys}
    return msgspec.structs.replace(proposal, keys={names[name]: listed for name, listed in proposal.keys.items()})


def _clashes(proposal: Proposal, name: str, taken: Mapping[str, Sequence[Sequence[str]]]) -> bool:
    if name in PREDEFINED_KEYS or name not in taken:
        return False
    [key] = proposal.keys[name]
    types = [proposal.fields[field].content_type for field in key.field_names or ()]
    return "UNIQUE" in (key.standard_identifiers or ()) or any(list(other) != types for other in taken[name])


def _other_name(name: str) -> str:
    """`customerId`, `customerId2`, `customerId3`, …"""
    plain = name.rstrip("0123456789")
    number = name[len(plain) :]
    return f"{plain}{int(number) + 1 if number else 2}"
