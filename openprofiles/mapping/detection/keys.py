"""Keys of a proposal.

The record's own id is UNIQUE. What names one customer is PROFILE: its id in the source, its ids in other systems, and
its e-mail address, unless two of the samples share that. A phone number is PROFILE only where nothing else is:
households and switchboards share phones, and one shared value would join strangers at once, while SearchProfiles and
identity resolution find the number in the profile's fields anyway. The id of a company or an account is for search
alone, because many people belong to one.
"""

from collections.abc import Iterator, Mapping, Sequence

from openprofiles.mapping.content_types import EMAIL_ADDRESS, PHONE_NUMBER
from openprofiles.mapping.definitions import KeyDefinition
from openprofiles.mapping.detection.choices import Choice
from openprofiles.mapping.detection.ids import Identity, is_distinct
from openprofiles.mapping.detection.key_names import PROFILE_ID, Naming, customer_name, organisation_name, own_name
from openprofiles.mapping.detection.kinds import CONTACT_RECORD, PROFILE
from openprofiles.mapping.detection.persons import FULL_NAME
from openprofiles.mapping.detection.samples import Leaf, Step
from openprofiles.mapping.keys import IDENTIFIER_OF_STANDARD_OBJECT

BEST_CONTACTS = ("_profile.EmailAddress", "_order.CustomerEmail", "_profile.PhoneNumber", "_profile.MobilePhoneNumber")

Key = tuple[str, tuple[Leaf, ...], list[str]]
"""A key: its name, its leaves, its standard identifiers."""


def keys_of(
    identity: Identity, chosen: Sequence[Choice], naming: Naming, names: Mapping[tuple[Step, ...], str]
) -> dict[str, list[KeyDefinition]]:
    """The keys, the UNIQUE one first. `names`: path of a leaf → its field. Of two keys of one name the first stays."""
    found: dict[str, Key] = {}
    for key in _keys(identity, chosen, naming):
        found.setdefault(key[0], key)
    if not any("PROFILE" in identifiers for _, _, identifiers in found.values()):
        name, leaves, identifiers = next(iter(found.values()))
        found[name] = (name, leaves, ["PROFILE", *identifiers])
    return {
        name: [KeyDefinition(identifiers, [names[leaf.path] for leaf in leaves])]
        for name, leaves, identifiers in found.values()
    }


def _keys(identity: Identity, chosen: Sequence[Choice], naming: Naming) -> Iterator[Key]:
    kind = naming.kind
    yield own_name(identity.own, chosen, naming), identity.own, _own_identifiers(kind)
    for leaf in identity.customers:
        name = customer_name(leaf, chosen, naming)
        yield name, (leaf,), ["PROFILE", "LOOKUP_ONLY"] if name == PROFILE_ID else ["PROFILE"]
    emails, phones = _filled(chosen, EMAIL_ADDRESS), _filled(chosen, PHONE_NUMBER)
    if emails and (kind != PROFILE or is_distinct(emails[0])):
        yield "_email", (emails[0],), ["PROFILE"]
    if phones and kind == CONTACT_RECORD:
        yield "_phone", (phones[0],), ["PROFILE", "SECONDARY"]
    elif phones and kind != PROFILE and not emails and not identity.customers:
        yield "_phone", (phones[0],), ["PROFILE"]
    for leaf in identity.organisations:
        yield organisation_name(leaf), (leaf,), []
    for choice in chosen:
        if choice.target == FULL_NAME:
            yield "_fullName", choice.leaves, []


def _own_identifiers(kind: str) -> list[str]:
    """A contact record is found again by the profile that an agent has joined it to."""
    return [IDENTIFIER_OF_STANDARD_OBJECT.get(kind, "PROFILE"), "UNIQUE"]


def _filled(chosen: Sequence[Choice], content_type: str) -> list[Leaf]:
    """Leaves of a content type that have a value: the profile's own first, the plain address before that of work."""
    found = [choice for choice in chosen if choice.content_type == content_type and choice.leaves[0].filled]
    found.sort(key=lambda one: BEST_CONTACTS.index(one.target) if one.target in BEST_CONTACTS else len(BEST_CONTACTS))
    return [choice.leaves[0] for choice in found]
