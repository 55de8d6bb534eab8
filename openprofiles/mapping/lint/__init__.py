"""What a mapping may do, and what hurts: matches that are missed or wrong, values that are lost.

Validation (`definitions.check_definition`) refuses what makes no sense; lint tells of the rest. docs/lint.md describes
each finding.
"""

from collections.abc import Callable, Iterable, Iterator

from openprofiles.mapping.definitions import ObjectTypeDocument
from openprofiles.mapping.lint import fields, keys, matching, settings, sources
from openprofiles.mapping.lint.findings import Finding, by_severity
from openprofiles.mapping.lint.sample import lint_sample
from openprofiles.mapping.lint.view import View, view_of

__all__ = ["Finding", "lint", "lint_sample"]

Rule = Callable[[View], Iterator[Finding]]

RULES_OF_A_MAPPING: tuple[Rule, ...] = (
    matching.weak_profile_key,
    matching.no_profile_creation,
    matching.nothing_to_match,
    matching.profile_per_object,
    matching.unfindable_profile,
    matching.unfindable_standard_object,
    matching.never_stored_key,
    matching.useless_key,
    matching.weak_key_not_secondary,
    keys.constant_key,
    keys.unstable_unique_key,
    keys.lookalike_key,
    keys.key_compares_as_text,
    keys.often_empty_part,
    keys.free_text_key,
    fields.wrong_content_type,
    fields.name_as_text,
    fields.shared_target,
    fields.attribute_instead_of_field,
    fields.unused_field,
    sources.no_source,
    sources.path_as_constant,
    sources.list_as_text,
    sources.text_for_structure,
    sources.each_without_separator,
    sources.needless_template,
    settings.no_source_time,
    settings.unused_timestamp_format,
    settings.doubtful_timestamp_format,
)
RULES_OF_A_TYPE: tuple[Rule, ...] = (settings.short_expiration, settings.few_objects)
"""What can be said beside a template, too."""


def lint(document: ObjectTypeDocument, elsewhere: Iterable[str] | None = None) -> list[Finding]:
    """What hurts in a definition that validation takes: warnings first, else in the order of the rules, then of the
    definition. What a template decides is not looked at.

    `elsewhere`: names of the keys that other object types of the domain use, where they are known.
    """
    view = view_of(document, None if elsewhere is None else frozenset(elsewhere))
    rules = RULES_OF_A_TYPE if document.template_id else RULES_OF_A_MAPPING + RULES_OF_A_TYPE
    return by_severity(found for rule in rules for found in rule(view))
