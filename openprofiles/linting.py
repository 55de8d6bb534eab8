"""`openprofiles lint`: what hurts in a mapping that lies in a file; no server is asked."""

from pathlib import Path
from typing import Any

import msgspec

from openprofiles.errors import ApiError
from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition
from openprofiles.mapping.lint import Finding, lint, lint_sample
from openprofiles.mapping.lint.findings import WARNING, by_severity
from openprofiles.mapping.object_type_templates import all_templates, filled
from openprofiles.mapping.parsing import parse_object
from openprofiles.settings import SettingsError


def lint_file(mapping: Path, sample: Path | None) -> list[Finding]:
    """The findings in a definition as PutProfileObjectType takes it, and in a sample object under it.

    Raises SettingsError for what can not be read, and for a definition that PutProfileObjectType refuses.
    """
    document = _document(mapping)
    try:
        document = _with_template(document)
        if not document.template_id:
            check_definition(document, {})
        found = lint(document)
        return found if sample is None else by_severity([*found, *lint_sample(document, parse_object(_text(sample)))])
    except ApiError as error:
        raise SettingsError(f"{error.message}") from None


def _document(mapping: Path) -> ObjectTypeDocument:
    try:
        members = msgspec.json.decode(_text(mapping), type=dict[str, Any])
        return msgspec.convert({"Description": "-", **members}, ObjectTypeDocument)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{mapping} is no definition of an object type: {error}") from None


def _with_template(document: ObjectTypeDocument) -> ObjectTypeDocument:
    template = all_templates().get(document.template_id or "")
    if document.template_id and template is None:
        raise SettingsError(f"TemplateId {document.template_id}: there is no such template.")
    return document if template is None else filled(document, template, 0)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"Can not read {file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"Can not read {file}: it is not UTF-8.") from None


def line_of(finding: Finding) -> str:
    """A finding as the command prints it."""
    where = f" {finding.where}" if finding.where else ""
    return f"{finding.severity}: {finding.code}{where}: {finding.message}"


def has_warning(findings: list[Finding]) -> bool:
    return any(finding.severity == WARNING for finding in findings)
