"""What an object would do under a mapping, and what a mapping does that hurts; nothing is stored."""

from typing import Any

import msgspec

from openprofiles.actions.dry_run import AskedKey, Before, DryRun, dry_run
from openprofiles.actions.incoming import Incoming, text_of_key
from openprofiles.actions.lookup import find_domain, lock_domain
from openprofiles.actions.object_types import decode_document, object_type_to_fill
from openprofiles.actions.put_object_type import put_object_type
from openprofiles.call import Call
from openprofiles.errors import ApiError, BadRequestException
from openprofiles.extension_shapes import (
    DraftMapping,
    DryRunKey,
    DryRunProfileObjectRequest,
    DryRunProfileObjectResponse,
    KeyExplanation,
    LintProfileObjectTypeRequest,
    LintProfileObjectTypeResponse,
    MappingFinding,
    ValueChange,
)
from openprofiles.mapping.definitions import ObjectTypeDocument
from openprofiles.mapping.json_values import json_text
from openprofiles.mapping.lint import Finding, lint, lint_sample
from openprofiles.mapping.lint.findings import by_severity, finding
from openprofiles.mapping.object_types import compile_object_type, values_of
from openprofiles.mapping.parsing import parse_object
from openprofiles.merging.survivorship import ClaimValue
from openprofiles.shapes import PutProfileObjectTypeRequest
from openprofiles.storage import keys
from openprofiles.storage.database import Discard
from openprofiles.storage.definitions import Definition
from openprofiles.storage.domains import Domain

LONGEST_SHOWN = 1_000
"""Characters of a value."""


def dry_run_profile_object(call: Call, request: DryRunProfileObjectRequest) -> DryRunProfileObjectResponse:
    """Say what putting an object would do, with the type that the domain has or with a draft of it. All that it takes
    to find out is rolled back: the answer comes as a Discard.
    """
    if request.object_type_name.startswith("_"):
        raise BadRequestException(f"Objects of the standard object type {request.object_type_name} can not be put.")
    domain, object_type = _types(call, request)
    found = _findings(call, domain, object_type, request.object)
    run = dry_run(domain, Incoming(call, object_type, request.object))
    raise Discard(_answer(run, _values(object_type, request.object), found))


def lint_profile_object_type(call: Call, request: LintProfileObjectTypeRequest) -> LintProfileObjectTypeResponse:
    """What hurts in an object type. A draft is put for it, and rolled back: the answer comes as a Discard."""
    domain, object_type = _types(call, request)
    raise Discard(LintProfileObjectTypeResponse(findings=_findings(call, domain, object_type, request.object)))


def _findings(call: Call, domain: Domain, object_type: Definition, text: str | None) -> list[MappingFinding]:
    document = decode_document(object_type.document)
    elsewhere = keys.names_elsewhere(call.tx, domain.number, list(document.keys or ()), object_type.number)
    found = lint(document, elsewhere)
    if text is not None:
        found = by_severity([*found, *_findings_in(document, text)])
    return [MappingFinding(**msgspec.structs.asdict(one)) for one in found]


def _findings_in(document: ObjectTypeDocument, text: str) -> list[Finding]:
    try:
        parsed = parse_object(text)
    except ApiError as refusal:
        return [finding("ObjectRefused", None, refusal.message)]
    return lint_sample(document, parsed)


def _types(call: Call, request: DryRunProfileObjectRequest | LintProfileObjectTypeRequest) -> tuple[Domain, Definition]:
    if request.mapping is None:
        domain = find_domain(call, request.domain_name)
        return domain, object_type_to_fill(call, domain, request.object_type_name)
    domain = lock_domain(call, request.domain_name)
    return domain, put_object_type(call, domain, as_put(request.domain_name, request.object_type_name, request.mapping))


def as_put(domain: str, name: str, mapping: DraftMapping) -> PutProfileObjectTypeRequest:
    """A draft as it would be put."""
    members = msgspec.structs.asdict(mapping)
    return PutProfileObjectTypeRequest(domain_name=domain, object_type_name=name, description="Draft", **members)


def _values(object_type: Definition, text: str) -> dict[str, Any]:
    """What the sources give; nothing where the object can not be read, which the outcome tells."""
    try:
        values = values_of(compile_object_type(object_type.document), parse_object(text))
    except ApiError:
        return {}
    return {name: _short(value) for name, value in values.items()}


def _short(value: Any) -> Any:
    """What is long is cut: many fields may read the same part of the object."""
    text = value if isinstance(value, str) else json_text(value)
    return value if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _answer(run: DryRun, values: dict[str, Any], findings: list[MappingFinding]) -> DryRunProfileObjectResponse:
    told: dict[str, Any] = {"values": values, "findings": findings}
    if isinstance(run.failure, ApiError):
        code, reason = run.failure.code, run.failure.message
        return DryRunProfileObjectResponse(outcome="REFUSED", code=code, reason=reason, **told)
    if run.ingestion is None or run.before is None:
        raise LookupError("a dry run without an outcome")
    told |= {
        "keys": [_key(asked) for asked in run.keys],
        "profile_object_unique_key": text_of_key(run.ingestion.unique_key),
        "replaces_object": run.before.object_in is not None,
    }
    if run.failure is not None:
        code, reason = run.failure
        return DryRunProfileObjectResponse(outcome="DEAD_LETTER", code=code, reason=reason, **told)
    return DryRunProfileObjectResponse(**told, **_effects(run, run.before))


def _key(asked: AskedKey) -> DryRunKey:
    return msgspec.convert(
        {
            "KeyName": asked.key.name,
            "Value": " ".join(asked.key.parts),
            "StandardIdentifiers": sorted(asked.key.identifiers),
            "ProfileIds": [profile.hex() for profile in asked.profiles],
            "Verdict": asked.verdict,
        },
        DryRunKey,
    )


def _effects(run: DryRun, before: Before) -> dict[str, Any]:
    after = run.after
    if after is None:
        raise LookupError("a dry run without an outcome")
    is_new = after.profile != before.profile
    values, former, objects = ({}, [], 0) if is_new else (before.values, before.keys, before.objects)
    leaves = before.object_in if before.object_in not in (None, after.profile) else None
    added = 0 if before.object_in == after.profile else 1
    return {
        "outcome": "CREATES_PROFILE" if is_new else "UPDATES_PROFILE",
        "reason": _reason(run, is_new),
        "profile_id": None if is_new else after.profile.hex(),
        "leaves_profile_id": None if leaves is None else leaves.hex(),
        "changes": _changes(values, after.values),
        "overruled": after.overruled,
        "added_keys": _without(after.keys, former),
        "removed_keys": _without(former, after.keys),
        "standard_objects": after.standard_objects or None,
        "evicted": objects + added - after.objects,
    }


def _reason(run: DryRun, is_new: bool) -> str:
    decides = next((asked.key for asked in run.keys if asked.verdict == "DECIDES"), None)
    if is_new:
        return "No PROFILE key of the object belongs to exactly one profile, so a new one is created."
    if decides is None:
        return "No PROFILE key belongs to exactly one profile; the profile has the object of this UNIQUE key already."
    return f"Key {decides.name} with value {' '.join(decides.parts)} belongs to this profile alone."


def _changes(before: dict[str, ClaimValue], after: dict[str, ClaimValue]) -> dict[str, ValueChange]:
    fields = sorted(before.keys() | after.keys())
    changed = [field for field in fields if before.get(field) != after.get(field)]
    return {field: ValueChange(before=before.get(field), after=after.get(field)) for field in changed}


def _without(given: list[KeyExplanation], others: list[KeyExplanation]) -> list[KeyExplanation]:
    known = {(key.key_name, key.value) for key in others}
    return [key for key in given if (key.key_name, key.value) not in known]
