"""Rule-based matching: the match keys of a profile at each rule level. Profiles that share one match at that level.

A rule's attributes must all agree. EmailAddress, PhoneNumber and Address stand for the fields of that type which the
selector lists, so that a profile may have several keys at one level. A missing value agrees with nothing.

Sources: "Set up matching rules for rule-based Identity Resolution"; API pages MatchingRule, AttributeTypesSelector.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from itertools import product
from typing import Any, NamedTuple

from openprofiles.matching.configuration import ADDRESS_TYPES, EMAIL_TYPES, PHONE_TYPES
from openprofiles.shapes import AttributeTypesSelector, RuleBasedMatchingResponse

Fields = Mapping[str, Any]
"""A profile's values by flat field (`Address.City`, `Attributes.tier`): texts, or pairs of an enum word and a text."""

DIGEST_BYTES = 16
NOTHING_SELECTED = AttributeTypesSelector(attribute_matching_model="ONE_TO_ONE")
ADDRESS_LINES = ("Address1", "Address2", "Address3", "Address4")


class MatchKey(NamedTuple):
    """What profiles must share to match at a level. `values`: the rule's attributes with their normal forms."""

    digest: bytes
    values: tuple[tuple[str, str], ...]


class RuleMatch(NamedTuple):
    """Two profiles match: at which level (from 1), whether that level merges, and what they share."""

    level: int
    merges: bool
    shared: tuple[MatchKey, ...]


class _Reading(NamedTuple):
    """One value of a key: the fields that it is read from, joined, and how it is brought to its normal form."""

    attribute: str
    fields: tuple[str, ...]
    normal: Callable[[str], str]


class _Source(NamedTuple):
    """Where attributes that belong together are read. Values of sources with different tags never agree."""

    tag: str
    readings: tuple[_Reading, ...]


_Part = tuple[_Source, ...]
"""The sources of which one is enough: the selector's addresses, say, each with all address fields of the rule."""


class Rules(NamedTuple):
    """A domain's rules, compiled. `fields`: the profile's fields that they read."""

    levels: tuple[tuple[_Part, ...], ...]
    merging: int
    fields: frozenset[str]

    def keys(self, profile: Fields) -> list[tuple[MatchKey, ...]]:
        """The match keys of a profile at each level, the strongest level first."""
        return [_level_keys(parts, profile) for parts in self.levels]

    def match(self, one: Fields, other: Fields) -> RuleMatch | None:
        """The strongest level at which two profiles match."""
        for level, (ours, theirs) in enumerate(zip(self.keys(one), self.keys(other), strict=True), start=1):
            digests = {key.digest for key in theirs}
            if shared := tuple(key for key in ours if key.digest in digests):
                return RuleMatch(level, level <= self.merging, shared)
        return None


def compile_rules(matching: RuleBasedMatchingResponse) -> Rules:
    """The levels that are evaluated: those up to MaxAllowedRuleLevelForMatching, all where it is absent.

    Without MaxAllowedRuleLevelForMerging no level merges.
    """
    rules = (matching.matching_rules or [])[: matching.max_allowed_rule_level_for_matching]
    selector = matching.attribute_types_selector or NOTHING_SELECTED
    levels = tuple(_parts(rule.rule, selector) for rule in rules)
    sources = (source for parts in levels for part in parts for source in part)
    fields = frozenset(field for source in sources for reading in source.readings for field in reading.fields)
    return Rules(levels, matching.max_allowed_rule_level_for_merging or 0, fields)


def _parts(attributes: Iterable[str], selector: AttributeTypesSelector) -> tuple[_Part, ...]:
    """A rule's attributes in the order of their names: the order in which a rule lists them says nothing."""
    names = sorted(set(attributes))
    of_address = [name for name in names if name.startswith("Address.")]
    parts = [_part_of_one(name, selector) for name in names if name not in of_address]
    return (*parts, _part_of_address(of_address, selector)) if of_address else tuple(parts)


def _part_of_one(name: str, selector: AttributeTypesSelector) -> _Part:
    if name == "EmailAddress":
        fields = _listed(EMAIL_TYPES, selector.email_address, name)
        return tuple(_Source(_tag(field, selector), (_Reading(name, (field,), normal_text),)) for field in fields)
    if name == "PhoneNumber":
        fields = _listed(PHONE_TYPES, selector.phone_number, name)
        return tuple(_Source(_tag(field, selector), (_Reading(name, (field,), normal_phone),)) for field in fields)
    return (_Source("", (_Reading(name, (name,), normal_text),)),)


def _part_of_address(names: list[str], selector: AttributeTypesSelector) -> _Part:
    """All address fields of a rule are read from one address: a city of one and a street of another prove nothing."""
    addresses = _listed(ADDRESS_TYPES, selector.address, "Address")
    return tuple(
        _Source(_tag(address, selector), tuple(_Reading(name, _lines(address, name), normal_text) for name in names))
        for address in addresses
    )


def _lines(address: str, name: str) -> tuple[str, ...]:
    member = name.removeprefix("Address.")
    return tuple(f"{address}.{one}" for one in (ADDRESS_LINES if member == "Address" else (member,)))


def _listed(types: Mapping[str, str], listed: Iterable[str] | None, primary: str) -> list[str]:
    """The fields that a type stands for, each once; the primary one alone where the selector lists none."""
    return list(dict.fromkeys(types[name] for name in listed)) if listed else [primary]


def _tag(field: str, selector: AttributeTypesSelector) -> str:
    """Under MANY_TO_MANY the field that a value stands in says nothing; under ONE_TO_ONE it must be the same."""
    return "" if selector.attribute_matching_model == "MANY_TO_MANY" else field


def _level_keys(parts: tuple[_Part, ...], profile: Fields) -> tuple[MatchKey, ...]:
    """Each key once: under MANY_TO_MANY a value may stand in several fields."""
    keys = map(_match_key, product(*(_answers(part, profile) for part in parts)))
    return tuple({key.digest: key for key in keys}.values())


_Answer = tuple[str, tuple[tuple[str, str], ...]]
"""A source's tag, and its values by attribute."""


def _answers(part: _Part, profile: Fields) -> list[_Answer]:
    """The answers of those sources in which no value is missing."""
    answers = ((source.tag, tuple(_read(reading, profile) for reading in source.readings)) for source in part)
    return [answer for answer in answers if all(value for _, value in answer[1])]


def _read(reading: _Reading, profile: Fields) -> tuple[str, str]:
    texts = (_text(profile.get(field)) for field in reading.fields)
    return reading.attribute, reading.normal(" ".join(texts))


def _text(value: Any) -> str:
    """A value as text; of a pair, the enum word, which is the same whatever the source wrote."""
    if value is None:
        return ""
    return str(value[0] if isinstance(value, list | tuple) else value)


def _match_key(choice: tuple[_Answer, ...]) -> MatchKey:
    """The digest of tags and values, each with its length, so that no two choices are spelt alike."""
    texts = [text for tag, values in choice for text in (tag, *(value for _, value in values))]
    spelt = [b"%d:%b" % (len(raw), raw) for raw in (text.encode() for text in texts)]
    digest = blake2b(b"".join(spelt), digest_size=DIGEST_BYTES).digest()
    return MatchKey(digest, tuple(value for _, values in choice for value in values))


def normal_text(text: str) -> str:
    """Without regard to case, to white space around and in runs, and to how a character is composed."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def normal_phone(text: str) -> str:
    """The digits without the international prefix. Whether a country code is missing can not be told: it must agree."""
    digits = "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())
    return digits.removeprefix("00")
