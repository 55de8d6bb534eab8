"""Ready mappings for objects of well-known systems, one file each, named for the template's id.

Sources: "Mapping templates and implicit object types", and the pages on mapping the objects of each system. AWS names
their keys, fields and targets; where it publishes no standard identifiers, these are the product's own.
"""

from functools import lru_cache
from importlib.resources import files

import msgspec

from openprofiles.mapping.definitions import FieldDefinition, KeyDefinition, ObjectTypeDocument

SUFFIX = ".json"


class ObjectTypeTemplate(msgspec.Struct, rename="pascal", frozen=True, forbid_unknown_fields=True):
    """`default_max_profile_object_count_effective_after` in seconds since the epoch."""

    template_id: str
    source_name: str
    source_object: str
    allow_profile_creation: bool
    fields: dict[str, FieldDefinition]
    keys: dict[str, list[KeyDefinition]]
    source_last_updated_timestamp_format: str | None = None
    default_max_profile_object_count: int | None = None
    default_max_profile_object_count_effective_after: float | None = None


@lru_cache(1)
def all_templates() -> dict[str, ObjectTypeTemplate]:
    """By their ids, in the order of these."""
    texts = [path.read_bytes() for path in files(__package__).iterdir() if path.name.endswith(SUFFIX)]
    read = msgspec.json.Decoder(ObjectTypeTemplate).decode
    return {one.template_id: one for one in sorted(map(read, texts), key=lambda one: one.template_id)}


def filled(document: ObjectTypeDocument, template: ObjectTypeTemplate, domain_made_at: int) -> ObjectTypeDocument:
    """The document with all that the template decides. The type keeps it, whatever a later version of the template
    says. `domain_made_at` in milliseconds: older domains have no caps that came after them.
    """
    since = template.default_max_profile_object_count_effective_after
    has_cap = since is None or domain_made_at >= since * 1000
    return msgspec.structs.replace(
        document,
        template_id=template.template_id,
        allow_profile_creation=template.allow_profile_creation,
        source_last_updated_timestamp_format=template.source_last_updated_timestamp_format,
        fields=template.fields,
        keys=template.keys,
        max_profile_object_count=document.max_profile_object_count
        or (template.default_max_profile_object_count if has_cap else None),
    )
