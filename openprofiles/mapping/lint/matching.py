"""Rules on how objects find their profile, and whether anything finds what they store."""

from collections.abc import Iterator

from openprofiles.mapping.definitions import LOOKUP_ONLY_KEYS
from openprofiles.mapping.keys import IDENTIFIER_OF_STANDARD_OBJECT, PREDEFINED_KEYS
from openprofiles.mapping.lint.findings import Finding, finding
from openprofiles.mapping.lint.keys import fields_of
from openprofiles.mapping.lint.meanings import ADDRESSES, BIRTH_DATE, LAST_NAME, NAMES, PHONE
from openprofiles.mapping.lint.view import Key, View

SHARED = {PHONE: "household"} | dict.fromkeys(ADDRESSES, "household") | {BIRTH_DATE: "birth date"}
SHARED |= dict.fromkeys(NAMES, "name")
"""Values that several people have, and whom these are: two of a kind single out nobody more than one does."""


def weak_profile_key(view: View) -> Iterator[Finding]:
    """People are told apart by nothing but what they share."""
    keys = view.profile_keys
    if all(is_shared(key) for key in keys):
        names = ", ".join(dict.fromkeys(key.name for key in keys))
        message = (
            f"PROFILE key {names} is made of {fields_of(keys[0])}, and there is no better one: people who share it end"
            " in one profile; add a PROFILE key on an id, an account or an e-mail address."
        )
        yield finding("WeakProfileKey", keys[0].name, message)


def weak_key_not_secondary(view: View) -> Iterator[Finding]:
    """A shared value that is asked in the same pass as a better one."""
    keys = view.profile_keys
    if all(is_shared(key) for key in keys):
        return
    for key in keys:
        if is_shared(key) and not key.is_secondary:
            message = (
                f"PROFILE key {key.name} is made of {fields_of(key)}, which people share: a new customer is taken for"
                " the one who has it already; add SECONDARY, so that it is asked last."
            )
            yield finding("WeakKeyNotSecondary", key.name, message)


def is_shared(key: Key) -> bool:
    """Whether several people may well have the value: parts of one kind only, or a last name with what a family
    shares.
    """
    meanings = key.meanings
    kinds = {SHARED.get(meaning or "") for meaning in meanings}
    if None in kinds:
        return False
    names = [meaning for meaning in meanings if meaning in NAMES]
    return len(kinds) == 1 or (kinds == {"household", "name"} and set(names) == {LAST_NAME})


def no_profile_creation(view: View) -> Iterator[Finding]:
    """The default is easily missed; who writes false means it."""
    if view.document.allow_profile_creation is None and not _matches_nothing(view):
        message = (
            "AllowProfileCreation is not given and so false: an object that matches no profile becomes a dead letter;"
            " set it to true, or to false if that is meant."
        )
        yield finding("NoProfileCreation", None, message)


def nothing_to_match(view: View) -> Iterator[Finding]:
    if _matches_nothing(view):
        names = ", ".join(dict.fromkeys(key.name for key in view.profile_keys))
        message = (
            f"No other object type has PROFILE key {names}, and AllowProfileCreation is false: no profile can have its"
            " values but by AddProfileKey, so objects become dead letters; allow creation or use a key of another type."
        )
        yield finding("NothingToMatch", view.profile_keys[0].name, message)


def _matches_nothing(view: View) -> bool:
    keys = view.profile_keys
    if view.creates or view.elsewhere is None:
        return False
    return not any(key.name in PREDEFINED_KEYS or key.name in view.elsewhere for key in keys)


def profile_per_object(view: View) -> Iterator[Finding]:
    for key in view.profile_keys:
        is_alone = all(other.is_unique for other in view.profile_keys)
        if view.creates and is_alone and key.standard:
            message = (
                f"Key {key.name} is UNIQUE, {', '.join(sorted(key.standard))} and the only PROFILE key: each object"
                " makes a profile of its own; add a PROFILE key that names the customer, and take PROFILE from this"
                " one."
            )
            yield finding("ProfilePerObject", key.name, message)


def unfindable_profile(view: View) -> Iterator[Finding]:
    """LOOKUP_ONLY values are never stored. Validation lets `_profileId` be the only PROFILE key."""
    keys = view.profile_keys
    if view.creates and all(key.is_lookup_only for key in keys):
        message = (
            f"PROFILE key {keys[0].name} is LOOKUP_ONLY and the only one, and AllowProfileCreation is true: an object"
            " that matches nothing makes a profile that later objects of the type do not find; add a PROFILE key that"
            " is stored, or set it to false."
        )
        yield finding("UnfindableProfile", keys[0].name, message)


def unfindable_standard_object(view: View) -> Iterator[Finding]:
    """A standard object is found by the key values that its objects store."""
    kinds = dict.fromkeys(field.target.prefix for field in view.fields if field.target is not None)
    for kind in kinds:
        identifier = IDENTIFIER_OF_STANDARD_OBJECT.get(kind)
        keys = [key for key in view.keys if identifier in key.identifiers]
        if keys and all(key.is_lookup_only and key.name not in LOOKUP_ONLY_KEYS for key in keys):
            message = (
                f"Key {keys[0].name} is the only {identifier} key and LOOKUP_ONLY, so its value is never stored: the"
                f" next object makes another {kind} instead of finding this one; take LOOKUP_ONLY away."
            )
            yield finding("UnfindableStandardObject", keys[0].name, message)


def never_stored_key(view: View) -> Iterator[Finding]:
    for key in view.keys:
        if key.is_new_only and not view.creates:
            message = (
                f"Key {key.name} is NEW_ONLY, so stored by the object that creates a profile, and AllowProfileCreation"
                " is false: it is never stored; take NEW_ONLY away, or write LOOKUP_ONLY."
            )
            yield finding("NeverStoredKey", key.name, message)


def useless_key(view: View) -> Iterator[Finding]:
    for key in view.keys:
        if key.is_lookup_only and not key.is_profile and not key.standard:
            message = (
                f"Key {key.name} is LOOKUP_ONLY and neither PROFILE nor that of a standard object: it finds nothing and"
                " is never stored; add PROFILE, or leave the key out."
            )
            yield finding("UselessKey", key.name, message)
