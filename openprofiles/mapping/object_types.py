"""An object type's definition, compiled once and evaluated for each object."""

from functools import lru_cache
from typing import Any

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.content_types import NORMALISERS
from openprofiles.mapping.definitions import ObjectTypeDocument
from openprofiles.mapping.keys import MAX_PART, PREDEFINED_KEYS, KeyValue, key_content_type
from openprofiles.mapping.sources import Source, compile_source, json_text, text_of
from openprofiles.mapping.standard_objects import DEFAULT_MAX_LENGTH, WORDS, ClaimValue, max_length
from openprofiles.mapping.targets import ELEMENTS, WHOLE, Target, parse_target
from openprofiles.mapping.timestamps import Parser, timestamp_parser

INFERRED = {"EMAIL_ADDRESS": "EmailAddress", "PHONE_NUMBER": "PhoneNumber"}
"""What a field of this content type fills in a profile that its object creates, target or not ("Inferred profiles")."""


class CompiledField(msgspec.Struct, frozen=True):
    name: str
    source: Source
    content_type: str
    target: Target | None


class CompiledKey(msgspec.Struct, frozen=True):
    """One definition of a key. `fields`: (field name, how it is compared)."""

    name: str
    fields: tuple[tuple[str, Any], ...]
    identifiers: frozenset[str]


class CompiledObjectType(msgspec.Struct, frozen=True):
    document: ObjectTypeDocument
    fields: tuple[CompiledField, ...]
    keys: tuple[CompiledKey, ...]
    timestamp: Parser | None

    @property
    def allow_profile_creation(self) -> bool:
        return bool(self.document.allow_profile_creation)

    @property
    def source_priority(self) -> int | None:
        return self.document.source_priority


class MappedObject(msgspec.Struct):
    """What an object says, by its mapping.

    `profile_fields`: flat field of the profile → value; `standard_objects`: the same for each kind; `inferred`: what a
    profile that this object creates gets besides; `source_time` in milliseconds.
    """

    unique_parts: tuple[str, ...]
    keys: list[KeyValue]
    profile_fields: dict[str, ClaimValue]
    standard_objects: dict[str, dict[str, Any]]
    source_time: int | None
    inferred: dict[str, str]


@lru_cache(512)
def compile_object_type(document: str) -> CompiledObjectType:
    """A stored definition, ready to be used. The same text gives the same result, so it is kept."""
    decoded = msgspec.json.decode(document, type=ObjectTypeDocument)
    fields = tuple(
        CompiledField(
            name,
            compile_source(field.source or ""),
            field.content_type or "STRING",
            parse_target(field.target) if field.target else None,
        )
        for name, field in (decoded.fields or {}).items()
    )
    pattern = decoded.source_last_updated_timestamp_format
    return CompiledObjectType(decoded, fields, _keys(decoded, fields), timestamp_parser(pattern) if pattern else None)


def _keys(document: ObjectTypeDocument, fields: tuple[CompiledField, ...]) -> tuple[CompiledKey, ...]:
    types = {field.name: field.content_type for field in fields}
    definitions = [(name, definition) for name, listed in (document.keys or {}).items() for definition in listed]
    return tuple(
        CompiledKey(
            name,
            tuple((field, NORMALISERS[key_content_type(name, types[field])]) for field in definition.field_names or ()),
            frozenset(definition.standard_identifiers or ()),
        )
        for name, definition in definitions
    )


def evaluate(object_type: CompiledObjectType, parsed: dict[str, Any]) -> MappedObject:
    """What an object says. Raises BadRequestException where it can not be taken in: its UNIQUE key or every PROFILE
    key is empty, a key part or a value is too long, its timestamp can not be read.
    """
    mapped = MappedObject((), [], {}, {}, None, {})
    texts: dict[str, str] = {}
    for field in object_type.fields:
        value = field.source(parsed)
        text = value if isinstance(value, str) else text_of(value)
        if text and field.content_type in INFERRED:
            text = _contact(mapped, field, text)
        elif text.isspace() and field.content_type != "STRING":
            text = ""  # a name or a number of spaces is an empty value
        texts[field.name] = text
        if field.target is not None:
            _write(object_type, mapped, field.target, value, text)
    for key in object_type.keys:
        _add_key(mapped, key, texts)
    _check_keys(object_type, mapped)
    return mapped


def _contact(mapped: MappedObject, field: CompiledField, text: str) -> str:
    """A phone without digits (`n/a`) is an empty value; else it may fill the profile that the object creates."""
    if not NORMALISERS[field.content_type](text):
        return ""
    if len(text) <= DEFAULT_MAX_LENGTH:
        mapped.inferred.setdefault(INFERRED[field.content_type], text)
    return text


def _write(object_type: CompiledObjectType, mapped: MappedObject, target: Target, value: Any, text: str) -> None:
    if target.is_timestamp:
        mapped.source_time = _time(object_type, text)
        return
    if target.kind == WHOLE:
        for member, member_text in _members(target, value):
            _set(mapped, target, f"{target.path}.{member}", member_text)
    elif target.kind == ELEMENTS:
        _write_elements(mapped, target, value)
    elif text:
        _set(mapped, target, target.path, text)
    elif target.is_attribute and isinstance(value, (dict, list)):
        _set(mapped, target, target.path, json_text(value))


def _set(mapped: MappedObject, target: Target, path: str, text: str) -> None:
    _record(mapped, target.prefix)[path] = _checked(target, path, text)


def _record(mapped: MappedObject, prefix: str) -> dict[str, Any]:
    return mapped.profile_fields if prefix == "_profile" else mapped.standard_objects.setdefault(prefix, {})


def _members(target: Target, value: Any) -> list[tuple[str, str]]:
    """A whole structure is copied member by member; members that the structure does not have are passed over."""
    if not isinstance(value, dict):
        return []
    texts = [(member, text_of(value.get(member))) for member in target.members]
    return [(member, text) for member, text in texts if text]


def _write_elements(mapped: MappedObject, target: Target, value: Any) -> None:
    """Each element's value goes to the element of the same place in the list."""
    if not isinstance(value, list) or not any(text_of(member) for member in value):
        return
    elements = _record(mapped, target.prefix).setdefault(target.path, [])
    elements.extend({} for _ in range(len(value) - len(elements)))
    for element, member in zip(elements, value, strict=False):
        text = text_of(member)
        if text:
            element[target.members[0]] = _checked(target, target.path, text)


def _checked(target: Target, path: str, text: str) -> str:
    words = WORDS.get((target.prefix, path))
    if words is not None and text not in words:
        raise BadRequestException(f"The value for {target.prefix}.{path} is none of {', '.join(words)}.")
    limit = max_length(target.prefix, path)
    if len(text) > limit:
        raise BadRequestException(f"The value for {target.prefix}.{path} is longer than {limit} characters.")
    return text


def _time(object_type: CompiledObjectType, text: str) -> int | None:
    """The source's own time; an object without it has none."""
    if not text or object_type.timestamp is None:
        return None
    try:
        return object_type.timestamp(text)
    except ValueError:
        pattern = object_type.document.source_last_updated_timestamp_format
        raise BadRequestException(f"SourceLastUpdatedTimestamp can not be read as {pattern}.") from None


def _add_key(mapped: MappedObject, key: CompiledKey, texts: dict[str, str]) -> None:
    parts = tuple([normal(texts[field]) for field, normal in key.fields])
    for part in parts:
        if len(part) > MAX_PART:
            raise BadRequestException(f"A value of key {key.name} is longer than {MAX_PART} characters.")
    if "UNIQUE" in key.identifiers and any(parts):
        mapped.unique_parts = parts
    elif not all(parts):
        return
    if len(parts) > 1 and key.name in PREDEFINED_KEYS:
        # Predefined keys have one value, wherever it comes from: a profile's full name, or first and last name here.
        parts = (" ".join(part for part in parts if part),)
    if any(parts):
        mapped.keys.append(KeyValue(key.name, parts, key.identifiers))


def _check_keys(object_type: CompiledObjectType, mapped: MappedObject) -> None:
    if not mapped.unique_parts:
        raise BadRequestException(f"Every field of the UNIQUE key {_named(object_type, 'UNIQUE')} is empty.")
    if not any(key.is_profile for key in mapped.keys):
        raise BadRequestException(f"Every PROFILE key is empty: {_named(object_type, 'PROFILE')}.")


def _named(object_type: CompiledObjectType, identifier: str) -> str:
    return ", ".join(dict.fromkeys(key.name for key in object_type.keys if identifier in key.identifiers))
