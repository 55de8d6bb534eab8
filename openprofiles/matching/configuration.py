"""Whether what a domain says about identity resolution makes sense (form has been checked by the shapes).

Sources: "Set up matching rules for rule-based Identity Resolution", "Set up consolidation criteria for Identity
Resolution"; API pages MatchingRule, AttributeTypesSelector, ConflictResolution.
"""

from collections.abc import Container, Iterable

from openprofiles.errors import BadRequestException
from openprofiles.shapes import (
    AttributeTypesSelector,
    ConflictResolution,
    MatchingRequest,
    RuleBasedMatchingRequest,
)

RULE_ATTRIBUTES = {
    "AccountNumber",
    "Address.Address",
    "Address.City",
    "Address.Country",
    "Address.County",
    "Address.PostalCode",
    "Address.State",
    "Address.Province",
    "BirthDate",
    "BusinessName",
    "EmailAddress",
    "FirstName",
    "Gender",
    "LastName",
    "MiddleName",
    "PhoneNumber",
}
ADDRESS_TYPES = {
    "Address": "Address",
    "BusinessAddress": "BusinessAddress",
    "MaillingAddress": "MailingAddress",
    "MailingAddress": "MailingAddress",
    "ShippingAddress": "ShippingAddress",
}
PHONE_TYPES = {
    "PhoneNumber": "PhoneNumber",
    "HomePhoneNumber": "HomePhoneNumber",
    "MobilePhoneNumber": "MobilePhoneNumber",
    "BusinessPhoneNumber": "BusinessPhoneNumber",
    "Phone": "PhoneNumber",
    "HomePhone": "HomePhoneNumber",
    "MobilePhone": "MobilePhoneNumber",
}
EMAIL_TYPES = {
    "EmailAddress": "EmailAddress",
    "BusinessEmailAddress": "BusinessEmailAddress",
    "PersonalEmailAddress": "PersonalEmailAddress",
    "Email": "EmailAddress",
    "BusinessEmail": "BusinessEmailAddress",
    "PersonalEmail": "PersonalEmailAddress",
}
"""The names that a selector may use for a profile's fields, the API's short ones among them, and those fields."""


def check_matching(matching: MatchingRequest | None) -> None:
    """Raises BadRequestException where machine-learning matching can not be as asked for."""
    if matching is not None and matching.auto_merging is not None:
        check_conflict_resolution(matching.auto_merging.conflict_resolution)


def check_rule_based_matching(matching: RuleBasedMatchingRequest | None) -> None:
    """Raises BadRequestException where the rules can not be as asked for."""
    if matching is None:
        return
    rules = matching.matching_rules or []
    if matching.enabled and not rules:
        raise BadRequestException("RuleBasedMatching needs MatchingRules when it is enabled.")
    for level, rule in enumerate(rules, start=1):
        _check_names(f"MatchingRules level {level}", rule.rule, RULE_ATTRIBUTES, "Attributes.")
    _check_levels(len(rules), matching.max_allowed_rule_level_for_merging, matching.max_allowed_rule_level_for_matching)
    _check_selector(matching.attribute_types_selector)
    check_conflict_resolution(matching.conflict_resolution)


def check_conflict_resolution(resolution: ConflictResolution | None) -> None:
    if resolution is None or resolution.conflict_resolving_model != "SOURCE":
        return
    if resolution.source_name is None:
        raise BadRequestException("ConflictResolution needs SourceName when ConflictResolvingModel is SOURCE.")


def _check_levels(levels: int, merging: int | None, matching: int | None) -> None:
    if not levels:
        return
    if matching is not None and matching > levels:
        raise BadRequestException(
            f"MaxAllowedRuleLevelForMatching {matching} is above the {levels} levels of the rules."
        )
    highest = levels if matching is None else matching
    if merging is not None and merging > highest:
        raise BadRequestException(f"MaxAllowedRuleLevelForMerging {merging} is above level {highest} for matching.")


def _check_selector(selector: AttributeTypesSelector | None) -> None:
    if selector is None:
        return
    _check_names("AttributeTypesSelector.Address", selector.address or (), ADDRESS_TYPES)
    _check_names("AttributeTypesSelector.PhoneNumber", selector.phone_number or (), PHONE_TYPES)
    _check_names("AttributeTypesSelector.EmailAddress", selector.email_address or (), EMAIL_TYPES)


def _check_names(where: str, names: Iterable[str], allowed: Container[str], free_prefix: str = "\0") -> None:
    for name in names:
        if name not in allowed and not (name.startswith(free_prefix) and len(name) > len(free_prefix)):
            raise BadRequestException(f"{where}: {name} can not be used in a matching rule.")
