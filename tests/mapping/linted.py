"""Lint as its tests call it, on definitions that validation takes."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition
from openprofiles.mapping.lint import Finding, lint, lint_sample
from openprofiles.mapping.parsing import parse_object
from tests.api.mappings import Definition, Field, Key, computed, definition, email, key, phone, text, typed

Fires = dict[str, tuple[str, str | None, str, Definition]]
"""What the case is about → the code, the field or key, words of the message, a definition in which lint finds it."""

Misses = dict[str, tuple[str, Definition]]
"""What the case is about → the code, and a definition that comes near and in which lint does not find it."""

OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}
UNIQUE = key("id", "UNIQUE")
CUSTOMER = key("customer", "PROFILE")
OFF = {"AllowProfileCreation": False}

FIELDS: dict[str, Field] = {
    "id": text("id"),
    "customer": text("customer"),
    "mail": email("mail"),
    "phone": phone("phone"),
    "first": typed("NAME", "firstName"),
    "middle": typed("NAME", "middleName"),
    "last": typed("NAME", "lastName"),
    "zip": text("postalCode"),
    "born": text("birthDate"),
    "time": text("createdAt"),
    "changed": text("lastModifiedDate"),
    "note": text("order.comment"),
    "shop": computed("web shop"),
    "serial": text("serial", "_asset.SerialNumber"),
}


def with_fields(**fields: Field) -> Definition:
    """A definition in which lint finds nothing, with more fields."""
    return definition({"id": text("id"), **fields}, OWN)


def in_key(name: str, field: Field, *identifiers: str) -> Definition:
    """The same with the field `value` and a key of this name on it."""
    return definition({"id": text("id"), "value": field}, {**OWN, name: key("value", *identifiers)})


def with_keys(keys: Mapping[str, Key], **fields: Field) -> Definition:
    """A definition with these keys on FIELDS, of which `fields` replace some; it has those that its keys use."""
    used = {name for one in keys.values() for name in one["FieldNames"]}
    return definition({name: field for name, field in (FIELDS | fields).items() if name in used}, keys)


def also(**keys: Key) -> Definition:
    """A definition in which lint finds nothing, with more keys."""
    return with_keys({"entry": UNIQUE, "customer": CUSTOMER, **keys})


def profile(*fields: str) -> Definition:
    """People who are named by these fields and nothing else."""
    return with_keys({"entry": UNIQUE, "person": key(fields, "PROFILE")})


def allowed(wire: Definition) -> ObjectTypeDocument:
    document = msgspec.convert(wire, ObjectTypeDocument)
    check_definition(document, {})
    return document


def found(code: str, wire: Definition, elsewhere: list[str] | None = None) -> list[Finding]:
    return [one for one in lint(allowed(wire), elsewhere) if one.code == code]


def found_in(code: str, wire: Definition, sample: dict[str, Any]) -> list[Finding]:
    return [one for one in lint_sample(allowed(wire), parse_object(json.dumps(sample))) if one.code == code]
