"""What a profile and a standard object share: a record that is decided from claims."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from openprofiles.checking.findings import Found, decoded
from openprofiles.merging.provenance import ObjectClaims, RecordClaims, refold
from openprofiles.storage.key_supplies import from_stored, gone_type
from openprofiles.storage.keys import KeyRow

decode_document = msgspec.json.Decoder(dict[str, Any]).decode

SuppliedKey = tuple[bytes, KeyRow]
"""A key value, behind who supplies it."""


def supplied_keys(supplies: Mapping[bytes, str]) -> list[SuppliedKey]:
    """The key values of an owner, from what each supplier gives to it as it is stored. Raises Unreadable."""
    return [
        (supplier, row)
        for supplier, text in supplies.items()
        for row in decoded("what supplies it with key values", from_stored, text).values()
    ]


def of_record(document: Mapping[str, Any], expected: Mapping[str, Any]) -> Found:
    if document != msgspec.json.decode(msgspec.json.encode(expected)):
        yield "record", "its record is not what its winning claims say"


def of_winners(claims: RecordClaims, objects: Iterable[ObjectClaims]) -> Found:
    """A fold of all claims has to give the winners that are stored."""
    objects = list(objects)
    again = RecordClaims({}, dict(claims.own))
    fields = {*claims.winners, *claims.own, *(field for object_claims in objects for field in object_claims)}
    refold(again, fields, objects)
    for field in sorted(fields):
        if again.winners.get(field) != claims.winners.get(field):
            yield "fold", f"the winner of {field} is not the one that all claims give"


def of_gone_sources(claims: RecordClaims, suppliers: Iterable[bytes], told: set[int]) -> Found:
    """What objects of a type have left behind is found by the type's deletion only where it is told of."""
    left = {claim.object_type for own in claims.own.values() for claim in own} - {0}
    left |= {gone for supplier in suppliers if (gone := gone_type(supplier)) is not None}
    for object_type in sorted(left - told):
        yield "gone source", f"the deletion of object type {object_type} would not find what its objects left"
