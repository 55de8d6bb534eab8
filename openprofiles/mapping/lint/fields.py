"""Rules on fields: their content types and their targets."""

import re
from collections.abc import Iterator

from openprofiles.mapping.content_types import NAME, NUMBER
from openprofiles.mapping.keys import EMAIL_FIELDS, PHONE_FIELDS, PREDEFINED_KEYS
from openprofiles.mapping.lint.findings import Finding, finding
from openprofiles.mapping.lint.meanings import BY_CONTENT_TYPE, CONTENT_TYPES, EMAIL, NAMES, PHONE
from openprofiles.mapping.lint.view import Field, View
from openprofiles.mapping.object_types import INFERRED
from openprofiles.mapping.standard_objects import FIELDS, STRUCTURES

CONTACT_TARGETS = {f"_profile.{field}" for field in (*PHONE_FIELDS, *EMAIL_FIELDS)}

ALIASES = {
    "email": "EmailAddress",
    "phone": "PhoneNumber",
    "mobile": "MobilePhoneNumber",
    "mobilephone": "MobilePhoneNumber",
    "mobilenumber": "MobilePhoneNumber",
    "dateofbirth": "BirthDate",
    "birthday": "BirthDate",
    "dob": "BirthDate",
    "surname": "LastName",
    "familyname": "LastName",
    "givenname": "FirstName",
}
"""Other names of the profile's fields, in the form of `_plain`."""

AS_TEXT = {
    EMAIL: "values that differ in upper and lower case do not match",
    PHONE: "the same number written in another way does not match",
} | dict.fromkeys(NAMES, "values that differ in case or spaces do not match")
"""What it costs to compare a meaning as text."""


# --- content types


def wrong_content_type(view: View) -> Iterator[Finding]:
    """An e-mail address, a phone number or a name that is compared, or filled in, as something else."""
    for field in view.fields:
        wanted = wanted_content_type(field)
        if wanted is not None and wanted != field.content_type:
            cost = _cost(field, wanted)
            message = f"Field {field.name} has ContentType {field.content_type}: {cost}; make it {wanted}."
            yield finding("WrongContentType", field.name, message)


def wanted_content_type(field: Field) -> str | None:
    """The content type that the field's keys and target ask for; None where none matters, or where nothing tells."""
    if field.own_keys and field.evidence in CONTENT_TYPES:
        return CONTENT_TYPES[field.evidence]
    predefined = (PREDEFINED_KEYS.get(key, "STRING") for key in field.keys)
    by_key = next((kind for kind in predefined if kind != "STRING"), None)
    return by_key or _wanted_by_target(field)


def _wanted_by_target(field: Field) -> str | None:
    """An e-mail address is kept as it is by every type but STRING, which takes spaces, and PHONE_NUMBER."""
    is_kept = field.evidence == EMAIL and field.content_type in (NUMBER, NAME)
    if field.target_text not in CONTACT_TARGETS or is_kept:
        return None
    return CONTENT_TYPES[field.evidence or ""]


def _cost(field: Field, wanted: str) -> str:
    """What the wrong type costs: predefined keys are compared in their own way, whatever a mapping says."""
    meaning, given = BY_CONTENT_TYPE[wanted], field.content_type
    if given in INFERRED:
        return f"it is {meaning}, and fills {INFERRED[given]} where its object creates a profile"
    if field.own_keys:
        told = AS_TEXT[meaning] if given != NAME else f"values are compared as {given}"
        return f"it is {meaning}, and {told} in key {field.own_keys[0]}"
    if field.keys:
        fills = wanted in INFERRED and field.target_text not in CONTACT_TARGETS
        unfilled = f"it does not fill {INFERRED[wanted]} where its object creates a profile, and " if fills else ""
        return f"{unfilled}AWS compares key {field.keys[0]} as {given}, though it holds {meaning}"
    taken = "a text without digits such as n/a" if meaning == PHONE else "a text of spaces"
    return f"{taken} goes to {field.target_text} and replaces {meaning}"


def name_as_text(view: View) -> Iterator[Finding]:
    for field in view.fields:
        target = field.target_text
        is_name = target in ("_profile.FirstName", "_profile.MiddleName", "_profile.LastName")
        if is_name and field.content_type == "STRING" and wanted_content_type(field) is None:
            message = (
                f"Field {field.name} has target {target} and ContentType STRING: a text of spaces is taken for a name,"
                " and a key of it would tell upper from lower case; make it NAME."
            )
            yield finding("NameAsText", field.name, message)


# --- targets


def unused_field(view: View) -> Iterator[Finding]:
    """A phone number or e-mail address fills a profile that its object creates, target or not."""
    for field in view.fields:
        fills = view.creates and field.content_type in INFERRED
        if not (field.target or field.keys or fills):
            message = (
                f"Field {field.name} has no Target and is in no key, so {field.source.text or 'its value'} is read for"
                " nothing; give it a target or leave it out, the object keeps the value anyway."
            )
            yield finding("UnusedField", field.name, message)


def shared_target(view: View) -> Iterator[Finding]:
    """The last of several fields that has a value gives it. Fields that share a whole structure are told once."""
    writers: dict[str, list[str]] = {}
    for field in view.fields:
        for place in places(field):
            writers.setdefault(place, []).append(field.name)
    first_places: dict[tuple[str, ...], str] = {}
    for place, written_by in writers.items():
        first_places.setdefault(tuple(written_by), place)
    for names, place in first_places.items():
        if len(names) == 1:
            continue
        message = (
            f"Fields {', '.join(names)} all write {place}: where several have a value, that of {names[-1]} stays; give"
            " them targets of their own, or choose in one source with {{#if}}."
        )
        yield finding("SharedTarget", names[-1], message)


def places(field: Field) -> list[str]:
    """What a field writes to: a whole structure is all of its members."""
    target = field.target
    if target is None:
        return []
    return [".".join([target.prefix, target.path, *([member] if member else [])]) for member in target.members or ("",)]


def attribute_instead_of_field(view: View) -> Iterator[Finding]:
    """An attribute with the name of a standard field that nothing writes."""
    written = {place for field in view.fields for place in places(field)}
    for field in view.fields:
        target = field.target
        if target is None or not target.is_attribute:
            continue
        meant = standard_fields(target.prefix).get(_plain(target.path.partition(".")[2]))
        if meant is not None and meant not in written:
            message = (
                f"Field {field.name} writes to {field.target_text}, and nothing to {meant}: there is a standard field,"
                f" which searches, matching and other systems look at; make the target {meant}."
            )
            yield finding("AttributeInsteadOfField", field.name, message)


def standard_fields(prefix: str) -> dict[str, str]:
    """Plain name (`emailaddress`, `addresscity`) → target of a standard field; empty where any name is one."""
    fields = {_plain(name): f"{prefix}.{name}" for name in FIELDS.get(prefix, ())}
    for structure, members in STRUCTURES.get(prefix, {}).items():
        fields |= {_plain(structure + member): f"{prefix}.{structure}.{member}" for member in members}
    aliases = ALIASES if prefix == "_profile" else {}
    return fields | {alias: f"{prefix}.{name}" for alias, name in aliases.items()}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
