"""Whether an object type's definition makes sense: each broken rule has its own message.

Sources: "Field definitions in Customer Profiles object type mappings", "Key definitions", "Standard identifiers in
Customer Profiles".
"""

import re

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.keys import IDENTIFIER_OF_STANDARD_OBJECT, PREDEFINED_KEYS
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.standard_objects import ENUMS
from openprofiles.mapping.targets import Target, parse_target
from openprofiles.mapping.timestamps import timestamp_parser

MAX_FIELDS = 250
MAX_KEYS = 10

LOOKUP_ONLY_KEYS = {"_profileId", "_assetId", "_caseId", "_orderId"}
RESERVED_NAMES = {"Tags", "tags"}
LETTER_FIRST = re.compile(r"[A-Za-z]")


class FieldDefinition(msgspec.Struct, rename="pascal", omit_defaults=True, frozen=True):
    source: str | None = None
    target: str | None = None
    content_type: str | None = None


class KeyDefinition(msgspec.Struct, rename="pascal", omit_defaults=True, frozen=True):
    standard_identifiers: list[str] | None = None
    field_names: list[str] | None = None


class ObjectTypeDocument(msgspec.Struct, rename="pascal", omit_defaults=True, frozen=True):
    """What is stored of an object type; the order of its fields and keys is kept. `is_implicit`: nobody has put it, an
    object came for a template's name.
    """

    description: str
    template_id: str | None = None
    expiration_days: int | None = None
    encryption_key: str | None = None
    allow_profile_creation: bool | None = None
    source_last_updated_timestamp_format: str | None = None
    max_profile_object_count: int | None = None
    source_priority: int | None = None
    fields: dict[str, FieldDefinition] | None = None
    keys: dict[str, list[KeyDefinition]] | None = None
    is_implicit: bool = False


Entry = tuple[str, KeyDefinition, frozenset[str]]
"""One definition of a key: the key's name, the definition, its standard identifiers."""


def check_definition(document: ObjectTypeDocument, taken: dict[str, list[list[str]]]) -> None:
    """Raises BadRequestException naming the concrete problem.

    `taken`: key name → the content types, definition by definition, with which other object types of the domain use it.
    """
    fields, entries = document.fields or {}, _entries(document)
    _check_fields(fields)
    targets = _check_targets(document, fields)
    _check_key_names(document, entries)
    _check_key_fields(fields, entries)
    _check_identifiers(document, entries)
    _check_required_identifiers(targets, entries)
    check_content_types(document, taken)


def _entries(document: ObjectTypeDocument) -> list[Entry]:
    return [
        (name, definition, frozenset(definition.standard_identifiers or ()))
        for name, definitions in (document.keys or {}).items()
        for definition in definitions
    ]


def _check_fields(fields: dict[str, FieldDefinition]) -> None:
    if len(fields) > MAX_FIELDS:
        raise BadRequestException(f"The object type has {len(fields)} fields; at most {MAX_FIELDS} are allowed.")
    for name, field in fields.items():
        if name in RESERVED_NAMES:
            raise BadRequestException(f"Field name {name} is not allowed.")
        if not LETTER_FIRST.match(name):
            raise BadRequestException(f"Field name {name} must begin with a letter.")
        if field.source is not None:
            compile_source(field.source)


def _check_targets(document: ObjectTypeDocument, fields: dict[str, FieldDefinition]) -> list[Target]:
    """Two fields may have one target: the last one that has a value gives it."""
    texts = {field.target for field in fields.values() if field.target}
    for name in ENUMS:
        if {f"_profile.{name}", f"_profile.{name}String"} <= texts:
            raise BadRequestException(f"Targets _profile.{name} and _profile.{name}String exclude each other.")
    targets = [parse_target(field.target) for field in fields.values() if field.target]
    _check_timestamp(document, targets)
    return targets


def _check_timestamp(document: ObjectTypeDocument, targets: list[Target]) -> None:
    pattern = document.source_last_updated_timestamp_format
    if pattern is not None:
        timestamp_parser(pattern)
    elif any(target.is_timestamp for target in targets):
        raise BadRequestException(
            "Target _profile.SourceLastUpdatedTimestamp needs a SourceLastUpdatedTimestampFormat on the object type."
        )


def _check_key_names(document: ObjectTypeDocument, entries: list[Entry]) -> None:
    if len(entries) > MAX_KEYS:
        raise BadRequestException(
            f"The object type has {len(entries)} key definitions; at most {MAX_KEYS} are allowed."
        )
    for name, definitions in (document.keys or {}).items():
        if not definitions:
            raise BadRequestException(f"Key {name} has no definition.")
        if name in RESERVED_NAMES:
            raise BadRequestException(f"Key name {name} is not allowed.")
        if not (LETTER_FIRST.match(name) or name in PREDEFINED_KEYS):
            raise BadRequestException(f"Key name {name} must begin with a letter, or be a predefined key.")


def _check_key_fields(fields: dict[str, FieldDefinition], entries: list[Entry]) -> None:
    for name, definition, _ in entries:
        if not definition.field_names:
            raise BadRequestException(f"Key {name} names no field.")
        for field in definition.field_names:
            if field not in fields:
                raise BadRequestException(f"Key {name} names the field {field}, which the object type does not have.")


def _check_identifiers(document: ObjectTypeDocument, entries: list[Entry]) -> None:
    unique = [name for name, _, identifiers in entries if "UNIQUE" in identifiers]
    if len(unique) != 1:
        raise BadRequestException(f"Exactly one key must carry UNIQUE; here {', '.join(unique) or 'none'} does.")
    if not any("PROFILE" in identifiers for _, _, identifiers in entries):
        raise BadRequestException("At least one key must carry PROFILE; here none does.")
    for name, _, identifiers in entries:
        _check_combination(name, identifiers)
    _check_companion(document, entries)


def _check_combination(name: str, identifiers: frozenset[str]) -> None:
    once = identifiers & {"LOOKUP_ONLY", "NEW_ONLY"}
    if "UNIQUE" in identifiers and once:
        raise BadRequestException(f"Key {name}: UNIQUE can not be combined with {', '.join(sorted(once))}.")
    if "SECONDARY" in identifiers and "PROFILE" not in identifiers:
        raise BadRequestException(f"Key {name}: SECONDARY goes only together with PROFILE.")
    if name in LOOKUP_ONLY_KEYS and "LOOKUP_ONLY" not in identifiers:
        raise BadRequestException(f"Key {name} is reserved and must be LOOKUP_ONLY.")


def _check_companion(document: ObjectTypeDocument, entries: list[Entry]) -> None:
    """A PROFILE key that is not always stored needs one beside it that is, if profiles may be created."""
    if not document.allow_profile_creation:
        return
    profile = [(name, identifiers) for name, _, identifiers in entries if "PROFILE" in identifiers]
    once = [name for name, identifiers in profile if identifiers & {"LOOKUP_ONLY", "NEW_ONLY"} and name != "_profileId"]
    if once and not any(not identifiers & {"LOOKUP_ONLY", "NEW_ONLY"} for _, identifiers in profile):
        raise BadRequestException(
            f"Key {once[0]} is LOOKUP_ONLY or NEW_ONLY: another PROFILE key without either must be there."
        )


def _check_required_identifiers(targets: list[Target], entries: list[Entry]) -> None:
    carried = frozenset[str]().union(*(identifiers for _, _, identifiers in entries))
    for target in targets:
        needed = IDENTIFIER_OF_STANDARD_OBJECT.get(target.prefix)
        if needed is not None and needed not in carried:
            raise BadRequestException(f"Fields target {target.prefix}, so a key must carry {needed}; none does.")


def content_types_of_keys(document: ObjectTypeDocument) -> dict[str, list[list[str]]]:
    """Key name → the content types of each definition's fields."""
    types = {name: field.content_type or "STRING" for name, field in (document.fields or {}).items()}
    return {
        name: [[types[field] for field in definition.field_names or ()] for definition in definitions]
        for name, definitions in (document.keys or {}).items()
    }


def check_content_types(document: ObjectTypeDocument, taken: dict[str, list[list[str]]]) -> None:
    """Key names are global in a domain. A predefined key is compared in its own way whatever the mapping says."""
    for name, types in content_types_of_keys(document).items():
        used = [*taken.get(name, ()), *types]
        other = next((other for other in used if other != used[0]), None)
        if name not in PREDEFINED_KEYS and other is not None:
            raise BadRequestException(
                f"Key {name} is used in the domain with fields of content type {'+'.join(used[0])}, and here of"
                f" {'+'.join(other)}."
            )
