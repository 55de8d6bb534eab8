"""A definition of an object type: checked, and stored for the objects that come after it."""

import msgspec

from openprofiles.actions.default_attributes import add_defaults
from openprofiles.actions.object_types import caps, decode_document, store
from openprofiles.actions.recalculate import begin_anew
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import ObjectTypeDocument, check_content_types, check_definition
from openprofiles.mapping.object_type_templates import all_templates, filled
from openprofiles.shapes import PutProfileObjectTypeRequest
from openprofiles.storage import definitions, keys
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
from openprofiles.storage.domains import Domain, decode_settings
from openprofiles.storage.settings import next_number

DECIDED_BY_TEMPLATE = ("allow_profile_creation", "source_last_updated_timestamp_format", "fields", "keys")


def put_object_type(call: Call, domain: Domain, request: PutProfileObjectTypeRequest) -> Definition:
    """Check and store a definition. The caller holds the domain's lock. Raises BadRequestException."""
    former = definitions.find(call.tx, domain.number, OBJECT_TYPE, request.object_type_name)
    number = next_number(call.tx) if former is None else former.number
    document = _document(call, domain, number, request)
    _check_quotas(call, domain, former, document)
    if former is not None:
        _check_encryption_key(domain, decode_document(former.document), document)
    is_new = former is None or decode_document(former.document).is_implicit
    definition = Definition(
        name=request.object_type_name,
        number=number,
        created_at=call.now if former is None or is_new else former.created_at,
        updated_at=call.now,
        document=msgspec.json.encode(document).decode(),
        tags=msgspec.json.encode(request.tags or {}).decode() if former is None or is_new else former.tags,
    )
    store(call, domain, definition)
    if former is None:
        add_defaults(call, domain, definition.name)
    elif decode_document(former.document).fields != document.fields:
        begin_anew(call, domain, definition.name)
    return definition


def _check_quotas(call: Call, domain: Domain, former: Definition | None, document: ObjectTypeDocument) -> None:
    """The caps of all types fit into what a profile may have ("Customer Profiles data limits")."""
    if former is None and definitions.count(call.tx, domain.number, OBJECT_TYPE) >= call.quotas.object_types:
        raise BadRequestException(
            f"Domain {domain.name} has {call.quotas.object_types} object types; more are not allowed."
        )
    claimed = sum(cap for number, cap in caps(call.tx, domain.number).items() if not former or number != former.number)
    available, cap = call.quotas.objects_per_profile - claimed, document.max_profile_object_count or 0
    if cap > available:
        raise BadRequestException(
            f"MaxProfileObjectCount {cap} is more than the {available} objects of a profile that no type has claimed."
        )


def _check_encryption_key(domain: Domain, former: ObjectTypeDocument, document: ObjectTypeDocument) -> None:
    """ "Update and validate an object type mapping": with a data store, a type keeps the key that it has."""
    data_store = decode_settings(domain.document).data_store
    if data_store is not None and data_store.enabled and former.encryption_key != document.encryption_key:
        raise BadRequestException("EncryptionKey can not change once the domain's data store is enabled.")


def _document(call: Call, domain: Domain, number: int, request: PutProfileObjectTypeRequest) -> ObjectTypeDocument:
    """What is stored of the request, once it makes sense. Raises BadRequestException."""
    given = msgspec.convert(msgspec.to_builtins(request), ObjectTypeDocument)
    document = _of_template(domain, given, request) if request.template_id else given
    taken = keys.names_elsewhere(call.tx, domain.number, list(document.keys or ()), number)
    if request.template_id:
        check_content_types(document, taken)
    elif request.object_type_name.startswith("_"):
        raise BadRequestException(
            f"ObjectTypeName {request.object_type_name} begins with an underscore: those names are standard objects."
        )
    elif not document.fields or not document.keys:
        raise BadRequestException(f"Object type {request.object_type_name} needs Fields and Keys, or a TemplateId.")
    else:
        check_definition(document, taken)
    return document


def _of_template(domain: Domain, given: ObjectTypeDocument, request: PutProfileObjectTypeRequest) -> ObjectTypeDocument:
    """Raises BadRequestException for an unknown template and for members that it decides. A standard object has the
    template of its name and no other, and lives as long as its profile.
    """
    template_id, name = request.template_id or "", request.object_type_name
    template = all_templates().get(template_id)
    if template is None:
        raise BadRequestException(f"TemplateId {template_id}: there is no such template.")
    beside = [member for member in DECIDED_BY_TEMPLATE if getattr(request, member) is not None]
    is_standard = template_id.startswith("_") or name.startswith("_")
    if is_standard and template_id != name:
        raise BadRequestException(f"TemplateId {template_id} can not be that of the object type {name}.")
    if is_standard:
        beside += [member for member in ("expiration_days", "encryption_key") if getattr(request, member) is not None]
    if beside:
        raise BadRequestException(f"TemplateId {template_id} leaves no room for {', '.join(map(_pascal, beside))}.")
    return filled(given, template, domain.created_at)


def _pascal(member: str) -> str:
    return member.title().replace("_", "")
