"""Rules on the values of a sample object."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from openprofiles.mapping.content_types import EMAIL_ADDRESS, NORMALISERS, NUMBER, PHONE_NUMBER
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.lint.fields import wanted_content_type
from openprofiles.mapping.lint.findings import Finding, finding
from openprofiles.mapping.lint.view import Field, View, gives_list
from openprofiles.mapping.targets import ELEMENTS, PLAIN

PLACEHOLDERS = {"-", ".", "?", "n/a", "na", "none", "null", "nil", "unknown", "undefined", "test", "tbd", "anonymous"}
PLACEHOLDER_MAILBOXES = PLACEHOLDERS | {"noreply", "no-reply", "donotreply", "noemail", "nomail", "no"}
PLACEHOLDER_DIGITS = 3
"""So many of the same digit and nothing else: 000, 999-999-9999."""

MAX_SHOWN = 40

_EMAIL = re.compile(r"[^@\s/:]+@[^@\s/:]+\.[^@\s/:.]+")
_PHONE = re.compile(r"\+[0-9][0-9 ().-]{6,}|\([0-9]{3}\) ?[0-9]{3}[ -][0-9]{4}")


class Sample(msgspec.Struct, frozen=True):
    """The object, and what each field reads of it: the value as it is, and as the text that keys compare."""

    view: View
    parsed: dict[str, Any]
    values: dict[str, Any]
    texts: dict[str, str]


def unreadable_value(sample: Sample) -> Iterator[Finding]:
    """A value that its content type can not bring into its normal form."""
    for field in sample.view.fields:
        text = text_of(sample.values[field.name]).strip()
        lacks = LACKS.get(field.content_type)
        if text and lacks is not None and (what := lacks(text)):
            message = f"Field {field.name} is {field.content_type}, and its value {_short(text)} {what}."
            yield finding("UnreadableValue", field.name, message)


def _lacks_digits(text: str) -> str | None:
    if NORMALISERS[PHONE_NUMBER](text):
        return None
    return "is no number, so it counts as empty; leave it out at the source, or take another one"


def _lacks_at(text: str) -> str | None:
    return None if "@" in text else "holds no @ and is taken for an address all the same; take another source"


def _is_no_number(text: str) -> str | None:
    try:
        is_number = Decimal(text).is_finite()
    except InvalidOperation:
        is_number = False
    return None if is_number else "is no number, so it is compared as text; make it STRING"


LACKS: dict[str, Callable[[str], str | None]] = {
    PHONE_NUMBER: _lacks_digits,
    EMAIL_ADDRESS: _lacks_at,
    NUMBER: _is_no_number,
}
"""Content type → what is wrong with a text of it, None where nothing is."""


def value_of_other_type(sample: Sample) -> Iterator[Finding]:
    """Values of keys that show what the mapping's names do not; where those do, `wrong_content_type` has told it."""
    for field in sample.view.fields:
        shown = _shown_type(text_of(sample.values[field.name]).strip())
        if field.own_keys and shown not in (None, field.content_type) and wanted_content_type(field) is None:
            text = _short(sample.texts[field.name])
            message = (
                f"Field {field.name} of key {field.own_keys[0]} is {field.content_type}, and its value {text} looks"
                f" like {shown}: other ways to write it do not match; make it {shown}."
            )
            yield finding("ValueOfOtherType", field.name, message)


def _shown_type(text: str) -> str | None:
    if _EMAIL.fullmatch(text):
        return EMAIL_ADDRESS
    return PHONE_NUMBER if _PHONE.fullmatch(text) else None


def placeholder_value(sample: Sample) -> Iterator[Finding]:
    """A value that stands for none makes one customer of all who have it."""
    for field in sample.view.fields:
        key = next((key for key in sample.view.profile_keys if field in key.fields), None)
        text = sample.texts[field.name]
        if key is not None and is_placeholder(text):
            message = (
                f"Field {field.name} of PROFILE key {key.name} has the value {_short(text)}, which stands for none: all"
                " who have it are taken for one customer; leave such values out at the source."
            )
            yield finding("PlaceholderValue", field.name, message)


def is_placeholder(text: str) -> bool:
    word = text.strip().casefold()
    mailbox, at, _ = word.partition("@")
    digits = [character for character in word if character.isdigit()]
    is_one_digit = len(digits) >= PLACEHOLDER_DIGITS and len(set(digits)) == 1
    return (
        word in PLACEHOLDERS
        or (bool(at) and mailbox in PLACEHOLDER_MAILBOXES)
        or (is_one_digit and not any(character.isalpha() for character in word))
    )


def dropped_value(sample: Sample) -> Iterator[Finding]:
    """A list or an object where text is asked for, or the other way round. `list_as_text` and `text_for_structure` tell
    of sources that always do so.
    """
    for field in sample.view.fields:
        value = sample.values[field.name]
        is_accessor = field.source.steps is not None and not gives_list(field.source.steps)
        place = _place_that_drops(field, value) if is_accessor and value not in (None, "", [], {}) else None
        if place is not None:
            message = (
                f"Field {field.name} reads {_kind(value)} at {field.source.text}, and {place} takes none: the value is"
                " dropped; name a member of it, or another target."
            )
            yield finding("DroppedValue", field.name, message)


def _place_that_drops(field: Field, value: Any) -> str | None:
    if field.target is not None and field.target.kind != PLAIN:
        wanted = list if field.target.kind == ELEMENTS else dict
        return None if isinstance(value, wanted) else f"target {field.target_text}"
    if not isinstance(value, (dict, list)):
        return None
    if field.keys:
        return f"key {field.keys[0]}"
    return f"target {field.target_text}" if field.takes_text else None


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a text"


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
