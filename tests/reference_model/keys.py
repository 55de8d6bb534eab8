"""Values of an object's fields, and the key values that they make."""

import json
import re
from typing import Any

from .claims import Record

Definition = dict[str, Any]
KeyValue = tuple[str, str]

# Standard profile index: default key <- fields of the profile (behaviour of "Standard profile definition").
PHONE_FIELDS = ("PhoneNumber", "MobilePhoneNumber", "HomePhoneNumber", "BusinessPhoneNumber")
EMAIL_FIELDS = ("EmailAddress", "PersonalEmailAddress", "BusinessEmailAddress")
DEFAULT_CONTENT = {
    "_phone": "PHONE_NUMBER",
    "_email": "EMAIL_ADDRESS",
    "_fullName": "NAME",
    "_account": "STRING",
    "_profileId": "STRING",
}


def text_of(value: Any) -> str:
    """A JSON value as text; what is absent or null is empty."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def normalised(content: str, value: str) -> str:
    """The form in which two values of a content type are the same; empty where nothing is left."""
    if content == "PHONE_NUMBER":
        return normalised_phone(value)
    if content == "EMAIL_ADDRESS":
        return value.strip().lower()
    if content == "NAME":
        return " ".join(value.split()).lower()
    return normalised_number(value) if content == "NUMBER" else value


def normalised_phone(value: str) -> str:
    """Digits without the extension; country code 1 and none are the same."""
    digits = re.sub(r"\D", "", re.split(r"(?i)x|ext", value)[0])
    digits = digits.removeprefix("00")
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def normalised_number(value: str) -> str:
    """7, "7" and 7.0 are the same; what is no number is compared as text."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return value


def field_values(definition: Definition, document: dict[str, Any]) -> Record:
    """Each field's text in the order of the mapping. A phone number without digits is empty."""
    values = {}
    for name, field in definition["Fields"].items():
        value = text_of(document.get(field["Source"].removeprefix("_source.")))
        content = field.get("ContentType", "STRING")
        values[name] = "" if content == "PHONE_NUMBER" and not normalised_phone(value) else value
    return values


def entries(definition: Definition) -> list[tuple[str, list[str], set[str]]]:
    """Key name, its fields and its identifiers, in the order of the mapping."""
    return [
        (name, entry["FieldNames"], set(entry.get("StandardIdentifiers", [])))
        for name, listed in definition["Keys"].items()
        for entry in listed
    ]


def key_value(definition: Definition, fields: list[str], values: Record) -> str:
    """The normalised parts joined by a space; empty where any part is empty."""
    parts = [normalised(definition["Fields"][f].get("ContentType", "STRING"), values[f]) for f in fields]
    return " ".join(parts) if all(parts) else ""


def content_of(definitions: list[Definition], key: str) -> str:
    """The content type that search values of a key are normalised by. Composite keys hold plain text here."""
    if key in DEFAULT_CONTENT:
        return DEFAULT_CONTENT[key]
    for definition in definitions:
        for name, fields, _ in entries(definition):
            if name == key:
                return str(definition["Fields"][fields[0]].get("ContentType", "STRING"))
    return "STRING"


def default_keys(fields: Record) -> set[KeyValue]:
    """The default keys that a profile's record feeds."""
    found = {("_phone", normalised_phone(fields.get(name, ""))) for name in PHONE_FIELDS}
    found |= {("_email", normalised("EMAIL_ADDRESS", fields.get(name, ""))) for name in EMAIL_FIELDS}
    found.add(("_account", fields.get("AccountNumber", "")))
    first, middle, last = (fields.get(name, "") for name in ("FirstName", "MiddleName", "LastName"))
    found.add(("_fullName", normalised("NAME", f"{first} {middle} {last}")))
    if first and last:
        found.add(("_fullName", normalised("NAME", f"{first} {last}")))
    return {(key, value) for key, value in found if value}
