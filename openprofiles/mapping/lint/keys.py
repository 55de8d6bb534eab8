"""Rules on single keys: what their values are made of."""

from collections.abc import Iterator

from openprofiles.mapping.content_types import EMAIL_ADDRESS, NAME, PHONE_NUMBER
from openprofiles.mapping.keys import MAX_PART, NAME_FIELDS, PREDEFINED_KEYS
from openprofiles.mapping.lint.findings import Finding, finding
from openprofiles.mapping.lint.meanings import (
    ADDRESSES,
    BIRTH_DATE,
    EMAIL,
    FREE_TEXT,
    NAMES,
    OFTEN_EMPTY,
    PHONE,
    TIME,
    UPDATE_TIME,
)
from openprofiles.mapping.lint.view import Key, View

CHANGEABLE = NAMES | ADDRESSES | {BIRTH_DATE, EMAIL, PHONE, TIME, UPDATE_TIME}
"""What names no object for good: it changes, or is the same for two."""

LOOKALIKES = {
    "email": "_email",
    "emailaddress": "_email",
    "phone": "_phone",
    "phonenumber": "_phone",
    "fullname": "_fullName",
    "account": "_account",
    "accountnumber": "_account",
}
"""Names of one's own that stand beside a default key, which the fields of profiles feed."""

FULL_NAME_TARGETS = {f"_profile.{field}" for field in NAME_FIELDS}


def unstable_unique_key(view: View) -> Iterator[Finding]:
    """Objects that lose their identity when a value changes, or share one. E-mail address and time together may name
    an event.
    """
    for key in view.keys:
        meanings = key.meanings
        reason = _instability(key, meanings) if key.is_unique else None
        if reason is not None:
            message = (
                f"UNIQUE key {key.name} is made of {fields_of(key)}: {reason};"
                " take an id that the source gives and never changes."
            )
            yield finding("UnstableUniqueKey", key.name, message)


def _instability(key: Key, meanings: list[str | None]) -> str | None:
    if UPDATE_TIME in meanings:
        return "each change of an object is stored as one more object"
    if not all(meaning in CHANGEABLE for meaning in meanings) or (TIME in meanings and len(meanings) > 1):
        return None
    if TIME in meanings:
        return "of two objects of the same moment the second replaces the first"
    again = " (and a profile too, where nothing else matches)" if key.is_profile else ""
    return f"when it changes, the same object is stored once more{again}, and another that shares it replaces it"


def fields_of(key: Key) -> str:
    """`field mail (an e-mail address)`, for messages."""
    told = (
        f"{field.name} ({meaning})" if meaning else field.name
        for field, meaning in zip(key.fields, key.meanings, strict=True)
    )
    return " and ".join(told)


def constant_key(view: View) -> Iterator[Finding]:
    for key in view.keys:
        sources = [field.source for field in key.fields]
        if all(source.is_constant for source in sources) and any(source.text.strip() for source in sources):
            text = " ".join(source.text for source in sources)
            message = (
                f"Key {key.name} has the value {text} for each object, as it is a constant: {_harm_of_constant(key)};"
                " an accessor begins with _source."
            )
            yield finding("ConstantKey", key.name, message)


def _harm_of_constant(key: Key) -> str:
    if key.is_unique:
        return "each object replaces the one before"
    return "all objects end in one profile" if key.is_profile else "it finds everything or nothing"


def free_text_key(view: View) -> Iterator[Finding]:
    for key in view.keys:
        for field in key.fields:
            if field.meaning == FREE_TEXT:
                message = (
                    f"Key {key.name} is made of field {field.name}, which is free text: only whole equal values are"
                    f" found, and an object with more than {MAX_PART} characters there is refused; take it out of the"
                    " key."
                )
                yield finding("FreeTextKey", key.name, message)


def key_compares_as_text(view: View) -> Iterator[Finding]:
    """A predefined key has its own way to compare, whatever its fields say."""
    for key in view.keys:
        if PREDEFINED_KEYS.get(key.name) != "STRING":
            continue
        for field in key.fields:
            if field.content_type in (EMAIL_ADDRESS, PHONE_NUMBER, NAME):
                message = (
                    f"Key {key.name} compares values exactly as they are written, and its field {field.name} is"
                    f" {field.content_type}: write the values in one form, or take a key for that content type."
                )
                yield finding("KeyComparesAsText", key.name, message)


def lookalike_key(view: View) -> Iterator[Finding]:
    used = {field.name: field.keys for field in view.fields}
    for key in view.keys:
        meant = LOOKALIKES.get(key.name.replace("_", "").replace("-", "").lower())
        if meant is None or any(meant in used[field.name] for field in key.fields):
            continue
        message = (
            f"Key {key.name} is not {meant}, the key that profiles and other object types use: a value in the one is"
            f" not found by the other; name it {meant}, or have both."
        )
        yield finding("LookalikeKey", key.name, message)


def often_empty_part(view: View) -> Iterator[Finding]:
    """A key with an empty part is left out, unless it is UNIQUE."""
    for key in view.keys:
        if key.is_unique or len(key.fields) == 1 or _is_fed_by_profile(key):
            continue
        for field, meaning in zip(key.fields, key.meanings, strict=True):
            if meaning in OFTEN_EMPTY:
                message = (
                    f"Key {key.name} has the part {field.name} ({meaning}), which is often empty: without it the object"
                    " has no such key at all; leave the part out, or join the parts in one source."
                )
                yield finding("OftenEmptyPart", key.name, message)


def _is_fed_by_profile(key: Key) -> bool:
    """A profile's names feed `_fullName` themselves, with and without the middle name."""
    return key.name == "_fullName" and {field.target_text for field in key.fields} <= FULL_NAME_TARGETS
