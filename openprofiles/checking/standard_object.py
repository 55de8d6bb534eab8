"""Whether one standard object other than the profile is right, from all its rows: pure comparisons."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from openprofiles.checking.findings import Finding, Found, Unreadable, decoded
from openprofiles.checking.records import decode_document, of_gone_sources, of_record, of_winners, supplied_keys
from openprofiles.mapping.standard_objects import SYSTEM_IDS, render
from openprofiles.merging.provenance import ObjectClaims
from openprofiles.merging.stored_claims import decode_claims, from_stored, unpack
from openprofiles.storage.key_supplies import gone_type
from openprofiles.storage.standard_objects import StandardObjectRow


class WholeStandardObject(msgspec.Struct):
    """All rows of a standard object, in one snapshot.

    `keys`: what each supplier gives to it, as it is stored; `suppliers`: those of its objects that exist;
    `types_of_profile`: the numbers of those types of which its profile has objects, or is known to have had some; None
    where it has no profile.
    """

    row: StandardObjectRow
    keys: Mapping[bytes, str]
    suppliers: set[bytes]
    types_of_profile: set[int] | None


def suppliers_named(row: StandardObjectRow, keys: Iterable[bytes]) -> set[bytes]:
    """Every object that claims name or that supplies keys, as suppliers are called."""
    named = {supplier for supplier in keys if gone_type(supplier) is None}
    try:
        return named | {_supplier(claim.source) for _, claim in unpack(decode_claims(row.claims).objects)}
    except (msgspec.DecodeError, ValueError):
        return named


def _supplier(source: str) -> bytes:
    object_type, _, unique_key = source.partition(":")
    return bytes.fromhex(unique_key) + int(object_type).to_bytes(4)


def findings(whole: WholeStandardObject) -> list[Finding]:
    """Everything that is wrong with it."""
    subject = whole.row.id.hex()
    try:
        return [Finding(kind, subject, text) for kind, text in _findings(whole)]
    except Unreadable as error:
        return [Finding("json", subject, str(error))]


def _findings(whole: WholeStandardObject) -> Found:
    row = whole.row
    if whole.types_of_profile is None:
        yield "standard object", "its profile does not exist"
    document = decoded("its record", decode_document, row.document)
    stored = decoded("its claims", decode_claims, row.claims)
    claims, objects = from_stored(stored), _by_source(unpack(stored.objects))
    yield from of_record(document, {SYSTEM_IDS[row.kind]: row.id.hex(), **render(claims.values(), row.kind)})
    yield from of_winners(claims, objects.values())
    if whole.types_of_profile is not None:
        yield from of_gone_sources(claims, whole.keys, whole.types_of_profile)
    for source in sorted(objects):
        if _supplier(source) not in whole.suppliers:
            yield "standard object", f"an object that does not exist claims {', '.join(sorted(objects[source]))}"
    for supplier, key in supplied_keys(whole.keys):
        if gone_type(supplier) is None and supplier not in whole.suppliers:
            yield "keys", f"a value of {key.name} is supplied by what is not there"


def _by_source(claims: Any) -> dict[str, ObjectClaims]:
    objects: dict[str, ObjectClaims] = {}
    for field, claim in claims:
        objects.setdefault(claim.source, {})[field] = claim
    return objects
