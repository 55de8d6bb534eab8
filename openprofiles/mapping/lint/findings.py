"""What lint can find in a mapping, and how bad each of it is. docs/lint.md describes the codes."""

from collections.abc import Iterable

import msgspec

WARNING, NOTE = "warning", "note"

OF_A_MAPPING = {
    # fields
    "AttributeInsteadOfField": WARNING,
    "NameAsText": NOTE,
    "SharedTarget": WARNING,
    "UnusedField": NOTE,
    "WrongContentType": WARNING,
    # sources
    "EachWithoutSeparator": WARNING,
    "ListAsText": WARNING,
    "NeedlessTemplate": NOTE,
    "NoSource": WARNING,
    "PathAsConstant": WARNING,
    "TextForStructure": WARNING,
    # keys
    "ConstantKey": WARNING,
    "FreeTextKey": WARNING,
    "KeyComparesAsText": WARNING,
    "LookalikeKey": WARNING,
    "OftenEmptyPart": WARNING,
    "UnstableUniqueKey": WARNING,
    # matching
    "NeverStoredKey": WARNING,
    "NoProfileCreation": WARNING,
    "NothingToMatch": WARNING,
    "ProfilePerObject": WARNING,
    "UnfindableProfile": WARNING,
    "UnfindableStandardObject": WARNING,
    "UselessKey": WARNING,
    "WeakKeyNotSecondary": NOTE,
    "WeakProfileKey": WARNING,
    # settings
    "DoubtfulTimestampFormat": WARNING,
    "FewObjects": NOTE,
    "NoSourceTime": WARNING,
    "ShortExpiration": WARNING,
    "UnusedTimestampFormat": WARNING,
}
OF_A_SAMPLE = {
    "DoubtfulTime": WARNING,
    "DroppedValue": WARNING,
    "MissingSource": NOTE,
    "ObjectRefused": WARNING,
    "PlaceholderValue": WARNING,
    "SkippedKey": NOTE,
    "UnreadableValue": WARNING,
    "ValueOfOtherType": WARNING,
}
SEVERITIES = OF_A_MAPPING | OF_A_SAMPLE
"""A warning hurts matching or loses data; a note tells of something that may well be meant."""


class Finding(msgspec.Struct, frozen=True):
    """Something that a mapping may do, and that hurts. `where`: the field or key, None for the type as a whole."""

    code: str
    severity: str
    where: str | None
    message: str


def finding(code: str, where: str | None, message: str) -> Finding:
    return Finding(code, SEVERITIES[code], where, message)


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Warnings first; else in the order in which they came."""
    return sorted(findings, key=lambda one: one.severity != WARNING)
