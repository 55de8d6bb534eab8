"""A domain's object types: those that were put, and those that a template gives without anybody putting them."""

import msgspec

from openprofiles.actions.default_attributes import add_defaults
from openprofiles.actions.key_names import set_names
from openprofiles.actions.lookup import lock_domain
from openprofiles.call import Call
from openprofiles.errors import ResourceNotFoundException
from openprofiles.mapping.definitions import ObjectTypeDocument, content_types_of_keys
from openprofiles.mapping.object_type_templates import all_templates, filled
from openprofiles.storage import definitions
from openprofiles.storage.database import Transaction
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.settings import next_number

NO_NUMBER = 0
"""That of an implicit type of which nothing is stored: no object has it."""

decode_document = msgspec.json.Decoder(ObjectTypeDocument).decode


def find_object_type(call: Call, domain: Domain, name: str) -> Definition:
    """The domain's object type of this name; any template's id is one. To be read: an implicit type that nobody has
    used has no number.

    Raises ResourceNotFoundException.
    """
    found = definitions.find(call.tx, domain.number, OBJECT_TYPE, name) or implicit(domain, name)
    if found is None:
        raise no_object_type(domain, name)
    return found


def object_type_to_fill(call: Call, domain: Domain, name: str) -> Definition:
    """As `find_object_type`, for objects that come in: an implicit type is stored at its first one."""
    stored = definitions.find(call.tx, domain.number, OBJECT_TYPE, name)
    return stored or _made_of_template(call, domain, name)


def _made_of_template(call: Call, domain: Domain, name: str) -> Definition:
    made = implicit(domain, name)
    if made is None:
        raise no_object_type(domain, name)
    lock_domain(call, domain.name)
    stored = definitions.find(call.tx, domain.number, OBJECT_TYPE, name)
    if stored is None:
        stored = msgspec.structs.replace(made, number=next_number(call.tx), created_at=call.now, updated_at=call.now)
        store(call, domain, stored)
        add_defaults(call, domain, name)
    return stored


def store(call: Call, domain: Domain, definition: Definition) -> None:
    """Write a definition and the key names that it uses."""
    definitions.put(call.tx, domain.number, OBJECT_TYPE, definition)
    names = content_types_of_keys(decode_document(definition.document))
    set_names(call.tx, domain.number, definition.number, names, call.now)


def implicit(domain: Domain, name: str) -> Definition | None:
    """The type that a template of this name is without a definition ("Mapping templates and implicit object types")."""
    template = all_templates().get(name)
    if template is None:
        return None
    description = f"{template.source_name} {template.source_object}"
    document = filled(ObjectTypeDocument(description, is_implicit=True), template, domain.created_at)
    text = msgspec.json.encode(document).decode()
    return Definition(name, NO_NUMBER, domain.created_at, domain.created_at, text, "{}")


def no_object_type(domain: Domain, name: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Object type {name} does not exist in domain {domain.name}.")


def caps(tx: Transaction, domain: int) -> dict[int, int]:
    """How many objects of each type a profile may have, by the types' numbers, where a type says so."""
    documents = {one.number: decode_document(one.document) for one in definitions.every(tx, domain, OBJECT_TYPE)}
    return {number: one.max_profile_object_count for number, one in documents.items() if one.max_profile_object_count}
