"""An object type's definition, compiled once and evaluated for each object."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.content_types import NORMALISERS
from openprofiles.mapping.definitions import ObjectTypeDocument
from openprofiles.mapping.json_values import json_text, text_of
from openprofiles.mapping.keys import MAX_PART, PREDEFINED_KEYS, KeyValue, key_content_type
from openprofiles.mapping.paths import Read
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.standard_objects import DEFAULT_MAX_LENGTH, WORDS, ClaimValue, max_length
from openprofiles.mapping.targets import ELEMENTS, WHOLE, Target, parse_target
from openprofiles.mapping.timestamps import Parser, timestamp_parser
from openprofiles.mapping.work import Work

INFERRED = {"EMAIL_ADDRESS": "EmailAddress", "PHONE_NUMBER": "PhoneNumber"}
"""What a field of this content type fills in a profile that its object creates, target or not ("Inferred profiles")."""


Writer = Callable[["MappedObject", Any, str], None]
"""Writes a field's value and its text to where its target says."""


class CompiledField(msgspec.Struct, frozen=True):
    """`contact`: which field of a new profile a phone number or e-mail address fills, target or not."""

    name: str
    source: Read
    content_type: str
    contact: str | None
    write: Writer | None


class CompiledKey(msgspec.Struct, frozen=True):
    """One definition of a key. `fields`: (field name, how it is compared)."""

    name: str
    fields: tuple[tuple[str, Any], ...]
    identifiers: frozenset[str]


class CompiledObjectType(msgspec.Struct, frozen=True):
    """`cap`: how many of its objects a profile may have, where the type or its template says so."""

    document: ObjectTypeDocument
    fields: tuple[CompiledField, ...]
    keys: tuple[CompiledKey, ...]
    cap: int | None

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
    pattern = decoded.source_last_updated_timestamp_format
    timestamp = timestamp_parser(pattern) if pattern else None
    fields = tuple(
        CompiledField(
            name,
            compile_source(field.source or ""),
            field.content_type or "STRING",
            INFERRED.get(field.content_type or "STRING"),
            _writer(parse_target(field.target), timestamp, pattern) if field.target else None,
        )
        for name, field in (decoded.fields or {}).items()
    )
    return CompiledObjectType(decoded, fields, _keys(decoded, fields), decoded.max_profile_object_count)


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
    work = Work()
    for field in object_type.fields:
        value = field.source(parsed, work)
        text = value if isinstance(value, str) else text_of(value)
        if text and field.contact is not None:
            text = _contact(mapped, field.contact, field.content_type, text)
        elif text.isspace() and field.content_type != "STRING":
            text = ""  # a name or a number of spaces is an empty value
        texts[field.name] = text
        if field.write is not None:
            field.write(mapped, value, text)
    for key in object_type.keys:
        _add_key(mapped, key, texts)
    _check_keys(object_type, mapped)
    return mapped


def values_of(object_type: CompiledObjectType, parsed: dict[str, Any]) -> dict[str, Any]:
    """What each field's source gives, before anything is done with it; fields without a value are left out."""
    work = Work()
    values = {field.name: field.source(parsed, work) for field in object_type.fields}
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _contact(mapped: MappedObject, field: str, content_type: str, text: str) -> str:
    """A phone without digits (`n/a`) is an empty value; else it may fill the profile that the object creates."""
    if not NORMALISERS[content_type](text):
        return ""
    if len(text) <= DEFAULT_MAX_LENGTH:
        mapped.inferred.setdefault(field, text)
    return text


def _writer(target: Target, timestamp: Parser | None, pattern: str | None) -> Writer:
    """What a target does, chosen once when the definition is compiled."""
    if target.is_timestamp:
        return lambda mapped, _, text: _set_time(mapped, timestamp, pattern, text)
    if target.kind == WHOLE:
        return lambda mapped, value, _: _set_members(mapped, target, value)
    if target.kind == ELEMENTS:
        return lambda mapped, value, _: _set_elements(mapped, target, value)
    if target.prefix == "_profile" and not target.is_attribute and (target.prefix, target.path) not in WORDS:
        return _plain_writer(target)
    return lambda mapped, value, text: _set_text(mapped, target, value, text)


def _plain_writer(target: Target) -> Writer:
    """Most targets: a text of the profile."""
    path, limit = target.path, max_length(target.prefix, target.path)

    def write(mapped: MappedObject, _: Any, text: str) -> None:
        if len(text) > limit:
            raise _too_long(target, path, limit)
        if text:
            mapped.profile_fields[path] = text

    return write


def _set_text(mapped: MappedObject, target: Target, value: Any, text: str) -> None:
    if text:
        _set(mapped, target, target.path, text)
    elif target.is_attribute and isinstance(value, (dict, list)):
        _set(mapped, target, target.path, json_text(value))


def _set(mapped: MappedObject, target: Target, path: str, text: str) -> None:
    _record(mapped, target.prefix)[path] = _checked(target, path, text)


def _record(mapped: MappedObject, prefix: str) -> dict[str, Any]:
    return mapped.profile_fields if prefix == "_profile" else mapped.standard_objects.setdefault(prefix, {})


def _set_members(mapped: MappedObject, target: Target, value: Any) -> None:
    for member, text in _members(target, value):
        _set(mapped, target, f"{target.path}.{member}", text)


def _members(target: Target, value: Any) -> list[tuple[str, str]]:
    """A whole structure is copied member by member; members that the structure does not have are passed over."""
    if not isinstance(value, dict):
        return []
    texts = [(member, text_of(value.get(member))) for member in target.members]
    return [(member, text) for member, text in texts if text]


def _set_elements(mapped: MappedObject, target: Target, value: Any) -> None:
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
        raise _too_long(target, path, limit)
    return text


def _too_long(target: Target, path: str, limit: int) -> BadRequestException:
    return BadRequestException(f"The value for {target.prefix}.{path} is longer than {limit} characters.")


def _set_time(mapped: MappedObject, timestamp: Parser | None, pattern: str | None, text: str) -> None:
    """The source's own time; an object without it has none."""
    if not text or timestamp is None:
        mapped.source_time = None
        return
    try:
        mapped.source_time = timestamp(text)
    except ValueError:
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
    for key in mapped.keys:
        if key.is_profile:
            return
    raise BadRequestException(f"Every PROFILE key is empty: {_named(object_type, 'PROFILE')}.")


def _named(object_type: CompiledObjectType, identifier: str) -> str:
    return ", ".join(dict.fromkeys(key.name for key in object_type.keys if identifier in key.identifiers))
